import { expect, test } from "vitest";
import { systemOf } from "./system";

const SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3";

test.each([
  ["ios", "iPhone", `Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) ${SAFARI} Mobile/15E148 Safari/604.1`, 5],
  ["ios", "iPad of today", `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${SAFARI} Safari/605.1.15`, 5],
  ["ios", "iPad of old", `Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) ${SAFARI} Safari/604.1`, 5],
  ["computer", "Mac", `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${SAFARI} Safari/605.1.15`, 0],
  ["android", "Chrome on Android", "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 Chrome/143.0.0.0 Mobile", 5],
  ["android", "Firefox on Android", "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0", 5],
  ["computer", "Linux", "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", 0],
  ["computer", "Windows with a touch screen", "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/143.0.0.0", 10],
  ["computer", "nothing at all", "", 0],
] as const)("%s: %s", (system, _, userAgent, maxTouchPoints) => {
  expect(systemOf({ userAgent, maxTouchPoints })).toBe(system);
});
