import { expect, test } from "vitest";
import type { Issued, Peer } from "./api/types";
import { LIFETIME_MS, type Standing, settle, standingOf } from "./handing";

const START = 5_000;
const HANDING = { issued: { peer: { id: 3, public_key: "new" } } as Issued, atMs: START };

test.each<[number, string]>([
  [0, "ready"],
  [LIFETIME_MS - 1, "ready"],
  [LIFETIME_MS, "expired"],
  [10 * LIFETIME_MS, "expired"],
])("after %i ms, a key that nobody took is %s", (ms, standing) => {
  expect(standingOf(HANDING, START + ms, [peer({})])).toBe(standing);
});

test.each<[string, Partial<Peer>, string]>([
  ["is in", { connected: true, last_handshake_seconds_ago: 1 }, "arrived"],
  ["came in and sleeps", { last_handshake_seconds_ago: 500 }, "arrived"],
  ["was never here", {}, "ready"],
  ["is in with its old key", { public_key: "old", connected: true, last_handshake_seconds_ago: 1 }, "ready"],
  ["is another one", { id: 4, connected: true, last_handshake_seconds_ago: 1 }, "ready"],
])("a device that %s", (_, change, standing) => {
  expect(standingOf(HANDING, START, [peer(change)])).toBe(standing);
});

test("who comes in after the key was taken away has come in all the same", () => {
  expect(standingOf(HANDING, START + 2 * LIFETIME_MS, [peer({ last_handshake_seconds_ago: 0 })])).toBe("arrived");
});

test.each<[Standing, Standing, Standing]>([
  ["ready", "ready", "ready"],
  ["ready", "arrived", "arrived"],
  ["ready", "expired", "expired"],
  ["arrived", "ready", "arrived"],
  ["arrived", "expired", "arrived"],
  ["expired", "ready", "expired"],
  ["expired", "arrived", "arrived"],
])("what was %s and seems %s is %s", (before, seen, standing) => {
  expect(settle(before, seen)).toBe(standing);
});

test("while the box says nothing, only time counts", () => {
  expect(standingOf(HANDING, START)).toBe("ready");
  expect(standingOf(HANDING, START + LIFETIME_MS)).toBe("expired");
});

function peer(change: Partial<Peer>): Peer {
  return { id: 3, public_key: "new", connected: false, ...change } as Peer;
}
