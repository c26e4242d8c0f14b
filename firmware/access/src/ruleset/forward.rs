use model::Service;

use super::{chain::Chain, family::Family};
use crate::{Families, Policy, Posture};

/// How peers get to Home Assistant, and what else is passed on.
pub(super) fn chains(policy: &Policy, families: &[Family]) -> Vec<Chain> {
    vec![pass_on(policy, families), disguise(families), clamp(policy), forward(policy, families)]
}

/// The box's own address inside the tunnel stands for Home Assistant's.
fn pass_on(policy: &Policy, families: &[Family]) -> Chain {
    let tunnel = &policy.tunnel;
    let port = Service::PORT;

    Chain::hooked("pass_on", "type nat hook prerouting priority dstnat; policy accept;").rules(
        families.iter().filter_map(|Family { ip, gateway, target, .. }| {
            let target = target.as_ref()?;
            Some(format!("iifname \"{tunnel}\" {ip} daddr {gateway} tcp dport {port} dnat {ip} to {target}"))
        }),
    )
}

/// Home Assistant knows no way into the tunnel, so that it gets to see the box.
fn disguise(families: &[Family]) -> Chain {
    Chain::hooked("disguise", "type nat hook postrouting priority srcnat; policy accept;").rules(
        families.iter().filter_map(|family| {
            let (Family { ip, range, .. }, there) = (family, family.there()?);
            Some(format!("{ip} saddr {range} {there} ct status dnat masquerade"))
        }),
    )
}

/// The tunnel takes shorter packets than the network at home. Each end hears of it in the other's first packet, so that
/// both directions have their rule.
fn clamp(policy: &Policy) -> Chain {
    let tunnel = &policy.tunnel;

    Chain::hooked("clamp", "type filter hook forward priority mangle; policy accept;").rules(
        ["iifname", "oifname"].map(|way| {
            format!("{way} \"{tunnel}\" tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu")
        }),
    )
}

/// Address and port are looked at packet by packet: when Home Assistant moves, what was established with its old
/// address ends.
fn forward(policy: &Policy, families: &[Family]) -> Chain {
    let tunnel = &policy.tunnel;
    let errors = families.iter().map(|family| format!("{} ct state related", family.errors));
    let there = families.iter().filter_map(Family::there).chain(errors.clone());
    let back = families.iter().filter_map(Family::back).map(|from| format!("{from} ct direction reply"));
    let back = back.chain(errors);

    Chain::hooked(
        "forward",
        &format!("type filter hook forward priority filter; policy {};", kernel_policy(policy.posture)),
    )
    .rule(format!("iifname \"{tunnel}\" oifname \"{tunnel}\" counter name \"peer_to_elsewhere\" drop"))
    .rules(there.map(|packet| format!("iifname \"{tunnel}\" {packet} ct status dnat accept")))
    .rules(back.map(|packet| format!("oifname \"{tunnel}\" {packet} ct status dnat accept")))
    .rule(format!("iifname \"{tunnel}\" counter name \"peer_to_elsewhere\" drop"))
    .rule(format!("oifname \"{tunnel}\" counter name \"to_tunnel_from_elsewhere\" drop"))
    .rules(others(policy, families))
}

fn others(policy: &Policy, families: &[Family]) -> Vec<String> {
    match policy.posture {
        Posture::Appliance => vec![NOT_FORWARDED.to_owned()],
        Posture::Shared { forward_others: Families { v4, v6 } } => {
            let ours = families.iter().zip([v4, v6]).filter(|(_, was_on)| !was_on);
            no_router_for_the_home(policy, ours.map(|(family, _)| family.version).collect())
        }
    }
}

/// Drops what comes in from the home and is passed on because of us alone, of these IP versions. What others began, or
/// redirected on purpose (a published port of a container), goes on.
fn no_router_for_the_home(policy: &Policy, versions: Vec<u8>) -> Vec<String> {
    if versions.is_empty() || policy.lan.is_empty() {
        return Vec::new();
    }
    let names = policy.lan.iter().map(|lan| format!("\"{}\"", lan.interface)).collect::<Vec<_>>();
    // With br_netfilter, a bridge's own frames come by as if they were routed.
    let bridged =
        names.iter().map(|name| format!("iifname {name} oifname {name} meta iifkind \"bridge\" accept"));
    let of_home =
        |version| format!("meta nfproto ipv{version} iifname {{ {} }} {NOT_FORWARDED}", names.join(", "));

    ["ct state established,related accept", "ct status dnat accept"]
        .map(str::to_owned)
        .into_iter()
        .chain(bridged)
        .chain(versions.into_iter().map(of_home))
        .collect()
}

/// What becomes of a packet that no rule decides.
pub(super) fn kernel_policy(posture: Posture) -> &'static str {
    match posture {
        Posture::Appliance => "drop",
        Posture::Shared { .. } => "accept",
    }
}

const NOT_FORWARDED: &str = "counter name \"not_forwarded\" drop";
