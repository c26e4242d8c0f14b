import type { State } from "../api/types";
import { type Found, foundBy } from "../first-run";
import { strings, wordsOf } from "../strings";
import { ByHand } from "./by-hand";
import { Mark } from "./mark";
import { HomeAssistantSetting } from "./setting";

/** What the box has found by itself, live; and what is left to people, only where something is. */
export function FoundList({ state, onNext }: { state: State; onNext(): void }) {
  const words = strings.firstRun;
  const found = foundBy(state);
  const isShut = found.some(({ what, sign }) => what === "door" && (sign === "bad" || sign === "none"));
  const canOpen = isShut && state.way_in.by_hand.address != null && state.way_in.verdict.code !== "no_internet";

  return (
    <>
      <p>{words.foundIntro}</p>
      <ul class="found" aria-live="polite" data-testid="found">
        {found.map((one) => (
          <FoundLine key={one.what} found={one} state={state} />
        ))}
      </ul>
      {!state.status.home_assistant && <HomeAssistantSetting state={state} />}
      {canOpen && <ByHand wayIn={state.way_in} />}
      <div class="actions">
        <button type="button" class="primary" data-testid="run-next" onClick={onNext}>
          {words.next}
        </button>
      </div>
    </>
  );
}

function FoundLine({ found: { what, sign, finding }, state }: { found: Found; state: State }) {
  const words = strings.firstRun;
  const { title, [sign]: own } = words.found[what];
  const said = finding && wordsOf(finding);
  const isOwn = sign === "good" || said === undefined;

  return (
    <li data-found={what} data-sign={sign}>
      <Mark sign={sign} />
      <div>
        <h3>
          {title} <span class="unseen">{words.signs[sign]}</span>
        </h3>
        <p class="hint" lang={isOwn ? undefined : said.lang}>
          {isOwn ? (known(what, state) ?? own) : said.sentence}
        </p>
        {sign === "bad" && said?.advice && <p lang={said.lang}>{said.advice}</p>}
      </div>
    </li>
  );
}

/** What is good to know of what was found. */
function known(what: Found["what"], { status, settings }: State): string | undefined {
  const found = status.home_assistant;
  const words = strings.homeAssistant;
  switch (what) {
    case "home_assistant":
      return found ? (found.typed ? words.typed : words.found)(found.address) : undefined;
    case "address":
      return settings.endpoint_host == null ? undefined : strings.firstRun.noneNeeded(settings.endpoint_host);
    case "internet":
    case "door":
      return undefined;
  }
}
