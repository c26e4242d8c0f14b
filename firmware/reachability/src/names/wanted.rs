use std::net::{Ipv4Addr, Ipv6Addr};

use super::Account;

/// The whole of what the world is to be told, and through whom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// All accounts, each with an id of its own.
    pub accounts: Vec<Account>,
    /// Where home is reached; none as long as nobody knows, and then nothing is published and nothing removed.
    pub addresses: Option<Addresses>,
}

/// The addresses at which home is reached from outside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Addresses {
    /// None means that no IPv4 address may be published.
    pub v4: Option<Ipv4Addr>,
    /// None means that no IPv6 address may be published.
    pub v6: Option<Ipv6Addr>,
}
