use model::{Endpoint, Host};
use reachability::{
    Around, Network, Verdict,
    door::{Door, Opening, Protocols, RouteV4, RouteV6, Wish},
    names::{Account, Addresses, State, Wanted},
};
use registry::{Identity, Snapshot};

use super::{Standing, accounts::account};
use crate::lan::HomeNetwork;

/// What the parts are to do.
#[derive(Debug)]
pub(crate) struct Aims {
    /// What shall be open in the router; nothing while nobody may come in.
    pub wish: Option<Wish>,
    /// What the lookout is told.
    pub around: Around,
    /// Where the names shall lead.
    pub wanted: Wanted,
}

impl Aims {
    /// Decides, touches nothing.
    pub(crate) fn new(
        snapshot: &Snapshot,
        identity: &Identity,
        home: &HomeNetwork,
        standing: &Standing,
        is_proven: bool,
    ) -> Self {
        Self {
            wish: wish(snapshot, identity, home),
            around: Around {
                silent: !snapshot.settings.address_lookup,
                network: home.network.clone(),
                router_outside: standing.router_outside(),
            },
            wanted: wanted(snapshot, standing, is_proven),
        }
    }
}

/// Whether a device was told to look for the box where it is no longer to be found.
pub(crate) fn is_outdated(told: &Endpoint, now: &Endpoint, snapshot: &Snapshot, standing: &Standing) -> bool {
    let names = snapshot.names.iter().filter_map(|name| name.name.parse().ok());
    let Verdict { reachable_v4, reachable_v6, .. } = standing.verdict;
    let v4 = reachable_v4.map(|v4| Host::Address(v4.into()));
    let v6 = reachable_v6.map(|v6| Host::Address(v6.into()));
    let mut hosts = names.chain(v4).chain(v6).chain([now.host.clone()]);

    told.port != now.port || !hosts.any(|host| host == told.host)
}

/// What shall be open in the router; nothing while nobody may come in.
fn wish(snapshot: &Snapshot, identity: &Identity, home: &HomeNetwork) -> Option<Wish> {
    if snapshot.locked {
        return None;
    }
    let protocols = if snapshot.settings.port_mapping { Protocols::ALL } else { Protocols::NONE };

    Some(Wish {
        port: identity.port,
        nonce: nonce(identity),
        v4: route_v4(&home.network),
        v6: route_v6(home),
        protocols,
    })
}

/// Where the names shall lead.
fn wanted(snapshot: &Snapshot, standing: &Standing, is_proven: bool) -> Wanted {
    let accounts = snapshot.names.iter().filter_map(|name| account(name).ok()).collect::<Vec<Account>>();

    Wanted { accounts, addresses: addresses(&standing.verdict, &standing.door, is_proven) }
}

/// Where phones shall look for the box, and whether that works at home only. What the owner typed goes first, then a name
/// that follows, then the bare address.
pub(crate) fn endpoint(
    snapshot: &Snapshot,
    identity_port: u16,
    home: &HomeNetwork,
    standing: &Standing,
) -> Option<(Endpoint, bool)> {
    let typed = || snapshot.settings.endpoint_host.clone();
    let name = || best_name(snapshot, standing);
    let verdict = &standing.verdict;
    let bare = || {
        let v4 = verdict.reachable_v4.map(|v4| Host::Address(v4.into()));
        v4.or_else(|| verdict.reachable_v6.map(|v6| Host::Address(v6.into())))
    };
    let outside = typed().or_else(name).or_else(bare);
    let port = standing.port_outside().unwrap_or(identity_port);
    let at_home = || home.own_addresses().first().map(|address| Host::Address(*address));

    match outside {
        Some(host) => Some((Endpoint { host, port }, false)),
        None => at_home().map(|host| (Endpoint { host, port: identity_port }, true)),
    }
}

/// One that leads home already goes before one that does not yet.
fn best_name(snapshot: &Snapshot, standing: &Standing) -> Option<Host> {
    let is_published = |name: &&registry::StoredName| {
        let state = standing.names.iter().find(|state| state.account.0 == name.id);
        state.is_some_and(|state| matches!(state.state, State::Published { .. }))
    };
    let names = || snapshot.names.iter();
    let best = names().find(is_published).or_else(|| names().next())?;

    best.name.parse().ok()
}

/// Both phone apps take an IPv4 address wherever there is one. So none is said that leads to a closed door while IPv6
/// leads to an open one.
fn addresses(verdict: &Verdict, door: &Door, is_proven: bool) -> Option<Addresses> {
    let Verdict { reachable_v4, reachable_v6, .. } = verdict;
    if reachable_v4.is_none() && reachable_v6.is_none() {
        return None;
    }
    let is_dead_end =
        matches!(door.v4, Opening::Shut(_)) && matches!(door.v6, Opening::Open(_)) && !is_proven;

    Some(Addresses {
        v4: reachable_v4.filter(|_| !(is_dead_end && reachable_v6.is_some())),
        v6: *reachable_v6,
    })
}

fn route_v4(network: &Network) -> Option<RouteV4> {
    Some(RouteV4 { own: *network.v4.first()?, router: *network.routers_v4.first()? })
}

/// Only a global address can be reached from outside.
fn route_v6(home: &HomeNetwork) -> Option<RouteV6> {
    let router = home.network.routers_v6.first()?;
    let lan = home.interfaces.iter().find(|lan| lan.name.as_str() == router.interface)?;
    let own = home.network.v6.iter().find(|v6| !v6.is_unique_local())?;

    Some(RouteV6 { own: *own, router: router.address, interface: lan.index })
}

/// Random to everybody else, and the same for as long as the box is who it is.
fn nonce(identity: &Identity) -> [u8; 12] {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, identity.private_key.as_bytes());
    let tag = ring::hmac::sign(&key, b"latchkey: nonce for the port control protocol");

    std::array::from_fn(|i| tag.as_ref()[i])
}
