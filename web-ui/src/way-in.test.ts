import { expect, test } from "vitest";
import type { Door, Finding, Lamps, Name, State, WayIn } from "./api/types";
import { standingOf } from "./way-in";

const CGNAT = found("cgnat", "Ask the provider");
const SHUT: Door = { state: "shut", finding: found("refused", "Type it in by hand") };
const OPEN: Door = { state: "open", finding: found("open") };
const FAILING = { state: "failing", finding: found("wrong_token", "Make a new one") } as Name;
const DAYS_AGO = 3 * 86_400;

test.each<[string, Partial<WayIn>, string, string | undefined]>([
  ["nothing known", {}, "unproven", undefined],
  ["somebody came in", { proven_seconds_ago: DAYS_AGO }, "works", undefined],
  ["somebody came in just now", { proven_seconds_ago: 0 }, "works", undefined],
  ["no address of its own", { verdict: CGNAT }, "trouble", "cgnat"],
  ["a shut door", { door_v4: SHUT }, "trouble", "refused"],
  ["a shut door beside an open one", { door_v4: SHUT, door_v6: OPEN }, "unproven", undefined],
  ["a shut door through which somebody came in", { door_v4: SHUT, proven_seconds_ago: DAYS_AGO }, "works", undefined],
  ["a name that fails", { names: [FAILING] }, "trouble", "wrong_token"],
  ["a name that fails later", { names: [FAILING], proven_seconds_ago: DAYS_AGO }, "works", "wrong_token"],
  ["the worst of all", { names: [FAILING], door_v4: SHUT, verdict: CGNAT }, "trouble", "cgnat"],
  ["another address", { address_changed: true, proven_seconds_ago: DAYS_AGO }, "changed", undefined],
])("%s", (_, wayIn, standing, code) => {
  const seen = standingOf(state(wayIn));

  expect([seen.standing, seen.finding?.code]).toEqual([standing, code]);
});

test("a check that failed since counts more than who came in before", () => {
  const seen = standingOf(state({ proven_seconds_ago: DAYS_AGO }, { door: "fast_blink" }));

  expect(seen.standing).toBe("trouble");
});

test("a locked box has nothing in the way but its lock", () => {
  const seen = standingOf(state({ verdict: CGNAT, address_changed: true }, {}, true));

  expect(seen).toEqual({ standing: "locked", finding: undefined });
});

function state(wayIn: Partial<WayIn>, lamps: Partial<Lamps> = {}, locked = false): State {
  const closed: Door = { state: "not_wanted", finding: found("not_wanted") };
  const way_in: WayIn = {
    verdict: found("public_v4"),
    door_v4: closed,
    door_v6: closed,
    by_hand: { protocol: "UDP", port: 41_620 },
    names: [],
    address_changed: false,
    exposed: [],
    ...wayIn,
  };

  return { status: { locked, lamps: { door: "slow_pulse", ...lamps } }, way_in } as State;
}

function found(code: string, advice?: string): Finding {
  return advice ? { code, sentence: "", advice } : { code, sentence: "" };
}
