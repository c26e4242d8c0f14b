use std::net::Ipv6Addr;

use crate::{
    Evidence,
    whereabouts::{Agreement, address::is_global},
};

/// What IPv6 comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Judgement {
    NotKnown,
    Reachable(Ipv6Addr),
    Not,
    /// The internet sees an address that is not ours.
    Translated(Ipv6Addr),
}

impl Judgement {
    pub(super) fn reachable(&self) -> Option<Ipv6Addr> {
        match self {
            Self::Reachable(address) => Some(*address),
            Self::NotKnown | Self::Not | Self::Translated(_) => None,
        }
    }
}

/// From which address the internet sees us come. One of our own addresses cannot be a lie, so one witness is enough.
pub(super) fn seen(evidence: &Evidence) -> Agreement<Ipv6Addr> {
    evidence.seen_v6.agreement(&evidence.network.v6)
}

pub(super) fn judge(evidence: &Evidence) -> Judgement {
    let network = &evidence.network;
    let own = network.v6.iter().copied().find(|address| is_global(*address));
    let Some(own) = own.filter(|_| !network.routers_v6.is_empty()) else {
        return Judgement::Not;
    };

    match seen(evidence) {
        Agreement::On(address) if network.v6.contains(&address) => Judgement::Reachable(address),
        Agreement::On(address) => Judgement::Translated(address),
        Agreement::Off => Judgement::Reachable(own),
        Agreement::Silence => Judgement::Not,
        Agreement::NotYet | Agreement::Contested => Judgement::NotKnown,
    }
}
