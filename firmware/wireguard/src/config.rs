use std::net::SocketAddr;

use ipnet::IpNet;
use model::{PresharedKey, PrivateKey, PublicKey};

/// All that a [`Device`](crate::Device) is to be.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Who we are; without it nobody is answered.
    pub private_key: Option<PrivateKey>,
    /// Who may come in. A peer with our own key is left out, and where two peers have the same key or the same allowed
    /// IP the later one has it.
    pub peers: Vec<PeerConfig>,
}

/// All that a peer is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeerConfig {
    /// Who it proves to be.
    pub public_key: PublicKey,
    /// A second secret, shared with this peer alone.
    pub preshared_key: Option<PresharedKey>,
    /// Where it is, if that is known. Its own authenticated packets move it; a new value here does too, the same value
    /// once more does not.
    pub endpoint: Option<SocketAddr>,
    /// Seconds of silence after which an empty packet is sent, 1 to 65535.
    pub persistent_keepalive: Option<u16>,
    /// The addresses that are its own inside the tunnel.
    pub allowed_ips: Vec<IpNet>,
}

impl PeerConfig {
    /// A peer with nothing but a key.
    #[must_use]
    pub fn new(public_key: PublicKey) -> Self {
        Self {
            public_key,
            preshared_key: None,
            endpoint: None,
            persistent_keepalive: None,
            allowed_ips: Vec::new(),
        }
    }
}
