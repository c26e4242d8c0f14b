/**
 * What the box says by a code, or by one unchanging sentence. The types are made of these lists, so that a translation
 * that lacks one does not compile; `codes.test.ts` compares them with the box's own sources.
 */

/** The codes of findings. */
export const FINDING_CODES = [
  // Whether the internet can reach this home.
  "not_known_yet",
  "public_v4",
  "only_v6",
  "double_nat",
  "cgnat",
  "no_internet",
  // The door in the router.
  "not_wanted",
  "asking",
  "open",
  "not_allowed",
  "no_answer",
  "garbled",
  "refused",
  "no_time",
  "lied",
  "router_has_private_address",
  // A name for the home.
  "waiting",
  "publishing",
  "published",
  "failing",
  "secret_missing",
  // Why somebody cannot get in.
  "locked",
  "no_devices",
  "no_link",
  "no_address",
  "router_silent",
  "no_dns",
  "clock_wrong",
  "router_refuses",
  "router_cannot_be_asked",
  "mapping_lost",
  "no_name",
  "name_refused",
  "name_unknown",
  "name_elsewhere",
  "name_unreachable",
  "nothing_arrives",
  "only_noise",
  "unknown_key",
  "no_packets",
  "home_assistant_not_found",
  "home_assistant_silent",
  "home_assistant_bans",
  // What else is open.
  "home_assistant_forwarded",
  "web_forwarded",
  "login_not_needed",
  "port_open",
  "cannot_tell",
] as const;

export type FindingCode = (typeof FINDING_CODES)[number];

/** What is looked at when somebody cannot get in. */
export const STEP_CODES = [
  "access",
  "link",
  "address",
  "router",
  "verdict",
  "dns",
  "clock",
  "mapping",
  "name",
  "arrivals",
  "keys",
  "packets",
  "home_assistant",
] as const;

export type StepCode = (typeof STEP_CODES)[number];

/** Why a request was not done. What is `invalid` is told by its sentence. */
export const PROBLEM_CODES = [
  "no_such_peer",
  "no_such_name",
  "name_taken",
  "key_taken",
  "full",
  "not_empty",
  "not_a_backup",
  "newer_backup",
  "wrong_passphrase",
  "damaged_backup",
  "starting_again",
  "invalid",
  "not_in_force",
  "storage_full",
  "failed",
  "hold_the_button",
  "button_is_elsewhere",
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

/** What is wrong with the box; its causes follow after a colon. */
export const FAULT_SENTENCES = [
  "The page cannot be shown at home",
  "The box cannot read what it knows",
  "The tunnel cannot be set up",
  "The firewall does not take its rules",
  "This machine refuses to pass packets on",
  "The button is stuck; look whether something presses on it",
  "The box is in no network; look whether its cable is plugged in",
] as const;

export type FaultSentence = (typeof FAULT_SENTENCES)[number];

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
