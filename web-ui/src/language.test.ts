import { expect, test } from "vitest";
import { languageFor } from "./language";

test.each<[string | null, string[], string]>([
  [null, ["de-AT", "en"], "de"],
  [null, ["en-GB", "de"], "en"],
  [null, ["fr", "de-CH", "en"], "de"],
  [null, ["fr", "ja"], "en"],
  [null, [], "en"],
  [null, ["DE"], "de"],
  ["en", ["de"], "en"],
  ["de", ["en"], "de"],
  ["tlh", ["de"], "de"],
  ["toString", ["constructor"], "en"],
])("with %s chosen before, a browser that asks for %j gets %s", (chosen, wanted, language) => {
  expect(languageFor(chosen, wanted)).toBe(language);
});
