import { expect, test } from "vitest";
import { fileName, flawOfRestore, toBase64 } from "./backup-file";

test("a backup is called by its day", () => {
  expect(fileName(new Date(2026, 0, 9, 23, 59))).toBe("latchkey-2026-01-09.backup");
});

test("bytes of all kinds are written in base64", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);

  expect(toBase64(bytes.buffer)).toBe(Buffer.from(bytes).toString("base64"));
});

test.each([
  [undefined, "twelve chars", "none"],
  [{ size: 3_000 }, "too short", "short"],
  [{ size: 3_000 }, "twelve chars", undefined],
  [{ size: 256 * 1024 }, "twelve chars", undefined],
  [{ size: 256 * 1024 + 1 }, "twelve chars", "foreign"],
] as const)("%o with %o is not sent to the box because: %s", (file, passphrase, flaw) => {
  expect(flawOfRestore(file, passphrase)).toBe(flaw);
});
