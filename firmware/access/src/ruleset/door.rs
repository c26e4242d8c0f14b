use super::{chain::Chain, family::Family};
use crate::Policy;

/// Who may come in and go out, looked at packet by packet: nobody is in because they were in a moment ago.
pub(super) fn chains(policy: &Policy, families: &[Family]) -> Vec<Chain> {
    vec![
        door(policy, families),
        from_peer(families),
        untracked(policy),
        way_out(policy, families),
        to_peer(families),
    ]
}

/// Before conntrack knows a packet. It never gets to know those of the tunnel's port: anybody may send there, and would
/// fill its table.
fn door(policy: &Policy, families: &[Family]) -> Chain {
    let Policy { tunnel, wireguard_port, .. } = policy;

    Chain::hooked("door", "type filter hook prerouting priority raw; policy accept;")
        .rule("iifname \"lo\" accept")
        .rule(format!("iifname \"{tunnel}\" goto from_peer"))
        .rules(
            families
                .iter()
                .map(|Family { ip, range, .. }| format!("{ip} saddr {range} counter name \"spoofed\" drop")),
        )
        .rules(families.iter().map(|Family { ip, range, .. }| {
            format!("{ip} daddr {range} counter name \"to_tunnel_from_elsewhere\" drop")
        }))
        .rule(format!("udp dport {wireguard_port} fib daddr type local notrack"))
}

fn from_peer(families: &[Family]) -> Chain {
    Chain::new("from_peer")
        .rules(families.iter().map(|Family { ip, gateway, .. }| {
            format!("{ip} daddr != {gateway} counter name \"peer_to_elsewhere\" drop")
        }))
        .rules(allowed(families, "saddr"))
        .rule("counter name \"from_peer_not_allowed\" drop")
}

/// The other half of what the door keeps from conntrack.
fn untracked(policy: &Policy) -> Chain {
    Chain::hooked("untracked", "type filter hook output priority raw; policy accept;")
        .rule(format!("udp sport {} notrack", policy.wireguard_port))
}

/// After the last route was chosen: an answer to a guest whose time is up stays here.
fn way_out(policy: &Policy, families: &[Family]) -> Chain {
    let tunnel = &policy.tunnel;

    Chain::hooked("way_out", "type filter hook postrouting priority mangle; policy accept;")
        .rule("oifname \"lo\" accept")
        .rule(format!("oifname \"{tunnel}\" goto to_peer"))
        .rules(families.iter().map(|Family { ip, range, .. }| {
            format!("{ip} daddr {range} counter name \"to_tunnel_in_the_clear\" drop")
        }))
}

fn to_peer(families: &[Family]) -> Chain {
    Chain::new("to_peer").rules(allowed(families, "daddr")).rule("counter name \"to_peer_not_allowed\" drop")
}

/// Lets those through who may be in, by the address at that `end` of the packet.
fn allowed(families: &[Family], end: &str) -> Vec<String> {
    let of = |list: &'static str| {
        families.iter().map(move |Family { ip, version, .. }| format!("{ip} {end} @{list}{version} accept"))
    };

    of("members").chain(of("guests")).collect()
}
