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
    /// Where peers get to, if it was found. An address that packets cannot be passed on to
    /// ([`crate::can_be_reached`]) counts as none.
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
    ///
    /// A machine that was no router must not become one for the home because of us. So, in each address family that is
    /// not in `forward_others`, a packet that comes in from a network at home ([`Policy::lan`]) and would be passed on
    /// is dropped, unless it belongs to a connection that was let through before, was redirected here on purpose (`ct
    /// status dnat`), or only crosses a bridge. Containers and virtual machines go on working, also those of
    /// programs that are started after us: their packets come in on interfaces of their own, the answers belong to
    /// connections, and published ports are redirected.
    Shared {
        /// In which families the machine was a router without us ([`crate::Forwarding::was_on`]).
        forward_others: Families,
    },
}

/// In which address families something is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Families {
    /// In IPv4.
    pub v4: bool,
    /// In IPv6.
    pub v6: bool,
}
