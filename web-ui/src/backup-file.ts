import { isLongEnough } from "./passphrase";

/** Why a restore need not even be asked of the box. */
export function flawOfRestore(file: Pick<File, "size"> | undefined, passphrase: string): "none" | "foreign" | "short" | undefined {
  if (!file) return "none";
  if (file.size > MOST_BYTES) return "foreign";

  return isLongEnough(passphrase) ? undefined : "short";
}

/** What to call a backup that was made on this day, by the clock of this device. */
export function fileName(now: Date): string {
  const two = (number: number) => String(number).padStart(2, "0");

  return `latchkey-${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}.backup`;
}

/** A file as the box takes it. */
export function toBase64(bytes: ArrayBuffer): string {
  return btoa(Array.from(new Uint8Array(bytes), (byte) => String.fromCharCode(byte)).join(""));
}

/** The most bytes that a backup has; the box takes no more. */
const MOST_BYTES = 256 * 1024;
