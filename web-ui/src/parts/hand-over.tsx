import "../hand-over.css";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Peer, State } from "../api/types";
import { type Handing, type Standing, settle, standingOf } from "../handing";
import { useNow, useTask } from "../hooks";
import { rekey } from "../issue";
import { strings } from "../strings";
import { AppSteps } from "./app-steps";
import { KeyWays } from "./key-ways";
import { ProblemLine } from "./problem";

/** `state` is that of now; none while the box does not say, as when the session has ended. */
type Props = { handing: Handing; state: State | undefined; onDone(): void };

/** Shows a key once, until its device has come in or ten minutes are over; and what came of it, until Done. */
export function HandOver({ handing: first, state, onDone }: Props) {
  const [handing, setHanding] = useState(first);
  const standing = useStanding(handing, state?.peers);
  const isReady = standing === "ready";
  const { dialog, close } = useDialog(isReady, onDone);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // What had the focus may be gone with the key.
    if (!isReady) title.current?.focus();
  }, [isReady]);
  const { peer, warning } = handing.issued;
  const words = strings.handOver;

  return (
    <dialog ref={dialog} class="hand-over" aria-labelledby="hand-over-title">
      {/* Takes the focus, which would else scroll the code away to the first button. */}
      <h2 id="hand-over-title" ref={title} tabIndex={-1} autofocus>
        {words.title(peer.name)}
      </h2>
      {isReady && <ProblemLine sentence={warning ?? undefined} />}
      {isReady && <KeyWays key={peer.public_key} handing={handing} />}
      <p class={`arrival ${standing}`} role="status" data-testid="arrival">
        {isReady && (state ? words.waiting(peer.name) : words.unwatched(peer.name))}
        {standing === "arrived" && (mustWait(peer, state) ? words.arrivedToWait : words.arrived)(peer.name)}
        {standing === "expired" && words.expired}
      </p>
      {isReady && <p class="hint">{words.once}</p>}
      {standing === "expired" && <Expired handing={handing} onRenewed={setHanding} />}
      {standing === "arrived" && state?.status.home_assistant && (
        <AppSteps id="arrival-url" found={state.status.home_assistant} />
      )}
      <div class="actions sticky">
        <button type="button" class="primary" data-testid="done" onClick={close}>
          {words.done}
        </button>
      </div>
    </dialog>
  );
}

/** Whether a device has a key that opens nothing yet. */
function mustWait(peer: Peer, state: State | undefined): boolean {
  return peer.role === "guest" && state?.guest_access.on === false;
}

/** How the key stands now; once it is of no use here any more, it is forgotten. */
function useStanding(handing: Handing, peers: Peer[] | undefined): Standing {
  const now = useNow();
  const last = useRef({ handing, standing: "ready" as Standing });
  const before = last.current.handing === handing ? last.current.standing : "ready";
  const standing = settle(before, standingOf(handing, now, peers));
  last.current = { handing, standing };
  const isGone = standing !== "ready";
  const { secret } = handing;
  useEffect(() => {
    if (isGone) secret.forget();
  }, [isGone, secret]);
  useEffect(() => () => secret.forget(), [secret]);

  return standing;
}

/** The key was not taken in time: whoever passes by the screen must not find it. */
function Expired({ handing, onRenewed }: { handing: Handing; onRenewed(handing: Handing): void }) {
  const { busy, problem, run } = useTask();
  const { peer } = handing.issued;
  const words = strings.handOver;
  const renew = () => run(async () => onRenewed(await rekey(peer)));

  return (
    <div class="expired" data-testid="expired">
      <p>{words.expiredHow(peer.name)}</p>
      <ProblemLine sentence={problem} />
      <button type="button" data-testid="renew" aria-disabled={busy} onClick={renew}>
        {words.renew}
      </button>
    </div>
  );
}

/** Opens the dialog, and lets only `close` close it. While `holds`, the page cannot be left by a slip of the hand either. */
function useDialog(holds: boolean, onDone: () => void) {
  const dialog = useRef<HTMLDialogElement>(null);
  const done = useRef(onDone);
  done.current = onDone;
  useEffect(() => {
    const it = dialog.current;
    if (!it) return;
    // Some browsers close on the second Escape or "back", whatever was said to the first.
    const closed = () => (it.returnValue === DONE ? done.current() : it.showModal());
    it.showModal();
    it.addEventListener("cancel", keepOpen);
    it.addEventListener("close", closed);
    return () => it.removeEventListener("close", closed);
  }, []);
  useEffect(() => {
    if (!holds) return;
    window.addEventListener("beforeunload", keepOpen);
    return () => window.removeEventListener("beforeunload", keepOpen);
  }, [holds]);

  return { dialog, close: () => dialog.current?.close(DONE) };
}

/** A slip of the hand must not throw away a key that is shown only once. */
function keepOpen(event: Event) {
  event.preventDefault();
}

const DONE = "done";
