use std::{fmt, net::Ipv4Addr};

use super::protocol::Protocol;
use crate::Values;

/// Why the router's door is shut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Why {
    /// No protocol may be tried.
    NotAllowed,
    /// The router answers to none of the protocols.
    NoAnswer,
    /// What it answers makes no sense.
    Garbled(Protocol),
    /// It says no.
    Refused {
        /// To which protocol.
        by: Protocol,
        /// For what reason.
        reason: Refusal,
    },
    /// It opens the port for no time at all.
    NoTime(Protocol),
    /// It said yes, but reading back shows nothing.
    Lied(Protocol),
    /// It is itself behind another router or a carrier's NAT.
    RouterHasPrivateAddress(Ipv4Addr),
    /// It is behind another router, as the way to the internet shows.
    BehindAnotherRouter,
    /// It is behind a carrier's NAT, in which nobody at home opens anything.
    BehindCarrier,
}

impl Why {
    /// What its sentence names: `by` which protocol, and what the router or the way to the internet say of it.
    pub(crate) fn values(self) -> Values {
        let values = Values::default();
        match self {
            Self::NotAllowed | Self::NoAnswer => values,
            Self::Garbled(by) | Self::NoTime(by) | Self::Lied(by) => values.with("by", by),
            Self::Refused { by, reason } => values.with("by", by).with("reason", reason.word()),
            Self::RouterHasPrivateAddress(address) => {
                values.with("behind", "unknown").with("outside", address)
            }
            Self::BehindAnotherRouter => values.with("behind", "router").with("outside", ""),
            Self::BehindCarrier => values.with("behind", "carrier").with("outside", ""),
        }
    }

    /// Of two protocols' reasons the one that says more is told.
    pub(crate) fn says_more_than(self, other: Self) -> bool {
        self.weight() > other.weight()
    }

    fn weight(self) -> u8 {
        match self {
            Self::NotAllowed => 0,
            Self::NoAnswer => 1,
            Self::Garbled(_) => 2,
            Self::NoTime(_) => 3,
            Self::Refused { reason: Refusal::Other(_) | Refusal::WrongAddress, .. } => 4,
            Self::Refused { reason: Refusal::PortTaken | Refusal::NoResources, .. } => 5,
            Self::Refused { reason: Refusal::NotAuthorized | Refusal::NoPinholes, .. } => 6,
            Self::Refused { reason: Refusal::NoConnection, .. } => 7,
            Self::Lied(_) => 8,
            Self::RouterHasPrivateAddress(_) | Self::BehindAnotherRouter | Self::BehindCarrier => 9,
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAllowed => write!(f, "The box may not ask the router to open a port"),
            Self::NoAnswer => {
                write!(
                    f,
                    "The router does not answer when the box asks for a port: PCP, NAT-PMP and UPnP are off in it"
                )
            }
            Self::Garbled(by) => write!(f, "The router's {by} answers make no sense"),
            Self::Refused { by, reason } => write!(f, "The router refuses to open a port by {by}: {reason}"),
            Self::NoTime(by) => write!(f, "The router opens a port by {by} for no time at all"),
            Self::Lied(by) => write!(f, "The router says that it opened a port by {by}, but it did not"),
            Self::RouterHasPrivateAddress(address) => write!(
                f,
                "The router is behind another router or the provider's, as its outside address {address} is private"
            ),
            Self::BehindAnotherRouter => {
                write!(
                    f,
                    "The router opens no port, as it is connected to a second router and not to the internet itself"
                )
            }
            Self::BehindCarrier => {
                write!(
                    f,
                    "The router opens no port, as your provider lets many homes share one internet address"
                )
            }
        }
    }
}

/// The router's reason for saying no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// This device may not open ports.
    NotAuthorized,
    /// Somebody else at home has the port, and those after it.
    PortTaken,
    /// It can open no more ports.
    NoResources,
    /// It has no outside address, or none on which ports can be opened.
    NoConnection,
    /// It believes that the request comes from another address.
    WrongAddress,
    /// Its IPv6 firewall takes no exceptions.
    NoPinholes,
    /// Its own number for something else.
    Other(u16),
}

impl Refusal {
    fn word(self) -> &'static str {
        match self {
            Self::NotAuthorized => "not_authorized",
            Self::PortTaken => "port_taken",
            Self::NoResources => "no_resources",
            Self::NoConnection => "no_connection",
            Self::WrongAddress => "wrong_address",
            Self::NoPinholes => "no_pinholes",
            Self::Other(_) => "other",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAuthorized => write!(f, "this device is not allowed to"),
            Self::PortTaken => write!(f, "another device has that port"),
            Self::NoResources => write!(f, "it has no more ports to give"),
            Self::NoConnection => write!(f, "it has no public address on which it could"),
            Self::WrongAddress => write!(f, "it believes that another device asks"),
            Self::NoPinholes => write!(f, "its IPv6 firewall takes no exceptions"),
            Self::Other(number) => write!(f, "its reason has the number {number}"),
        }
    }
}
