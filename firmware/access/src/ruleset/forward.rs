use model::{HostNumber, Service};

use super::{chain::Chain, input::ERRORS, target::Target};
use crate::{Policy, Posture};

/// How peers get to Home Assistant, and what else is passed on.
pub(super) fn chains(policy: &Policy, target: &Target) -> Vec<Chain> {
    vec![pass_on(policy, target), disguise(policy, target), clamp(policy), forward(policy, target)]
}

/// The box's own address inside the tunnel stands for Home Assistant's.
fn pass_on(policy: &Policy, target: &Target) -> Chain {
    let Policy { tunnel, range, .. } = policy;
    let (v4, v6) = (range.v4_of(HostNumber::GATEWAY), range.v6_of(HostNumber::GATEWAY));
    let port = Service::PORT;
    let to_v4 = target.v4.map(|to| {
        let (address, home_port) = (to.ip(), to.port());
        format!("iifname \"{tunnel}\" ip daddr {v4} tcp dport {port} dnat ip to {address}:{home_port}")
    });
    let to_v6 = target.v6.map(|to| {
        let (address, home_port) = (to.ip(), to.port());
        format!("iifname \"{tunnel}\" ip6 daddr {v6} tcp dport {port} dnat ip6 to [{address}]:{home_port}")
    });

    Chain::hooked("pass_on", "type nat hook prerouting priority dstnat; policy accept;")
        .rules(to_v4)
        .rules(to_v6)
}

/// Home Assistant knows no way into the tunnel, so that it gets to see the box.
fn disguise(policy: &Policy, target: &Target) -> Chain {
    let range = policy.range;
    let (range4, range6) = (range.v4(), range.v6());
    let v4 = target.v4.map(|to| format!("ip saddr {range4} ip daddr {} tcp dport {}", to.ip(), to.port()));
    let v6 = target.v6.map(|to| format!("ip6 saddr {range6} ip6 daddr {} tcp dport {}", to.ip(), to.port()));

    Chain::hooked("disguise", "type nat hook postrouting priority srcnat; policy accept;")
        .rules(v4.into_iter().chain(v6).map(|packet| format!("{packet} ct status dnat masquerade")))
}

/// The tunnel takes shorter packets than the network at home, and the phone's end may not know.
fn clamp(policy: &Policy) -> Chain {
    let tunnel = &policy.tunnel;
    let clamped = "tcp flags & (syn | rst) == syn tcp option maxseg size set rt mtu";

    Chain::hooked("clamp", "type filter hook forward priority mangle; policy accept;")
        .rule(format!("iifname \"{tunnel}\" {clamped}"))
        .rule(format!("oifname \"{tunnel}\" {clamped}"))
}

/// Address and port are looked at packet by packet: when Home Assistant moves, what was established with its old
/// address ends.
fn forward(policy: &Policy, target: &Target) -> Chain {
    let tunnel = &policy.tunnel;
    let errors = ERRORS.map(|errors| format!("{errors} ct state related"));
    let in_and_out =
        format!("iifname \"{tunnel}\" oifname \"{tunnel}\" counter name \"peer_to_elsewhere\" drop");
    let there = target.there().into_iter().chain(errors.clone());
    let back = target.back().into_iter().map(|from| format!("{from} ct direction reply")).chain(errors);

    Chain::hooked(
        "forward",
        &format!("type filter hook forward priority filter; policy {};", kernel_policy(policy.posture)),
    )
    .rule(in_and_out)
    .rules(there.map(|packet| format!("iifname \"{tunnel}\" {packet} ct status dnat accept")))
    .rules(back.map(|packet| format!("oifname \"{tunnel}\" {packet} ct status dnat accept")))
    .rule(format!("iifname \"{tunnel}\" counter name \"peer_to_elsewhere\" drop"))
    .rule(format!("oifname \"{tunnel}\" counter name \"to_tunnel_from_elsewhere\" drop"))
    .rules(others(policy.posture))
}

fn others(posture: Posture) -> Option<String> {
    match posture {
        Posture::Appliance | Posture::Shared { forward_others: false } => {
            Some("counter name \"not_forwarded\" drop".to_owned())
        }
        Posture::Shared { forward_others: true } => None,
    }
}

/// What becomes of a packet that no rule decides.
pub(super) fn kernel_policy(posture: Posture) -> &'static str {
    match posture {
        Posture::Appliance => "drop",
        Posture::Shared { .. } => "accept",
    }
}
