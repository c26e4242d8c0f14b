use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
};

use anyhow::Result;
use bench::{Configuration, Peer};
use ipnet::IpNet;
use model::{InterfaceName, PresharedKey, PrivateKey};

/// One tunnel between our program, at home, and another, away: as it is to be.
#[derive(Debug)]
pub(crate) struct Road {
    /// Tells it from the others between the same two.
    number: u8,
    pub(crate) initiator: Side,
    pub(crate) outside: Outside,
    home_key: PrivateKey,
    away_key: PrivateKey,
    preshared_key: PresharedKey,
}

impl Road {
    /// One for each initiator and each IP version outside.
    pub(crate) fn all() -> Vec<Self> {
        let kinds = [Side::Home, Side::Away].into_iter().flat_map(|initiator| {
            [Outside::V4, Outside::V6].into_iter().map(move |outside| (initiator, outside))
        });

        (1..).zip(kinds).map(|(number, (initiator, outside))| Self::new(number, initiator, outside)).collect()
    }

    fn new(number: u8, initiator: Side, outside: Outside) -> Self {
        Self {
            number,
            initiator,
            outside,
            home_key: PrivateKey::generate(),
            away_key: PrivateKey::generate(),
            preshared_key: PresharedKey::generate(),
        }
    }

    /// What the interface of a side is called.
    pub(crate) fn interface(&self, side: Side) -> Result<InterfaceName> {
        let name = match side {
            Side::Home => format!("home{}", self.number),
            Side::Away => format!("away{}", self.number),
        };

        Ok(name.parse()?)
    }

    /// What a side is to be told: only who initiates knows where the other is.
    pub(crate) fn configuration(&self, side: Side) -> Configuration {
        let (own, other) = match side {
            Side::Home => (&self.home_key, &self.away_key),
            Side::Away => (&self.away_key, &self.home_key),
        };
        let endpoint = SocketAddr::new(side.other().address(self.outside), self.port(side.other()));
        let peer = Peer {
            preshared_key: Some(self.preshared_key.clone()),
            endpoint: (side == self.initiator).then_some(endpoint),
            ..Peer::new(other.public_key(), self.inner(side.other()).map(IpNet::from))
        };

        Configuration { private_key: own.clone(), listen_port: Some(self.port(side)), peers: vec![peer] }
    }

    /// The addresses of a side inside the tunnel.
    pub(crate) fn inner(&self, side: Side) -> [IpAddr; 2] {
        let host = side.host();

        [
            Ipv4Addr::new(10, 90, self.number, host).into(),
            Ipv6Addr::new(0xfd90, 0, 0, self.number.into(), 0, 0, 0, host.into()).into(),
        ]
    }

    /// The same with the lengths of their nets.
    pub(crate) fn inner_nets(&self, side: Side) -> [String; 2] {
        let [v4, v6] = self.inner(side);

        [format!("{v4}/24"), format!("{v6}/64")]
    }

    fn port(&self, side: Side) -> u16 {
        let base = match side {
            Side::Home => 51_000,
            Side::Away => 52_000,
        };

        base + u16::from(self.number)
    }
}

impl fmt::Display for Road {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let initiator = match self.initiator {
            Side::Home => "we begin",
            Side::Away => "they begin",
        };
        let outside = match self.outside {
            Outside::V4 => "IPv4",
            Outside::V6 => "IPv6",
        };

        write!(f, "{initiator} over {outside}")
    }
}

/// One end of a road.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Ours.
    Home,
    /// The other implementation's.
    Away,
}

impl Side {
    pub(crate) fn other(self) -> Self {
        match self {
            Self::Home => Self::Away,
            Self::Away => Self::Home,
        }
    }

    /// Where it is outside the tunnel: in the documentation ranges of RFC 5737 and RFC 3849.
    pub(crate) fn address(self, outside: Outside) -> IpAddr {
        let host = self.host();
        match outside {
            Outside::V4 => Ipv4Addr::new(192, 0, 2, host).into(),
            Outside::V6 => Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, host.into()).into(),
        }
    }

    /// Both of these with the lengths of their nets.
    pub(crate) fn nets(self) -> [String; 2] {
        [format!("{}/24", self.address(Outside::V4)), format!("{}/64", self.address(Outside::V6))]
    }

    fn host(self) -> u8 {
        match self {
            Self::Home => 1,
            Self::Away => 2,
        }
    }
}

/// The IP version outside the tunnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outside {
    V4,
    V6,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_initiator_knows_where_the_other_is() {
        for road in Road::all() {
            let knows = |side| road.configuration(side).peers[0].endpoint.is_some();

            assert!(knows(road.initiator), "{road}");
            assert!(!knows(road.initiator.other()), "{road}");
        }
    }
}
