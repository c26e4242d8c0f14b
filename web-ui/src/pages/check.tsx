import "../way-in.css";
import { useCallback, useEffect, useState } from "preact/hooks";
import { api } from "../api/client";
import type { Check, Outcome, Step } from "../api/types";
import { useTask } from "../hooks";
import { FindingCard } from "../parts/finding";
import { Mark, type Sign } from "../parts/mark";
import { ProblemLine } from "../parts/problem";
import { Working } from "../parts/working";
import { stepWords, strings } from "../strings";
import type { LaterProps } from "./later";
import { SubPage } from "./sub-page";

/** Why somebody cannot get in: the one thing that explains it, then all that was looked at. */
export function CheckPage(_: LaterProps) {
  const [check, setCheck] = useState<Check>();
  const { busy, problem, run } = useTask();
  const words = strings.check;
  const look = useCallback(() => run(async () => setCheck(await api.check())), [run]);
  useEffect(() => void look(), [look]);

  return (
    <SubPage title={words.title} testId="check-page">
      <p>{words.intro}</p>
      <div aria-live="polite">{check && !busy && <Result check={check} />}</div>
      {busy && <Working text={words.busy} />}
      <ProblemLine sentence={problem} />
      {check && !busy && <Steps check={check} />}
      <div class="actions">
        <button type="button" class="primary" aria-disabled={busy} data-testid="check-again" onClick={look}>
          {words.again}
        </button>
      </div>
    </SubPage>
  );
}

function Result({ check }: { check: Check }) {
  const { well, wellHow } = strings.check;

  return check.finding ? (
    <FindingCard finding={check.finding} />
  ) : (
    <FindingCard finding={{ code: "", sentence: well, advice: wellHow }} sign="good" />
  );
}

function Steps({ check }: { check: Check }) {
  return (
    <section class="card" aria-labelledby="steps-title">
      <h2 id="steps-title">{strings.check.steps}</h2>
      <ol class="steps" data-testid="steps">
        {check.steps.map((step) => (
          <li key={step.code} data-code={step.code} data-outcome={step.outcome}>
            <Mark sign={SIGNS[step.outcome]} />
            <StepText step={step} words={stepWords(step)} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function StepText({ step, words }: { step: Step; words: ReturnType<typeof stepWords> }) {
  return (
    <div>
      <h3>
        <span lang={words.lang}>{words.title}</span>{" "}
        <span class="unseen">{strings.check.outcomes[step.outcome]}</span>
      </h3>
      <p class="hint" lang={words.lang}>
        {words.sentence}
      </p>
    </div>
  );
}

const SIGNS: Record<Outcome, Sign> = { ok: "good", problem: "bad", unknown: "open", skipped: "none" };
