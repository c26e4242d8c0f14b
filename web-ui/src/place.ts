import { useEffect, useState } from "preact/hooks";

/** Which part of the page is looked at. */
export type Place = "home" | "first-run" | "way-in" | "check" | "activity" | "outside" | "safekeeping" | "sheet";

/** Where each is. The last is a document of its own: it alone may talk to the home's address on the internet. */
export const hrefs: Record<Place, string> = {
  home: "/#",
  "first-run": "/#first-run",
  "way-in": "/#way-in",
  check: "/#check",
  activity: "/#activity",
  outside: "/outside",
  safekeeping: "/#safekeeping",
  sheet: "/#sheet",
};

/** The place at an address; what leads nowhere leads home. */
export function placeOf({ pathname, hash }: Pick<Location, "pathname" | "hash">): Place {
  if (pathname === hrefs.outside) return "outside";
  if (hash === "#first-run") return "first-run";
  if (hash === "#way-in") return "way-in";
  if (hash === "#check") return "check";
  if (hash === "#activity") return "activity";
  if (hash === "#safekeeping") return "safekeeping";
  if (hash === "#sheet") return "sheet";

  return "home";
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
