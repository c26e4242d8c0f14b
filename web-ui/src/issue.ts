import { api } from "./api/client";
import type { Issued, NewPeer, Peer } from "./api/types";
import { fillIn } from "./format";
import { type KeyPair, newKeyPair } from "./key";
import type { Handing } from "./parts/hand-over";

/** Lets a new device in, with a key that is made here in the browser. */
export async function letIn(peer: Omit<NewPeer, "public_key">): Promise<Handing> {
  const pair = newKeyPair();

  return handing(await api.addPeer({ ...peer, public_key: pair.publicKey }), pair);
}

/** Gives a device another key; its old one is dead at once. */
export async function rekey({ id }: Peer): Promise<Handing> {
  const pair = newKeyPair();

  return handing(await api.rekeyPeer(id, pair.publicKey), pair);
}

function handing(issued: Issued, pair: KeyPair): Handing {
  return { issued, configuration: fillIn(issued.configuration, issued.placeholder, pair.privateKey) };
}
