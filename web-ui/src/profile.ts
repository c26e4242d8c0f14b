/** What goes into a profile. */
export type Wanted = {
  /** What the tunnel is called. */
  name: string;
  /** The device's address inside the tunnel: a profile for the same one takes the place of the former. */
  address: string;
  /** The whole configuration, with the private key. */
  configuration: string;
  /** The names of the Wi-Fi at home, where the tunnel is off. */
  homeWiFi: string[];
};

/**
 * A configuration profile for iPhones and iPads, by which the WireGuard app gets a tunnel that is on everywhere but at home.
 *
 * The keys are those of WireGuard's `MOBILECONFIG.md`. The rules are the three that the app itself writes, in its order;
 * it would take any other shape for "off".
 */
export function profileOf({ name, address, configuration, homeWiFi }: Wanted, newUuid = randomUuid): string {
  const identifier = `local.latchkey.${address}`;
  const payload: Plist = {
    PayloadDisplayName: "VPN",
    PayloadType: "com.apple.vpn.managed",
    PayloadVersion: 1,
    PayloadIdentifier: `${identifier}.tunnel`,
    PayloadUUID: newUuid(),
    UserDefinedName: name,
    VPNType: "VPN",
    VPNSubType: "com.wireguard.ios",
    VendorConfig: { WgQuickConfig: configuration },
    VPN: {
      RemoteAddress: endpointOf(configuration),
      AuthenticationMethod: "Password",
      OnDemandEnabled: 1,
      OnDemandRules: [
        { Action: "Disconnect", InterfaceTypeMatch: "WiFi", SSIDMatch: homeWiFi },
        { Action: "Connect", InterfaceTypeMatch: "WiFi" },
        { Action: "Connect", InterfaceTypeMatch: "Cellular" },
      ],
    },
  };

  return document({
    PayloadDisplayName: `Latchkey: ${name}`,
    PayloadType: "Configuration",
    PayloadVersion: 1,
    PayloadIdentifier: identifier,
    PayloadUUID: newUuid(),
    PayloadContent: [payload],
  });
}

/** The names of Wi-Fi networks as they were typed, one a line. None may be longer than the 32 bytes of IEEE 802.11. */
export function wiFiNamesIn(typed: string): string[] {
  const names = typed.split("\n").map((name) => name.replace(UNSAYABLE, "").trim());

  return names.filter((name) => name !== "" && new TextEncoder().encode(name).length <= 32);
}

/** A random UUID of version 4 (RFC 9562). `crypto.randomUUID` is not there on plain HTTP. */
export function randomUuid(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5").toUpperCase();
}

type Plist = string | number | Plist[] | { [key: string]: Plist };

function document(content: Plist): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${xml(content)}
</plist>
`;
}

function xml(value: Plist): string {
  if (typeof value === "string") return `<string>${escaped(value)}</string>`;
  if (typeof value === "number") return `<integer>${value}</integer>`;
  if (Array.isArray(value)) return `<array>\n${value.map(xml).join("\n")}\n</array>`;
  const entries = Object.entries(value).map(([key, value]) => `<key>${escaped(key)}</key>\n${xml(value)}`);

  return `<dict>\n${entries.join("\n")}\n</dict>`;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** What the phone's settings show as the server. */
function endpointOf(configuration: string): string {
  return /^Endpoint = (.+)$/m.exec(configuration)?.[1] ?? "Latchkey";
}

/** What XML 1.0 cannot say, and nobody can type into a router either. */
const UNSAYABLE = /\p{Cc}|\p{Cs}|[\ufffe\uffff]/gu;
