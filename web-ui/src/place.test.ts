import { expect, test } from "vitest";
import { hrefs, type Place, placeOf } from "./place";

test.each(Object.entries(hrefs) as [Place, string][])("%s is found again at its address", (place, href) => {
  expect(placeOf(new URL(href, "http://latchkey.local"))).toBe(place);
});

test.each(["/#main", "/#nothing", "/nothing", "/"])("%s leads home", (href) => {
  expect(placeOf(new URL(href, "http://latchkey.local"))).toBe("home");
});
