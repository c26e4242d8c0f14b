import { api } from "../api/client";
import type { Me, State } from "../api/types";
import { useTask } from "../hooks";
import { strings } from "../strings";
import { Confirmed } from "./confirmed";
import { ProblemLine } from "./problem";

/** Switches remote access off, which cuts off everybody outside, or on again. */
export function Lock({ state: { status }, me }: { state: State; me: Me }) {
  const { busy, problem, run } = useTask();
  const words = strings.lock;
  const set = (locked: boolean) => run(() => api.setLock(locked));

  return (
    <section
      class="card"
      aria-labelledby="lock-title"
      data-testid="lock"
      data-locked={status.locked}
    >
      <h2 id="lock-title">{words.title}</h2>
      <p aria-live="polite">{status.locked ? words.off : words.on}</p>
      <ProblemLine sentence={problem} />
      <div class="actions">
        {status.locked ? (
          <button type="button" class="primary" aria-disabled={busy} data-testid="unlock" onClick={() => set(false)}>
            {words.switchOn}
          </button>
        ) : (
          <Confirmed
            testId="lock-now"
            label={words.switchOff}
            question={me.authority === "owner" ? words.confirmInside : words.confirm}
            yes={words.switchOff}
            onYes={() => set(true)}
            grave
          />
        )}
      </div>
    </section>
  );
}
