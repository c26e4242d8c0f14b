use ipnet::{IpNet, Ipv6Net};

use super::{chain::Chain, family::Family, forward::kernel_policy};
use crate::{Lan, Policy, Posture};

/// Who may have what from the box itself.
pub(super) fn chains(policy: &Policy, families: &[Family]) -> Vec<Chain> {
    let mut chains = vec![peer_input(policy, families)];
    match policy.posture {
        Posture::Appliance => chains.extend([home_input(policy), input(policy, families)]),
        Posture::Shared { .. } => chains.push(shared_input(policy)),
    }

    chains
}

/// A peer; the door has looked at its address already.
fn peer_input(policy: &Policy, families: &[Family]) -> Chain {
    let page_port = policy.page_port;
    // Home Assistant may live on the box itself.
    let service = families.iter().filter_map(Family::there).map(|to| format!("{to} ct status dnat accept"));

    Chain::new("peer_input")
        .rules(service)
        .rules(
            families.iter().map(|Family { ip, gateway, .. }| {
                format!("{ip} daddr {gateway} tcp dport {page_port} accept")
            }),
        )
        .rules(families.iter().map(|Family { ip, icmp, gateway, .. }| {
            format!("{ip} daddr {gateway} {icmp} type {{ echo-request, echo-reply }} accept")
        }))
        // Nothing that a peer says may shorten the packets of others, those of the tunnel itself least.
        .rules(families.iter().map(|family| format!("{} ct state related accept", family.errors)))
        .rule("counter name \"peer_to_closed_port\" drop")
}

/// Somebody at home.
fn home_input(policy: &Policy) -> Chain {
    Chain::new("home_input")
        .rule(format!("tcp dport {} accept", policy.page_port))
        .rule("udp dport 5353 accept")
        .rule("udp sport 67 udp dport 68 accept")
        .rule("udp sport 547 udp dport 546 accept")
        .rule("icmp type echo-request accept")
        .rule("icmpv6 type { echo-request, mld-listener-query } accept")
}

/// Everybody, when the machine is ours. Errors are taken whatever conntrack says, which does not know the tunnel's own
/// packets.
fn input(policy: &Policy, families: &[Family]) -> Chain {
    base(policy)
        .rule("ct state established,related accept")
        .rules(families.iter().map(|family| format!("{} accept", family.errors)))
        .rule(NEIGHBOURS)
        .rules(policy.lan.iter().map(|lan| format!("iifname \"{}\" {MEMBERSHIP}", lan.interface)))
        .rules(policy.lan.iter().flat_map(|lan| from_home(lan, "jump home_input")))
        .rule("counter name \"stranger\" drop")
}

/// Everybody, when the machine is somebody's own.
fn shared_input(policy: &Policy) -> Chain {
    let page = format!("tcp dport {}", policy.page_port);

    base(policy)
        .rules(policy.lan.iter().flat_map(|lan| from_home(lan, &format!("{page} accept"))))
        .rule(format!("{page} counter name \"stranger\" drop"))
}

fn base(policy: &Policy) -> Chain {
    let Policy { tunnel, wireguard_port, posture, .. } = policy;

    Chain::hooked(
        "input",
        &format!("type filter hook input priority filter; policy {};", kernel_policy(*posture)),
    )
    .rule("iifname \"lo\" accept")
    .rule(format!("iifname \"{tunnel}\" goto peer_input"))
    .rules(policy.lan.iter().flat_map(|lan| from_home(lan, &format!("udp dport {wireguard_port} accept"))))
    .rule(format!("udp dport {wireguard_port} counter name \"knocked_from_outside\" accept"))
}

/// The rules for packets that come from a network at home itself, and not through its router.
fn from_home(lan: &Lan, verdict: &str) -> Vec<String> {
    // nft takes no overlapping intervals.
    let prefixes = IpNet::aggregate(&[lan.prefixes.as_slice(), &[IpNet::V6(LINK_LOCAL)]].concat());
    let of = |is_wanted: fn(&IpNet) -> bool| {
        prefixes.iter().filter(move |net| is_wanted(net)).map(ToString::to_string)
    };
    let families = [
        ("ip", of(|net| matches!(net, IpNet::V4(_))).collect::<Vec<_>>()),
        ("ip6", of(|net| matches!(net, IpNet::V6(_))).collect()),
    ];

    families
        .into_iter()
        .filter(|(_, prefixes)| !prefixes.is_empty())
        .map(|(family, prefixes)| {
            format!("iifname \"{}\" {family} saddr {{ {} }} {verdict}", lan.interface, prefixes.join(", "))
        })
        .collect()
}

/// IPv6 finds its neighbours and its router by these. RFC 4861, section 6.1: the hop limit proves that no router
/// passed them on.
const NEIGHBOURS: &str =
    "icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert, nd-router-advert } ip6 hoplimit 255 accept";

/// A switch asks who wants to hear mDNS. RFC 3376, section 4: with a TTL of 1.
const MEMBERSHIP: &str = "ip protocol igmp ip ttl 1 accept";

/// RFC 4291, section 2.5.6: `fe80::/10`.
const LINK_LOCAL: Ipv6Net = Ipv6Net::new_assert(std::net::Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), 10);
