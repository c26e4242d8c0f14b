import type { Fault as BoxFault, State } from "../api/types";
import type { Handing } from "../handing";
import { useNow } from "../hooks";
import { AddPeer } from "../parts/add-peer";
import { BoxFront } from "../parts/box-front";
import { Guests } from "../parts/guests";
import { HomeAssistantCard } from "../parts/home-assistant";
import { Links } from "../parts/links";
import { Own } from "../parts/own";
import { PeerRow } from "../parts/peer-row";
import { WayInLine } from "../parts/way-in-line";
import { hrefs } from "../place";
import { faultWords, strings } from "../strings";
import { type History, trafficOf } from "../traffic";

/** What was told, and when by {@link performance.now}. */
export type Told<T> = { value: T; atMs: number };

type Props = { told: Told<State>; history: History; onIssued(handing: Handing): void };

/** What those who may administer see: everything. */
export function Home({ told, history, onIssued }: Props) {
  const state = told.value;
  const now = useNow();
  const elapsedMs = Math.max(0, now - told.atMs);
  const isFirst = state.peers.length === 0;

  return (
    <main id="main" tabIndex={-1} class="home" data-testid="home">
      <h1 class="unseen">{strings.home}</h1>
      <div class="notices" aria-live="polite">
        {state.status.locked && <p class="notice">{strings.locked}</p>}
        {state.status.faults.map((fault) => (
          <Fault key={fault.code} fault={fault} />
        ))}
      </div>
      <div class="columns at-a-glance">
        <WayInLine state={state} elapsedMs={elapsedMs} />
        <BoxFront lamps={state.status.lamps} />
      </div>
      <div class="columns">
        <div class="column">
          {!isFirst && (
            <section aria-labelledby="peers-title" class="card">
              <h2 id="peers-title">{strings.peers.title}</h2>
              <p class="hint" data-testid="who-is-in">
                {whoIsIn(state)}
              </p>
              <ul class="peers" data-testid="peer-list">
                {state.peers.map((peer) => (
                  <PeerRow
                    key={peer.id}
                    peer={peer}
                    traffic={trafficOf(history, peer, now)}
                    elapsedMs={elapsedMs}
                    onIssued={onIssued}
                  />
                ))}
              </ul>
            </section>
          )}
          <AddPeer first={isFirst} onIssued={onIssued} />
          {isFirst && (
            <a class="button quiet" href={hrefs.safekeeping} data-testid="to-restore">
              {strings.safekeeping.offer}
            </a>
          )}
        </div>
        <div class="column aside">
          <Guests access={state.guest_access} hours={state.settings.guest_hours} elapsedMs={elapsedMs} />
          <HomeAssistantCard found={state.status.home_assistant} />
          <Links />
        </div>
      </div>
    </main>
  );
}

function whoIsIn({ peers }: State): string {
  const names = peers.filter((peer) => peer.connected).map((peer) => peer.name);

  return names.length > 0 ? strings.peers.in(names.join(", ")) : strings.peers.nobodyIn;
}

function Fault({ fault }: { fault: BoxFault }) {
  const { sentence, lang, own } = faultWords(fault);

  return (
    <p class="notice fault" data-testid="fault" lang={lang}>
      {sentence}
      <Own sentence={own} />
    </p>
  );
}
