/** A sentence of the box that says why not; announced when it appears. */
export function ProblemLine({ sentence }: { sentence: string | undefined }) {
  return (
    <p role="alert" class="problem" data-testid="problem" hidden={!sentence}>
      {sentence}
    </p>
  );
}
