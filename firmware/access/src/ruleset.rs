use std::{
    fmt::{Display, Write as _},
    net::IpAddr,
};

use self::{chain::Chain, family::Family};
use crate::Policy;

mod chain;
mod door;
mod family;
mod forward;
mod input;

/// What a [`Policy`] comes down to, as nftables reads it: one table, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruleset(String);

impl Ruleset {
    /// Decides everything, touches nothing.
    #[must_use]
    pub fn new(policy: &Policy) -> Self {
        let families = Family::both(policy);
        let chains = [door::chains, forward::chains, input::chains].map(|chains| chains(policy, &families));
        let mut text = format!("{CLEARED}table inet latchkey {{\n");
        let mut write = |part: &dyn Display| write!(text, "{part}").expect("a String takes all");

        COUNTERS.iter().for_each(|name| write(&format_args!("    counter {name} {{}}\n")));
        sets(policy, &families).iter().for_each(|set| write(set));
        chains.iter().flatten().for_each(|chain: &Chain| write(chain));
        write(&"}\n");

        Self(text)
    }

    /// The text, for `nft -f`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Removes the table, whether or not it is there.
pub(crate) const CLEARED: &str = "table inet latchkey\ndelete table inet latchkey\n";

/// What was dropped, by reason, and what came to the door.
const COUNTERS: [&str; 10] = [
    // A datagram to the tunnel's port that did not come from home: the router lets them in.
    "knocked_from_outside",
    // A tunnel address as the source of a packet that did not come out of the tunnel.
    "spoofed",
    // A packet from elsewhere to an address inside the tunnel.
    "to_tunnel_from_elsewhere",
    // A packet to an address inside the tunnel that would have left by another way, in the clear.
    "to_tunnel_in_the_clear",
    // A packet out of the tunnel from nobody who may be in.
    "from_peer_not_allowed",
    // A packet to somebody in the tunnel who may not be in.
    "to_peer_not_allowed",
    // A peer that wanted another address than the box's.
    "peer_to_elsewhere",
    // A peer that wanted a port of the box that is not for it.
    "peer_to_closed_port",
    // Somebody outside or at home who wanted what is not for them.
    "stranger",
    // A packet that we are no router for.
    "not_forwarded",
];

fn sets(policy: &Policy, families: &[Family]) -> Vec<String> {
    let seconds = policy.guests_for.map_or(0, |left| left.as_secs());
    let timed = |guest: &IpAddr| format!("{guest} timeout {seconds}s");
    // To the kernel, a timeout of zero would mean that there is none.
    let guests = |family: &Family| match seconds {
        0 => Vec::new(),
        1.. => family.guests.iter().map(timed).collect(),
    };
    let members = families.iter().map(|family| {
        let addresses = family.members.iter().map(ToString::to_string).collect();
        set(&format!("members{}", family.version), &family.of_addresses(), addresses)
    });
    let guests = families.iter().map(|family| {
        let properties = format!("{} flags timeout;", family.of_addresses());
        set(&format!("guests{}", family.version), &properties, guests(family))
    });
    // No rule looks at it: it says whose table this is, for `is_in_force`.
    let tunnel = set("tunnel", "type ifname;", vec![format!("\"{}\"", policy.tunnel)]);

    [tunnel].into_iter().chain(members).chain(guests).collect()
}

fn set(name: &str, properties: &str, elements: Vec<String>) -> String {
    if elements.is_empty() {
        return format!("    set {name} {{ {properties} }}\n");
    }

    format!("    set {name} {{ {properties} elements = {{ {} }}; }}\n", elements.join(", "))
}
