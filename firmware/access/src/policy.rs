use std::time::Duration;

use ipnet::IpNet;
use model::{HostNumber, InterfaceName, Service, TunnelRange};

/// All that decides who may reach what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// The interface of the tunnel.
    pub tunnel: InterfaceName,
    /// The addresses inside it.
    pub range: TunnelRange,
    /// The UDP port that is open to everybody.
    pub wireguard_port: u16,
    /// The TCP port of the page.
    pub page_port: u16,
    /// The networks at home.
    pub lan: Vec<Lan>,
    /// Peers that may come in at any time.
    pub owners_and_family: Vec<HostNumber>,
    /// Peers that may come in as long as `guests_for` says.
    pub guests: Vec<HostNumber>,
    /// For how much longer guests may, counted in whole seconds; the kernel itself puts them out then. `None` means
    /// that they are out.
    pub guests_for: Option<Duration>,
    /// Where peers get to, if it was found. An address that cannot be passed on to (loopback, link-local, multicast,
    /// one inside the tunnel) counts as none.
    pub home_assistant: Option<Service>,
    /// Whose machine this is.
    pub posture: Posture,
}

/// A network at home.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lan {
    /// The interface to it.
    pub interface: InterfaceName,
    /// Its on-link prefixes. What comes from other addresses came through a router, perhaps from the internet. IPv6
    /// link-local addresses are on-link anyway.
    pub prefixes: Vec<IpNet>,
}

/// Whose machine this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Posture {
    /// The box: what is not allowed is dropped.
    Appliance,
    /// Somebody's own machine: only the tunnel and the page are ruled, everything else stays as it is.
    Shared {
        /// Whether the machine was a router before us ([`crate::Forwarding::was_on`]). If it was not, nothing but what
        /// peers may do is forwarded.
        forward_others: bool,
    },
}
