//! What goes over the wire, as JSON. The OpenAPI document and the page's types are made from these.
//!
//! Times are seconds since 1970; a browser must not compare them with its own clock, so that whatever is shown as
//! "ago" or "left" also stands here as a number of seconds.

use model::{GuestHours, GuestTime, Host, Lamps, PeerId, PeerName, PublicKey, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use activity::*;
pub use backup::*;
pub use way_in::*;

mod activity;
mod backup;
mod way_in;

/// Who is asking, and whether the owner has said yes with the button.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Me {
    /// What the asker may do.
    pub authority: Authority,
    /// Where the asker stands with the button.
    pub waiting: Waiting,
    /// Seconds until the session ends, where the authority is one.
    pub seconds_left: Option<u32>,
    /// Seconds in which holding the button confirms the factory reset that somebody asked for; for those who may administer.
    pub reset_seconds_left: Option<u32>,
    /// Where Home Assistant is, as seen from where the asker is; for those inside the tunnel.
    pub home_assistant_url: Option<String>,
}

/// By what right somebody asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Authority {
    /// A stranger at home: may ask for the button.
    None,
    /// A browser at home for which the button was held: may do everything.
    Session,
    /// An owner's device inside the tunnel: may do everything.
    Owner,
    /// A family device inside the tunnel: may look at itself.
    Family,
    /// A guest's device inside the tunnel: may look at itself.
    Guest,
    /// Root on the box, over the local socket: may do everything.
    Root,
}

/// Where a browser stands with the button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Waiting {
    /// It has not asked.
    No,
    /// It waits for the button to be held.
    Alone,
    /// It waits, and so does another browser: a hold now would refuse both.
    NotAlone,
    /// The button was held while another browser waited too, so both were refused; it may ask again.
    Refused,
}

/// All that the page shows, complete, each time anything changes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct State {
    /// The box.
    pub status: Status,
    /// Who may come in, in the order in which they were added.
    pub peers: Vec<Peer>,
    /// Guests.
    pub guest_access: GuestAccess,
    /// What an owner may set.
    pub settings: Settings,
    /// Whether the internet reaches the box.
    pub way_in: WayIn,
}

/// How the box is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Status {
    /// The version of the program.
    pub version: String,
    /// What is wrong; empty when all is well.
    pub faults: Vec<Fault>,
    /// What the lamps show.
    #[schema(value_type = LampsSchema)]
    pub lamps: Lamps,
    /// Whether remote access was switched off with the button.
    pub locked: bool,
    /// The UDP port of the tunnel.
    pub port: u16,
    /// Where phones find the box from outside, `host:port`; none until it is known.
    pub endpoint: Option<String>,
    /// The public key of the box.
    #[schema(value_type = String)]
    pub public_key: PublicKey,
    /// The box's IPv4 address inside the tunnel.
    #[schema(value_type = String)]
    pub tunnel_v4: std::net::Ipv4Addr,
    /// The box's IPv6 address inside the tunnel.
    #[schema(value_type = String)]
    pub tunnel_v6: std::net::Ipv6Addr,
    /// Where the page is on the home network: `http://latchkey.local`, then its addresses.
    pub page_urls: Vec<String>,
    /// Home Assistant, once it is found.
    pub home_assistant: Option<HomeAssistant>,
    /// What the tunnel and the firewall dropped, by reason; for those who look for a fault.
    pub counters: std::collections::BTreeMap<String, u64>,
}

/// Something that is wrong with the box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Fault {
    /// A word for programs, such as `tunnel`: the part of the box that is in trouble.
    pub code: String,
    /// What is wrong, for people, and what to do about it if they can.
    pub sentence: String,
    /// Why, for those who look for the fault.
    pub cause: Option<String>,
}

/// Home Assistant, as the box found it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HomeAssistant {
    /// What it is called, when it said so.
    pub name: Option<String>,
    /// Where it is at home, `address:port`.
    pub address: String,
    /// Whether the owner typed the address, or the box found it.
    pub typed: bool,
    /// Where a phone inside the tunnel finds it.
    pub url: String,
}

/// A device that may come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Peer {
    /// Its number.
    #[schema(value_type = u32)]
    pub id: PeerId,
    /// What its owner calls it.
    #[schema(value_type = String, example = "Anna")]
    pub name: PeerName,
    /// What it may do.
    #[schema(value_type = RoleSchema)]
    pub role: Role,
    /// Who it proves to be.
    #[schema(value_type = String)]
    pub public_key: PublicKey,
    /// Its IPv4 address inside the tunnel.
    #[schema(value_type = String)]
    pub address: std::net::Ipv4Addr,
    /// When it was added.
    pub created_at: u64,
    /// Whether it is in now: a handshake within the last 180 s, which is when WireGuard rejects a session.
    pub connected: bool,
    /// Seconds since its last handshake; none if there was none since the box started.
    pub last_handshake_seconds_ago: Option<u64>,
    /// Where its packets come from, `address:port`.
    pub endpoint: Option<String>,
    /// Whether it was told to find the box where the box is no longer to be found; it needs a new code.
    pub outdated: bool,
    /// Whether it was handed a new key with which it has not come in yet, which is good for a day.
    pub new_key_waits: bool,
    /// Bytes received from it since the box started.
    pub received_bytes: u64,
    /// Bytes sent to it since the box started.
    pub sent_bytes: u64,
}

