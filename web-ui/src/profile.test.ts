import { execFileSync } from "node:child_process";
import { expect, test, vi } from "vitest";
import { profileOf, randomUuid, wiFiNamesIn } from "./profile";

// Another program has to be started for each.
vi.setConfig({ testTimeout: 60_000 });

const CONFIGURATION = `[Interface]
PrivateKey = 6NpN7Rb3jVYhYqf6tXmQpMS5lZc1pCQ0Yv8m9v9bM1k=
Address = 10.93.46.2/32

[Peer]
PublicKey = hSDwCYkwp1R0i33ctD73Wg2/Og0mOBr066SpjqqbTmo=
Endpoint = home.example.org:41620
AllowedIPs = 10.93.46.1/32
`;
const WANTED = { name: "Home", address: "10.93.46.2", configuration: CONFIGURATION, homeWiFi: ["Fjord"] };

test("a profile is what WireGuard's own page on profiles asks for", () => {
  let uuids = 0;

  const { PayloadContent: payloads, ...profile } = read(profileOf(WANTED, () => `uuid-${++uuids}`));
  const { VPN: vpn, VendorConfig: vendor, ...payload } = payloads[0];

  expect(profile).toEqual({
    PayloadDisplayName: "Latchkey: Home",
    PayloadType: "Configuration",
    PayloadVersion: 1,
    PayloadIdentifier: "local.latchkey.10.93.46.2",
    PayloadUUID: "uuid-2",
  });
  expect(payload).toEqual({
    PayloadDisplayName: "VPN",
    PayloadType: "com.apple.vpn.managed",
    PayloadVersion: 1,
    PayloadIdentifier: "local.latchkey.10.93.46.2.tunnel",
    PayloadUUID: "uuid-1",
    UserDefinedName: "Home",
    VPNType: "VPN",
    VPNSubType: "com.wireguard.ios",
  });
  expect(vendor).toEqual({ WgQuickConfig: CONFIGURATION });
  expect(vpn).toMatchObject({ RemoteAddress: "home.example.org:41620", AuthenticationMethod: "Password" });
});

test("the tunnel is on everywhere but at home, by the three rules that the app itself writes", () => {
  const vpn = read(profileOf({ ...WANTED, homeWiFi: ["Fjord", "Fjord 5G"] })).PayloadContent[0].VPN;

  expect(vpn.OnDemandEnabled).toBe(1);
  expect(vpn.OnDemandRules).toEqual([
    { Action: "Disconnect", InterfaceTypeMatch: "WiFi", SSIDMatch: ["Fjord", "Fjord 5G"] },
    { Action: "Connect", InterfaceTypeMatch: "WiFi" },
    { Action: "Connect", InterfaceTypeMatch: "Cellular" },
  ]);
});

test("any name is a name like any other", () => {
  const names = ["Anna & Ben <3", "]]>&amp;", "“Café” 🏠", "a'b\"c", "<string>"];

  const { PayloadContent: payloads } = read(profileOf({ ...WANTED, name: names.join(), homeWiFi: names }));

  expect(payloads[0].UserDefinedName).toBe(names.join());
  expect(payloads[0].VPN.OnDemandRules[0].SSIDMatch).toEqual(names);
});

test("every profile has identifiers of its own", () => {
  const uuids = Array.from({ length: 100 }, () => randomUuid());

  expect(new Set(uuids).size).toBe(100);
  for (const uuid of uuids) expect(uuid).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$/);
});

test.each<[string, string[]]>([
  ["Fjord", ["Fjord"]],
  [" Fjord \n\nFjord 5G\n", ["Fjord", "Fjord 5G"]],
  ["Fjord\u0007\ud800", ["Fjord"]],
  ["x".repeat(32), ["x".repeat(32)]],
  ["x".repeat(33), []],
  ["ü".repeat(17), []],
  ["  \n ", []],
])("what was typed for the Wi-Fi at home: %j", (typed, names) => {
  expect(wiFiNamesIn(typed)).toEqual(names);
});

/** As a reader that is not ours has it. */
function read(profile: string): any {
  const script = "import json, plistlib, sys; print(json.dumps(plistlib.loads(sys.stdin.buffer.read())))";

  return JSON.parse(execFileSync("python3", ["-c", script], { input: profile, encoding: "utf8" }));
}
