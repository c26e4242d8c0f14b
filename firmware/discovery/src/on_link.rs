use std::net::IpAddr;

use if_addrs::{IfAddr, Interface};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// What the box reaches at home without a router.
#[derive(Debug, Clone, Default)]
pub(crate) struct OnLink(Vec<IpNet>);

impl OnLink {
    /// The networks of these addresses, as far as they belong to interfaces that lead home.
    pub(crate) fn new(addresses: &[Interface], lan_interfaces: &[String]) -> Self {
        let at_home = addresses.iter().filter(|address| lan_interfaces.contains(&address.name));

        Self(at_home.filter_map(|address| network(&address.addr)).collect())
    }

    /// Whether the address is in one of them.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

fn network(address: &IfAddr) -> Option<IpNet> {
    match address {
        IfAddr::V4(v4) => Ipv4Net::new(v4.ip, v4.prefixlen).ok().map(IpNet::V4),
        IfAddr::V6(v6) => Ipv6Net::new(v6.ip, v6.prefixlen).ok().map(IpNet::V6),
    }
}
