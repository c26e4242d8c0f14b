import type { Issued, Peer } from "./api/types";
import type { Secret } from "./secret";

/** A key on its way to its device: the only place where a private key is, and when it got there by {@link performance.now}. */
export type Handing = { issued: Issued; secret: Secret; atMs: number };

/** How a key on its way stands: there to be taken, taken and used, or gone because nobody came for it. */
export type Standing = "ready" | "arrived" | "expired";

/** How it stands now. Who has come in has, also after the key was taken away. */
export function standingOf({ issued, atMs }: Omit<Handing, "secret">, nowMs: number, peers: Peer[] = []): Standing {
  if (hasArrived(issued, peers)) return "arrived";

  return nowMs - atMs < LIFETIME_MS ? "ready" : "expired";
}

/** How it stands after all: what is gone does not come back, whatever the clock and the box say later. */
export function settle(before: Standing, seen: Standing): Standing {
  switch (before) {
    case "ready":
      return seen;
    case "arrived":
      return "arrived";
    case "expired":
      return seen === "arrived" ? "arrived" : "expired";
  }
}

/** Whether a device has come in with the key that was issued to it, and not with an older one. */
function hasArrived({ peer }: Issued, peers: Peer[]): boolean {
  const isIn = (now: Peer) => now.connected || now.last_handshake_seconds_ago != null;

  return peers.some((now) => now.id === peer.id && now.public_key === peer.public_key && isIn(now));
}

/** Long enough to install an app, and too short for a screen that was left on. */
export const LIFETIME_MS = 10 * 60_000;
