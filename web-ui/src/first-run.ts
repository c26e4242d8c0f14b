import type { Finding, Peer, State } from "./api/types";
import { comesFrom } from "./outside";
import type { Sign } from "./parts/mark";

/** The steps of the first run, in order. */
export const STEPS = ["button", "found", "name", "phone", "test"] as const;

export type RunStep = (typeof STEPS)[number];

/** How far a box has come, by what it says itself: so it goes on wherever and on whatever device it is taken up again. */
export function stepOf({ peers, settings, way_in }: State): RunStep | "done" {
  if (peers.length > 0) return way_in.proven_seconds_ago == null ? "test" : "done";
  const isNamed = way_in.names.length > 0 || settings.endpoint_host != null;

  return isNamed ? "phone" : "found";
}

/** The step after this one; what the box has already got behind it is not asked again. */
export function stepAfter(step: RunStep, reached: RunStep | "done"): RunStep | "done" {
  const next = STEPS[STEPS.indexOf(step) + 1] ?? "done";

  return isBefore(next, reached) ? reached : next;
}

/** Whether one step comes before another. */
export function isBefore(step: RunStep | "done", other: RunStep | "done"): boolean {
  const at = (step: RunStep | "done") => (step === "done" ? STEPS.length : STEPS.indexOf(step));

  return at(step) < at(other);
}

/**
 * Whether the first run appears by itself: while there is no device, or nobody has come in from outside. A home that has
 * long had its devices is through with it, though: the box remembers for a week that somebody came in.
 */
export function isFirstRun({ peers, way_in }: State, nowS: number): boolean {
  const isNew = peers.every((peer) => nowS - peer.created_at < WEEK_S);

  return peers.length === 0 || (isNew && way_in.proven_seconds_ago == null);
}

/** What the box looks for by itself. */
export type Sought = "internet" | "home_assistant" | "address" | "door";

/** How far it has come with one of them; with the box's own words where there is more to say than the sign does. */
export type Found = { what: Sought; sign: Sign; finding?: Finding };

/** What the box has found by itself, as far as it is. */
export function foundBy(state: State): Found[] {
  const { verdict } = state.way_in;
  const isOffline = verdict.code === "no_internet";
  const internet: Found = { what: "internet", sign: isOffline ? "bad" : isUnknown(state) ? "open" : "good" };

  return [
    isOffline ? { ...internet, finding: verdict } : internet,
    { what: "home_assistant", sign: state.status.home_assistant ? "good" : "open" },
    address(state),
    door(state),
  ];
}

/** How the test from outside goes. */
export type Trial = "proven" | "from_home" | "nobody";

/** How it goes now, and who is in but not from outside. */
export function trialOf({ peers, way_in }: State): { trial: Trial; peer?: Peer } {
  const peer = peers.find((peer) => peer.connected && comesFrom(peer, way_in.public_v4) === "home");
  if (way_in.proven_seconds_ago != null) return { trial: "proven" };

  return peer ? { trial: "from_home", peer } : { trial: "nobody" };
}

function isUnknown({ way_in }: State): boolean {
  return way_in.verdict.code === "not_known_yet";
}

function address(state: State): Found {
  const { verdict } = state.way_in;
  if (state.settings.endpoint_host != null) return { what: "address", sign: "good" };
  if (isUnknown(state)) return { what: "address", sign: "open" };
  // Said already, where the internet is.
  if (verdict.code === "no_internet") return { what: "address", sign: "none" };

  return { what: "address", sign: verdict.advice == null ? "good" : "bad", finding: verdict };
}

function door({ way_in, settings }: State): Found {
  const doors = [way_in.door_v4, way_in.door_v6];
  const known = (state: string) => doors.find((door) => door.state === state)?.finding;
  const [open, asking, shut] = [known("open"), known("asking"), known("shut")];
  if (way_in.proven_seconds_ago != null) return { what: "door", sign: "good" };
  if (open) return { what: "door", sign: "good", finding: open };
  if (asking) return { what: "door", sign: "open" };
  if (shut) return { what: "door", sign: "bad", finding: shut };
  // The owner has said to open it by hand, or else there is no router in the way.
  if (!settings.port_mapping) return { what: "door", sign: "none" };

  return { what: "door", sign: way_in.verdict.code === "public_v4" ? "good" : "none", finding: way_in.door_v4.finding };
}

const WEEK_S = 7 * 86_400;
