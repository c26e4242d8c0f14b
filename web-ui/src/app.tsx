/*
 * Where a test or a script finds things on this page, by `data-testid`:
 *
 *   waiting (data-standing: no, alone, not_alone, refused, over, paused), ask
 *   visitor, home-assistant-link
 *   home, session-left, leave, lamps (each .lamp has data-pattern), fault
 *   peer-list, peer (data-name), peer-change, peer-editor, peer-name, peer-save,
 *     peer-rekey, peer-rekey-yes, peer-remove, peer-remove-yes
 *   add-name, add-role, add-submit
 *   qr, configuration-download, tunnel-name, arrival, done
 *   guest-switch (aria-checked), guest-status
 *   home-assistant-url, settings (a <details>), endpoint-input, endpoint-save,
 *     home-assistant-input, home-assistant-save, guest-hours-input, guest-hours-save
 *   problem (every sentence of the box that says why not), lost
 */
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { api } from "./api/client";
import { type Line, listen } from "./api/live";
import type { Me, Problem, State } from "./api/types";
import { useTask } from "./hooks";
import { Home, type Told } from "./pages/home";
import { Visitor } from "./pages/visitor";
import { type Pause, Waiting } from "./pages/waiting";
import { Header } from "./parts/header";
import { strings } from "./strings";

/** The whole page: listens to the box and shows what is meant for whoever looks. */
export function App() {
  const [me, setMe] = useState<Told<Me>>();
  const [state, setState] = useState<Told<State>>();
  const [lost, setLost] = useState<Problem>();
  const [pause, setPause] = useState<Pause>();
  const asking = useTask();
  const before = useRef<Me | undefined>(undefined);

  const take = useCallback((me: Me) => {
    setLost(undefined);
    if (before.current?.authority === "session" && me.authority === "none") setPause((pause) => pause ?? "over");
    if (!administers(me)) setState(undefined);
    before.current = me;
    setMe({ value: me, atMs: performance.now() });
  }, []);
  const line = useRef<Line | undefined>(undefined);
  useEffect(() => {
    line.current = listen({
      onMe: take,
      onState: (value) => setState({ value, atMs: performance.now() }),
      onLost: setLost,
    });

    return line.current.stop;
  }, [take]);

  const ask = useCallback(() => {
    setPause(undefined);
    asking.run(async () => {
      take(await api.ask());
      line.current?.again();
    });
  }, [asking.run, take]);
  const isStranger = me?.value.authority === "none";
  const standing = me?.value.waiting;
  useEffect(() => {
    if (isStranger && standing === "no" && pause === undefined) ask();
  }, [isStranger, standing, pause, ask]);
  useGivingUp(isStranger && pause === undefined && standing !== "refused", () => {
    setPause("paused");
    api.leave().catch(() => {});
  });

  const leave = () => {
    setPause("paused");
    api
      .leave()
      .then(api.me)
      .then(take, () => {});
  };

  return (
    <>
      <a class="skip" href="#main">
        {strings.skip}
      </a>
      <Header me={me} onLeave={leave} />
      <div role="status">
        {lost && (
          <p class="notice lost" data-testid="lost">
            {lost.sentence} <span class="hint">{strings.retrying}</span>
          </p>
        )}
      </div>
      <Scene
        me={me?.value}
        state={state}
        waiting={<Waiting standing={standing ?? "no"} pause={pause} asking={asking} onAsk={ask} />}
      />
      <footer>
        {state && <p>{strings.version(state.value.status.version)}</p>}
        <p>{strings.footer}</p>
      </footer>
    </>
  );
}

type SceneProps = { me: Me | undefined; state: Told<State> | undefined; waiting: preact.ComponentChildren };

function Scene({ me, state, waiting }: SceneProps) {
  switch (me?.authority) {
    case "none":
      return <>{waiting}</>;
    case "family":
    case "guest":
      return <Visitor me={me} />;
    case "session":
    case "owner":
    case "root":
      return state ? <Home told={state} /> : <Loading />;
    case undefined:
      return <Loading />;
  }
}

function Loading() {
  return (
    <main id="main" class="waiting">
      <p class="lead">{strings.loading}</p>
    </main>
  );
}

function administers(me: Me): boolean {
  return me.authority === "session" || me.authority === "owner" || me.authority === "root";
}

/** Stops waiting when nobody comes, and when the page is closed: a forgotten page would stand in everybody's way. */
function useGivingUp(waits: boolean, giveUp: () => void) {
  const latest = useRef(giveUp);
  latest.current = giveUp;
  useEffect(() => {
    if (!waits) return;
    const timer = setTimeout(() => latest.current(), PATIENCE_MS);
    const closing = () => void api.leave().catch(() => {});
    window.addEventListener("pagehide", closing);
    return () => {
      clearTimeout(timer);
      window.removeEventListener("pagehide", closing);
    };
  }, [waits]);
}

/** Long enough to find the box in the cellar. */
const PATIENCE_MS = 10 * 60_000;
