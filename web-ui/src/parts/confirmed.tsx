import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { strings } from "../strings";

/** `description` is for whoever does not see beside what the button stands. */
type Props = {
  label: string;
  description?: string;
  question: string;
  yes: string;
  testId: string;
  grave?: boolean;
  onYes(): void;
};

/** A button for what cannot be undone: it asks once more. */
export function Confirmed({ label, description, question, yes, testId, grave = false, onYes }: Props) {
  const [asking, setAsking] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const cancel = useRef<HTMLButtonElement>(null);
  const hasAsked = useRef(false);
  useLayoutEffect(() => {
    if (asking) cancel.current?.focus();
    else if (hasAsked.current) opener.current?.focus();
    hasAsked.current = asking;
  }, [asking]);

  if (!asking) {
    return (
      <button
        type="button"
        ref={opener}
        class={grave ? "grave" : ""}
        aria-label={description}
        data-testid={testId}
        onClick={() => setAsking(true)}
      >
        {label}
      </button>
    );
  }

  return (
    <fieldset class="confirmed">
      <legend>{question}</legend>
      <button
        type="button"
        class={grave ? "grave full" : "primary"}
        data-testid={`${testId}-yes`}
        onClick={() => {
          setAsking(false);
          onYes();
        }}
      >
        {yes}
      </button>
      <button type="button" ref={cancel} onClick={() => setAsking(false)}>
        {strings.peers.cancel}
      </button>
    </fieldset>
  );
}
