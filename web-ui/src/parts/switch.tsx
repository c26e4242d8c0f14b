type Props = { label: string; on: boolean; busy: boolean; testId: string; describedBy?: string; onToggle(): void };

/** A switch. What it says beside itself is up to whoever shows it. */
export function Switch({ label, on, busy, testId, describedBy, onToggle }: Props) {
  return (
    <button
      type="button"
      role="switch"
      class="switch"
      aria-checked={on}
      aria-label={label}
      aria-describedby={describedBy}
      data-testid={testId}
      aria-disabled={busy}
      onClick={onToggle}
    >
      <span class="switch-knob" aria-hidden="true" />
    </button>
  );
}
