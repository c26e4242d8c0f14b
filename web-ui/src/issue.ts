import { api } from "./api/client";
import type { Issued, NewPeer, Peer } from "./api/types";
import type { Handing } from "./handing";
import type { KeyPair } from "./key";

/** Lets a new device in, with a key that is made here in the browser. */
export async function letIn(peer: Omit<NewPeer, "public_key">): Promise<Handing> {
  const pair = await newKeyPair();

  return handing(await api.addPeer({ ...peer, public_key: pair.publicKey }), pair);
}

/** Gives a device another key; its old one is dead once it has come in with that. */
export async function rekey({ id }: Pick<Peer, "id">): Promise<Handing> {
  const pair = await newKeyPair();

  return handing(await api.rekeyPeer(id, pair.publicKey), pair);
}

/** All that it takes to show a key is fetched first: the box is asked only for a key that can be shown. */
async function newKeyPair(): Promise<KeyPair> {
  const [key] = await Promise.all([import("./key"), import("./parts/hand-over")]);

  return key.newKeyPair();
}

function handing(issued: Issued, { secret }: KeyPair): Handing {
  return { issued, secret, atMs: performance.now() };
}
