import type { Finding, State, WayIn } from "./api/types";

/** How the way in stands, as one word. */
export type Standing = "locked" | "changed" | "trouble" | "works" | "unproven";

/** How the way in stands, and what the box found that is in the way. */
export function standingOf({ status, way_in }: State): { standing: Standing; finding: Finding | undefined } {
  const finding = troubleOf(way_in);
  if (status.locked) return { standing: "locked", finding: undefined };
  if (way_in.address_changed) return { standing: "changed", finding: undefined };
  if (status.lamps.door === "fast_blink") return { standing: "trouble", finding };
  // Who came in has shown more than any search can.
  if (way_in.proven_seconds_ago != null) return { standing: "works", finding: failingName(way_in) };

  return { standing: finding ? "trouble" : "unproven", finding };
}

/** The first thing in the way, in the order in which people can do something about it. */
function troubleOf(wayIn: WayIn): Finding | undefined {
  if (wayIn.verdict.advice != null) return wayIn.verdict;
  const doors = [wayIn.door_v4, wayIn.door_v6];
  const shut = doors.some((door) => door.state === "open") ? undefined : doors.find((door) => door.state === "shut");

  return shut?.finding ?? failingName(wayIn);
}

function failingName({ names }: WayIn): Finding | undefined {
  return names.find((name) => name.state === "failing")?.finding;
}
