import type { Check, Finding, Problem, State, Step } from "./api/types";
import type { FaultSentence, FindingCode, PlainSentence, ProblemCode, StepCode } from "./strings/codes";
import { english } from "./strings/en";
import type { BoxWords } from "./strings/words";

/** Everything that the page says by itself. */
export type Strings = typeof english;

/** The same in another language, and what the box says in English. */
export type Translation = Strings & { said: BoxWords };

/** The languages that the page speaks, each by its own name. */
export const LANGUAGES = { en: "English", de: "Deutsch" } as const;

export type Language = keyof typeof LANGUAGES;

/** The catalogue of the language that is spoken; another after {@link speak}. */
export let strings: Strings & Partial<Translation> = english;

/** Has the page speak another language, which may have to be fetched from the box first. */
export async function speak(language: Language): Promise<void> {
  strings = await CATALOGUES[language]();
}

const CATALOGUES: Record<Language, () => Promise<Strings & Partial<Translation>>> = {
  en: async () => english,
  de: async () => (await import("./strings/de")).german,
};

/**
 * What the box says, for people. `lang` is its own language, where ours has no words; `own` is its own sentence beside
 * ours, where it says more.
 */
export type Words = { sentence: string; advice?: string | undefined; lang?: "en" | undefined; own?: string | undefined };

/** What was found, in our words or else in the box's; `state` is where the values in it come from. */
export function wordsOf(finding: Finding, state?: State): Words {
  const { said } = strings;
  const found = said?.findings[finding.code as FindingCode];
  if (!found) {
    // What has no code is said by the page itself.
    const lang = said && finding.code ? "en" : undefined;

    return { sentence: finding.sentence, advice: finding.advice ?? undefined, lang };
  }
  const { sentence, advice, isPart } = typeof found === "function" ? found(state) : found;

  return { sentence, advice, own: isPart && finding.sentence };
}

/** How a thing is that was looked at. */
export function stepWords(step: Step, finding: Check["finding"], state?: State): Words & { title: string } {
  const { said } = strings;
  const words = said?.steps[step.code as StepCode];
  if (!said || !words) return { ...plainWords(step.sentence), title: step.title };
  if (step.outcome === "skipped") return { title: words.title, sentence: said.skipped };
  // The first problem is the finding, which says it better.
  if (finding?.sentence === step.sentence) return { title: words.title, sentence: wordsOf(finding, state).sentence };
  const how = words[step.outcome];

  return { title: words.title, sentence: typeof how === "function" ? how(state) : how };
}

/** Why something was not done. What goes wrong before the box is asked is told by the page. */
export function problemWords({ code, sentence }: Problem): Words {
  if (code === "") return { sentence };
  if (code === "unreachable" || code === "unexpected") return { sentence: strings[code] };
  const plain = plainWords(sentence);
  const general = strings.said?.problems[code as ProblemCode];
  // A sentence that is known says more than its code.
  if (!general || !plain.lang) return plain;

  return { sentence: general, own: code === "invalid" ? sentence : undefined };
}

/** What is wrong with the box: a sentence, and after a colon why, which is for those who look for a fault. */
export function faultWords(fault: string): Words {
  const faults = Object.entries<string>(strings.said?.faults ?? {}) as [FaultSentence, string][];
  const known = faults.find(([sentence]) => fault === sentence || fault.startsWith(`${sentence}: `));
  if (!known) return { sentence: fault, lang: foreign() };

  return { sentence: known[1], own: fault === known[0] ? undefined : fault };
}

/** A sentence of the box that has no code. */
export function plainWords(sentence: string): Words {
  const sentences = Object.entries<string>(strings.said?.sentences ?? {}) as [PlainSentence, string][];
  const known = sentences.find(([known]) => sentence.endsWith(known));

  return known ? { sentence: known[1] } : { sentence, lang: foreign() };
}

/** The language of the box, where it is not the page's. */
function foreign(): "en" | undefined {
  return strings.said && "en";
}
