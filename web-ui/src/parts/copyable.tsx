type Props = { id: string; label: string; value: string };

/** A text to be taken elsewhere. A tap marks all of it: on plain HTTP no page may copy by itself. */
export function Copyable({ id, label, value }: Props) {
  return (
    <div class="copyable">
      <label for={id}>{label}</label>
      <input id={id} data-testid={id} readOnly value={value} onFocus={mark} onClick={mark} />
    </div>
  );
}

function mark({ currentTarget }: { currentTarget: HTMLInputElement }) {
  // `select` alone marks nothing on iPhones.
  currentTarget.setSelectionRange(0, currentTarget.value.length);
}
