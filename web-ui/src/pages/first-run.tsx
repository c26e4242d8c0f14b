import "../way-in.css";
import "../first-run.css";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { State } from "../api/types";
import { foundBy, isBefore, type RunStep, STEPS, stepAfter, stepOf } from "../first-run";
import { AddName } from "../parts/add-name";
import { AddPeer } from "../parts/add-peer";
import { AppSteps } from "../parts/app-steps";
import { FoundList } from "../parts/found-list";
import { Mark, type Sign } from "../parts/mark";
import { OutsideTest } from "../parts/outside-test";
import { hrefs } from "../place";
import { strings } from "../strings";
import type { LaterProps } from "./later";
import { SubPage } from "./sub-page";

/** From a new box to Home Assistant on a phone, step by step. Where it stands is what the box says, not what this page remembers. */
export function FirstRunPage({ told, onIssued, onLeave }: LaterProps) {
  const state = told.value;
  const words = strings.firstRun;
  const { step, reached, go } = useStep(state);
  const heading = useRef<HTMLHeadingElement>(null);
  const before = useRef(step);
  useEffect(() => {
    if (before.current !== step) heading.current?.focus();
    before.current = step;
  }, [step]);
  const next = (from: RunStep) => () => go(stepAfter(from, reached));

  const bodies: Record<RunStep, ComponentChildren> = {
    button: null,
    found: <FoundList state={state} onNext={next("found")} />,
    name: <NameStep onSkip={next("name")} />,
    phone: <AddPeer first={state.peers.length === 0} onIssued={onIssued} />,
    test: <OutsideTest state={state} onIssued={onIssued} />,
  };

  return (
    <SubPage title={words.title} testId="first-run" back={words.leave} onBack={onLeave}>
      {state.status.locked && <p class="notice">{strings.locked}</p>}
      <ol class="run">
        {STEPS.map((one, index) => (
          <li
            key={one}
            class={one === step ? "card" : "run-past"}
            aria-current={one === step ? "step" : undefined}
            data-testid={`run-${one}`}
            data-standing={standingOf(one, step)}
          >
            <StepSign sign={signOf(one, step, state)} number={index + 1} />
            <div class="run-words">
              <h2 ref={one === step ? heading : undefined} tabIndex={-1} data-begin={one === step ? "" : undefined}>
                {words.steps[one]} <span class="unseen">({words.standings[standingOf(one, step)]})</span>
              </h2>
              {one === step ? bodies[one] : <Summary step={one} of={step} state={state} onLook={() => go(one)} />}
            </div>
          </li>
        ))}
      </ol>
      {state.peers.length === 0 && (
        <a class="button quiet" href={hrefs.safekeeping} data-testid="to-restore">
          {strings.safekeeping.offer}
        </a>
      )}
      {step === "done" && <Done state={state} heading={heading} onLeave={onLeave} />}
    </SubPage>
  );
}

/** The step that is looked at: the one that the box has reached, until somebody looks at another. */
function useStep(state: State) {
  const reached = stepOf(state);
  const [chosen, setChosen] = useState<{ step: RunStep | "done"; reached: RunStep | "done" }>();
  const step = chosen?.reached === reached ? chosen.step : reached;

  return { step, reached, go: (step: RunStep | "done") => setChosen({ step, reached }) };
}

function NameStep({ onSkip }: { onSkip(): void }) {
  const words = strings.firstRun;

  return (
    <>
      <p>{words.nameIntro}</p>
      <div class="actions">
        <button type="button" data-testid="run-skip" onClick={onSkip}>
          {words.nameSkip}
        </button>
      </div>
      <AddName />
    </>
  );
}

/** What came of a step, or nothing while it is still to come. */
function Summary({ step, of, state, onLook }: { step: RunStep; of: RunStep | "done"; state: State; onLook(): void }) {
  if (!isBefore(step, of)) return null;
  const words = strings.firstRun;
  const canLook = step === "found" || (step === "name" && state.way_in.names.length === 0);

  return (
    <>
      <p class="hint">{whatCame(step, state)}</p>
      {canLook && of !== "done" && (
        <button
          type="button"
          class="quiet"
          aria-label={words.lookLabel(words.steps[step])}
          data-testid={`run-look-${step}`}
          onClick={onLook}
        >
          {words.look}
        </button>
      )}
    </>
  );
}

function whatCame(step: RunStep, state: State): string {
  const words = strings.firstRun;
  switch (step) {
    case "button":
      return words.button;
    case "found":
      return isAllWell(state) ? words.allWell : words.someLeft;
    case "name":
      return nameOf(state) ?? words.nameSkipped;
    case "phone":
      return state.peers.map((peer) => peer.name).join(", ");
    case "test":
      return words.trials.proven;
  }
}

/** The home's name as far as there is one. */
function nameOf({ way_in, settings }: State): string | undefined {
  if (settings.endpoint_host != null) return strings.firstRun.noneNeeded(settings.endpoint_host);

  return way_in.names.map(({ name, state }) => `${name}: ${strings.names.states[state]}`).join(", ") || undefined;
}

function isAllWell(state: State): boolean {
  return foundBy(state).every(({ sign }) => sign === "good");
}

type Standing = "done" | "now" | "later";

function standingOf(step: RunStep, of: RunStep | "done"): Standing {
  if (step === of) return "now";

  return isBefore(step, of) ? "done" : "later";
}

/** A tick, or what it takes to see that there is none. */
function signOf(step: RunStep, of: RunStep | "done", state: State): Sign | undefined {
  if (!isBefore(step, of)) return undefined;
  if (step === "found") return isAllWell(state) ? "good" : "open";
  if (step === "name") return nameOf(state) ? "good" : "none";

  return "good";
}

function StepSign({ sign, number }: { sign: Sign | undefined; number: number }) {
  if (sign) return <Mark sign={sign} />;

  return (
    <span class="run-number" aria-hidden="true">
      {number}
    </span>
  );
}

function Done({ state, heading, onLeave }: { state: State; heading: preact.RefObject<HTMLHeadingElement | null>; onLeave(): void }) {
  const words = strings.firstRun;

  return (
    <section class="card" aria-labelledby="run-done-title" data-testid="run-done">
      <h2 id="run-done-title" ref={heading} tabIndex={-1} data-begin="">
        {words.doneTitle}
      </h2>
      <p>{words.done}</p>
      {state.status.home_assistant && (
        <>
          <p>{words.doneNext}</p>
          <AppSteps id="home-assistant-url" found={state.status.home_assistant} />
        </>
      )}
      <div class="actions">
        <a class="button primary" href={hrefs.home} data-testid="run-home" onClick={onLeave}>
          {words.toHome}
        </a>
      </div>
    </section>
  );
}
