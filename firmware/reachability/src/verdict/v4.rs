use std::net::Ipv4Addr;

use super::{CgnatSign, NoV4};
use crate::{
    Evidence, Hop,
    whereabouts::{Agreement, address::Kind},
};

/// What IPv4 comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Judgement {
    NotKnown,
    Reachable(Ipv4Addr),
    Not(NoV4),
}

impl Judgement {
    pub(super) fn reachable(&self) -> Option<Ipv4Addr> {
        match self {
            Self::Reachable(address) => Some(*address),
            Self::NotKnown | Self::Not(_) => None,
        }
    }
}

/// From which address the internet sees us come.
pub(super) fn seen(evidence: &Evidence) -> Agreement<Ipv4Addr> {
    let nearby = evidence.network.v4.iter().copied().chain(evidence.router_outside);

    evidence.seen_v4.agreement(&nearby.collect::<Vec<_>>())
}

pub(super) fn judge(evidence: &Evidence) -> Judgement {
    let network = &evidence.network;
    if network.v4.is_empty() || network.routers_v4.is_empty() {
        return Judgement::Not(NoV4::None);
    }
    let seen = seen(evidence);
    if let Agreement::On(address) = seen
        && (network.v4.contains(&address) || evidence.router_outside == Some(address))
    {
        return Judgement::Reachable(address);
    }

    match evidence.router_outside.map(|address| (address, Kind::of(address))) {
        Some((address, Kind::Shared)) => cgnat(CgnatSign::RouterOutside { address }),
        Some((address, Kind::Private)) => behind_another(evidence, address),
        Some((address, Kind::Public)) => by_router(evidence, address, seen),
        Some((_, Kind::Nowhere)) | None => by_way(evidence, seen),
    }
}

/// The router says that it has a private address outside.
fn behind_another(evidence: &Evidence, outside: Ipv4Addr) -> Judgement {
    if let Some(address) = shared_hop(evidence) {
        return cgnat(CgnatSign::Hop { address });
    }
    // Its next router is the one that translates once more.
    let next = evidence.way_out.get(1).copied().flatten();
    let hop = next.filter(|address| Kind::of(*address) == Kind::Private);

    Judgement::Not(NoV4::DoubleNat { router_outside: Some(outside), hop })
}

/// The router says that it has a public address outside, which is not the one that the internet sees.
fn by_router(evidence: &Evidence, outside: Ipv4Addr, seen: Agreement<Ipv4Addr>) -> Judgement {
    match seen {
        // A router may lie, or not have noticed yet that its address has changed. The way to the address cannot.
        Agreement::On(address) if owner(evidence).is_some_and(|owner| owner.place == 0) => {
            Judgement::Reachable(address)
        }
        Agreement::On(seen) => cgnat(CgnatSign::Differs { router_outside: outside, seen }),
        Agreement::Off => Judgement::Reachable(outside),
        Agreement::Silence => Judgement::Not(NoV4::Silence),
        Agreement::NotYet | Agreement::Contested => Judgement::NotKnown,
    }
}

/// The router says nothing, so that only the way tells whose the address is.
fn by_way(evidence: &Evidence, seen: Agreement<Ipv4Addr>) -> Judgement {
    let no_v4 = match owner(evidence) {
        Some(owner) => translated_by(owner),
        None => translated_somewhere(evidence),
    };
    if let Some(why) = no_v4 {
        return Judgement::Not(why);
    }

    match seen {
        Agreement::On(address) => Judgement::Reachable(address),
        Agreement::Silence => Judgement::Not(NoV4::Silence),
        Agreement::NotYet | Agreement::Off | Agreement::Contested => Judgement::NotKnown,
    }
}

/// A router on the way, and its address inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Owner {
    /// How many routers are before it; 0 is the home's own.
    place: usize,
    address: Ipv4Addr,
}

/// Which router has the address that the internet sees.
///
/// On the way to that address every router before it says that a datagram has died, as on the way out; from there on
/// nobody does.
fn owner(evidence: &Evidence) -> Option<Owner> {
    let to_ourselves = evidence.way_to_ourselves.as_ref()?;
    let place = to_ourselves.iter().take_while(|hop| hop.is_some()).count();
    let is_end = to_ourselves.len() == place;
    let is_same_way = evidence.way_out.iter().zip(to_ourselves).all(|(out, home)| out == home);
    let address = evidence.way_out.get(place).copied().flatten()?;

    (is_end && is_same_way).then_some(Owner { place, address })
}

fn translated_by(Owner { place, address }: Owner) -> Option<NoV4> {
    match (place, Kind::of(address)) {
        (0, _) => None,
        // A home's own router that leads all calls on to the box looks the same.
        (1, Kind::Public) => None,
        (1, Kind::Private) => Some(NoV4::DoubleNat { router_outside: None, hop: Some(address) }),
        (1, Kind::Shared | Kind::Nowhere) | (2.., _) => {
            Some(NoV4::Cgnat { sign: CgnatSign::Hop { address } })
        }
    }
}

/// Without the way to ourselves, addresses on the way out still give some away.
fn translated_somewhere(evidence: &Evidence) -> Option<NoV4> {
    if let Some(address) = shared_hop(evidence) {
        return Some(NoV4::Cgnat { sign: CgnatSign::Hop { address } });
    }
    // Providers have private addresses on their routers too, but these are what homes have.
    let next = evidence.way_out.get(1).copied().flatten()?;

    matches!(next.octets(), [192, 168, ..])
        .then_some(NoV4::DoubleNat { router_outside: None, hop: Some(next) })
}

/// Far enough for a home with two routers of its own; further on a provider may have any addresses inside.
fn shared_hop(evidence: &Evidence) -> Hop {
    evidence.way_out.iter().take(3).flatten().copied().find(|address| Kind::of(*address) == Kind::Shared)
}

fn cgnat(sign: CgnatSign) -> Judgement {
    Judgement::Not(NoV4::Cgnat { sign })
}
