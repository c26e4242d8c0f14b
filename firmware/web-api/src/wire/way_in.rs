//! Whether the internet reaches the box, and what an owner can do about it.
//!
//! Sentences are English and for people; each has a code beside it that never changes its meaning, for pages in other
//! languages and for programs.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, Ipv6Addr},
    num::NonZeroU16,
};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Whether the internet reaches the box, as far as is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WayIn {
    /// What kind of connection the home has.
    pub verdict: Finding,
    /// The home's IPv4 address on the internet, if it is the home's own.
    #[schema(value_type = Option<String>)]
    pub public_v4: Option<Ipv4Addr>,
    /// The box's IPv6 address on the internet.
    #[schema(value_type = Option<String>)]
    pub public_v6: Option<Ipv6Addr>,
    /// The door in the router over IPv4.
    pub door_v4: Door,
    /// The door in the router over IPv6.
    pub door_v6: Door,
    /// What the router says it is called.
    pub router: Option<String>,
    /// What to type into the router if it does not open the door by itself.
    pub by_hand: ByHand,
    /// The names that follow the home's address, in the order in which they were added.
    pub names: Vec<Name>,
    /// Seconds since somebody came in from outside; none if nobody did within seven days.
    pub proven_seconds_ago: Option<u64>,
    /// Whether the home's address is another one than some devices were told, and no name follows it.
    pub address_changed: bool,
    /// What else at home is open to the internet, as of the last look; the box looks every week.
    pub exposed: Vec<Finding>,
}

/// What was found, in one sentence, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Finding {
    /// A word for programs, such as `double_nat`.
    pub code: String,
    /// What is.
    pub sentence: String,
    /// What to do; none when there is nothing to do.
    pub advice: Option<String>,
    /// What the sentences name, each thing under its own word, for who says the same in another language.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
}

/// A door in the router, for one IP version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Door {
    /// Where it stands.
    pub state: DoorState,
    /// By which protocol it was opened: `PCP`, `NAT-PMP` or `UPnP`.
    pub by: Option<String>,
    /// The UDP port on the router's outside, where it is open.
    pub outside_port: Option<u16>,
    /// The same in a sentence.
    pub finding: Finding,
}

/// Where a door stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DoorState {
    /// The box does not ask for it: it is locked, or told not to, or there is nothing to open.
    NotWanted,
    /// The box is asking.
    Asking,
    /// The router says that it is open.
    Open,
    /// The router does not open it.
    Shut,
}

/// A port forward, as people type it into a router.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ByHand {
    /// Always `UDP`.
    pub protocol: String,
    /// The port, outside and inside.
    pub port: u16,
    /// The box's IPv4 address at home.
    #[schema(value_type = Option<String>)]
    pub address: Option<Ipv4Addr>,
    /// The box's IPv6 address, for a permission in the router's IPv6 firewall.
    #[schema(value_type = Option<String>)]
    pub address_v6: Option<Ipv6Addr>,
}

/// A name that follows the home's address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Name {
    /// Its number.
    pub id: u32,
    /// Who keeps it.
    pub provider: Provider,
    /// The name.
    #[schema(example = "home-4711.duckdns.org")]
    pub name: String,
    /// The server, for `dyndns2`.
    pub server: Option<String>,
    /// The user there, for `dyndns2`.
    pub user: Option<String>,
    /// How it is.
    pub state: NameState,
    /// The same in a sentence.
    pub finding: Finding,
}

/// How a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum NameState {
    /// There is nothing to say yet, or it is being said.
    Publishing,
    /// It leads home.
    Published,
    /// Its provider would not; it is tried again and again.
    Failing,
}

/// Who keeps a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names of companies")]
pub enum Provider {
    DuckDns,
    Cloudflare,
    DeSec,
    Dynv6,
    /// Any other server that speaks the `dyndns2` protocol.
    DynDns2,
}

/// A name to follow the home's address.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "provider": "duckdns", "name": "home-4711.duckdns.org", "secret": "a-token-of-theirs" }))]
pub struct NewName {
    /// Who keeps it.
    pub provider: Provider,
    /// The name.
    #[schema(example = "home-4711.duckdns.org")]
    pub name: String,
    /// The token or password that the provider gave for it. It is never shown again.
    pub secret: String,
    /// The server, for `dyndns2`: a host, or a URL that begins with `https://`.
    pub server: Option<String>,
    /// The user there, for `dyndns2`.
    pub user: Option<String>,
}

impl std::fmt::Debug for NewName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewName")
            .field("provider", &self.provider)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// Why somebody cannot get in: everything that has to be well, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Check {
    /// What was looked at.
    pub steps: Vec<Step>,
    /// The first that explains why; none when all is well.
    pub finding: Option<Finding>,
}

/// One thing that has to be well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Step {
    /// A word for programs, such as `gateway`.
    pub code: String,
    /// What was looked at.
    pub title: String,
    /// How it is.
    pub outcome: Outcome,
    /// The same in a sentence.
    pub sentence: String,
    /// What the sentence names, each thing under its own word.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, String>,
    /// What is wrong and what to do about it, where something is.
    pub finding: Option<Finding>,
}

/// How a thing is that has to be well.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Well.
    Ok,
    /// Not well.
    Problem,
    /// Cannot be told.
    Unknown,
    /// Not looked at, because of what is wrong before it, or because it is not needed.
    Skipped,
}

/// Whether anything else at home is open to the internet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Exposure {
    /// What is open that should not be; empty when nothing is.
    pub findings: Vec<Finding>,
    /// Seconds since the box looked by itself; none if it has not yet.
    pub looked_seconds_ago: Option<u64>,
    /// Whether the router shows which ports it has open; if not, only a phone outside can tell.
    pub router_tells: bool,
    /// The home's address, for a phone outside to try.
    #[schema(value_type = Option<String>)]
    pub address: Option<Ipv4Addr>,
    /// Which TCP ports a phone outside should try there.
    pub ports: Vec<u16>,
    /// A TCP port that is surely closed: who gets an answer there is being lied to by the mobile network.
    pub control_port: u16,
}

/// What a phone outside got from the home's address.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Tried {
    /// Each port that was tried, the control port among them; at most 64.
    #[schema(max_items = 64)]
    pub ports: Vec<TriedPort>,
}

/// What a phone outside got from one port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TriedPort {
    /// The TCP port.
    #[schema(value_type = u16, minimum = 1, maximum = 65535)]
    pub port: NonZeroU16,
    /// What came back.
    pub answer: PortAnswer,
}

/// What came back from a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PortAnswer {
    /// Something that answers.
    Answered,
    /// A refusal, or something that no browser understands.
    Refused,
    /// Nothing.
    Silent,
}
