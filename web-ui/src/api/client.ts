import { strings } from "../strings";
import type { GuestAccess, Issued, Me, NewPeer, Peer, PeerChange, Problem, Settings, SettingsChange } from "./types";

/** All that the page asks of the box. Every refusal is thrown as a {@link Refused}. */
export const api = {
  me: () => send<Me>("GET", "/api/me"),
  ask: () => send<Me>("POST", "/api/session"),
  leave: () => send<void>("DELETE", "/api/session"),
  addPeer: (peer: NewPeer) => send<Issued>("POST", "/api/peers", peer),
  changePeer: (id: number, change: PeerChange) => send<Peer>("PATCH", `/api/peers/${id}`, change),
  removePeer: (id: number) => send<void>("DELETE", `/api/peers/${id}`),
  rekeyPeer: (id: number, public_key: string) => send<Issued>("PUT", `/api/peers/${id}/key`, { public_key }),
  setGuestAccess: (on: boolean) => send<GuestAccess>("PUT", "/api/guest-access", { on }),
  changeSettings: (change: SettingsChange) => send<Settings>("PATCH", "/api/settings", change),
};

/** Why the box would not, or could not be asked. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.sentence);
  }
}

/** The sentence for whatever was thrown. */
export function sentenceOf(error: unknown): string {
  return error instanceof Refused ? error.problem.sentence : strings.unexpected;
}

async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
  const request: RequestInit = {
    method,
    // What is sent while the page closes still arrives.
    keepalive: method === "DELETE",
    signal: AbortSignal.timeout(PATIENCE_MS),
  };
  if (body !== undefined) {
    request.body = JSON.stringify(body);
    request.headers = { "content-type": "application/json" };
  }
  const response = await fetch(path, request).catch(() => {
    throw new Refused({ code: "unreachable", sentence: strings.unreachable });
  });
  const text = await response.text();
  if (!response.ok) throw new Refused(problemIn(text));

  return (text === "" ? undefined : JSON.parse(text)) as T;
}

function problemIn(text: string): Problem {
  try {
    const problem = JSON.parse(text) as Partial<Problem>;
    if (problem.code && problem.sentence) return { code: problem.code, sentence: problem.sentence };
  } catch {
    // Not the box, but something before it.
  }

  return { code: "unexpected", sentence: strings.unexpected };
}

/** Longer than the box ever takes. */
const PATIENCE_MS = 15_000;
