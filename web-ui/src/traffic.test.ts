import { expect, test } from "vitest";
import type { Peer } from "./api/types";
import { barsOf, type History, NO_HISTORY, noted, sum, trafficOf, WINDOW_MS } from "./traffic";

test("what is counted before the first look is no traffic of the last minutes", () => {
  const history = watched([0, 5_000_000, 9_000_000]);

  expect(sum(trafficOf(history, ANNA, 0))).toEqual({ up: 0, down: 0 });
});

test("what is more at each look is put where it belongs in time", () => {
  const history = watched([0, 100, 1_000], [1_000, 150, 3_000], [2_000, 150, 3_500], [4_000, 160, 3_500]);

  const { up, down } = trafficOf(history, ANNA, 7_999);

  expect([up.at(-2), up.at(-1)]).toEqual([50, 10]);
  expect([down.at(-2), down.at(-1)]).toEqual([2_500, 0]);
});

test("it moves on, and what is older than the window is gone", () => {
  const history = watched([0, 0, 0], [1_000, 700, 0]);

  expect(trafficOf(history, ANNA, 41_000).up.at(-11)).toBe(700);
  expect(sum(trafficOf(history, ANNA, WINDOW_MS + 4_000)).up).toBe(0);
});

test("what was moved while the page was out of sight is not taken for a flood", () => {
  const history = watched([0, 0, 0], [600_000, 80_000_000, 0], [601_000, 80_000_100, 0]);

  expect(sum(trafficOf(history, ANNA, 601_000)).up).toBe(100);
});

test("a box that was started again counts from nothing, and a new key begins anew", () => {
  const history = watched([0, 900, 0], [1_000, 40, 0]);
  expect(sum(trafficOf(history, ANNA, 1_000)).up).toBe(40);

  const rekeyed = noted(history, [{ ...ANNA, public_key: "other", received_bytes: 5_000 }], 2_000);
  expect(sum(trafficOf(rekeyed, { public_key: "other" }, 2_000)).up).toBe(0);
});

test("it is drawn up and down from the middle, and a sign of life stays small", () => {
  const drawn = (...looks: [number, number, number][]) => barsOf(trafficOf(watched(...looks), ANNA, 1_000), 135, 20);

  expect(drawn()).toEqual({ up: "", down: "" });
  expect(drawn([0, 0, 0], [1_000, 40_000, 10_000])).toEqual({ up: "M133.5 10v-10", down: "M133.5 10v5" });
  expect(drawn([0, 0, 0], [1_000, 40, 0])).toEqual({ up: "M133.5 10v-1", down: "" });
});

/** Looks at Anna's device: when, and what the box has counted up and down. */
function watched(...looks: [number, number, number][]): History {
  return looks.reduce<History>(
    (history, [atMs, received_bytes, sent_bytes]) =>
      noted(history, [{ ...ANNA, received_bytes, sent_bytes }], atMs),
    NO_HISTORY,
  );
}

const ANNA = { public_key: "anna" } as Peer;
