import type { ActivityLine, Event, Finding, Problem, State, Step } from "../api/types";
import type { FaultSentence, FindingCode, PlainSentence, ProblemCode, StepCode } from "./codes";
import type { BoxWords, Words } from "./words";

/** Says in another language what the box says in English; what it has no words for is left as it is. */
export class Interpreter {
  constructor(private readonly known: BoxWords) {}

  /** `state` is where the values in a sentence come from. */
  finding({ code, sentence, advice }: Finding, state?: State): Words {
    const found = this.known.findings[code as FindingCode];
    if (!found) return { ...english(sentence), advice: advice ?? undefined };
    const { isPart, ...words } = typeof found === "function" ? found(state) : found;

    return isPart ? { ...words, own: sentence } : words;
  }

  /** The first problem is the finding, which says it better. */
  step(step: Step, finding: Finding | undefined, state?: State): Words & { title: string } {
    const words = this.known.steps[step.code as StepCode];
    if (!words) return { ...english(step.sentence), title: step.title };
    const { title } = words;
    if (step.outcome === "skipped") return { title, sentence: this.known.skipped };
    if (finding?.sentence === step.sentence) return { title, sentence: this.finding(finding, state).sentence };
    const how = words[step.outcome];

    return { title, sentence: typeof how === "function" ? how(state) : how };
  }

  /** A sentence that is known says more than its code. */
  problem({ code, sentence }: Problem): Words {
    const plain = this.sentence(sentence);
    const general = this.known.problems[code as ProblemCode];
    if (!plain.lang || !general) return plain;

    return code === "invalid" ? { sentence: general, own: sentence } : { sentence: general };
  }

  /** A sentence, and after a colon why, which is for those who look for a fault. */
  fault(fault: string): Words {
    const faults = Object.entries(this.known.faults) as [FaultSentence, string][];
    const known = faults.find(([sentence]) => fault === sentence || fault.startsWith(`${sentence}: `));
    if (!known) return english(fault);
    const [own, sentence] = known;

    return own === fault ? { sentence } : { sentence, own: fault };
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

function english(sentence: string): Words {
  return { sentence, lang: "en" };
}
