/** A private key on its way to its device. It is kept as bytes, since those can be overwritten and a text cannot. */
export class Secret {
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes.slice();
  }

  /** A configuration with the key in its place. The text is for showing at once, not for keeping. */
  fillIn(configuration: string, placeholder: string): string {
    if (this.isForgotten) throw new Error("The private key is forgotten");
    const [before, after, ...more] = configuration.split(placeholder);
    if (before === undefined || after === undefined || more.length > 0) {
      throw new Error("The configuration has not exactly one place for the private key");
    }

    return `${before}${base64(this.#bytes)}${after}`;
  }

  /** Overwrites the key. */
  forget() {
    this.#bytes.fill(0);
  }

  /** Whether it was overwritten. No key is all zeros, since clamping sets a bit. */
  get isForgotten(): boolean {
    return this.#bytes.every((byte) => byte === 0);
  }
}

/** Bytes as WireGuard writes them. */
export function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
