use std::net::{IpAddr, Ipv6Addr, SocketAddr, SocketAddrV6};

/// From which address to talk to which router; there is no other address that anything is sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Path {
    pub(crate) own: IpAddr,
    pub(crate) router: IpAddr,
    /// The index of the interface to an IPv6 router.
    pub(crate) interface: u32,
}

impl Path {
    /// A port of the router.
    pub(crate) fn there(&self, port: u16) -> SocketAddr {
        self.on_link(self.router, port)
    }

    /// Any port of ours.
    pub(crate) fn here(&self) -> SocketAddr {
        SocketAddr::new(self.own, 0)
    }

    /// An address on the router's side of us.
    pub(crate) fn on_link(&self, address: IpAddr, port: u16) -> SocketAddr {
        match address {
            IpAddr::V4(v4) => SocketAddr::from((v4, port)),
            IpAddr::V6(v6) => SocketAddr::V6(SocketAddrV6::new(v6, port, 0, self.scope(v6))),
        }
    }

    fn scope(&self, address: Ipv6Addr) -> u32 {
        // The kernel takes a scope for what means something on one link only.
        if address.is_unicast_link_local() || address.is_multicast() { self.interface } else { 0 }
    }
}
