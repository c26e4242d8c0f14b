import { expect, test } from "vitest";
import { ago, bytes, clockTime, hours, hoursIn, left, span, wholeSpan } from "./format";

test.each([
  [0, "0 byte"],
  [999, "999 byte"],
  [1_000, "1 kB"],
  [9_310_208, "9.3 MB"],
  [48_213_504, "48 MB"],
  [7_200_000_000_000, "7.2 TB"],
  [9_000_000_000_000_000, "9,000 TB"],
])("%d bytes are told as %s", (count, told) => {
  expect(bytes(count, "en")).toBe(told);
});

test.each([
  [0, "0 seconds ago"],
  [59, "59 seconds ago"],
  [60, "1 minute ago"],
  [7_199, "1 hour ago"],
  [3 * 86_400, "3 days ago"],
])("%d seconds back are told as %s", (seconds, told) => {
  expect(ago(seconds, "en")).toBe(told);
});

test.each([
  [0, "0 sec"],
  [59, "59 sec"],
  [61, "1 min"],
  [899, "14 min"],
  [3_600, "1 hr"],
  [8 * 3_600 - 1, "7 hr 59 min"],
  [168 * 3_600, "7 days"],
  [25 * 3_600, "1 day 1 hr"],
])("a span of %d seconds is told as %s", (seconds, told) => {
  expect(span(seconds, "en")).toBe(told);
});

test.each([
  [90, "90 seconds"],
  [3_600, "1 hour"],
  [5_400, "90 minutes"],
  [172_800, "48 hours"],
])("a time of %d seconds is told as %s", (seconds, told) => {
  expect(wholeSpan(seconds, "en")).toBe(told);
});

test("numbers are told in the reader's language", () => {
  expect(bytes(9_310_208, "de")).toBe("9,3 MB");
  expect(ago(120, "de")).toBe("vor 2 Minuten");
});

test("what is left shrinks with time and stops at nothing", () => {
  expect(left(900, 0)).toBe(900);
  expect(left(900, 1_500)).toBe(899);
  expect(left(900, 901_000)).toBe(0);
});

test.each([
  ["8", 8],
  ["8,5", 0],
  ["eight", 0],
  ["", 0],
])("hours typed as %j are %d", (typed, hours) => {
  expect(hoursIn(typed)).toBe(hours);
});

test.each([
  [1, "1 hour"],
  [24, "24 hours"],
  [36, "36 hours"],
  [168, "7 days"],
])("%d hours are told as %s", (count, told) => {
  expect(hours(count, "en")).toBe(told);
});

test("a time of day says which day only where it is another", () => {
  const now = new Date("2026-11-21T20:15:00Z");

  expect(clockTime(new Date("2026-11-21T23:30:00Z"), now, "de", "UTC")).toBe("23:30");
  expect(clockTime(new Date("2026-11-22T04:05:00Z"), now, "de", "UTC")).toMatch(/^So.*04:05$/);
});