/// Guests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GuestAccess {
    /// Whether guests are let in.
    pub on: bool,
    /// For how much longer.
    pub seconds_left: Option<u64>,
}

/// What an owner may set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Settings {
    /// The name or address of the home as phones see it from outside; none to let the box find out.
    #[schema(value_type = Option<String>)]
    pub endpoint_host: Option<Host>,
    /// Where Home Assistant is, `address` or `address:port`; none to let the box find it.
    pub home_assistant: Option<String>,
    /// For how many hours a press lets guests in, 1 to 168.
    #[schema(value_type = u16, minimum = 1, maximum = 168)]
    pub guest_hours: GuestHours,
    /// Whether the box asks the router to open the tunnel's port.
    pub port_mapping: bool,
    /// Whether the box asks servers on the internet for the home's address.
    pub address_lookup: bool,
}

/// A device to let in.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPeer {
    /// What to call it: 1 to 32 letters, digits, spaces and some punctuation.
    #[schema(
        value_type = String,
        example = "Anna",
        max_length = 32,
        pattern = r"^[\p{L}\p{M}\p{N} '’.\-_&+()]*[\p{L}\p{N}][\p{L}\p{M}\p{N} '’.\-_&+()]*$"
    )]
    pub name: PeerName,
    /// What it may do. The very first peer becomes an owner whatever stands here.
    #[schema(value_type = RoleSchema)]
    pub role: Role,
    /// The public half of the key that was made on the asker's side.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$")]
    pub public_key: PublicKey,
}

/// What to change of a peer; what is left out stays.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PeerChange {
    /// A new name.
    #[schema(value_type = Option<String>)]
    pub name: Option<PeerName>,
    /// A new role.
    #[schema(value_type = Option<RoleSchema>)]
    pub role: Option<Role>,
}

/// A new key for a peer that stays who it is.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewKey {
    /// The public half of the key that was made on the asker's side.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$")]
    pub public_key: PublicKey,
}

/// What a device needs to come in.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Issued {
    /// The peer.
    pub peer: Peer,
    /// The configuration for the WireGuard app, with `placeholder` where the private key belongs.
    pub configuration: String,
    /// What to replace with the private key.
    pub placeholder: String,
    /// What to call the tunnel on the phone; also the name of the file, with `.conf`.
    pub tunnel_name: String,
    /// A sentence for the owner when the configuration will not work everywhere yet.
    pub warning: Option<String>,
}

/// Guests in or out.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GuestAccessChange {
    /// Whether to let guests in.
    pub on: bool,
    /// For how many seconds, 1 to 604800 (a week), if not for as long as is set.
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 604_800)]
    pub seconds: Option<GuestTime>,
}

/// Remote access off or on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Whether remote access is off.
    pub locked: bool,
}

/// What to set; what is left out stays, an empty text goes back to what the box finds by itself.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingsChange {
    /// The name or address of the home as phones see it from outside.
    pub endpoint_host: Option<String>,
    /// Where Home Assistant is, `address` or `address:port`.
    pub home_assistant: Option<String>,
    /// For how many hours a press lets guests in, 1 to 168.
    #[schema(value_type = Option<u16>, minimum = 1, maximum = 168)]
    pub guest_hours: Option<GuestHours>,
    /// Whether the box asks the router to open the tunnel's port.
    pub port_mapping: Option<bool>,
    /// Whether the box asks servers on the internet for the home's address.
    pub address_lookup: Option<bool>,
}

/// Why a request was not done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// A word for programs, such as `name_taken`; never changes its meaning.
    pub code: String,
    /// A sentence for people, in English, that says what to do.
    pub sentence: String,
}

/// [`Lamps`], as OpenAPI has it.
#[derive(ToSchema)]
#[schema(as = Lamps)]
#[expect(dead_code, reason = "describes model::Lamps, which knows nothing of the wire")]
pub struct LampsSchema {
    power: PatternSchema,
    door: PatternSchema,
    people: PatternSchema,
}

/// [`model::Pattern`], as OpenAPI has it.
#[derive(ToSchema, Serialize)]
#[schema(as = Pattern)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "describes model::Pattern")]
pub enum PatternSchema {
    Off,
    SlowPulse,
    FastBlink,
    Solid,
    DoubleBlink,
}

/// [`Role`], as OpenAPI has it.
#[derive(ToSchema, Serialize)]
#[schema(as = Role)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "describes model::Role")]
pub enum RoleSchema {
    Owner,
    Family,
    Guest,
}
