import type { ActivityLine, Fault, Finding, Problem, Step } from "./api/types";
import { english } from "./strings/en";
import type { Interpreter } from "./strings/interpreter";
import type { Words } from "./strings/words";

/** Everything that the page says by itself. */
export type Strings = typeof english;

/** The same in another language, and who says in it what the box says in English. */
export type Translation = Strings & { interpreter: Interpreter };

/** The languages that the page speaks, each by its own name. */
export const LANGUAGES = { en: "English", de: "Deutsch" } as const;

export type Language = keyof typeof LANGUAGES;

/** The catalogue of the language that is spoken; another after {@link speak}. */
export let strings: Strings & Partial<Translation> = english;

/** Has the page speak another language, which may have to be fetched from the box first. */
export async function speak(language: Language): Promise<void> {
  strings = await CATALOGUES[language]();
}

/** What was found. What has no code, the page itself says. */
export function wordsOf(finding: Finding): Words {
  const { code, sentence, advice } = finding;

  return (code && strings.interpreter?.finding(finding)) || { sentence, advice: advice ?? undefined };
}

/** How a thing is that was looked at. */
export function stepWords(step: Step): Words & { title: string } {
  return strings.interpreter?.step(step) ?? { title: step.title, sentence: step.sentence };
}

/** Why something was not done. What goes wrong before the box is asked has no code, or one that the page knows. */
export function problemWords(problem: Problem): Words {
  const { code, sentence } = problem;
  if (code === "unreachable" || code === "unexpected") return { sentence: strings[code] };

  return (code && strings.interpreter?.problem(problem)) || { sentence };
}

/** What is wrong with the box, and in its own words why. */
export function faultWords(fault: Fault): Words {
  const { sentence, cause } = fault;

  return strings.interpreter?.fault(fault) ?? { sentence, ...(cause ? { own: cause } : {}) };
}

/** What happened. */
export function lineWords(line: ActivityLine): Words {
  return strings.interpreter?.line(line) ?? { sentence: line.sentence };
}

/** A sentence of the box that has no code. */
export function plainWords(sentence: string): Words {
  return strings.interpreter?.sentence(sentence) ?? { sentence };
}

const CATALOGUES: Record<Language, () => Promise<Strings & Partial<Translation>>> = {
  en: async () => english,
  de: async () => (await import("./strings/de")).german,
};
