import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Issued, Peer } from "../api/types";
import { hasArrived } from "../format";
import { strings } from "../strings";
import { ProblemLine } from "./problem";
import { Qr } from "./qr";

/** A key on its way to its device: the only place where a private key is, until Done. */
export type Handing = { issued: Issued; configuration: string };

/** `peers` are those of now; none while the box does not say, as when the session has ended. */
type Props = { handing: Handing; peers: Peer[] | undefined; onDone(): void };

/** Shows a key once, and until Done whatever else happens. */
export function HandOver({ handing, peers, onDone }: Props) {
  const { issued, configuration } = handing;
  const name = issued.peer.name;
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    window.addEventListener("beforeunload", keepOpen);
    return () => window.removeEventListener("beforeunload", keepOpen);
  }, []);
  // A phone that was in and went to sleep has still come in.
  const arrived = useRef(false);
  arrived.current ||= hasArrived(issued, peers);
  const closed = () => {
    // Some browsers close on the second Escape or "back", whatever was said to the first.
    if (dialog.current?.returnValue === DONE) onDone();
    else dialog.current?.showModal();
  };

  return (
    <dialog ref={dialog} class="hand-over" aria-labelledby="hand-over-title" onClose={closed} onCancel={keepOpen}>
      {/* Takes the focus, which would else scroll the code away to the first button. */}
      <h2 id="hand-over-title" tabIndex={-1} autofocus>{strings.handOver.title(name)}</h2>
      <ProblemLine sentence={issued.warning ?? undefined} />
      <Qr text={configuration} label={strings.handOver.qr(name)} />
      <p class={arrived.current ? "arrival arrived" : "arrival"} role="status" data-testid="arrival">
        {arrived.current
          ? strings.handOver.arrived(name)
          : peers
            ? strings.handOver.waiting(name)
            : strings.handOver.unwatched(name)}
      </p>
      <h3>{strings.handOver.scan}</h3>
      <ol>
        {strings.handOver.steps.map((step) => (
          <li key={step}>{step}</li>
        ))}
        <li>
          {strings.handOver.tunnelName} <strong data-testid="tunnel-name">{issued.tunnel_name}</strong>.
        </li>
      </ol>
      <h3>{strings.handOver.samePhone}</h3>
      <p>{strings.handOver.samePhoneHow}</p>
      <Download file={`${issued.tunnel_name}.conf`} text={configuration} />
      <p class="hint">{strings.handOver.once}</p>
      <div class="actions sticky">
        <button type="button" class="primary" data-testid="done" onClick={() => dialog.current?.close(DONE)}>
          {strings.handOver.done}
        </button>
      </div>
    </dialog>
  );
}

function Download({ file, text }: { file: string; text: string }) {
  // Any other type, and some phones would append an ending that the app does not take.
  const url = useMemo(() => URL.createObjectURL(new Blob([text], { type: "application/octet-stream" })), [text]);
  useEffect(() => () => URL.revokeObjectURL(url), [url]);

  return (
    <a class="button" href={url} download={file} data-testid="configuration-download">
      {strings.handOver.download(file)}
    </a>
  );
}

/** A slip of the hand must not throw away a key that is shown only once. */
function keepOpen(event: Event) {
  event.preventDefault();
}

const DONE = "done";
