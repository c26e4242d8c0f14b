/**
 * What the box says by a code, or by one unchanging sentence. The types are made of these lists, so that a translation
 * that lacks one does not compile; `codes.test.ts` compares them with the box's own sources.
 */

/** The codes of findings, each with what its sentences name. What is not known is an empty text. */
export const FINDINGS = {
  // Whether the internet can reach this home.
  not_known_yet: [],
  public_v4: ["address"],
  only_v6: ["why"],
  double_nat: ["hop", "router"],
  cgnat: ["why"],
  no_internet: ["why"],
  // The door in the router; `address` and `port` are the box's.
  not_wanted: [],
  asking: [],
  open: [],
  not_allowed: ["address", "port"],
  no_answer: ["address", "port"],
  garbled: ["by", "address", "port"],
  refused: ["by", "reason", "address", "port"],
  no_time: ["by", "address", "port"],
  lied: ["by", "address", "port"],
  router_has_private_address: ["behind", "outside", "address", "port"],
  // A name for the home; `who` keeps it.
  waiting: [],
  publishing: [],
  published: ["v4", "v6"],
  failing: ["reason", "name", "who"],
  secret_missing: [],
  // Why somebody cannot get in; `told` is whether devices were told of it "now" or "before".
  locked: [],
  no_devices: [],
  no_link: [],
  no_address: [],
  router_silent: [],
  no_dns: [],
  clock_wrong: [],
  router_refuses: ["address", "port"],
  router_cannot_be_asked: ["address", "port"],
  mapping_lost: ["address", "port"],
  no_name: [],
  name_refused: ["name", "told"],
  name_unknown: ["name", "told"],
  name_elsewhere: ["name", "address", "told"],
  name_unreachable: ["name", "address", "told"],
  nothing_arrives: ["port"],
  only_noise: [],
  unknown_key: [],
  no_packets: [],
  home_assistant_not_found: [],
  home_assistant_silent: ["address"],
  home_assistant_bans: ["address"],
  // What else is open.
  home_assistant_forwarded: ["protocol", "outside_port", "inside_port", "called"],
  web_forwarded: ["address", "protocol", "outside_port", "inside_port", "called"],
  login_not_needed: [],
  port_open: ["port"],
  cannot_tell: ["why"],
} as const satisfies Record<string, readonly string[]>;

export type FindingCode = keyof typeof FINDINGS;

/** What the sentences of a finding name. */
export type FindingValues<Code extends FindingCode> = Record<(typeof FINDINGS)[Code][number], string>;

/** What is looked at when somebody cannot get in, each with what is named where it is well. */
export const STEPS = {
  access: ["devices"],
  link: [],
  address: ["address"],
  router: [],
  verdict: [],
  dns: [],
  clock: [],
  mapping: [],
  name: [],
  arrivals: [],
  keys: [],
  packets: [],
  home_assistant: ["address"],
} as const satisfies Record<string, readonly string[]>;

export type StepCode = keyof typeof STEPS;

/** What a step names where it is well. */
export type StepValues<Code extends StepCode> = Record<(typeof STEPS)[Code][number], string>;

/** Why a provider does not do what the box asks for a name: the `reason` of `failing`. */
export const NAME_REASONS = [
  "unreached",
  "trouble",
  "nonsense",
  "lied",
  "too_often",
  "wrong_secret",
  "not_yours",
  "missing_rights",
  "no_address_taken",
  "only_by_hand",
  "proxied",
  "alias",
  "unpaid",
  "blocked",
  "not_this_device",
  "broken",
] as const;

export type NameReason = (typeof NAME_REASONS)[number];

/** Why a router says no: the `reason` of `refused`. */
export const DOOR_REASONS = [
  "not_authorized",
  "port_taken",
  "no_resources",
  "no_connection",
  "wrong_address",
  "no_pinholes",
  "other",
] as const;

export type DoorReason = (typeof DOOR_REASONS)[number];

/** Why a request was not done. What is `invalid` is told by its sentence. */
export const PROBLEM_CODES = [
  "no_such_peer",
  "no_such_name",
  "no_number",
  "name_taken",
  "key_taken",
  "full",
  "not_empty",
  "not_a_backup",
  "newer_backup",
  "wrong_passphrase",
  "damaged_backup",
  "port_in_use",
  "starting_again",
  "invalid",
  "not_in_force",
  "storage_full",
  "failed",
  "hold_the_button",
  "button_is_elsewhere",
  "reset_at_home",
  "not_an_owner",
  "not_on_the_list",
  "no_way_in",
  "wrong_host",
  "wrong_origin",
  "wrong_method",
  "nothing_here",
  "too_many_pages",
  "too_large",
  "too_slow",
  "not_json",
  "malformed_json",
] as const;

export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** What is wrong with the box, by the part that is in trouble. */
export const FAULT_CODES = [
  "certificates",
  "page",
  "registry",
  "tunnel",
  "firewall",
  "forwarding",
  "panel",
  "button",
  "home",
] as const;

export type FaultCode = (typeof FAULT_CODES)[number];

/** What has no code of its own, whole or by its end. */
export const PLAIN_SENTENCES = [
  // Names of devices, and the owner's settings.
  "A name needs at least one letter",
  "A name has at most 32 characters",
  "A name needs at least one letter or digit",
  "cannot be part of a name; letters, digits, spaces and ' . - _ & + ( ) can",
  "Guest access lasts at most 168 hours, a week",
  "Write a name such as home.example.org or an address such as 203.0.113.7, without a port",
  "Write the address of Home Assistant at home, such as 192.168.1.20 or 192.168.1.20:8123",
  // Names for the home.
  "Write the name that is to follow this home, not an address",
  "Write the whole name, such as home.example.org",
  "A name at DuckDNS looks like myhome.duckdns.org",
  "The token or password is missing",
  "This is no token or password: it is too long or has odd characters",
  "A token has no spaces and no special letters; copy it once more",
  "Write the server as https://members.example.net, without a user, a password or a question mark",
  "This is Cloudflare's global key, which opens the whole account; make an API token that may edit the DNS of this zone only",
  "A user name is needed, without a colon",
  "There are sixteen names already; remove one first",
  // Backups.
  "A passphrase needs at least 12 characters",
  "A passphrase has at most 256 characters",
  "A passphrase has no control characters",
  // Where the box is found.
  "The box has no address at home yet; look whether its network cable is plugged in",
  "The box does not know its address on the internet yet, so this works at home only; set the address, then make a new code",
] as const;

export type PlainSentence = (typeof PLAIN_SENTENCES)[number];
