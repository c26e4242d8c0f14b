import type { Problem } from "../api/types";
import { plainWords, problemWords } from "../strings";
import { Own } from "./own";

/** What the page itself says, in whatever language it speaks. */
export function ownProblem(sentence: string): Problem {
  return { code: "", sentence };
}

/** Why not, in a sentence of the box or of the page; announced when it appears. */
export function ProblemLine({ sentence }: { sentence: string | Problem | undefined }) {
  const words = typeof sentence === "object" ? problemWords(sentence) : plainWords(sentence ?? "");

  return (
    <p role="alert" class="problem" data-testid="problem" hidden={!sentence} lang={words.lang}>
      {words.sentence}
      <Own sentence={words.own} />
    </p>
  );
}
