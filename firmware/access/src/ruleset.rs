use std::fmt::{Display, Write as _};

use model::HostNumber;

use self::{chain::Chain, target::Target};
use crate::Policy;

mod chain;
mod door;
mod forward;
mod input;
mod target;

/// What a [`Policy`] comes down to, as nftables reads it: one table, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruleset(String);

impl Ruleset {
    /// Decides everything, touches nothing.
    #[must_use]
    pub fn new(policy: &Policy) -> Self {
        let target = Target::new(policy);
        let chains = [door::chains(policy), forward::chains(policy, &target), input::chains(policy, &target)];
        let mut text = format!("{CLEARED}table inet latchkey {{\n");
        let mut write = |part: &dyn Display| write!(text, "{part}").expect("a String takes all");

        COUNTERS.iter().for_each(|name| write(&format_args!("    counter {name} {{}}\n")));
        sets(policy).iter().for_each(|set| write(set));
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

/// What was dropped, by reason.
const COUNTERS: [&str; 9] = [
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

fn sets(policy: &Policy) -> [String; 4] {
    let Policy { range, owners_and_family: members, guests, guests_for, .. } = policy;
    let seconds = guests_for.map_or(0, |left| left.as_secs());
    // To the kernel, a timeout of zero would mean that there is none.
    let guests = if seconds == 0 { &[] } else { guests.as_slice() };
    let v4 = |host: &HostNumber| range.v4_of(*host).to_string();
    let v6 = |host: &HostNumber| range.v6_of(*host).to_string();
    let timed = |address: String| format!("{address} timeout {seconds}s");

    [
        set("members4", "type ipv4_addr;", members.iter().map(v4).collect()),
        set("members6", "type ipv6_addr;", members.iter().map(v6).collect()),
        set("guests4", "type ipv4_addr; flags timeout;", guests.iter().map(v4).map(timed).collect()),
        set("guests6", "type ipv6_addr; flags timeout;", guests.iter().map(v6).map(timed).collect()),
    ]
}

fn set(name: &str, properties: &str, elements: Vec<String>) -> String {
    if elements.is_empty() {
        return format!("    set {name} {{ {properties} }}\n");
    }

    format!("    set {name} {{ {properties} elements = {{ {} }}; }}\n", elements.join(", "))
}
