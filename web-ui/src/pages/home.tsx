import type { State } from "../api/types";
import { useNow } from "../hooks";
import { AddPeer } from "../parts/add-peer";
import { BoxFront } from "../parts/box-front";
import { Guests } from "../parts/guests";
import type { Handing } from "../parts/hand-over";
import { HomeAssistantCard } from "../parts/home-assistant";
import { Own } from "../parts/own";
import { PeerRow } from "../parts/peer-row";
import { SettingsCard } from "../parts/settings";
import { WayInLine } from "../parts/way-in-line";
import { faultWords, strings } from "../strings";

/** What was told, and when by {@link performance.now}. */
export type Told<T> = { value: T; atMs: number };

/** What those who may administer see: everything. */
export function Home({ told, onIssued }: { told: Told<State>; onIssued(handing: Handing): void }) {
  const state = told.value;
  const elapsedMs = Math.max(0, useNow() - told.atMs);
  const isFirst = state.peers.length === 0;

  return (
    <main id="main" tabIndex={-1} class="home" data-testid="home">
      <h1 class="unseen">{strings.home}</h1>
      <div class="notices" aria-live="polite">
        {state.status.locked && <p class="notice">{strings.locked}</p>}
        {state.status.faults.map((fault) => (
          <Fault key={fault} fault={fault} />
        ))}
      </div>
      <WayInLine state={state} elapsedMs={elapsedMs} />
      <div class="columns">
        <div class="column">
          {!isFirst && (
            <section aria-labelledby="peers-title" class="card">
              <h2 id="peers-title">{strings.peers.title}</h2>
              <ul class="peers" data-testid="peer-list">
                {state.peers.map((peer) => (
                  <PeerRow key={peer.id} peer={peer} elapsedMs={elapsedMs} onIssued={onIssued} />
                ))}
              </ul>
            </section>
          )}
          <AddPeer first={isFirst} onIssued={onIssued} />
        </div>
        <div class="column aside">
          <BoxFront lamps={state.status.lamps} />
          <Guests access={state.guest_access} hours={state.settings.guest_hours} elapsedMs={elapsedMs} />
          <HomeAssistantCard found={state.status.home_assistant} />
          <SettingsCard state={state} />
        </div>
      </div>
    </main>
  );
}

function Fault({ fault }: { fault: string }) {
  const { sentence, lang, own } = faultWords(fault);

  return (
    <p class="notice fault" data-testid="fault" lang={lang}>
      {sentence}
      <Own sentence={own} />
    </p>
  );
}
