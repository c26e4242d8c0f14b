import type { Event, Outcome, State } from "../api/types";
import type { FaultSentence, FindingCode, PlainSentence, ProblemCode, StepCode } from "./codes";

/**
 * What the box says, for people. `lang` is its own language, where ours has no words; `own` is its own sentence beside
 * ours, where it says more.
 */
export type Words = { sentence: string; advice?: string | undefined; lang?: "en"; own?: string };

/** What people have to know of a provider; `site` is where to sign in, without `https://`. */
export type ProviderWords = { name: string; where: string; site: string; secret: string; example: string };

/**
 * What the box says, in another language than its own, which is English. What a sentence names is taken from the state
 * of the box, as far as that has it; there is none where nobody has been told yet.
 */
export type BoxWords = {
  findings: Record<FindingCode, FindingWords | ((state?: State) => FindingWords)>;
  steps: Record<StepCode, StepWords>;
  skipped: string;
  problems: Record<ProblemCode, string>;
  faults: Record<FaultSentence, string>;
  sentences: Record<PlainSentence, string>;
  lines: { [Code in Event["code"]]: (event: Extract<Event, { code: Code }>) => string };
};

/** `isPart`: the box's own sentence says more, and stands below. */
export type FindingWords = { sentence: string; advice?: string; isPart?: true };

/** What is looked at, and how it is. Where there is a problem of its own, the finding's sentence goes before. */
export type StepWords = { title: string } & Record<Exclude<Outcome, "skipped">, string | ((state?: State) => string)>;
