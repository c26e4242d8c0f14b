import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Peer, PortAnswer } from "./api/types";
import { answerOf, type End, isAtHome, tryPorts } from "./outside";

const ADDRESS = "203.0.113.7";
const POLICY = `default-src 'none'; connect-src 'self' http://${ADDRESS}:*`;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test.each<[End, boolean, PortAnswer]>([
  ["answered", false, "answered"],
  ["failed", false, "refused"],
  ["late", false, "silent"],
  ["failed", true, "answered"],
  ["late", true, "answered"],
])("a call that ended with %s, turned away: %s, means %s", (end, turnedAway, answer) => {
  expect(answerOf(end, turnedAway)).toBe(answer);
});

test("what answers, refuses or stays silent is told apart", async () => {
  const page = new EventTarget();
  serve({
    80: async () => turnAway(page, `http://${ADDRESS}/`),
    443: async () => Promise.reject(new TypeError("refused")),
    8123: async () => ({}),
    8443: (signal) => silence(signal),
    8080: async () => turnAway(page, `http://${ADDRESS}:8080/`),
  });

  const tried = await settled(tryPorts(ADDRESS, [80, 443, 8123, 8443, 8080], () => {}, page));

  expect(Object.fromEntries(tried?.map(({ port, answer }) => [port, answer]) ?? [])).toEqual({
    80: "answered",
    443: "refused",
    8123: "answered",
    8443: "silent",
    8080: "answered",
  });
});

test("each port is called once, some at a time, and each end is told", async () => {
  const ports = Array.from({ length: 20 }, (_, index) => 1_000 + index);
  const called: number[] = [];
  let open = 0;
  let most = 0;
  vi.stubGlobal("fetch", async (url: string, { signal }: { signal: AbortSignal }) => {
    called.push(Number(new URL(url).port));
    open += 1;
    most = Math.max(most, open);
    await silence(signal).catch(() => {});
    open -= 1;
    throw new TypeError("aborted");
  });
  const onTried = vi.fn();

  const tried = await settled(tryPorts(ADDRESS, ports, onTried, new EventTarget()));

  expect(called).toEqual(ports);
  expect(tried?.map(({ answer }) => answer)).toEqual(ports.map(() => "silent"));
  expect(onTried).toHaveBeenCalledTimes(ports.length);
  expect(most).toBe(4);
});

test("a document that may not talk to the address knows nothing", async () => {
  const page = new EventTarget();
  serve({ 80: async () => turnAway(page, `http://${ADDRESS}/`, "connect-src 'self'") });

  expect(await settled(tryPorts(ADDRESS, [80], () => {}, page))).toBeUndefined();
});

test("what is blocked for others says nothing about the home", async () => {
  const page = new EventTarget();
  serve({ 80: async () => turnAway(page, `http://${ADDRESS}1/`) });

  expect(await settled(tryPorts(ADDRESS, [80], () => {}, page))).toEqual([{ port: 80, answer: "refused" }]);
});

test.each<[string, string[], boolean]>([
  ["nobody is in", [], false],
  ["a phone on mobile data", ["198.51.100.4:51820"], false],
  ["a phone on the home's Wi-Fi", ["192.168.1.40:40000"], true],
  ["a phone that the router sends around", [`${ADDRESS}:40000`], true],
  ["a phone at home over IPv6", ["[fd00::40]:40000"], true],
  ["a phone outside over IPv6", ["[2001:db8::40]:40000"], false],
  ["an address that only begins so", [`${ADDRESS}1:40000`, "172.32.0.1:1"], false],
  ["one phone outside, one at home", ["192.168.1.40:40000", "198.51.100.4:51820"], false],
])("%s", (_, endpoints, expected) => {
  const peers = endpoints.map((endpoint) => ({ role: "owner", connected: true, endpoint }) as Peer);
  const others = [{ role: "family", connected: true, endpoint: "192.168.1.41:1" }] as Peer[];

  expect(isAtHome([...peers, ...others], ADDRESS)).toBe(expected);
});

function serve(ports: Record<number, (signal: AbortSignal) => Promise<unknown>>) {
  vi.stubGlobal("fetch", (url: string, { signal }: { signal: AbortSignal }) =>
    ports[Number(new URL(url).port || 80)]?.(signal),
  );
}

function turnAway(page: EventTarget, blockedURI: string, originalPolicy = POLICY): Promise<never> {
  setTimeout(() => {
    page.dispatchEvent(Object.assign(new Event("securitypolicyviolation"), { blockedURI, originalPolicy }));
  }, 20);

  return Promise.reject(new TypeError("blocked"));
}

function silence(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted"))));
}

async function settled<T>(promise: Promise<T>): Promise<T> {
  await vi.runAllTimersAsync();

  return promise;
}
