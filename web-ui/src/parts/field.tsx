type Props = {
  id: string;
  label: string;
  hint?: string;
  value: string;
  placeholder?: string;
  secret?: boolean;
  onType(typed: string): void;
};

/** A field for names, addresses and secrets, which no phone may improve. */
export function Field({ id, label, hint, value, placeholder, secret = false, onType }: Props) {
  return (
    <>
      <label for={id}>{label}</label>
      <input
        {...(secret ? { type: "password" } : { inputMode: "url" })}
        id={id}
        data-testid={id}
        value={value}
        placeholder={placeholder}
        autoComplete="off"
        autoCapitalize="none"
        spellcheck={false}
        required
        aria-describedby={hint && `${id}-hint`}
        onInput={(event) => onType(event.currentTarget.value)}
      />
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </>
  );
}
