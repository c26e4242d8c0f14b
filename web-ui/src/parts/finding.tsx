import type { Finding } from "../api/types";
import { wordsOf } from "../strings";
import type { Words } from "../strings/words";
import { Mark, type Sign } from "./mark";

/** What the box found, and what to do about it. */
export function FindingCard({ finding, sign = "bad" }: { finding: Finding; sign?: Sign }) {
  return <FindingWords words={wordsOf(finding)} sign={sign} code={finding.code} />;
}

/** The same where the words are known already. */
export function FindingWords({ words, sign, code }: { words: Words; sign: Sign; code?: string }) {
  const { sentence, advice, lang } = words;

  return (
    <div class={`finding ${sign}`} data-testid="finding" data-code={code}>
      <Mark sign={sign} />
      <div lang={lang}>
        <p class="sentence">{sentence}</p>
        {advice && <p>{advice}</p>}
      </div>
    </div>
  );
}
