import { afterEach, beforeEach, expect, test } from "vitest";
import type { ActivityLine, Check, State } from "./api/types";
import { faultWords, lineWords, plainWords, problemWords, speak, stepWords, strings, wordsOf } from "./strings";

const STATE = {
  way_in: { public_v4: "203.0.113.7", by_hand: { port: 41_620, protocol: "UDP", address: "192.168.1.9" } },
  peers: [{}, {}],
  status: {},
} as State;

beforeEach(() => speak("de"));
afterEach(() => speak("en"));

test("in English everything is told in the box's own words", async () => {
  await speak("en");

  expect(wordsOf({ code: "cgnat", sentence: "Shared", advice: "Ask" })).toEqual({ sentence: "Shared", advice: "Ask" });
  expect(problemWords({ code: "full", sentence: "Full" })).toEqual({ sentence: "Full" });
  expect(faultWords("The tunnel cannot be set up: why").sentence).toBe("The tunnel cannot be set up: why");
  expect(stepWords({ code: "link", title: "Cable", outcome: "ok", sentence: "It is in" }, null)).toMatchObject({
    title: "Cable",
    sentence: "It is in",
  });
});

test("another language is fetched and spoken", () => {
  expect(strings.locale).toBe("de");
  expect(wordsOf({ code: "open", sentence: "The router lets the tunnel in" }).sentence).toMatch(/Router/);
});

test("what a language has no words for is told in the box's, as English", () => {
  expect(wordsOf({ code: "new", sentence: "Look", advice: "Do" })).toEqual({ sentence: "Look", advice: "Do", lang: "en" });
  expect(problemWords({ code: "new", sentence: "No" })).toEqual({ sentence: "No", lang: "en" });
  expect(faultWords("New")).toEqual({ sentence: "New", lang: "en" });
});

test("what happened is told with what belongs to it", () => {
  const line = (event: object) => ({ id: 1, at: 0, clock_is_set: true, sentence: "Said", event }) as ActivityLine;
  const device = { id: 1, name: "Anna" };

  expect(lineWords(line({ code: "came_in", device, from: "outside" })).sentence).toBe("Anna kam herein, von außen.");
  expect(lineWords(line({ code: "guests_let_in", by: "button", seconds: 28_800 })).sentence).toMatch(/8 Stunden/);
  expect(lineWords(line({ code: "refused", attempts: 1 })).sentence).toMatch(/^Ein Versuch/);
  expect(lineWords(line({ code: "not_known_yet" }))).toEqual({ sentence: "Said", lang: "en" });
});

test("what the page says by itself is never taken for English", () => {
  expect(wordsOf({ code: "", sentence: "Alles gut" }).lang).toBeUndefined();
  expect(problemWords({ code: "", sentence: "Nein" })).toEqual({ sentence: "Nein" });
  expect(problemWords({ code: "unreachable", sentence: "" }).sentence).toBe(strings.unreachable);
});

test("the box's own sentence stays beside ours where it says more", () => {
  const words = wordsOf({ code: "port_open", sentence: "TCP port 8123 is open", advice: "Close it" });

  expect(words.own).toBe("TCP port 8123 is open");
  expect(faultWords("The tunnel cannot be set up: nft is missing").own).toMatch(/nft/);
  expect(problemWords({ code: "invalid", sentence: "Odd" }).own).toBe("Odd");
});

test("a sentence without a code is known by itself, or by its end", () => {
  expect(plainWords("A name needs at least one letter").sentence).toMatch(/Buchstaben/);
  expect(plainWords("'#' cannot be part of a name; letters, digits, spaces and ' . - _ & + ( ) can").lang).toBeUndefined();
  expect(problemWords({ code: "invalid", sentence: "The token or password is missing" })).toEqual({
    sentence: "Das Token oder Passwort fehlt",
  });
});

test("values come from the state of the box", () => {
  const { advice } = wordsOf({ code: "router_refuses", sentence: "" }, STATE);

  expect(advice).toContain("41620");
  expect(advice).toContain("192.168.1.9");
});

test("over IPv6 alone, the box's address there is to be let through", () => {
  const by_hand = { ...STATE.way_in.by_hand, address_v6: "2001:db8::9" };
  const way_in = { ...STATE.way_in, public_v4: null, by_hand };

  expect(wordsOf({ code: "mapping_lost", sentence: "" }, { ...STATE, way_in }).advice).toContain("2001:db8::9");
});

test("the first problem is told in the finding's words, later ones and what is skipped in the step's", () => {
  const finding: Check["finding"] = { code: "no_link", sentence: "No cable" };
  const step = { code: "link", title: "Cable", outcome: "problem", sentence: "No cable" } as const;

  expect(stepWords(step, finding).sentence).toBe(wordsOf(finding).sentence);
  expect(stepWords({ ...step, code: "clock", sentence: "Late" }, finding).sentence).toBe("Die Uhr geht falsch.");
  expect(stepWords({ ...step, outcome: "skipped" }, finding)).toEqual({
    title: "Kabel",
    sentence: "Nicht angesehen: Erst muss behoben werden, was darüber steht.",
  });
});

test.each([
  [1, "ein Gerät"],
  [2, "2 Geräte"],
])("%d devices are told as %s", (count, words) => {
  const peers = Array.from({ length: count }, () => ({}));
  const step = { code: "access", title: "", outcome: "ok", sentence: "" } as const;

  expect(stepWords(step, null, { ...STATE, peers } as State).sentence).toContain(words);
});
