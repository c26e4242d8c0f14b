import type { Peer, PortAnswer, TriedPort } from "./api/types";

/**
 * Tries what answers on these TCP ports of an IPv4 address, some at once. A browser may not look at an answer, but sees
 * whether there is one. None if this document may not talk to the address.
 */
export async function tryPorts(
  address: string,
  ports: number[],
  onTried: () => void,
  page: EventTarget = document,
): Promise<TriedPort[] | undefined> {
  const turnedAway = new Set<number>();
  let isAllowed = true;
  const refuse = (event: Event) => {
    const { blockedURI, originalPolicy } = event as SecurityPolicyViolationEvent;
    isAllowed &&= originalPolicy.includes(`//${address}:`);
    const port = portOf(blockedURI, address);
    if (port !== undefined) turnedAway.add(port);
  };
  page.addEventListener("securitypolicyviolation", refuse);
  const ends = new Map<number, End>();
  await someAtOnce(ports, async (port) => {
    ends.set(port, await call(`http://${address}:${port}/`));
    onTried();
  });
  await new Promise((resolve) => setTimeout(resolve, POLICY_MS));
  page.removeEventListener("securitypolicyviolation", refuse);

  if (!isAllowed) return undefined;

  return Array.from(ends, ([port, end]) => ({ port, answer: answerOf(end, turnedAway.has(port)) }));
}

/** How a call ended, as far as a browser tells. */
export type End = "answered" | "failed" | "late";

/** What the end of a call says. What sends the browser elsewhere, where this page may not follow, has answered. */
export function answerOf(end: End, turnedAway: boolean): PortAnswer {
  if (turnedAway) return "answered";
  switch (end) {
    case "answered":
      return "answered";
    case "failed":
      return "refused";
    case "late":
      return "silent";
  }
}

/** Whether all the owners' devices that are in come from home, so that this one surely does and sees no outside. */
export function isAtHome(peers: Peer[], homeAddress: string | null | undefined): boolean {
  const owners = peers.filter((peer) => peer.role === "owner" && peer.connected);

  return owners.length > 0 && owners.every((owner) => comesFrom(owner, homeAddress) === "home");
}

/** Whether a device's packets come from the home itself: from a network at home, or back in through the router. */
export function comesFrom({ endpoint }: Peer, homeAddress: string | null | undefined): "home" | "outside" {
  const source = hostOf(endpoint);

  return source !== "" && (source === homeAddress || HOME_NETWORKS.test(source)) ? "home" : "outside";
}

/** Speaks HTTP even where something else might answer: any answer will do. */
async function call(url: string): Promise<End> {
  const abort = new AbortController();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    abort.abort();
  }, PATIENCE_MS);
  try {
    // To follow is the only way that a browser takes here.
    const how = { mode: "no-cors", cache: "no-store", credentials: "omit", redirect: "follow" } as const;
    await fetch(url, { ...how, signal: abort.signal });

    return "answered";
  } catch {
    return isLate ? "late" : "failed";
  } finally {
    clearTimeout(timer);
    // The rest of an answer is of no use.
    abort.abort();
  }
}

async function someAtOnce<T>(items: T[], act: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const work = async () => {
    for (const item of left) await act(item);
  };

  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** The port of an address that was called; none if it was another's. */
function portOf(called: string, address: string): number | undefined {
  const prefix = `http://${address}`;
  if (!called.startsWith(`${prefix}:`) && !called.startsWith(`${prefix}/`)) return undefined;

  return Number(new URL(called).port || 80);
}

/** The address of `address:port`. */
function hostOf(endpoint: string | null | undefined): string {
  return endpoint?.replace(/:\d+$/, "").replace(/^\[|\]$/g, "") ?? "";
}

/** Long enough for a phone far from its mast. */
const PATIENCE_MS = 4_000;
/** Fast, and no flood that a mobile network would take for an attack. */
const AT_ONCE = 4;
/** A browser says why it did not follow a moment after it did not. */
const POLICY_MS = 200;
/** RFC 1918 and RFC 3927; RFC 4193 and RFC 4291, section 2.5.6. */
const HOME_NETWORKS = /^(10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|169\.254\.|f[cd][0-9a-f]{2}:|fe[89ab][0-9a-f]:)/i;
