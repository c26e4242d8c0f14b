/** Language of numbers and spans of time; the catalogue of sentences has the same. */
export type Locale = string;

/** "46 MB": a number of bytes as people read it, with the units of phone contracts (powers of 1000). */
export function bytes(count: number, locale: Locale): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
  const power = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), units.length - 1);
  const value = count / 1000 ** power;
  const maximumFractionDigits = power > 0 && value < 10 ? 1 : 0;
  const style = { style: "unit", unit: units[power], unitDisplay: "short", maximumFractionDigits } as const;

  return new Intl.NumberFormat(locale, style).format(value);
}

/** "3 days ago", in the largest unit of which one is full. */
export function ago(seconds: number, locale: Locale): string {
  const [unit, length] = unitOf(seconds);

  return new Intl.RelativeTimeFormat(locale).format(-Math.floor(seconds / length), unit);
}

/** "7 hr 59 min": a span of time in its two largest units. Less than a minute is told in seconds. */
export function span(seconds: number, locale: Locale): string {
  const [unit, length] = unitOf(seconds);
  const whole = Math.floor(seconds / length);
  const next = UNITS[UNITS.findIndex(([name]) => name === unit) + 1];
  const rest = next ? Math.floor((seconds % length) / next[1]) : 0;
  const say = (value: number, unit: string) =>
    new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }).format(value);
  const first = say(whole, unit);

  return next && rest > 0 && unit !== "minute" ? `${first} ${say(rest, next[0])}` : first;
}

/** "8 hours", or "7 days" where it is so many. */
export function hours(count: number, locale: Locale): string {
  const isDays = count > 24 && count % 24 === 0;
  const style = { style: "unit", unit: isDays ? "day" : "hour", unitDisplay: "long" } as const;

  return new Intl.NumberFormat(locale, style).format(isDays ? count / 24 : count);
}

/** "9:30 PM", or "Sun 9:30 PM" on another day than that of `now`. */
export function clockTime(time: Date, now: Date, locale: Locale, timeZone?: string): string {
  const day = new Intl.DateTimeFormat(locale, { dateStyle: "short", timeZone });
  const weekday = day.format(time) === day.format(now) ? undefined : "short";

  return new Intl.DateTimeFormat(locale, { weekday, hour: "numeric", minute: "2-digit", timeZone }).format(time);
}

/** "90 seconds": a span of time in the largest unit of which it is a whole number, up to hours. */
export function wholeSpan(seconds: number, locale: Locale): string {
  const [unit, length] = UNITS.slice(1).find(([, length]) => seconds % length === 0) ?? UNITS[3];

  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(seconds / length);
}

/** The word for so many: each language says which it has, and `other` is what every language has. */
export function counted(count: number, locale: Locale, words: CountedWords): string {
  return words[new Intl.PluralRules(locale).select(count)] ?? words.other;
}

/** Words by what `Intl.PluralRules` says of a number. */
export type CountedWords = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

/** What is left of a span that was so long when it was told, a while ago; never less than nothing. */
export function left(seconds: number, elapsedMs: number): number {
  return Math.max(0, Math.ceil(seconds - elapsedMs / 1000));
}

/** A number of hours as it was typed; what is no number is 0, which the box refuses in its own words. */
export function hoursIn(typed: string): number {
  return Number(typed) || 0;
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

function unitOf(seconds: number): (typeof UNITS)[number] {
  return UNITS.find(([, length]) => seconds >= length) ?? UNITS[3];
}
