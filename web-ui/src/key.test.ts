import { expect, test } from "vitest";
import { keyPairOf, newKeyPair } from "./key";

// RFC 7748, section 6.1: Alice, and Bob.
const VECTORS = [
  ["dwdtCnMYpX08FsFyUbJmRd9ML4frwJkqsXf7pR25LCo=", "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"],
  ["XasIfmJKikt54X+Lg4AO5m87sSkmGLb9HC+LJ/+I4Os=", "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"],
] as const;

test.each(VECTORS)("the public key of %s is that of RFC 7748", (secret, publicKey) => {
  const pair = keyPairOf(Uint8Array.from(Buffer.from(secret, "base64")));

  expect(Buffer.from(pair.publicKey, "base64").toString("hex")).toBe(publicKey);
});

test("a private key is clamped as `wg genkey` clamps it", () => {
  const written = keyPairOf(new Uint8Array(32).fill(255)).secret.fillIn("KEY", "KEY");
  const bytes = Buffer.from(written, "base64");

  expect(bytes[0]).toBe(0b1111_1000);
  expect(bytes[31]).toBe(0b0111_1111);
});

test("what a key was made of is overwritten", () => {
  const bytes = new Uint8Array(32).fill(8);

  keyPairOf(bytes);

  expect(bytes.every((byte) => byte === 0)).toBe(true);
});

test("two keys are never the same, and are written as WireGuard writes them", () => {
  const [one, other] = [newKeyPair(), newKeyPair()];
  const written = [one, other].map(({ secret }) => secret.fillIn("KEY", "KEY"));

  expect(written[0]).not.toBe(written[1]);
  for (const key of [...written, one.publicKey]) expect(key).toMatch(/^[A-Za-z0-9+/]{43}=$/);
});
