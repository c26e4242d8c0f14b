import { x25519 } from "@noble/curves/ed25519.js";
import { base64, Secret } from "./secret";

/** An X25519 key pair; the public half in base64, as WireGuard writes it. */
export type KeyPair = { secret: Secret; publicKey: string };

/** Makes a new key pair. Works on plain HTTP, where `crypto.subtle` does not. */
export function newKeyPair(): KeyPair {
  return keyPairOf(x25519.utils.randomSecretKey());
}

/** The key pair of 32 secret bytes, which are overwritten. They are clamped as `wg genkey` does. */
export function keyPairOf(bytes: Uint8Array): KeyPair {
  bytes[0] = (bytes[0] ?? 0) & 248;
  bytes[31] = ((bytes[31] ?? 0) & 127) | 64;
  const pair = { secret: new Secret(bytes), publicKey: base64(x25519.getPublicKey(bytes)) };
  bytes.fill(0);

  return pair;
}
