import { afterEach, expect, test } from "vitest";
import { strings, wordsOf } from "./strings";

const FINDING = { code: "double_nat", sentence: "Two routers stand in a row", advice: "Bridge one" };

afterEach(() => void delete strings.findings[FINDING.code]);

test("a finding is told in the box's own words where the catalogue has none", () => {
  expect(wordsOf(FINDING)).toEqual({ sentence: FINDING.sentence, advice: FINDING.advice });
});

test("the catalogue's words for a code go before the box's", () => {
  strings.findings[FINDING.code] = { sentence: "Zwei Router stehen hintereinander" };

  expect(wordsOf(FINDING)).toEqual({ sentence: "Zwei Router stehen hintereinander" });
});
