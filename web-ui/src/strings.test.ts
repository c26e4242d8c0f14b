import { afterEach, beforeEach, expect, test } from "vitest";
import type { ActivityLine, Step } from "./api/types";
import { faultWords, lineWords, plainWords, problemWords, speak, stepWords, strings, wordsOf } from "./strings";

beforeEach(() => speak("de"));
afterEach(() => speak("en"));

test("in English everything is told in the box's own words", async () => {
  await speak("en");

  expect(wordsOf({ code: "cgnat", sentence: "Shared", advice: "Ask" })).toEqual({ sentence: "Shared", advice: "Ask" });
  expect(problemWords({ code: "full", sentence: "Full" })).toEqual({ sentence: "Full" });
  expect(faultWords({ code: "tunnel", sentence: "It cannot", cause: "Why" })).toEqual({ sentence: "It cannot", own: "Why" });
  expect(stepWords(step({ title: "Cable", sentence: "It is in" }))).toEqual({ title: "Cable", sentence: "It is in" });
});

test("another language is fetched and spoken", () => {
  expect(strings.locale).toBe("de");
  expect(wordsOf({ code: "open", sentence: "The router lets the tunnel in" }).sentence).toMatch(/Router/);
});

test("what a language has no words for is told in the box's, as English", () => {
  expect(wordsOf({ code: "new", sentence: "Look", advice: "Do" })).toEqual({ sentence: "Look", advice: "Do", lang: "en" });
  expect(problemWords({ code: "new", sentence: "No" })).toEqual({ sentence: "No", lang: "en" });
  expect(faultWords({ code: "new", sentence: "New" })).toEqual({ sentence: "New", lang: "en" });
  expect(stepWords(step({ code: "new" }))).toEqual({ title: "Cable", sentence: "It is in", lang: "en" });
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

test("the box's own words stay beside ours where they say more", () => {
  expect(faultWords({ code: "tunnel", sentence: "It cannot", cause: "nft is missing" }).own).toBe("nft is missing");
  expect(problemWords({ code: "invalid", sentence: "Odd" }).own).toBe("Odd");
});

test("a sentence without a code is known by itself, or by its end", () => {
  expect(plainWords("A name needs at least one letter").sentence).toMatch(/Buchstaben/);
  expect(plainWords("'#' cannot be part of a name; letters, digits, spaces and ' . - _ & + ( ) can").lang).toBeUndefined();
  expect(problemWords({ code: "invalid", sentence: "The token or password is missing" })).toEqual({
    sentence: "Das Token oder Passwort fehlt",
  });
});

test("what the box names is named in every language", () => {
  const values = { address: "192.168.1.9", port: "41620" };

  const { advice } = wordsOf({ code: "router_refuses", sentence: "", values });
  expect(advice).toContain("41620");
  expect(advice).toContain("192.168.1.9");
  const called = { protocol: "TCP", outside_port: "443", inside_port: "5001", called: "NAS", address: "192.168.1.30" };
  expect(wordsOf({ code: "web_forwarded", sentence: "", values: called }).sentence).toBe(
    "Dein Router lässt jeden aus dem Internet zu 192.168.1.30 durch: TCP-Port 443 führt dort zu Port 5001 („NAS“).",
  );
});

test("why a name does not work is told by its reason", () => {
  const values = { reason: "wrong_secret", name: "home.example.org", who: "deSEC" };

  expect(wordsOf({ code: "failing", sentence: "", values }).sentence).toBe("deSEC nimmt das Token oder Passwort nicht an.");
  expect(wordsOf({ code: "failing", sentence: "", values: { ...values, reason: "new" } }).lang).toBeUndefined();
});

test("a box that leaves out what it names is told in its own words", () => {
  expect(wordsOf({ code: "port_open", sentence: "Port 80 is open" })).toEqual({ sentence: "Port 80 is open", lang: "en" });
});

test("what is wrong is told in its finding's words, and what is skipped in the step's", () => {
  const finding = { code: "no_link", sentence: "No cable", advice: "Look" };

  expect(stepWords(step({ outcome: "problem", finding })).sentence).toBe(wordsOf(finding).sentence);
  expect(stepWords(step({ outcome: "skipped" }))).toEqual({
    title: "Kabel",
    sentence: "Nicht angesehen: Erst muss behoben werden, was darüber steht.",
  });
});

test.each([
  ["1", "ein Gerät"],
  ["2", "2 Geräte"],
])("%s devices are told as %s", (devices, words) => {
  expect(stepWords(step({ code: "access", values: { devices } })).sentence).toContain(words);
});

function step(how: Partial<Step>): Step {
  return { code: "link", title: "Cable", outcome: "ok", sentence: "It is in", ...how };
}
