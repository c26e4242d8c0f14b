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
        Agreement::On(address) if owner(evidence) == Some(0) => Judgement::Reachable(address),
        Agreement::On(seen) => cgnat(CgnatSign::Differs { router_outside: outside, seen }),
        Agreement::Off => Judgement::Reachable(outside),
        Agreement::Silence => Judgement::Not(NoV4::Silence),
        Agreement::NotYet | Agreement::Contested => Judgement::NotKnown,
    }
}

/// The router says nothing, so that only the way tells whose the address is.
fn by_way(evidence: &Evidence, seen: Agreement<Ipv4Addr>) -> Judgement {
    let next = evidence.way_out.get(1).copied().flatten();
    match owner(evidence) {
        Some(0) => {}
        Some(place) => return translated_at(place, evidence.way_out.get(place).copied().flatten()),
        None => {
            if let Some(address) = shared_hop(evidence) {
                return cgnat(CgnatSign::Hop { address });
            }
            // Providers have private addresses on their routers too, but these are what homes have.
            if let Some(hop) = next.filter(|address| matches!(address.octets(), [192, 168, ..])) {
                return Judgement::Not(NoV4::DoubleNat { router_outside: None, hop: Some(hop) });
            }
        }
    }

    match seen {
        Agreement::On(address) => Judgement::Reachable(address),
        Agreement::Silence => Judgement::Not(NoV4::Silence),
        Agreement::NotYet | Agreement::Off | Agreement::Contested => Judgement::NotKnown,
    }
}

/// The address that the internet sees belongs to a router further on.
fn translated_at(place: usize, router: Hop) -> Judgement {
    match (place, router.map(|address| (address, Kind::of(address)))) {
        (1, Some((address, Kind::Private))) => {
            Judgement::Not(NoV4::DoubleNat { router_outside: None, hop: Some(address) })
        }
        (_, Some((address, _))) => cgnat(CgnatSign::Hop { address }),
        (_, None) => Judgement::NotKnown,
    }
}

/// Which router on the way out has the address that the internet sees; 0 is the home's own.
///
/// On the way to that address every router before it says that a datagram has died, as on the way out; from there on
/// nobody does.
fn owner(evidence: &Evidence) -> Option<usize> {
    let to_ourselves = evidence.way_to_ourselves.as_ref()?;
    let place = to_ourselves.iter().take_while(|hop| hop.is_some()).count();
    let is_end = to_ourselves.len() == place;
    let speaks_otherwise = evidence.way_out.get(place).copied().flatten().is_some();
    let is_same_way = evidence.way_out.iter().zip(to_ourselves).all(|(out, home)| out == home);

    (is_end && speaks_otherwise && is_same_way).then_some(place)
}

/// Far enough for a home with two routers of its own; further on a provider may have any addresses inside.
fn shared_hop(evidence: &Evidence) -> Hop {
    evidence.way_out.iter().take(3).flatten().copied().find(|address| Kind::of(*address) == Kind::Shared)
}

fn cgnat(sign: CgnatSign) -> Judgement {
    Judgement::Not(NoV4::Cgnat { sign })
}
