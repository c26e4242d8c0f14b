use std::{net::SocketAddr, time::Instant};

use model::PublicKey;

/// How a peer is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerStatus {
    /// Who it is.
    pub public_key: PublicKey,
    /// Where its last authenticated packet came from, or where it is configured to be.
    pub endpoint: Option<SocketAddr>,
    /// When both sides last proved who they are.
    pub last_handshake: Option<Instant>,
    /// Authenticated bytes from it, encrypted, handshakes included.
    pub received_bytes: u64,
    /// Bytes to it, encrypted, handshakes included.
    pub sent_bytes: u64,
}
