use model::HostNumber;

use super::chain::Chain;
use crate::Policy;

/// Who may come in and go out, looked at packet by packet: nobody is in because they were in a moment ago.
pub(super) fn chains(policy: &Policy) -> Vec<Chain> {
    vec![door(policy), from_peer(policy), way_out(policy), to_peer()]
}

/// Before conntrack knows a packet.
fn door(policy: &Policy) -> Chain {
    let Policy { tunnel, range, .. } = policy;

    Chain::hooked("door", "type filter hook prerouting priority raw; policy accept;")
        .rule("iifname \"lo\" accept")
        .rule(format!("iifname \"{tunnel}\" goto from_peer"))
        .rule(format!("ip saddr {} counter name \"spoofed\" drop", range.v4()))
        .rule(format!("ip6 saddr {} counter name \"spoofed\" drop", range.v6()))
        .rule(format!("ip daddr {} counter name \"to_tunnel_from_elsewhere\" drop", range.v4()))
        .rule(format!("ip6 daddr {} counter name \"to_tunnel_from_elsewhere\" drop", range.v6()))
}

fn from_peer(policy: &Policy) -> Chain {
    let range = policy.range;
    let (v4, v6) = (range.v4_of(HostNumber::GATEWAY), range.v6_of(HostNumber::GATEWAY));

    Chain::new("from_peer")
        .rule(format!("ip daddr != {v4} counter name \"peer_to_elsewhere\" drop"))
        .rule(format!("ip6 daddr != {v6} counter name \"peer_to_elsewhere\" drop"))
        .rules(ALLOWED.map(|(family, set)| format!("{family} saddr @{set} accept")))
        .rule("counter name \"from_peer_not_allowed\" drop")
}

/// After the last route was chosen: an answer to a guest whose time is up stays here.
fn way_out(policy: &Policy) -> Chain {
    let Policy { tunnel, range, .. } = policy;

    Chain::hooked("way_out", "type filter hook postrouting priority mangle; policy accept;")
        .rule("oifname \"lo\" accept")
        .rule(format!("oifname \"{tunnel}\" goto to_peer"))
        .rule(format!("ip daddr {} counter name \"to_tunnel_in_the_clear\" drop", range.v4()))
        .rule(format!("ip6 daddr {} counter name \"to_tunnel_in_the_clear\" drop", range.v6()))
}

fn to_peer() -> Chain {
    Chain::new("to_peer")
        .rules(ALLOWED.map(|(family, set)| format!("{family} daddr @{set} accept")))
        .rule("counter name \"to_peer_not_allowed\" drop")
}

/// The sets of those who may be in.
const ALLOWED: [(&str, &str); 4] =
    [("ip", "members4"), ("ip6", "members6"), ("ip", "guests4"), ("ip6", "guests6")];
