//! What the evidence means: can the internet reach this home, and if not, why.

use std::net::{Ipv4Addr, Ipv6Addr};

use serde::Serialize;

pub use situation::{CgnatSign, NoInternet, NoV4, Situation};

use crate::{Evidence, Seen, whereabouts::Agreement};

mod situation;
#[cfg(test)]
mod tests;
mod v4;
mod v6;

/// Whether the internet can reach this home in principle: a router that is closed can still be opened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Verdict {
    /// Where the box stands.
    pub situation: Situation,
    /// The IPv4 address to publish, if there is one that leads here.
    pub reachable_v4: Option<Ipv4Addr>,
    /// The IPv6 address to publish, if there is one that leads here.
    pub reachable_v6: Option<Ipv6Addr>,
    /// Whether it is undecided for now if there is such an IPv4 address: what was true before may still be.
    pub v4_is_undecided: bool,
    /// The same for IPv6.
    pub v6_is_undecided: bool,
    /// From which IPv4 address the internet sees us come, whether or not that leads back.
    pub seen_v4: Option<Ipv4Addr>,
    /// From which IPv6 address the internet sees us come.
    pub seen_v6: Option<Ipv6Addr>,
}

impl Verdict {
    /// Judges. Evidence may be old, contradictory or forged; where it does not suffice, nothing is known yet.
    #[must_use]
    pub fn of(evidence: &Evidence) -> Self {
        let (v4, v6) = (v4::judge(evidence), v6::judge(evidence));
        let situation = situation(evidence, &v4, &v6);
        // What was true before the cable was pulled is not now.
        let is_cut_off = matches!(situation, Situation::NoInternet { .. });

        Self {
            situation,
            reachable_v4: v4.reachable().filter(|_| !is_cut_off),
            reachable_v6: v6.reachable().filter(|_| !is_cut_off),
            v4_is_undecided: v4 == v4::Judgement::NotKnown && evidence.seen_v4 != Seen::Off && !is_cut_off,
            v6_is_undecided: v6 == v6::Judgement::NotKnown && !is_cut_off,
            seen_v4: agreed(v4::seen(evidence)),
            seen_v6: agreed(v6::seen(evidence)),
        }
    }
}

fn agreed<A>(agreement: Agreement<A>) -> Option<A> {
    match agreement {
        Agreement::On(address) => Some(address),
        Agreement::NotYet | Agreement::Off | Agreement::Silence | Agreement::Contested => None,
    }
}

fn situation(evidence: &Evidence, v4: &v4::Judgement, v6: &v6::Judgement) -> Situation {
    let network = &evidence.network;
    let is_before_first_look = *evidence == Evidence::default();
    if is_before_first_look {
        return Situation::NotKnownYet;
    }
    if !network.link {
        return Situation::NoInternet { why: NoInternet::NoLink };
    }
    if network.v4.is_empty() && network.v6.is_empty() {
        return Situation::NoInternet { why: NoInternet::NoAddress };
    }
    if network.routers_v4.is_empty() && network.routers_v6.is_empty() {
        return Situation::NoInternet { why: NoInternet::NoRouter };
    }

    match (v4, v6) {
        (v4::Judgement::Reachable(address), _) => Situation::PublicV4 { address: *address },
        (v4::Judgement::NotKnown, _) | (v4::Judgement::Not(_), v6::Judgement::NotKnown) => {
            Situation::NotKnownYet
        }
        (v4::Judgement::Not(why), v6::Judgement::Reachable(address)) => {
            Situation::OnlyV6 { address: *address, why: why.clone() }
        }
        (v4::Judgement::Not(why), v6::Judgement::Not | v6::Judgement::Translated(_)) => without_v6(why, v6),
    }
}

fn without_v6(why: &NoV4, v6: &v6::Judgement) -> Situation {
    match (why, v6) {
        (NoV4::DoubleNat { router_outside, hop }, _) => {
            Situation::DoubleNat { router_outside: *router_outside, hop: *hop }
        }
        (NoV4::Cgnat { sign }, _) => Situation::Cgnat { sign: sign.clone() },
        (NoV4::None | NoV4::Silence, v6::Judgement::Translated(seen)) => {
            Situation::Cgnat { sign: CgnatSign::TranslatedV6 { seen: *seen } }
        }
        (
            NoV4::None | NoV4::Silence,
            v6::Judgement::Not | v6::Judgement::Reachable(_) | v6::Judgement::NotKnown,
        ) => Situation::NoInternet { why: NoInternet::Silence },
    }
}
