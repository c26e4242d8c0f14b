use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use model::HostNumber;

use crate::Policy;

/// An address family: what nftables calls it, and what the policy says in its addresses.
pub(super) struct Family {
    /// 4 or 6.
    pub(super) version: u8,
    /// The name of its header.
    pub(super) ip: &'static str,
    /// The name of its control messages.
    pub(super) icmp: &'static str,
    /// Those that say that a packet did not arrive; without them, connections over odd paths hang.
    pub(super) errors: &'static str,
    /// The addresses inside the tunnel.
    pub(super) range: IpNet,
    /// The box's own address inside the tunnel.
    pub(super) gateway: IpAddr,
    /// Peers that may come in at any time.
    pub(super) members: Vec<IpAddr>,
    /// Peers that may come in for a while.
    pub(super) guests: Vec<IpAddr>,
    /// Home Assistant.
    pub(super) target: Option<SocketAddr>,
}

impl Family {
    pub(super) fn both(policy: &Policy) -> [Self; 2] {
        let Policy { range, owners_and_family, guests, .. } = policy;
        let v4 = |host: &HostNumber| IpAddr::from(range.v4_of(*host));
        let v6 = |host: &HostNumber| IpAddr::from(range.v6_of(*host));

        [
            Self {
                version: 4,
                ip: "ip",
                icmp: "icmp",
                errors: "icmp type { destination-unreachable, time-exceeded, parameter-problem }",
                range: range.v4().into(),
                gateway: v4(&HostNumber::GATEWAY),
                members: owners_and_family.iter().map(v4).collect(),
                guests: guests.iter().map(v4).collect(),
                target: policy.target(SocketAddr::is_ipv4),
            },
            Self {
                version: 6,
                ip: "ip6",
                icmp: "icmpv6",
                errors: "icmpv6 type { destination-unreachable, packet-too-big, time-exceeded, parameter-problem }",
                range: range.v6().into(),
                gateway: v6(&HostNumber::GATEWAY),
                members: owners_and_family.iter().map(v6).collect(),
                guests: guests.iter().map(v6).collect(),
                target: policy.target(SocketAddr::is_ipv6),
            },
        ]
    }

    /// The type of a set of its addresses.
    pub(super) fn of_addresses(&self) -> String {
        format!("type ipv{}_addr;", self.version)
    }

    /// What matches packets to Home Assistant.
    pub(super) fn there(&self) -> Option<String> {
        self.target.map(|to| format!("{} daddr {} tcp dport {}", self.ip, to.ip(), to.port()))
    }

    /// What matches its answers.
    pub(super) fn back(&self) -> Option<String> {
        self.target.map(|from| format!("{} saddr {} tcp sport {}", self.ip, from.ip(), from.port()))
    }
}
