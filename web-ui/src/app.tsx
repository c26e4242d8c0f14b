/*
 * Where a test or a script finds things on this page, by `data-testid`:
 *
 *   waiting (data-standing: no, alone, not_alone, refused, over, paused), ask
 *   visitor, home-assistant-link
 *   home, session-left, leave, lamps (each .lamp has data-pattern), fault
 *   who-is-in, peer-list, peer (data-name), peer-change, peer-editor, peer-name, peer-save,
 *     peer-rekey, peer-rekey-yes, peer-remove, peer-remove-yes
 *   add-name, add-role, add-submit
 *   which-device, device-this, device-another, device-change, qr, arrival (class ready, arrived, expired), renew, done
 *   system-ios, system-android, system-computer, file-steps (data-system), configuration-download, tunnel-name (data-name)
 *   profile (a <details>), wi-fi, profile-download
 *   sparkline (data-up, data-down), guest-switch (aria-checked), guest-status, guest-hours
 *   home-assistant-url, to-app, app-page, app-url, app-android, app-ios (each a <details>)
 *   to-settings, settings-page, endpoint-input, endpoint-save, home-assistant-input, home-assistant-save,
 *     home-assistant-test, home-assistant-tested (data-outcome), guest-hours-input, guest-hours-save, port, version,
 *     to-way-in, lock (data-locked), lock-now, lock-now-yes, unlock
 *   first-run, run-button, run-found, run-name, run-phone, run-test (each data-standing: done, now, later), run-done
 *   found (each li has data-found, data-sign), run-next, run-skip, run-look-found, run-look-name
 *   trial (data-trial: nobody, from_home, proven), slow, tunnel-page, test-rekey, run-home, to-first-run, way-in-test
 *   way-in (data-standing: works, unproven, trouble, changed, locked), way-in-more, way-in-check, way-in-lock
 *   way-in-page, by-hand-address, by-hand-port, by-hand-protocol, port-mapping-switch, address-lookup-switch
 *   names, name (data-name, data-state), name-remove, name-remove-yes
 *   name-add (a <summary>), name-provider, name-name, name-server, name-user, name-secret, name-submit
 *   outdated, outdated-rekey, outdated-rekey-yes, to-check, to-outside, back
 *   check-page, steps (each li has data-code, data-outcome), check-again, finding (data-code)
 *   outside-page, exposure-again, outside-url, is-home, try, tried, working
 *   to-safekeeping, to-restore, safekeeping-page, backup-passphrase, backup-again, backup-other-words, backup-make, backup-made,
 *     backup-words, backup-download, backup-done, restore-file, restore-passphrase, restore-submit, restore-replace,
 *     restore-replace-yes, restored, restored-done, to-sheet, sheet-page, sheet, sheet-print
 *   reset (data-armed), reset-ask, reset-ask-yes, reset-cancel, reset-in-vain
 *   to-activity, activity-page, activity-peer, activity-csv, activity, activity-line (data-code), activity-older
 *   problem (every sentence of the box that says why not), lost
 */
import type { ComponentProps } from "preact";
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { api, problemOf } from "./api/client";
import { type Line, listen } from "./api/live";
import type { Me, Problem, Restored, State } from "./api/types";
import { isFirstRun } from "./first-run";
import type { Handing } from "./handing";
import { focusMain, focusStep, useTask } from "./hooks";
import { useLanguage } from "./language";
import { Home, type Told } from "./pages/home";
import { Later } from "./pages/later";
import { Visitor } from "./pages/visitor";
import { type Pause, Waiting } from "./pages/waiting";
import type { HandOver } from "./parts/hand-over";
import { Header } from "./parts/header";
import { Languages } from "./parts/languages";
import { RestoredNote } from "./parts/restored-note";
import { type Place, usePlace } from "./place";
import { type Language, problemWords, strings } from "./strings";
import { type History, NO_HISTORY, noted } from "./traffic";

