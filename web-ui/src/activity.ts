import type { ActivityLine, Peer } from "./api/types";

/** Lines of one day, or of a time that nobody knows. */
export type Day = { day: string | undefined; lines: ActivityLine[] };

/** The lines by day in the reader's time zone, as they stand; what was told while the clock was not set has none. */
export function byDay(lines: ActivityLine[], locale: string, timeZone?: string): Day[] {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone });
  const days: Day[] = [];
  for (const line of lines) {
    const day = line.clock_is_set ? format.format(line.at * 1000) : undefined;
    const last = days.at(-1);
    if (last && last.day === day) last.lines.push(line);
    else days.push({ day, lines: [line] });
  }

  return days;
}

/** The hour and minute of a line in the reader's time zone. */
export function timeOf({ at }: ActivityLine, locale: string, timeZone?: string): string {
  return new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone }).format(at * 1000);
}

/** A device, as somebody may ask about it. */
export type Somebody = { id: number; name: string };

/** Whom one can ask about: who is on the list, then who is not any more but stands in the lines. */
export function somebodies(peers: Peer[], lines: ActivityLine[]): Somebody[] {
  const known = new Map(peers.map(({ id, name }) => [id, { id, name }]));
  for (const { event } of lines) {
    if ("device" in event && !known.has(event.device.id)) known.set(event.device.id, event.device);
  }

  return Array.from(known.values());
}

/** One more page of older lines behind those that are there. */
export function joined(before: ActivityLine[], older: ActivityLine[]): ActivityLine[] {
  const last = before.at(-1)?.id ?? Number.POSITIVE_INFINITY;

  return before.concat(older.filter((line) => line.id < last));
}
