import "../way-in.css";
import type { Door, Finding, State } from "../api/types";
import { useNow } from "../hooks";
import { ByHand } from "../parts/by-hand";
import { ByItself } from "../parts/by-itself";
import { FindingCard } from "../parts/finding";
import { Findings } from "../parts/findings";
import { Names } from "../parts/names";
import { Outdated } from "../parts/outdated";
import { WayInLine } from "../parts/way-in-line";
import { hrefs } from "../place";
import { strings, wordsOf } from "../strings";
import { standingOf } from "../way-in";
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
          <Outdated peers={state.peers} onIssued={onIssued} />
          <Exposed findings={state.way_in.exposed} />
          <Now state={state} />
          <ByHand wayIn={state.way_in} />
        </div>
        <div class="column">
          <nav class="card searches" aria-labelledby="searches-title">
            <h2 id="searches-title">{strings.wayIn.searches}</h2>
            <a class="button" href={hrefs.check} data-testid="to-check">
              {strings.check.title}
            </a>
            <a class="button" href={hrefs.outside} data-testid="to-outside">
              {strings.outside.title}
            </a>
          </nav>
          <Names names={state.way_in.names} />
          <ByItself state={state} />
        </div>
      </div>
    </SubPage>
  );
}

/** What the box has found open by itself. */
function Exposed({ findings }: { findings: Finding[] }) {
  if (findings.length === 0) {
    return null;
  }

  return (
    <section class="card" aria-labelledby="exposed-title" data-testid="exposed">
      <h2 id="exposed-title">{strings.wayIn.exposed}</h2>
      <Findings findings={findings} none="" isSure />
    </section>
  );
}

function Now({ state }: { state: State }) {
  const { verdict, public_v4, public_v6, router, door_v4, door_v6 } = state.way_in;
  const words = strings.wayIn;
  // The line above has said it already.
  const said = standingOf(state).finding;

  return (
    <section class="card" aria-labelledby="now-title">
      <h2 id="now-title">{words.now}</h2>
      {verdict !== said && <FindingCard finding={verdict} sign={verdict.advice ? "bad" : "good"} />}
      <dl class="how-it-stands">
        {public_v4 && verdict.code !== "public_v4" && <Fact name={words.address} value={public_v4} />}
        {public_v6 && <Fact name={words.addressV6} value={public_v6} />}
        {router && <Fact name={words.router} value={router} />}
        <DoorFact name={words.doorV4} door={door_v4} said={said} />
        <DoorFact name={words.doorV6} door={door_v6} said={said} />
        <Fact name={words.keysPoint} value={state.status.endpoint ?? words.keysPointNowhere} />
      </dl>
    </section>
  );
}

function DoorFact({ name, door, said }: { name: string; door: Door; said: Finding | undefined }) {
  const words = strings.wayIn;
  const { sentence, advice, lang } = wordsOf(door.finding);
  const how = [
    door.by && words.openedBy(door.by),
    door.state === "open" && door.outside_port != null && words.outsidePort(door.outside_port),
  ].filter(Boolean);

  return (
    <Fact name={name} value={words.doors[door.state]}>
      <p class="hint">
        <span lang={lang}>{sentence}</span>
        {how.length > 0 && ` (${how.join(", ")})`}
      </p>
      {advice && door.finding !== said && <p lang={lang}>{advice}</p>}
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