/** The whole page: listens to the box and shows what is meant for whoever looks. */
export function App({ language: first }: { language: Language }) {
  const [language, changeLanguage] = useLanguage(first);
  const [me, setMe] = useState<Told<Me>>();
  const [state, setState] = useState<Told<State>>();
  const [history, setHistory] = useState(NO_HISTORY);
  const [lost, setLost] = useState<Problem>();
  const [pause, setPause] = useState<Pause>();
  // Here and not in Home, which goes when the session ends. Two may be on their way when the network is slow.
  const [handings, setHandings] = useState<Handing[]>([]);
  const [handing] = handings;
  // Likewise: who restores a backup loses his session with the box's former life.
  const [restored, setRestored] = useState<Restored>();
  const asking = useTask();
  const before = useRef<Me | undefined>(undefined);

  const take = useCallback((me: Me) => {
    setLost(undefined);
    if (before.current?.authority === "session" && me.authority === "none") setPause((pause) => pause ?? "over");
    if (!administers(me)) {
      setState(undefined);
      setHistory(NO_HISTORY);
    }
    before.current = me;
    setMe({ value: me, atMs: performance.now() });
  }, []);
  const line = useRef<Line | undefined>(undefined);
  useEffect(() => {
    line.current = listen({
      onMe: take,
      onState: (value) => {
        const atMs = performance.now();
        setState({ value, atMs });
        setHistory((history) => noted(history, value.peers, atMs));
      },
      onLost: setLost,
    });

    return line.current.stop;
  }, [take]);

  const askedAtMs = useRef(Number.NEGATIVE_INFINITY);
  const ask = useCallback(() => {
    askedAtMs.current = performance.now();
    setPause(undefined);
    asking.run(async () => {
      take(await api.ask());
      line.current?.again();
    });
  }, [asking.run, take]);
  const isStranger = me?.value.authority === "none";
  const standing = me?.value.waiting;
  // Whenever the box says who asks, so that a request that got lost is made again.
  useEffect(() => {
    const isTime = performance.now() - askedAtMs.current > ASK_AGAIN_MS;
    if (me?.value.authority === "none" && me.value.waiting === "no" && pause === undefined && isTime) ask();
  }, [me, pause, ask]);
  useGivingUp(isStranger && pause === undefined && standing !== "refused", () => {
    setPause("paused");
    // Another tab of this browser may have been let in, and the two have one cookie.
    api
      .me()
      .then((me) => (me.authority === "none" ? api.leave() : undefined))
      .catch(() => {});
  });

  const leave = () => {
    setPause("paused");
    api
      .leave()
      .then(api.me)
      .then(take, (error: unknown) => setLost(problemOf(error)));
  };

  const issued = useCallback((handing: Handing) => setHandings((handings) => [...handings, handing]), []);
  const done = () => {
    setHandings((handings) => handings.slice(1));
    // The button that asked for the key may be gone with its session.
    if (!document.activeElement?.closest("main")) focusStep();
  };

  return (
    <>
      <a class="skip" href="#main" onClick={skip}>
        {strings.skip}
      </a>
      <Header me={me} onLeave={leave} />
      <div role="status">
        {lost && (
          <p class="notice lost" data-testid="lost">
            {problemWords(lost).sentence} <span class="hint">{strings.retrying}</span>
          </p>
        )}
        {restored && <RestoredNote restored={restored} onDone={() => setRestored(undefined)} />}
      </div>
      <Scene
        me={me?.value}
        state={state}
        history={history}
        onIssued={issued}
        onRestored={setRestored}
        waiting={<Waiting standing={standing ?? "no"} pause={pause} asking={asking} onAsk={ask} />}
      />
      {handing && (
        <HandOverLater
          key={handing.issued.peer.public_key}
          handing={handing}
          state={state?.value}
          onDone={done}
        />
      )}
      <footer>
        {state && <p>{strings.version(state.value.status.version)}</p>}
        <p>{strings.footer}</p>
        <Languages language={language} onChoose={changeLanguage} />
      </footer>
    </>
  );
}

