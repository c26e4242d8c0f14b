use std::fmt;

use bench::Kind;
use serde::Serialize;

/// What stands around the gateway while it is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Setting {
    pub(crate) topology: Topology,
    pub(crate) link: Link,
}

impl Setting {
    /// In two words.
    pub(crate) fn short(self) -> String {
        let topology = match self.topology {
            Topology::Ends => "ends",
            Topology::Forwarded => "forwarded",
        };
        let link = match self.link {
            Link::Veth => "veth",
            Link::Wire => "wire",
        };

        format!("{topology}, {link}")
    }
}

/// Where the traffic goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Topology {
    /// To the gateway itself.
    Ends,
    /// Through the gateway and its access rules to Home Assistant's place.
    Forwarded,
}

/// What the tunnel's datagrams cross.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Link {
    /// A veth as it is made: 64 KiB of datagrams cross it as one.
    Veth,
    /// A veth without UDP segmentation offload: each datagram crosses alone, as on a Pi's network card.
    Wire,
}

/// Who is at either end of the tunnel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pairing {
    /// The one that is measured.
    pub(crate) gateway: Kind,
    pub(crate) client: Kind,
}

/// Seen from the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Direction {
    /// Client to gateway.
    Up,
    /// Gateway to client.
    Down,
}

impl Pairing {
    pub(crate) const OURS_ON_BOTH_SIDES: Self = Self { gateway: Kind::Latchkey, client: Kind::Latchkey };

    /// With the client that all others have, too.
    pub(crate) const fn of(gateway: Kind) -> Self {
        Self { gateway, client: Kind::WireguardGo }
    }

    /// Whether a program other than the usual client talks to itself.
    pub(crate) fn is_both(self) -> bool {
        self.client == self.gateway && self.client != Kind::WireguardGo
    }
}

impl Direction {
    pub(crate) const BOTH: [Self; 2] = [Self::Up, Self::Down];
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let topology = match self.topology {
            Topology::Ends => "traffic ends in the gateway",
            Topology::Forwarded => "traffic forwarded to Home Assistant's place, access rules loaded",
        };
        let link = match self.link {
            Link::Veth => "plain veth",
            Link::Wire => "wire-like veth",
        };

        write!(f, "{topology}; {link}")
    }
}

impl fmt::Display for Pairing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_both() {
            write!(f, "{} on both sides", self.gateway)
        } else {
            write!(f, "{}", self.gateway)
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Up => "up",
            Self::Down => "down",
        })
    }
}
