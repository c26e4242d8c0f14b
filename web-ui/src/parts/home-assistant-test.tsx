import { api } from "../api/client";
import type { Step } from "../api/types";
import type { Task } from "../hooks";
import { stepWords, strings } from "../strings";
import { FindingCard, FindingWords } from "./finding";
import { ProblemLine } from "./problem";
import { Working } from "./working";

type Props = { task: Task; step: Step | undefined; onTest(): void };

/** Asks the box whether Home Assistant answers it, and says so. */
export function HomeAssistantTest({ task: { busy, problem }, step, onTest }: Props) {
  const words = strings.settings;

  return (
    <div class="home-assistant-test">
      <button type="button" aria-disabled={busy} data-testid="home-assistant-test" onClick={onTest}>
        {words.test}
      </button>
      {busy && <Working text={strings.check.busy} />}
      <ProblemLine sentence={problem} />
      <div aria-live="polite" data-testid="home-assistant-tested" data-outcome={busy ? undefined : step?.outcome}>
        {step && !busy && <Answer step={step} />}
      </div>
    </div>
  );
}

/** What came of looking at Home Assistant alone, of all that the box looks at. */
export async function lookAtHomeAssistant(): Promise<Step | undefined> {
  const { steps } = await api.check();

  return steps.find((step) => step.code === "home_assistant");
}

function Answer({ step }: { step: Step }) {
  if (step.finding) return <FindingCard finding={step.finding} />;

  return <FindingWords words={stepWords(step)} sign={step.outcome === "ok" ? "good" : "open"} />;
}
