import { useRef, useState } from "preact/hooks";
import type { Peer } from "../api/types";
import { ago, bytes } from "../format";
import type { Handing } from "../handing";
import { strings } from "../strings";
import { sum, type Traffic } from "../traffic";
import { PeerEditor } from "./peer-editor";
import { Sparkline } from "./sparkline";

type Props = { peer: Peer; traffic: Traffic; elapsedMs: number; onIssued(handing: Handing): void };

/** One device of the list, which opens to be changed. */
export function PeerRow({ peer, traffic, elapsedMs, onIssued }: Props) {
  const [open, setOpen] = useState(false);
  const opener = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    opener.current?.focus();
  };
  const { locale } = strings;

  return (
    <li class={peer.connected ? "peer connected" : "peer"} data-testid="peer" data-name={peer.name}>
      <div class="peer-line">
        <span class="peer-sign" aria-hidden="true">
          {initialOf(peer.name)}
        </span>
        <div class="peer-words">
          <h3>
            <bdi>{peer.name}</bdi> <span class={`role role-${peer.role}`}>{strings.roles[peer.role]}</span>
          </h3>
          <p class="hint">
            <span class={peer.connected ? "here" : undefined}>{presence(peer, elapsedMs)}</span>
            {peer.received_bytes + peer.sent_bytes > 0 && (
              <span class="traffic">
                {strings.peers.traffic(bytes(peer.received_bytes, locale), bytes(peer.sent_bytes, locale))}
              </span>
            )}
          </p>
          {peer.new_key_waits && <p class="hint">{strings.peers.newKeyWaits}</p>}
          {peer.outdated && <p class="hint needs">{strings.peers.outdated}</p>}
        </div>
        {(peer.connected || hasMoved(traffic)) && <Sparkline traffic={traffic} />}
        <button
          type="button"
          ref={opener}
          class="quiet"
          aria-expanded={open}
          aria-label={open ? undefined : strings.peers.change(peer.name)}
          data-testid="peer-change"
          onClick={() => setOpen(!open)}
        >
          {open ? strings.peers.cancel : strings.peers.changeShort}
        </button>
      </div>
      {open && <PeerEditor peer={peer} onIssued={onIssued} onClose={close} />}
    </li>
  );
}

function presence(peer: Peer, elapsedMs: number): string {
  if (peer.connected) return strings.peers.connected;
  if (peer.last_handshake_seconds_ago == null) return strings.peers.never;

  return strings.peers.seen(ago(peer.last_handshake_seconds_ago + Math.floor(elapsedMs / 1000), strings.locale));
}

function hasMoved(traffic: Traffic): boolean {
  const { up, down } = sum(traffic);

  return up + down > 0;
}

function initialOf(name: string): string {
  return (name.match(/[\p{L}\p{N}]/u)?.[0] ?? "").toUpperCase();
}
