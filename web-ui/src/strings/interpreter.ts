import type { ActivityLine, Event, Fault, Finding, Problem, Step } from "../api/types";
import { FINDINGS, type FindingCode, type PlainSentence, type ProblemCode, STEPS, type StepCode } from "./codes";
import type { BoxWords, FindingWords, Words } from "./words";

/** Says in another language what the box says in English; what it has no words for is left as it is. */
export class Interpreter {
  constructor(private readonly known: BoxWords) {}

  finding({ code, sentence, advice, values = {} }: Finding): Words {
    const known = this.known.findings[code as FindingCode] as Say<FindingWords> | undefined;
    const words = known && said(known, values, FINDINGS[code as FindingCode]);

    return words ?? { ...english(sentence), advice: advice ?? undefined };
  }

  step({ code, title, outcome, sentence, values = {}, finding }: Step): Words & { title: string } {
    const known = this.known.steps[code as StepCode];
    if (!known) return { ...english(sentence), title };
    if (finding) return { title: known.title, ...this.finding({ ...finding, advice: null }), advice: undefined };
    switch (outcome) {
      case "ok": {
        const well = said(known.ok as Say<string>, values, STEPS[code as StepCode]);
        return { title: known.title, ...(well ? { sentence: well } : english(sentence)) };
      }
      case "skipped":
        return { title: known.title, sentence: this.known.skipped };
      case "unknown":
        return { title: known.title, sentence: known.unknown };
      case "problem":
        return { title: known.title, ...english(sentence) };
    }
  }

  /** A sentence that is known says more than its code. */
  problem({ code, sentence }: Problem): Words {
    const plain = this.sentence(sentence);
    const general = this.known.problems[code as ProblemCode];
    if (!plain.lang || !general) return plain;

    return code === "invalid" ? { sentence: general, own: sentence } : { sentence: general };
  }

  /** Why, only the box can say. */
  fault({ code, sentence, cause }: Fault): Words {
    const known = this.known.faults[code as keyof BoxWords["faults"]];

    return { ...(known ? { sentence: known } : english(sentence)), ...(cause ? { own: cause } : {}) };
  }

  /** What happened. */
  line({ event, sentence }: ActivityLine): Words {
    // A newer box may know more codes than this page.
    const say = this.known.lines[event.code] as ((event: Event) => string) | undefined;

    return say ? { sentence: say(event) } : english(sentence);
  }

  /** What has no code. */
  sentence(sentence: string): Words {
    const sentences = Object.entries(this.known.sentences) as [PlainSentence, string][];
    const known = sentences.find(([known]) => sentence.endsWith(known));

    return known ? { sentence: known[1] } : english(sentence);
  }
}

/** Words, or how to make them of what they name. */
type Say<Words extends string | object> = Words | ((values: Record<string, string>) => Words);

/** The words, unless the box leaves out what they name. */
function said<Words extends string | object>(
  say: Say<Words>,
  values: Record<string, string>,
  names: readonly string[],
): Words | undefined {
  if (typeof say !== "function") return say;

  return names.every((name) => name in values) ? say(values) : undefined;
}

function english(sentence: string): Words {
  return { sentence, lang: "en" };
}
