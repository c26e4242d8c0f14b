import { expect, test } from "vitest";
import { base64, Secret } from "./secret";

const BYTES = new Uint8Array(32).fill(8);
const KEY = "CAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAg=";

test("a private key is filled in where the box left room for it", () => {
  const text = new Secret(BYTES).fillIn("PrivateKey = HERE\nEndpoint = a.org:1\n", "HERE");

  expect(text).toBe(`PrivateKey = ${KEY}\nEndpoint = a.org:1\n`);
});

test.each(["PrivateKey = \n", "HERE and HERE"])("a configuration with no one place for the key is refused: %j", (text) => {
  expect(() => new Secret(BYTES).fillIn(text, "HERE")).toThrow("place for the private key");
});

test("a forgotten key is overwritten and fills in nothing", () => {
  const secret = new Secret(BYTES);

  secret.forget();

  expect(secret.isForgotten).toBe(true);
  expect(() => secret.fillIn("HERE", "HERE")).toThrow("forgotten");
});

test("a key is in nothing that could be written down by mistake", () => {
  const secret = new Secret(BYTES);

  expect(JSON.stringify({ secret }) + String(secret)).not.toContain(base64(BYTES).slice(0, 8));
});
