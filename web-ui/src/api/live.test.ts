import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { api } from "./client";
import { listen } from "./live";
import type { Me } from "./types";

const STRANGER: Me = { authority: "none", waiting: "alone" };
const OWNER: Me = { authority: "session", waiting: "no", seconds_left: 900 };

let sources: FakeSource[] = [];
let view: EventTarget & { visibilityState: string };

class FakeSource extends EventTarget {
  onerror?: () => void;
  isClosed = false;

  constructor() {
    super();
    sources.push(this);
  }

  close() {
    this.isClosed = true;
  }

  say(me: Me) {
    this.dispatchEvent(Object.assign(new Event("me"), { data: JSON.stringify(me) }));
  }
}

beforeEach(() => {
  sources = [];
  view = Object.assign(new EventTarget(), { visibilityState: "visible" });
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", FakeSource);
  vi.stubGlobal("document", view);
  vi.stubGlobal("window", new EventTarget());
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test("an answer that a newer line has overtaken is no news", async () => {
  let answer = (_: Me) => {};
  vi.spyOn(api, "me").mockReturnValue(new Promise((resolve) => (answer = resolve)));
  const told = listening();

  sources[0]?.onerror?.();
  await vi.advanceTimersByTimeAsync(2_000);
  sources[1]?.say(OWNER);
  answer(STRANGER);
  await vi.advanceTimersByTimeAsync(0);

  expect(told).toEqual([OWNER]);
});

test("whatever goes wrong with a lost line is told, and another line is opened", async () => {
  vi.spyOn(api, "me").mockRejectedValue(new SyntaxError("not the box"));
  const told = listening();

  sources[0]?.onerror?.();
  await vi.advanceTimersByTimeAsync(2_000);

  expect(told).toEqual(["unexpected"]);
  expect(sources.map((source) => source.isClosed)).toEqual([true, false]);
});

test("a line that is silent is lost", async () => {
  vi.spyOn(api, "me").mockResolvedValue(OWNER);
  const told = listening();

  await vi.advanceTimersByTimeAsync(32_000);

  expect(told).toEqual([OWNER]);
  expect(sources.map((source) => source.isClosed)).toEqual([true, false]);
});

test("a page out of sight lets go, and comes back", () => {
  listening();

  view.visibilityState = "hidden";
  view.dispatchEvent(new Event("visibilitychange"));
  expect(sources.map((source) => source.isClosed)).toEqual([true]);

  view.visibilityState = "visible";
  view.dispatchEvent(new Event("visibilitychange"));
  expect(sources.map((source) => source.isClosed)).toEqual([true, false]);
});

function listening(): (Me | string)[] {
  const told: (Me | string)[] = [];
  listen({ onMe: (me) => told.push(me), onState: () => {}, onLost: (problem) => told.push(problem.code) });

  return told;
}
