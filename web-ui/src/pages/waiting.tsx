import type { Lamps, Waiting as Standing } from "../api/types";
import type { Task } from "../hooks";
import { BoxFront } from "../parts/box-front";
import { ProblemLine } from "../parts/problem";
import { strings } from "../strings";

/** Why a stranger's page does not ask for the button by itself. */
export type Pause = "over" | "paused";

type Props = { standing: Standing; pause: Pause | undefined; asking: Task; onAsk(): void };

/** What a stranger at home sees: how to open the page, and what is in the way. */
export function Waiting({ standing, pause, asking, onAsk }: Props) {
  // Who could not ask must not be sent to the button, which would do nothing for him.
  const hasFailed = standing === "no" && asking.problem !== undefined;
  const scene = sceneOf(standing, pause ?? (hasFailed ? "paused" : undefined));
  const waits = scene.button === undefined;

  return (
    <main id="main" tabIndex={-1} class="waiting" data-testid="waiting" data-standing={pause ?? standing}>
      <BoxFront lamps={waits ? ASKING : QUIET} held={standing === "alone" && waits} />
      <div aria-live="polite">
        <h1>{scene.title}</h1>
        <p class="lead">{scene.text}</p>
      </div>
      <ProblemLine sentence={waits ? undefined : asking.problem} />
      {scene.button !== undefined && (
        <button type="button" class="primary" data-testid="ask" aria-disabled={asking.busy} onClick={onAsk}>
          {scene.button}
        </button>
      )}
      <p class="hint">{strings.waiting.why}</p>
    </main>
  );
}

type Scene = { title: string; text: string; button?: string };

function sceneOf(standing: Standing, pause: Pause | undefined): Scene {
  const words = strings.waiting;
  if (pause === "over") return { title: words.overTitle, text: words.over, button: words.ask };
  if (pause === "paused") return { title: words.pausedTitle, text: words.paused, button: words.ask };
  switch (standing) {
    case "no":
    case "alone":
      return { title: words.title, text: words.how };
    case "not_alone":
      return { title: words.notAloneTitle, text: words.notAlone };
    case "refused":
      return { title: words.refusedTitle, text: words.refused, button: words.again };
  }
}

// A stranger is not told how the box is; these are the lamps as he finds them.
const ASKING: Lamps = { power: "double_blink", door: "off", people: "off" };
const QUIET: Lamps = { power: "solid", door: "off", people: "off" };
