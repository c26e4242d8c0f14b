/** What a device runs, as far as it matters for the way to the WireGuard app. */
export type System = "ios" | "android" | "computer";

/** What this device seems to run. It may be wrong, so people can always choose. */
export function systemOf({ userAgent, maxTouchPoints }: Pick<Navigator, "userAgent" | "maxTouchPoints">): System {
  if (/android/i.test(userAgent)) return "android";
  // An iPad says that it is a Mac, but no Mac has a touch screen.
  const isIPad = /macintosh/i.test(userAgent) && maxTouchPoints > 1;

  return isIPad || /iphone|ipad|ipod/i.test(userAgent) ? "ios" : "computer";
}
