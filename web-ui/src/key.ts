import { x25519 } from "@noble/curves/ed25519.js";

/** An X25519 key pair in base64, as WireGuard writes it. */
export type KeyPair = { privateKey: string; publicKey: string };

/** Makes a new key pair. Works on plain HTTP, where `crypto.subtle` does not. */
export function newKeyPair(): KeyPair {
  return keyPairOf(x25519.utils.randomSecretKey());
}

/** The key pair of 32 secret bytes. They are clamped as `wg genkey` does, so that every tool shows the same key. */
export function keyPairOf(secret: Uint8Array): KeyPair {
  const clamped = secret.slice();
  clamped[0] = (clamped[0] ?? 0) & 248;
  clamped[31] = ((clamped[31] ?? 0) & 127) | 64;

  return { privateKey: base64(clamped), publicKey: base64(x25519.getPublicKey(clamped)) };
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
