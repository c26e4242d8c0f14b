use std::fmt;

/// A way of asking a router for a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    /// The Port Control Protocol, RFC 6887.
    Pcp,
    /// The NAT Port Mapping Protocol, RFC 6886.
    NatPmp,
    /// UPnP's Internet Gateway Device, version 1 or 2.
    Upnp,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pcp => "PCP",
            Self::NatPmp => "NAT-PMP",
            Self::Upnp => "UPnP",
        })
    }
}

/// Some of the protocols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Protocols {
    /// Whether PCP is one of them.
    pub pcp: bool,
    /// Whether NAT-PMP is.
    pub nat_pmp: bool,
    /// Whether UPnP is.
    pub upnp: bool,
}

impl Protocols {
    /// Every one.
    pub const ALL: Self = Self { pcp: true, nat_pmp: true, upnp: true };
    /// Not one.
    pub const NONE: Self = Self { pcp: false, nat_pmp: false, upnp: false };

    /// This one alone.
    #[must_use]
    pub fn only(protocol: Protocol) -> Self {
        let mut only = Self::NONE;
        only.insert(protocol);

        only
    }

    /// Whether this one is among them.
    #[must_use]
    pub fn contains(self, protocol: Protocol) -> bool {
        match protocol {
            Protocol::Pcp => self.pcp,
            Protocol::NatPmp => self.nat_pmp,
            Protocol::Upnp => self.upnp,
        }
    }

    /// Adds one.
    pub fn insert(&mut self, protocol: Protocol) {
        match protocol {
            Protocol::Pcp => self.pcp = true,
            Protocol::NatPmp => self.nat_pmp = true,
            Protocol::Upnp => self.upnp = true,
        }
    }

    /// Those that are among these or among the others.
    #[must_use]
    pub fn or(self, others: Self) -> Self {
        Self {
            pcp: self.pcp || others.pcp,
            nat_pmp: self.nat_pmp || others.nat_pmp,
            upnp: self.upnp || others.upnp,
        }
    }
}
