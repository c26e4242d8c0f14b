use std::net::{IpAddr, SocketAddr};

/// Where a peer is, and which of our addresses it speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Endpoint {
    /// Where its datagrams come from and ours go to.
    pub remote: SocketAddr,
    /// Where its datagrams come to and ours are sent from, because routers and firewalls between us let only such
    /// answers through; none leaves the choice to the system.
    pub local: Option<IpAddr>,
}

impl From<SocketAddr> for Endpoint {
    fn from(remote: SocketAddr) -> Self {
        Self { remote, local: None }
    }
}
