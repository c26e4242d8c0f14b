use std::net::{IpAddr, Ipv4Addr};

/// How the program is to know a peer.
#[derive(Debug, Clone)]
pub struct Terms {
    /// The peer's address on the network, of the loopback interface.
    pub outside: IpAddr,
    /// Whether the program is told where the peer is.
    pub is_known: bool,
    /// The program's persistent keepalive to the peer, in seconds.
    pub persistent_keepalive: Option<u16>,
    /// Instead of the peer's own two addresses, as `wg` has them.
    pub allowed_ips: Option<String>,
}

impl Default for Terms {
    fn default() -> Self {
        Self { outside: LOCALHOST, is_known: false, persistent_keepalive: None, allowed_ips: None }
    }
}

/// Where most are, of the loopback interface.
pub const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
