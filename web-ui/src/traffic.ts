import type { Peer } from "./api/types";

/** What devices have moved in the last minutes, by their public keys: a new key begins anew. */
export type History = ReadonlyMap<string, Course>;

/** Bytes in each span of time, the newest last: up to the box, and down from it. */
export type Traffic = { up: number[]; down: number[] };

/** What was counted last, and how much more it was each time. */
type Course = { atMs: number; counted: Bytes; slots: ReadonlyMap<number, Bytes> };
type Bytes = { up: number; down: number };

/** Nobody has been watched yet. */
export const NO_HISTORY: History = new Map();

/** The history with what the box counts now. Of what was moved while nobody looked, nobody knows when it was. */
export function noted(history: History, peers: Peer[], atMs: number): History {
  return new Map(peers.map((peer) => [peer.public_key, courseOf(history.get(peer.public_key), peer, atMs)]));
}

/** What one device has moved, up to now. */
export function trafficOf(history: History, { public_key }: Pick<Peer, "public_key">, nowMs: number): Traffic {
  const slots = history.get(public_key)?.slots;
  const last = slotAt(nowMs);
  const bytes = Array.from({ length: SLOTS }, (_, index) => slots?.get(last - SLOTS + 1 + index) ?? NOTHING);

  return { up: bytes.map(({ up }) => up), down: bytes.map(({ down }) => down) };
}

/** All of it. */
export function sum({ up, down }: Traffic): Bytes {
  const total = (bytes: number[]) => bytes.reduce((sum, more) => sum + more, 0);

  return { up: total(up), down: total(down) };
}

/**
 * Bars on a field of this size, as the paths of an SVG: what went up stands on the line in the middle, what came down
 * hangs from it. By the square root, so that a message can be seen beside a film.
 */
export function barsOf({ up, down }: Traffic, width: number, height: number): { up: string; down: string } {
  const middle = height / 2;
  const most = Math.max(QUIET, ...up, ...down);
  const step = width / SLOTS;
  const bars = (bytes: number[], sign: 1 | -1) => {
    const bar = (count: number, index: number) => {
      const length = rounded(Math.sqrt(count / most) * middle);
      return length > 0 ? `M${rounded((index + 0.5) * step)} ${middle}v${-sign * length}` : "";
    };
    return bytes.map(bar).join("");
  };

  return { up: bars(up, 1), down: bars(down, -1) };
}

function courseOf(before: Course | undefined, peer: Peer, atMs: number): Course {
  const counted = { up: peer.received_bytes, down: peer.sent_bytes };
  if (!before || atMs - before.atMs > GAP_MS) return { atMs, counted, slots: before?.slots ?? new Map() };
  const slot = slotAt(atMs);
  const already = before.slots.get(slot) ?? NOTHING;
  const recent = Array.from(before.slots).filter(([index]) => index > slot - SLOTS);
  const slots = new Map(recent).set(slot, {
    up: already.up + more(before.counted.up, counted.up),
    down: already.down + more(before.counted.down, counted.down),
  });

  return { atMs, counted, slots };
}

/** A box that was started again counts from nothing. */
function more(before: number, now: number): number {
  return now < before ? now : now - before;
}

function slotAt(atMs: number): number {
  return Math.floor(atMs / SLOT_MS);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

const NOTHING: Bytes = { up: 0, down: 0 };
/** Fine enough to see a page being loaded. */
const SLOT_MS = 4_000;
const SLOTS = 45;
/** For how long a device is looked back at. */
export const WINDOW_MS = SLOTS * SLOT_MS;
/** While somebody is in, the box says something every second. */
const GAP_MS = 10_000;
/** In bytes: whatever is less is drawn small, so that a sign of life does not look like a film. */
const QUIET = 4_000;
