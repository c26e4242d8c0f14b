import type { State } from "../api/types";
import { ago } from "../format";
import { hrefs } from "../place";
import { strings, wordsOf } from "../strings";
import { type Standing, standingOf } from "../way-in";
import { Mark, type Sign } from "./mark";

/** `alone` where there is no more to read elsewhere. */
type Props = { state: State; elapsedMs: number; alone?: boolean };

/** Whether the box can be reached from outside, in a line: what is, what to do, and where to read more. */
export function WayInLine({ state, elapsedMs, alone = false }: Props) {
  const { standing, finding } = standingOf(state);
  const words = finding && wordsOf(finding);
  const isTrouble = standing === "trouble" && words !== undefined;

  return (
    <section
      class={`card way-in-line ${standing}`}
      aria-labelledby="way-in-title"
      data-testid="way-in"
      data-standing={standing}
    >
      <Mark sign={SIGNS[standing]} />
      <div class="way-in-words">
        <p class="way-in-title" id="way-in-title" aria-live="polite">
          <span class="unseen">{strings.wayIn.title}: </span>
          {isTrouble ? <span lang={words.lang}>{words.sentence}</span> : strings.wayIn.lines[standing]}
        </p>
        <p class="hint" lang={isTrouble ? words.lang : undefined}>
          {isTrouble ? words.advice : whatToDo(standing, state, elapsedMs, alone)}
        </p>
        {!isTrouble && words && (
          <p class="hint" lang={words.lang}>
            {words.sentence}
          </p>
        )}
        {!alone && state.way_in.exposed.length > 0 && (
          <p class="hint needs" data-testid="exposed">
            {strings.wayIn.exposed}
          </p>
        )}
      </div>
      {!alone && (
        <div class="way-in-links">
          {standing === "locked" && (
            <a class="button quiet" href={hrefs.settings} data-testid="way-in-lock">
              {strings.lock.switchOn}
            </a>
          )}
          {standing === "unproven" && state.peers.length > 0 && (
            <a class="button quiet" href={hrefs["first-run"]} data-testid="way-in-test">
              {strings.firstRun.goOn}
            </a>
          )}
          {standing !== "locked" && state.peers.length > 0 && (
            <a class="button quiet" href={hrefs.check} data-testid="way-in-check">
              {strings.check.title}
            </a>
          )}
          <a class="button quiet" href={hrefs["way-in"]} aria-describedby="way-in-title" data-testid="way-in-more">
            {strings.wayIn.details}
          </a>
        </div>
      )}
    </section>
  );
}

function whatToDo(standing: Standing, { way_in }: State, elapsedMs: number, alone: boolean): string {
  const words = strings.wayIn;
  switch (standing) {
    case "locked":
      // The home page says above it how.
      return alone ? words.lockedHow : words.lockedNow;
    case "changed":
      return words.changedHow;
    case "works":
      return words.proven(ago((way_in.proven_seconds_ago ?? 0) + Math.floor(elapsedMs / 1000), strings.locale));
    case "trouble":
    case "unproven":
      return words.prove;
  }
}

const SIGNS: Record<Standing, Sign> = { locked: "none", changed: "bad", trouble: "bad", works: "good", unproven: "open" };
