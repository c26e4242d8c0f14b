/** The box's own sentence, in its own language, where it says more than ours. */
export function Own({ sentence }: { sentence: string | undefined }) {
  return sentence ? (
    <span class="own" lang="en">
      {sentence}
    </span>
  ) : null;
}
