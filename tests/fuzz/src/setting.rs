use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use arbitrary::Arbitrary;
use model::{PresharedKey, PrivateKey};
use virtual_clock::{HOME, PHONE, Side};
use wireguard::{Config, PeerConfig};

/// What a device is told to be; by default what fits the other.
#[derive(Debug, Clone, Copy, Default, Arbitrary)]
pub(crate) struct Setting {
    other_key: bool,
    without_key: bool,
    without_peer: bool,
    twice: bool,
    preshared_key: Option<u8>,
    endpoint: Option<u8>,
    keepalive: Option<u8>,
    without_nets: bool,
}

impl Setting {
    /// The configuration, which a third peer is in too.
    pub(crate) fn config(self, side: Side) -> Config {
        let key = if self.other_key { PrivateKey::from_bytes([77; 32]) } else { side.key() };
        let mut peers = vec![tablet()];
        if !self.without_peer {
            peers.push(self.peer(side));
        }
        if self.twice {
            peers.push(self.peer(side));
        }

        Config { private_key: Some(key).filter(|_| !self.without_key), peers }
    }

    fn peer(self, side: Side) -> PeerConfig {
        let of_phone = PHONE_INNER.map(Into::into).to_vec();
        let of_home = ["0.0.0.0/0", "::/0"].map(|net| net.parse().expect("a net")).to_vec();
        let nets = match side {
            Side::Home => of_phone,
            Side::Phone => of_home,
        };

        PeerConfig {
            preshared_key: self.preshared_key.map(|n| PresharedKey::from_bytes([n; 32])),
            endpoint: match (self.endpoint, side) {
                (Some(n), Side::Home | Side::Phone) => Some(Source::Elsewhere(n).address(side)),
                (None, Side::Home) => None,
                (None, Side::Phone) => Some(HOME),
            },
            persistent_keepalive: self.keepalive.filter(|seconds| *seconds > 0).map(Into::into),
            allowed_ips: if self.without_nets { Vec::new() } else { nets },
            ..PeerConfig::new(side.other().key().public_key())
        }
    }
}

/// A third one, who never says a word.
fn tablet() -> PeerConfig {
    PeerConfig {
        allowed_ips: vec![IpAddr::V4(Ipv4Addr::new(10, 0, 0, 3)).into()],
        ..PeerConfig::new(PrivateKey::from_bytes([3; 32]).public_key())
    }
}

/// Where a datagram comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Arbitrary)]
pub(crate) enum Source {
    /// Where the other side is.
    Other,
    /// Somewhere else.
    Elsewhere(u8),
}

impl Source {
    pub(crate) fn address(self, to: Side) -> SocketAddr {
        match (self, to) {
            (Self::Other, Side::Home) => PHONE,
            (Self::Other, Side::Phone) => HOME,
            (Self::Elsewhere(n), Side::Home | Side::Phone) => SocketAddr::from(([203, 0, 113, n], 1)),
        }
    }
}

/// The phone's addresses inside the tunnel.
pub(crate) const PHONE_INNER: [IpAddr; 2] =
    [IpAddr::V4(Ipv4Addr::new(10, 0, 0, 2)), IpAddr::V6(Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 2))];
