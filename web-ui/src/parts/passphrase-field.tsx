import { strings } from "../strings";

type Props = { id: string; label?: string; hint: string; value: string; onType(typed: string): void };

/**
 * A passphrase, to be seen: nobody types six words blindly, and who looks over the shoulder could take the file, too. On two
 * lines, since six words are longer than a phone is wide; how they are broken makes no difference.
 */
export function PassphraseField({ id, label = strings.safekeeping.passphrase, hint, value, onType }: Props) {
  return (
    <>
      <label for={id}>{label}</label>
      <textarea
        rows={2}
        id={id}
        data-testid={id}
        class="passphrase"
        value={value}
        maxLength={256}
        autoComplete="off"
        autoCapitalize="none"
        spellcheck={false}
        required
        aria-describedby={`${id}-hint`}
        onInput={(event) => onType(event.currentTarget.value)}
      />
      <p class="hint" id={`${id}-hint`}>
        {hint}
      </p>
    </>
  );
}