type SceneProps = {
  me: Me | undefined;
  state: Told<State> | undefined;
  history: History;
  waiting: preact.ComponentChildren;
  onIssued(handing: Handing): void;
  onRestored(restored: Restored): void;
};

function Scene({ me, state, history, waiting, onIssued, onRestored }: SceneProps) {
  const asked = usePlace();
  const firstRun = useFirstRun(state?.value);
  const place = asked === "home" && firstRun.appears ? "first-run" : asked;
  useComingBack(place);
  switch (me?.authority) {
    case "none":
      return <>{waiting}</>;
    case "family":
    case "guest":
      return <Visitor me={me} />;
    case "session":
    case "owner":
    case "root":
      if (!state) return <Loading />;
      if (place === "home") return <Home told={state} history={history} onIssued={onIssued} />;
      return (
        <Later
          key={place}
          place={place}
          told={state}
          me={me}
          onIssued={onIssued}
          onRestored={(restored) => {
            // A box that is restored is set up.
            firstRun.leave();
            onRestored(restored);
          }}
          onLeave={firstRun.leave}
        />
      );
    case undefined:
      return <Loading />;
  }
}

/** The first run appears by itself, then stays until it is left: also when it comes to its end. */
function useFirstRun(state: State | undefined): { appears: boolean; leave(): void } {
  const [left, setLeft] = useState(false);
  const begun = useRef(false);
  begun.current ||= state !== undefined && isFirstRun(state, Date.now() / 1000);

  return { appears: begun.current && !left, leave: () => setLeft(true) };
}

/** What shows a key was fetched before the box was asked for one, so it is there at once. */
function HandOverLater(props: ComponentProps<typeof HandOver>) {
  const [part, setPart] = useState<{ HandOver: typeof HandOver }>();
  useEffect(() => void import("./parts/hand-over").then(setPart), []);

  return part ? <part.HandOver {...props} /> : null;
}

function Loading() {
  return (
    <main id="main" tabIndex={-1} class="waiting">
      <p class="lead">{strings.loading}</p>
    </main>
  );
}

function administers(me: Me): boolean {
  return me.authority === "session" || me.authority === "owner" || me.authority === "root";
}

/** The other places see to their beginning by themselves, since they are there only when they are fetched. */
function useComingBack(place: Place) {
  const before = useRef(place);
  useEffect(() => {
    if (place === "home" && before.current !== "home") {
      window.scrollTo(0, 0);
      focusMain();
    }
    before.current = place;
  }, [place]);
}

/** The part after `#` says where we are, so it cannot say where to begin reading too. */
function skip(event: Event) {
  event.preventDefault();
  focusMain();
}

/** Stops waiting when nobody comes, and when the page is closed: a forgotten page would stand in everybody's way. */
function useGivingUp(waits: boolean, giveUp: () => void) {
  const latest = useRef(giveUp);
  latest.current = giveUp;
  useEffect(() => {
    if (!waits) return;
    const timer = setTimeout(() => latest.current(), PATIENCE_MS);
    let hiddenAtMs = performance.now();
    const hiding = () => {
      hiddenAtMs = performance.now();
    };
    const closing = () => {
      // A page that has long been out of sight waits no more, and cannot know whether another tab was let in since.
      const isOutOfSight = document.visibilityState === "hidden" && performance.now() - hiddenAtMs > OUT_OF_SIGHT_MS;
      if (!isOutOfSight) api.leave().catch(() => {});
    };
    document.addEventListener("visibilitychange", hiding);
    window.addEventListener("pagehide", closing);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", hiding);
      window.removeEventListener("pagehide", closing);
    };
  }, [waits]);
}

/** Long enough to find the box in the cellar. */
const PATIENCE_MS = 10 * 60_000;
/** A browser that keeps no cookies stays unknown however often it asks; it must not ask in circles. */
const ASK_AGAIN_MS = 3_000;
/** Some browsers hide a page a moment before they close it. */
const OUT_OF_SIGHT_MS = 1_000;
