import { wordlist } from "@scure/bip39/wordlists/english.js";

/** Six words of 2048, which is 66 bits; the box makes each guess cost 64 MiB and most of a second. */
export function newPassphrase(): string {
  // 2048 goes into 2^16 without a rest, so that each word is as likely as any other.
  const numbers = crypto.getRandomValues(new Uint16Array(WORDS));

  return Array.from(numbers, (number) => wordlist[number % wordlist.length]).join(" ");
}

/** Whether a passphrase is long enough, as the box counts it. */
export function isLongEnough(passphrase: string): boolean {
  return [...normal(passphrase)].length >= FEWEST;
}

/** What is wrong with a passphrase for a new backup. Who chose it himself has to type it once more. */
export function flawOf(passphrase: string, again: string | undefined): "short" | "differs" | undefined {
  if (!isLongEnough(passphrase)) return "short";

  return again === undefined || normal(again) === normal(passphrase) ? undefined : "differs";
}

/** As the box takes it. */
function normal(passphrase: string): string {
  return passphrase.trim().replaceAll(/\s+/g, " ").normalize("NFC");
}

const WORDS = 6;
/** As in the box's own `Passphrase`. */
const FEWEST = 12;
