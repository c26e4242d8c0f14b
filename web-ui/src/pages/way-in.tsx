import "../way-in.css";
import type { Door, State } from "../api/types";
import { useNow } from "../hooks";
import { ByHand } from "../parts/by-hand";
import { ByItself } from "../parts/by-itself";
import { FindingCard } from "../parts/finding";
import { Names } from "../parts/names";
import { Outdated } from "../parts/outdated";
import { WayInLine } from "../parts/way-in-line";
import { hrefs } from "../place";
import { strings, wordsOf } from "../strings";
import type { LaterProps } from "./later";
import { SubPage } from "./sub-page";

/** All about how the internet reaches the box. */
export function WayInPage({ told, onIssued }: LaterProps) {
  const state = told.value;
  const elapsedMs = Math.max(0, useNow() - told.atMs);

  return (
    <SubPage title={strings.wayIn.title} testId="way-in-page">
      <WayInLine state={state} elapsedMs={elapsedMs} alone />
      <div class="columns">
        <div class="column">
          <Now state={state} />
          <ByHand wayIn={state.way_in} />
          <Names names={state.way_in.names} />
        </div>
        <div class="column">
          <Outdated peers={state.peers} onIssued={onIssued} />
          <nav class="card searches" aria-labelledby="searches-title">
            <h2 id="searches-title">{strings.wayIn.searches}</h2>
            <a class="button" href={hrefs.check} data-testid="to-check">
              {strings.check.title}
            </a>
            <a class="button" href={hrefs.outside} data-testid="to-outside">
              {strings.outside.title}
            </a>
          </nav>
          <ByItself state={state} />
        </div>
      </div>
    </SubPage>
  );
}

function Now({ state: { status, way_in } }: { state: State }) {
  const { verdict, public_v4, public_v6, router, door_v4, door_v6 } = way_in;
  const words = strings.wayIn;

  return (
    <section class="card" aria-labelledby="now-title">
      <h2 id="now-title">{words.now}</h2>
      <FindingCard finding={verdict} sign={verdict.advice ? "bad" : "good"} />
      <dl class="how-it-stands">
        {public_v4 && <Fact name={words.address} value={public_v4} />}
        {public_v6 && <Fact name={words.addressV6} value={public_v6} />}
        {router && <Fact name={words.router} value={router} />}
        <DoorFact name={words.doorV4} door={door_v4} />
        <DoorFact name={words.doorV6} door={door_v6} />
        <Fact name={words.keysPoint} value={status.endpoint ?? words.keysPointNowhere} />
      </dl>
    </section>
  );
}

function DoorFact({ name, door }: { name: string; door: Door }) {
  const words = strings.wayIn;
  const { sentence, advice } = wordsOf(door.finding);
  const how = [
    door.by && words.openedBy(door.by),
    door.state === "open" && door.outside_port != null && words.outsidePort(door.outside_port),
  ].filter(Boolean);

  return (
    <Fact name={name} value={words.doors[door.state]}>
      <p class="hint">
        {sentence}
        {how.length > 0 && ` (${how.join(", ")})`}
      </p>
      {advice && <p>{advice}</p>}
    </Fact>
  );
}

function Fact({ name, value, children }: { name: string; value: string; children?: preact.ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <p class="value">{value}</p>
        {children}
      </dd>
    </div>
  );
}
