import type { Event } from "../api/types";
import type {
  FaultCode,
  FindingCode,
  FindingValues,
  PlainSentence,
  ProblemCode,
  StepCode,
  StepValues,
} from "./codes";

/**
 * What the box says, for people. `lang` is its own language, where ours has no words; `own` is its own sentence beside
 * ours, where it says more.
 */
export type Words = { sentence: string; advice?: string | undefined; lang?: "en"; own?: string };

/** What people have to know of a provider; `site` is where to sign in, without `https://`. */
export type ProviderWords = { name: string; where: string; site: string; secret: string; example: string };

/** What the box says, in another language than its own, which is English; with what its sentences name. */
export type BoxWords = {
  findings: { [Code in FindingCode]: FindingWords | ((values: FindingValues<Code>) => FindingWords) };
  steps: { [Code in StepCode]: StepWords<Code> };
  skipped: string;
  problems: Record<ProblemCode, string>;
  faults: Record<FaultCode, string>;
  sentences: Record<PlainSentence, string>;
  lines: { [Code in Event["code"]]: (event: Extract<Event, { code: Code }>) => string };
};

export type FindingWords = { sentence: string; advice?: string };

/** What is looked at, and how it is; what is wrong, its finding says. */
export type StepWords<Code extends StepCode> = { title: string; unknown: string } & {
  ok: string | ((values: StepValues<Code>) => string);
};
