import { useEffect, useRef, useState } from "preact/hooks";
import { api } from "../api/client";
import type { Lamps, Me } from "../api/types";
import { useTask } from "../hooks";
import { strings } from "../strings";
import { BoxFront } from "./box-front";
import { Confirmed } from "./confirmed";
import { ProblemLine } from "./problem";

/** Forgets everything, which only a hand on the button can confirm. */
export function FactoryReset({ me }: { me: Me }) {
  const { busy, problem, run } = useTask();
  const words = strings.safekeeping.reset;
  const isArmed = me.reset_seconds_left != null;
  const isOutside = me.authority === "owner";
  const takenBack = useRef(false);
  const isInVain = useInVain(isArmed, takenBack);
  const arm = () =>
    run(async () => {
      takenBack.current = false;
      await api.armReset();
    });
  const takeBack = () =>
    run(async () => {
      takenBack.current = true;
      await api.disarmReset();
    });

  return (
    <section class="card" aria-labelledby="reset-title" data-testid="reset" data-armed={isArmed}>
      <h2 id="reset-title">{words.title}</h2>
      <p>{words.what}</p>
      <div aria-live="polite">
        {isArmed && (
          <div class="armed">
            <BoxFront lamps={ASKING} held />
            <p>
              <strong>{words.hold}</strong>
            </p>
          </div>
        )}
        {isInVain && (
          <p class="hint" data-testid="reset-in-vain">
            {words.inVain}
          </p>
        )}
      </div>
      <ProblemLine sentence={problem} />
      {isOutside && <p class="hint">{words.atHome}</p>}
      <div class="actions">
        {isArmed && (
          <button type="button" data-testid="reset-cancel" aria-disabled={busy} onClick={takeBack}>
            {strings.peers.cancel}
          </button>
        )}
        {!isArmed && !isOutside && (
          <Confirmed
            label={words.ask}
            question={words.question}
            yes={words.yes}
            testId="reset-ask"
            grave
            onYes={arm}
          />
        )}
      </div>
    </section>
  );
}

/** Whether the button was waited for in vain. Not at once: a box that is about to forget everything says the same. */
function useInVain(isArmed: boolean, takenBack: { current: boolean }): boolean {
  const [isInVain, setInVain] = useState(false);
  const wasArmed = useRef(false);
  useEffect(() => {
    const ended = wasArmed.current && !isArmed && !takenBack.current;
    wasArmed.current = isArmed;
    setInVain(false);
    if (!ended) return;
    const timer = setTimeout(() => setInVain(true), RESET_MS);
    return () => clearTimeout(timer);
  }, [isArmed, takenBack]);

  return isInVain;
}

const ASKING: Lamps = { power: "double_blink", door: "off", people: "off" };
/** By then a box that was told to forget everything has hung up. */
const RESET_MS = 5_000;
