import { expect, test } from "vitest";
import { flawOf, isLongEnough, newPassphrase } from "./passphrase";

test("a passphrase is six words that anybody can write down", () => {
  const passphrases = Array.from({ length: 200 }, newPassphrase);

  for (const passphrase of passphrases) expect(passphrase).toMatch(/^[a-z]{3,8}( [a-z]{3,8}){5}$/);
  expect(new Set(passphrases).size).toBe(200);
});

test.each([
  ["", false],
  ["elevenchars", false],
  ["  spaces       spaces ", true],
  ["a           b", false],
  ["twelve chars", true],
  ["🔑".repeat(12), true],
])("%o is long enough: %s", (passphrase, isEnough) => {
  expect(isLongEnough(passphrase)).toBe(isEnough);
});

test.each([
  ["thought up by the page", undefined, undefined],
  ["twelve chars", "twelve  chars ", undefined],
  ["zoë likes trains", "zoe\u0308 likes trains", undefined],
  ["twelve chars", "", "differs"],
  ["twelve chars", "twelve charts", "differs"],
  ["too short", "too short", "short"],
] as const)("%o and %o once more: %s", (passphrase, again, flaw) => {
  expect(flawOf(passphrase, again)).toBe(flaw);
});
