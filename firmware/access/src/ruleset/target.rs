use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use crate::Policy;

/// Home Assistant, where packets can be passed on to it.
pub(super) struct Target {
    pub(super) v4: Option<SocketAddrV4>,
    pub(super) v6: Option<SocketAddrV6>,
}

impl Target {
    pub(super) fn new(policy: &Policy) -> Self {
        let range = policy.range;
        let (v4, v6) = policy.home_assistant.map_or((None, None), |service| (service.v4, service.v6));

        Self {
            v4: v4.filter(|v4| v4.port() != 0 && v4_fits(*v4.ip()) && !range.v4().contains(v4.ip())),
            v6: v6.filter(|v6| v6.port() != 0 && v6_fits(*v6.ip()) && !range.v6().contains(v6.ip())),
        }
    }

    /// What matches packets to it, by address family.
    pub(super) fn there(&self) -> Vec<String> {
        let v4 = self.v4.map(|to| format!("ip daddr {} tcp dport {}", to.ip(), to.port()));
        let v6 = self.v6.map(|to| format!("ip6 daddr {} tcp dport {}", to.ip(), to.port()));

        v4.into_iter().chain(v6).collect()
    }

    /// What matches its answers, by address family.
    pub(super) fn back(&self) -> Vec<String> {
        let v4 = self.v4.map(|from| format!("ip saddr {} tcp sport {}", from.ip(), from.port()));
        let v6 = self.v6.map(|from| format!("ip6 saddr {} tcp sport {}", from.ip(), from.port()));

        v4.into_iter().chain(v6).collect()
    }
}

fn v4_fits(address: Ipv4Addr) -> bool {
    let is_odd = address.is_loopback() || address.is_link_local() || address.is_multicast();
    !is_odd && !address.is_unspecified() && !address.is_broadcast()
}

fn v6_fits(address: Ipv6Addr) -> bool {
    let is_odd = address.is_loopback() || address.is_unicast_link_local() || address.is_multicast();
    !is_odd && !address.is_unspecified() && address.to_ipv4_mapped().is_none()
}
