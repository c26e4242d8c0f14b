import { strings } from "../strings";
import type {
  Activity,
  ActivityWanted,
  Check,
  Exposure,
  Finding,
  GuestAccess,
  Issued,
  Lock,
  Me,
  Name,
  NewName,
  NewPeer,
  Peer,
  PeerChange,
  Problem,
  Restore,
  Restored,
  Settings,
  SettingsChange,
  TriedPort,
} from "./types";

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
  setLock: (locked: boolean) => send<Lock>("PUT", "/api/lock", { locked }),
  changeSettings: (change: SettingsChange) => send<Settings>("PATCH", "/api/settings", change),
  addName: (name: NewName) => send<Name>("POST", "/api/names", name),
  removeName: (id: number) => send<void>("DELETE", `/api/names/${id}`),
  activity: (wanted: ActivityWanted) => send<Activity>("GET", `/api/activity${query(wanted)}`),
  check: () => send<Check>("POST", "/api/check", undefined, LONG_PATIENCE_MS),
  exposure: () => send<Exposure>("POST", "/api/exposure", undefined, LONG_PATIENCE_MS),
  judge: (ports: TriedPort[]) => send<Finding[]>("POST", "/api/exposure/tried", { ports }),
  backUp: (passphrase: string) => fetched("POST", "/api/backup", { passphrase }, LONG_PATIENCE_MS),
  restore: (restore: Restore) => send<Restored>("POST", "/api/restore", restore, LONG_PATIENCE_MS),
  armReset: () => send<Me>("POST", "/api/factory-reset"),
  disarmReset: () => send<Me>("DELETE", "/api/factory-reset"),
};

function query(values: Record<string, number | undefined>): string {
  const asked = Object.entries(values).filter(([, value]) => value !== undefined);

  return asked.length > 0 ? `?${asked.map(([name, value]) => `${name}=${value}`).join("&")}` : "";
}

/** Why the box would not, or could not be asked. */
export class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.sentence);
  }
}

/** The problem for whatever was thrown. */
export function problemOf(error: unknown): Problem {
  return error instanceof Refused ? error.problem : unexpected();
}

async function send<T>(method: string, path: string, body?: unknown, patienceMs = PATIENCE_MS): Promise<T> {
  const text = await (await fetched(method, path, body, patienceMs)).text();

  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** The bytes of an answer. */
async function fetched(method: string, path: string, body?: unknown, patienceMs = PATIENCE_MS): Promise<Blob> {
  // AbortSignal.timeout is unknown to phones that still get by on iOS 15.
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), patienceMs);
  // What is sent while the page closes still arrives.
  const request: RequestInit = { method, keepalive: method === "DELETE", signal: abort.signal };
  if (body !== undefined) {
    request.body = JSON.stringify(body);
    request.headers = { "content-type": "application/json" };
  }
  const { ok, body: answer } = await answerTo(path, request).finally(() => clearTimeout(timer));
  if (!ok) throw new Refused(problemIn(await answer.text()));

  return answer;
}

/** The whole answer: a line may also break in the middle of it. */
async function answerTo(path: string, request: RequestInit): Promise<{ ok: boolean; body: Blob }> {
  try {
    const response = await fetch(path, request);

    return { ok: response.ok, body: await response.blob() };
  } catch {
    throw new Refused({ code: "unreachable", sentence: strings.unreachable });
  }
}

function problemIn(text: string): Problem {
  try {
    const problem = JSON.parse(text) as Partial<Problem>;
    if (problem.code && problem.sentence) return { code: problem.code, sentence: problem.sentence };
  } catch {
    // Not the box, but something before it.
  }

  return unexpected();
}

function unexpected(): Problem {
  return { code: "unexpected", sentence: strings.unexpected };
}

/** Longer than the box ever takes. */
const PATIENCE_MS = 15_000;
/** And where it has to wait for others first, who may never answer. */
const LONG_PATIENCE_MS = 60_000;
