use std::net::{Ipv4Addr, Ipv6Addr};

use super::{path::Path, protocol::Protocols};

/// What shall be open in the router.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    /// The UDP port on which the box listens, not 0.
    pub port: u16,
    /// The port outside that would be the best over IPv4, not 0: the one that devices were told. Over IPv6 there is none
    /// but the box's own. Another one is of use to whoever asks next, and no reason to shut what is open.
    pub outside: u16,
    /// What the box calls itself towards PCP: random, and the same for as long as the box keeps its key. A router gives
    /// what was opened under one nonce to no other until its time is up (RFC 6887, section 11.3).
    pub nonce: [u8; 12],
    /// The way to the router over IPv4; nothing is opened without.
    pub v4: Option<RouteV4>,
    /// The way to the router over IPv6; nothing is opened without.
    pub v6: Option<RouteV6>,
    /// By which protocols the router may be asked.
    pub protocols: Protocols,
    /// How often somebody has knocked: one more means that something about the router may have changed.
    pub knocks: u32,
}

/// The way to the router over IPv4.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RouteV4 {
    /// The box's own address at home, to which the port shall lead.
    pub own: Ipv4Addr,
    /// The router's address at home: the next hop of the default route.
    pub router: Ipv4Addr,
}

/// The way to the router over IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RouteV6 {
    /// The box's own global address, to which the firewall shall let packets through.
    pub own: Ipv6Addr,
    /// The next hop of the default route, usually a link-local address.
    pub router: Ipv6Addr,
    /// The index of the interface that leads there.
    pub interface: u32,
}

impl From<RouteV4> for Path {
    fn from(route: RouteV4) -> Self {
        Self { own: route.own.into(), router: route.router.into(), interface: 0 }
    }
}

impl From<RouteV6> for Path {
    fn from(route: RouteV6) -> Self {
        Self { own: route.own.into(), router: route.router.into(), interface: route.interface }
    }
}
