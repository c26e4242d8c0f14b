import { expect, test } from "vitest";
import type { Door, Finding, Name, Peer, State, WayIn } from "./api/types";
import { foundBy, isFirstRun, type RunStep, stepAfter, stepOf, trialOf } from "./first-run";

const DAY_S = 86_400;
const NOW_S = 1_763_000_000;
const ANNA = { id: 1, name: "Anna", role: "owner", created_at: NOW_S - 60, connected: false } as Peer;
const NAME = { name: "home-4711.duckdns.org", state: "published" } as Name;
const NOT_WANTED: Door = { state: "not_wanted", finding: found("not_wanted") };

test.each<[string, State, RunStep | "done"]>([
  ["a new box", state({}), "found"],
  ["a box with a name", state({ names: [NAME] }), "phone"],
  ["a box that was told where it is", state({}, { endpoint_host: "home.example.org" }), "phone"],
  ["a box with a device", state({}, {}, [ANNA]), "test"],
  ["a box that somebody reached from outside", state({ proven_seconds_ago: 0 }, {}, [ANNA]), "done"],
  ["a box whose only device was removed since", state({ proven_seconds_ago: 60 }), "found"],
])("%s is taken up at its step", (_, state, step) => {
  expect(stepOf(state)).toBe(step);
});

test.each<[RunStep, RunStep | "done", RunStep | "done"]>([
  ["found", "found", "name"],
  ["name", "found", "phone"],
  ["found", "phone", "phone"],
  ["found", "test", "test"],
  ["phone", "test", "test"],
  ["test", "done", "done"],
  ["name", "done", "done"],
])("after %s, when the box has got as far as %s, comes %s", (step, reached, next) => {
  expect(stepAfter(step, reached)).toBe(next);
});

test.each<[string, State, boolean]>([
  ["nobody has a key", state({}), true],
  ["nobody has a key any more", state({ proven_seconds_ago: 9 }), true],
  ["nobody came from outside yet", state({}, {}, [ANNA]), true],
  ["somebody came from outside", state({ proven_seconds_ago: 9 }, {}, [ANNA]), false],
  ["a household has not left home for a week", state({}, {}, [ANNA, aged(8 * DAY_S)]), false],
  ["the clocks do not agree", state({}, {}, [aged(-DAY_S)]), true],
])("the first run appears by itself or not when %s", (_, state, appears) => {
  expect(isFirstRun(state, NOW_S)).toBe(appears);
});

test("a box that was just plugged in is still looking for everything", () => {
  const asking: Door = { state: "asking", finding: found("asking") };
  const { way_in, ...rest } = state({ verdict: found("not_known_yet"), door_v4: asking });
  const looking = { ...rest, way_in, status: {} } as State;

  expect(signs(looking)).toEqual({ internet: "open", home_assistant: "open", address: "open", door: "open" });
});

test.each<[string, Partial<WayIn>, string, string, string]>([
  ["its own address, and a router that opens", { door_v4: door("open") }, "good", "good", "good"],
  ["its own address, and a router that does not", { door_v4: door("shut") }, "good", "good", "bad"],
  ["a shut door beside an open one", { door_v4: door("shut"), door_v6: door("open") }, "good", "good", "good"],
  ["a shut door beside one that is asked for", { door_v4: door("shut"), door_v6: door("asking") }, "good", "good", "open"],
  ["no router", {}, "good", "good", "good"],
  ["a shared address", { verdict: found("cgnat", "Ask the provider") }, "good", "bad", "none"],
  ["no internet", { verdict: found("no_internet", "Look at the cable") }, "bad", "none", "none"],
  ["a shut door through which somebody came", { door_v4: door("shut"), proven_seconds_ago: 5 }, "good", "good", "good"],
])("a home with %s", (_, wayIn, internet, address, door) => {
  expect(signs(state(wayIn))).toEqual({ internet, home_assistant: "good", address, door });
});

test("what the owner has typed or decided is not looked for", () => {
  const seen = signs(state({ verdict: found("cgnat", "Ask") }, { endpoint_host: "a.org", port_mapping: false }));

  expect(seen).toMatchObject({ address: "good", door: "none" });
});

test.each<[string, Partial<Peer>, Partial<WayIn>, string]>([
  ["nobody is in", {}, {}, "nobody"],
  ["somebody is in from the Wi-Fi at home", { connected: true, endpoint: "192.168.1.77:5000" }, {}, "from_home"],
  ["somebody is in, led back by the router", { connected: true, endpoint: "203.0.113.7:5000" }, {}, "from_home"],
  ["somebody was in from home", { endpoint: "192.168.1.77:5000" }, {}, "nobody"],
  ["somebody is in from outside", { connected: true, endpoint: "198.51.100.2:5000" }, {}, "nobody"],
  ["the box has seen it", { connected: true, endpoint: "192.168.1.77:5000" }, { proven_seconds_ago: 0 }, "proven"],
])("the test from outside, while %s", (_, peer, wayIn, trial) => {
  expect(trialOf(state(wayIn, {}, [{ ...ANNA, ...peer }])).trial).toBe(trial);
});

function signs(state: State): Record<string, string> {
  return Object.fromEntries(foundBy(state).map(({ what, sign }) => [what, sign]));
}

function state(wayIn: Partial<WayIn>, settings: Partial<State["settings"]> = {}, peers: Peer[] = []): State {
  const way_in = {
    verdict: found("public_v4"),
    public_v4: "203.0.113.7",
    door_v4: NOT_WANTED,
    door_v6: NOT_WANTED,
    names: [],
    ...wayIn,
  };
  const status = { home_assistant: { address: "192.168.1.20:8123" } };

  return { status, peers, way_in, settings: { port_mapping: true, ...settings } } as unknown as State;
}

function aged(seconds: number): Peer {
  return { ...ANNA, created_at: NOW_S - seconds };
}

function door(state: Door["state"]): Door {
  return { state, finding: found(state) };
}

function found(code: string, advice?: string): Finding {
  return advice ? { code, sentence: "", advice } : { code, sentence: "" };
}
