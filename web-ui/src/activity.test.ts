import { expect, test } from "vitest";
import { byDay, joined, somebodies, timeOf } from "./activity";
import type { ActivityLine, Peer } from "./api/types";

const NOON = Date.UTC(2026, 10, 21, 12) / 1000;
const HOUR = 3_600;

test("lines stand under the day of the reader's time zone", () => {
  const lines = [line(3, NOON + 11 * HOUR), line(2, NOON), line(1, NOON - 24 * HOUR)];

  const days = byDay(lines, "en", "Europe/Berlin").map(({ day, lines }) => [day, lines.map(({ id }) => id)]);

  expect(days).toEqual([
    ["Sunday, November 22, 2026", [3]],
    ["Saturday, November 21, 2026", [2]],
    ["Friday, November 20, 2026", [1]],
  ]);
  expect(timeOf(line(3, NOON + 11 * HOUR), "de", "Europe/Berlin")).toBe("00:00");
});

test("what was told while the clock was not set has no day", () => {
  const lines = [line(4, NOON), line(3, 25, false), line(2, 99_999_999, false), line(1, NOON)];

  expect(byDay(lines, "en", "UTC").map(({ day }) => day)).toEqual([
    "Saturday, November 21, 2026",
    undefined,
    "Saturday, November 21, 2026",
  ]);
});

test("one can also ask about who was removed", () => {
  const peers = [{ id: 1, name: "Anna" }] as Peer[];

  expect(somebodies(peers, [line(3, NOON, true, 2), line(2, NOON, true, 1)])).toEqual([
    { id: 1, name: "Anna" },
    { id: 2, name: "Device 2" },
  ]);
});

test("older lines come behind, and none twice", () => {
  const there = [line(5, NOON), line(4, NOON)];

  expect(joined(there, [line(4, NOON), line(3, NOON)]).map(({ id }) => id)).toEqual([5, 4, 3]);
  expect(joined([], there)).toEqual(there);
});

function line(id: number, at: number, clock_is_set = true, device = 1): ActivityLine {
  const event = { code: "came_in", device: { id: device, name: `Device ${device}` }, from: "outside" } as const;

  return { id, at, clock_is_set, event, sentence: "" };
}
