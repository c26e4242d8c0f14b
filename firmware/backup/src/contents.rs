use std::{collections::HashSet, net::SocketAddr};

use model::{
    Endpoint, GuestHours, Host, HostNumber, PeerName, PresharedKey, PrivateKey, PublicKey, Role, TunnelRange,
};

/// All that makes a box the one that its devices know. No device's private key, since the box has none, and no token of a
/// name's provider: whoever finds a backup and its passphrase must not get into other accounts too.
#[derive(Debug, Clone)]
pub struct Contents {
    /// What proves to the devices that the box is theirs.
    pub private_key: PrivateKey,
    /// The addresses inside the tunnel.
    pub range: TunnelRange,
    /// The UDP port of the tunnel.
    pub port: u16,
    /// The port that the router gave outside for it last, which is what devices were told.
    pub port_outside: Option<u16>,
    /// Who may come in, in the order in which they were added.
    pub peers: Vec<Peer>,
    /// What the owner has set.
    pub settings: Settings,
    /// The names that follow the home's address.
    pub names: Vec<Name>,
}

/// A device that may come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    /// What its owner calls it.
    pub name: PeerName,
    /// What it may do.
    pub role: Role,
    /// Who it proves to be.
    pub public_key: PublicKey,
    /// The secret that it shares with the box.
    pub preshared_key: PresharedKey,
    /// Where in the tunnel's range it lives.
    pub host: HostNumber,
    /// Where it was told to find the box.
    pub endpoint: Option<Endpoint>,
    /// When it was added, in seconds since 1970 by the clock of the box.
    pub created_at: u64,
    /// What takes the place of its keys once it comes in with these.
    pub successor: Option<Successor>,
}

/// Keys that a device was handed and has not come in with yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Successor {
    /// Who it will prove to be.
    pub public_key: PublicKey,
    /// The secret that it will share with the box.
    pub preshared_key: PresharedKey,
    /// Where it was told to find the box.
    pub endpoint: Endpoint,
}

/// What the owner has set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The name or address of the home as phones see it from outside.
    pub endpoint_host: Option<Host>,
    /// Where Home Assistant is, as the owner typed it.
    pub home_assistant: Option<SocketAddr>,
    /// For how long a press lets guests in.
    pub guest_hours: GuestHours,
    /// Whether the router is asked for a port.
    pub port_mapping: bool,
    /// Whether servers on the internet are asked for the home's address.
    pub address_lookup: bool,
}

/// A name that follows the home's address, without what proves that it is ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Who keeps it.
    pub provider: String,
    /// The name.
    pub name: String,
    /// Where the provider's server is, if that was typed.
    pub server: Option<String>,
    /// Who we are there, if that was typed.
    pub user: Option<String>,
}

impl Contents {
    /// Whether a box could be like this: everybody is somebody else than the others and the box, and has a place of his
    /// own. A file that holds anything else is not opened, so that none should be sealed.
    #[must_use]
    pub fn can_be(&self) -> bool {
        let mut names = HashSet::new();
        let mut hosts = HashSet::from([HostNumber::GATEWAY]);
        let mut keys = HashSet::from([self.private_key.public_key()]);
        let mut hostnames = HashSet::new();

        self.port >= FIRST_PORT
            && self.port != MDNS_PORT
            && self.port_outside != Some(0)
            && self.peers.iter().all(|peer| names.insert(peer.name.as_str().to_lowercase()))
            && self.peers.iter().all(|peer| hosts.insert(peer.host) && keys.insert(peer.public_key))
            && self
                .peers
                .iter()
                .filter_map(|peer| peer.successor.as_ref())
                .all(|next| keys.insert(next.public_key))
            && self.peers.iter().all(|peer| peer.created_at <= LAST_SECOND)
            && self.names.len() <= MOST_NAMES
            && self.names.iter().all(|name| name.can_be() && hostnames.insert(&name.name))
    }
}

impl Name {
    fn can_be(&self) -> bool {
        let Self { provider, name, server, user } = self;

        matches!(name.parse(), Ok(Host::Name(parsed)) if parsed == *name)
            && [Some(provider), server.as_ref(), user.as_ref()]
                .into_iter()
                .flatten()
                .all(|text| is_short(text))
    }
}

/// As many as a box can have.
pub const MOST_NAMES: usize = 16;

/// In bytes: more than any provider, server or user has.
const MOST_TEXT: usize = 512;
/// Below are the ports of the system's own services (RFC 6335, section 6).
const FIRST_PORT: u16 = 1024;
/// Which every box has already (RFC 6762).
const MDNS_PORT: u16 = 5353;
/// The largest number of seconds that a database can hold.
const LAST_SECOND: u64 = i64::MAX as u64;

fn is_short(text: &str) -> bool {
    text.len() <= MOST_TEXT && !text.chars().any(char::is_control)
}
