use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use super::{
    protocol::{Protocol, Protocols},
    router::Router,
    why::{Refusal, Why},
};
use crate::Family;

/// How the door in the router stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Door {
    /// The IPv4 port mapping.
    pub v4: Opening,
    /// The IPv6 pinhole.
    pub v6: Opening,
    /// What the router says about itself by UPnP.
    pub router: Option<Router>,
    /// By which protocols the router has answered at all.
    pub answered: Protocols,
}

impl Door {
    pub(crate) fn of(&mut self, family: Family) -> &mut Opening {
        match family {
            Family::V4 => &mut self.v4,
            Family::V6 => &mut self.v6,
        }
    }

    /// A router that is behind another one refuses with all kinds of numbers; its outside address tells what is the
    /// matter.
    pub(crate) fn explain(&mut self) {
        let (Opening::Shut(shut), Some(router)) = (&mut self.v4, &self.router) else { return };
        let Why::Refused { by, .. } = shut.why else { return };
        match router.outside {
            Some(address) if is_private(&address) => shut.why = Why::RouterHasPrivateAddress(address),
            Some(_) => {}
            None => shut.why = Why::Refused { by, reason: Refusal::NoConnection },
        }
    }
}

/// RFC 1918, and RFC 6598 for carriers.
fn is_private(address: &Ipv4Addr) -> bool {
    let [first, second, ..] = address.octets();

    address.is_private() || (first == 100 && second & 0xc0 == 64)
}

/// Whether packets from the internet are let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Opening {
    /// Nobody wants it, or there is no way to a router.
    #[default]
    NotWanted,
    /// The router is being asked for the first time.
    Asking,
    /// They are, as far as the router says.
    Open(Opened),
    /// They are not.
    Shut(Shut),
}

/// What the router has opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Opened {
    /// By which protocol.
    pub by: Protocol,
    /// The port outside, which may be another than the one that was wished for.
    pub port: u16,
    /// The address outside, where the router tells.
    pub address: Option<IpAddr>,
    /// For how long after each renewal; without, until it is taken away.
    pub lease: Option<Duration>,
    /// Whether asking again, or reading back, has shown the same.
    pub verified: bool,
}

/// What is not open, and what an owner can do about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shut {
    /// What went wrong.
    pub why: Why,
    /// Where the port shall lead to: the box's own address and its UDP port.
    pub inside: SocketAddr,
}

impl fmt::Display for Shut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { why, inside } = self;
        let (address, port) = (inside.ip(), inside.port());
        let by_hand = if address.is_ipv4() {
            format!("forward UDP port {port} to {address}, port {port}")
        } else {
            format!("let UDP port {port} through its IPv6 firewall to {address}")
        };
        match why {
            Why::NotAllowed => write!(f, "{why}; allow it, or in the router {by_hand}."),
            Why::NoAnswer => write!(f, "{why}; switch one of them on, or in the router {by_hand}."),
            Why::Garbled(_) | Why::NoTime(_) | Why::Lied(_) => {
                write!(f, "{why}; in the router {by_hand} by hand.")
            }
            Why::Refused { .. } => {
                write!(f, "{why}; allow the box there to open ports, or in the router {by_hand}.")
            }
            Why::RouterHasPrivateAddress(_) => {
                write!(f, "{why}; in this router and in the one before it {by_hand}.")
            }
        }
    }
}

impl Default for Protocols {
    fn default() -> Self {
        Self::NONE
    }
}
