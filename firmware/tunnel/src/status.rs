use std::{collections::BTreeMap, net::SocketAddr, time::Duration};

use model::PublicKey;

/// How a [`Tunnel`](crate::Tunnel) is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// The UDP port; 0 before the first [`set`](crate::Tunnel::set).
    pub port: u16,
    /// Every peer, in the order in which they were set.
    pub peers: Vec<PeerStatus>,
    /// What was dropped since the start, by reason.
    pub counters: BTreeMap<&'static str, u64>,
}

/// How a peer is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerStatus {
    /// Who it is.
    pub public_key: PublicKey,
    /// Where its last authenticated packet came from, or where it was set to be.
    pub endpoint: Option<SocketAddr>,
    /// How long ago both sides last proved who they are.
    pub last_handshake: Option<Duration>,
    /// Bytes from it, encrypted, since it was added.
    pub received_bytes: u64,
    /// Bytes to it, encrypted, since it was added.
    pub sent_bytes: u64,
}
