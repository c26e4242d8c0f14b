import type { TargetedMouseEvent } from "preact";

type Props = { file: string; type: string; label: string; testId: string; makeText(): string };

/** Saves a text that is made only when it is asked for, and that no address leads to for longer than it takes. */
export function Download({ file, type, label, testId, makeText }: Props) {
  const save = (event: TargetedMouseEvent<HTMLButtonElement>) => {
    event.preventDefault();
    const url = URL.createObjectURL(new Blob([makeText()], { type }));
    const link = document.createElement("a");
    link.href = url;
    link.download = file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), TAKEN_MS);
  };

  return (
    <button type="button" class="button primary" data-testid={testId} onClick={save}>
      {label}
    </button>
  );
}

/** Safari asks first whether to save, and takes the text only then. */
const TAKEN_MS = 60_000;
