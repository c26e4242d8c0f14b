import { useState } from "preact/hooks";
import type { State } from "../api/types";
import { trialOf } from "../first-run";
import type { Handing } from "../handing";
import { useNow } from "../hooks";
import { hrefs } from "../place";
import { strings } from "../strings";
import { Copyable } from "./copyable";
import { Mark } from "./mark";
import { NewCode } from "./new-code";

type Props = { state: State; onIssued(handing: Handing): void };

/** The test from outside, live: what to do on the phone, and what the box sees of it. */
export function OutsideTest({ state, onIssued }: Props) {
  const words = strings.firstRun;
  const { trial, peer } = trialOf(state);
  const isSlow = useWaiting() > PATIENCE_MS && trial === "nobody";
  const strangers = state.peers.filter((peer) => peer.last_handshake_seconds_ago == null);

  return (
    <>
      <p>{words.testIntro}</p>
      <ol>
        {words.testSteps.map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      <div class={`finding ${trial === "from_home" ? "bad" : "open"}`} data-testid="trial" data-trial={trial}>
        <Mark sign={trial === "from_home" ? "bad" : "open"} />
        <p role="status">{trial === "from_home" && peer ? words.fromHome(peer.name) : words.trials[trial]}</p>
      </div>
      <div role="status">
        {isSlow && (
          <p data-testid="slow">
            {words.slow} <a href={hrefs.check}>{strings.check.title}</a>
          </p>
        )}
      </div>
      <Copyable id="tunnel-page" label={words.testSamePhone} value={`http://${state.status.tunnel_v4}`} />
      {strangers.length > 0 && (
        <details>
          <summary>{words.newCode}</summary>
          <ul class="new-codes">
            {strangers.map((peer) => (
              <NewCode key={peer.id} peer={peer} testId="test-rekey" onIssued={onIssued} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** For how long this has been looked at, in ms. */
function useWaiting(): number {
  const now = useNow();
  const [start] = useState(now);

  return now - start;
}

/** Long enough to find the app and the switch. */
const PATIENCE_MS = 90_000;
