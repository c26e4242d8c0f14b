use model::PrivateKey;
pub use wireguard::PeerConfig as DesiredPeer;

/// All that a [`Tunnel`](crate::Tunnel) is to be.
#[derive(Debug, Clone, Default)]
pub struct Desired {
    /// Who we are; without it nobody is answered.
    pub private_key: Option<PrivateKey>,
    /// The UDP port, the same for IPv4 and IPv6; 0 for any, which then stays.
    pub listen_port: u16,
    /// The mark that policy routing sees on our datagrams; 0 for none.
    pub fwmark: u32,
    /// Who may come in.
    pub peers: Vec<DesiredPeer>,
}
