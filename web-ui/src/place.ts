import { useEffect, useState } from "preact/hooks";

/** Which part of the page is looked at. */
export type Place =
  | "home"
  | "first-run"
  | "way-in"
  | "check"
  | "activity"
  | "settings"
  | "app"
  | "safekeeping"
  | "sheet"
  | "outside";

/** Where each is. The last is a document of its own: it alone may talk to the home's address on the internet. */
export const hrefs: Record<Place, string> = {
  home: "/#",
  "first-run": "/#first-run",
  "way-in": "/#way-in",
  check: "/#check",
  activity: "/#activity",
  settings: "/#settings",
  app: "/#app",
  safekeeping: "/#safekeeping",
  sheet: "/#sheet",
  outside: "/outside",
};

/** The place at an address; what leads nowhere leads home. */
export function placeOf({ pathname, hash }: Pick<Location, "pathname" | "hash">): Place {
  if (pathname === hrefs.outside) return "outside";
  const places = Object.keys(hrefs) as Place[];

  return places.find((place) => hrefs[place] === `/${hash}`) ?? "home";
}

/** The place of now, also after "back". */
export function usePlace(): Place {
  const [place, setPlace] = useState(() => placeOf(location));
  useEffect(() => {
    const move = () => setPlace(placeOf(location));
    window.addEventListener("hashchange", move);
    return () => window.removeEventListener("hashchange", move);
  }, []);

  return place;
}
