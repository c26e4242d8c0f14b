/** Says that something takes a while; how far it is, where that is known. */
export function Working({ text, far }: { text: string; far?: { value: number; max: number } }) {
  return (
    <div class="working" role="status" data-testid="working">
      <p>{text}</p>
      <progress {...far} aria-hidden="true" />
    </div>
  );
}
