import type { Finding, State } from "../api/types";
import { wordsOf } from "../strings";
import { Mark, type Sign } from "./mark";
import { Own } from "./own";

/** What the box found, and what to do about it. */
export function FindingCard({ finding, state, sign = "bad" }: { finding: Finding; state?: State; sign?: Sign }) {
  const { sentence, advice, lang, own } = wordsOf(finding, state);

  return (
    <div class={`finding ${sign}`} data-testid="finding" data-code={finding.code}>
      <Mark sign={sign} />
      <div lang={lang}>
        <p class="sentence">{sentence}</p>
        <Own sentence={own} />
        {advice && <p>{advice}</p>}
      </div>
    </div>
  );
}
