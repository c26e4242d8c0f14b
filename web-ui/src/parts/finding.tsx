import type { Finding } from "../api/types";
import { wordsOf } from "../strings";
import { Mark, type Sign } from "./mark";

/** What the box found, and what to do about it. */
export function FindingCard({ finding, sign = "bad" }: { finding: Finding; sign?: Sign }) {
  const { sentence, advice } = wordsOf(finding);

  return (
    <div class={`finding ${sign}`} data-testid="finding" data-code={finding.code}>
      <Mark sign={sign} />
      <div>
        <p class="sentence">{sentence}</p>
        {advice && <p>{advice}</p>}
      </div>
    </div>
  );
}
