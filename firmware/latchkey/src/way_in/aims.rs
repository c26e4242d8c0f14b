use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use model::{Endpoint, Host};
use reachability::{
    Around,
    door::{Door, Opening, Protocols, RouteV4, RouteV6, Wish},
    is_public,
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
    ) -> Self {
        Self {
            wish: wish(snapshot, identity, home, standing),
            around: Around {
                silent: !snapshot.settings.address_lookup,
                network: home.network.clone(),
                router_outside: standing.router_outside(),
            },
            wanted: wanted(snapshot, identity.port, standing),
        }
    }
}

/// Whether a device was told to look for the box where it is no longer to be found.
pub(crate) fn is_outdated(told: &Endpoint, now: &Endpoint, snapshot: &Snapshot, standing: &Standing) -> bool {
    let names = snapshot.names.iter().filter_map(|name| name.name.parse().ok());
    let (reachable_v4, reachable_v6) = (standing.reachable_v4(), standing.verdict.reachable_v6);
    let v4 = reachable_v4.map(|v4| Host::Address(v4.into()));
    let v6 = reachable_v6.map(|v6| Host::Address(v6.into()));
    let mut hosts = names.chain(v4).chain(v6).chain([now.host.clone()]);

    told.port != now.port || !hosts.any(|host| host == told.host)
}

/// What shall be open in the router; nothing while nobody may come in.
fn wish(snapshot: &Snapshot, identity: &Identity, home: &HomeNetwork, standing: &Standing) -> Option<Wish> {
    if snapshot.locked {
        return None;
    }
    let protocols = if snapshot.settings.port_mapping { Protocols::ALL } else { Protocols::NONE };

    Some(Wish {
        port: identity.port,
        outside: standing.last_port_outside.unwrap_or(identity.port),
        nonce: nonce(identity),
        v4: route_v4(home),
        v6: route_v6(home),
        protocols,
        knocks: standing.knocks,
    })
}

/// Where the names shall lead.
fn wanted(snapshot: &Snapshot, port: u16, standing: &Standing) -> Wanted {
    let accounts = snapshot.names.iter().filter_map(|name| account(name).ok()).collect::<Vec<Account>>();

    Wanted { accounts, addresses: addresses(port, standing) }
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
    let bare = || {
        let Addresses { v4, v6 } = leading_home(identity_port, standing);
        let leading = v4.map(IpAddr::from).or_else(|| v6.map(IpAddr::from));
        // No other will do once the owner has led the port through both routers.
        leading.or_else(|| standing.behind_two_routers().map(IpAddr::from)).map(Host::Address)
    };
    let outside = typed().or_else(name).or_else(bare);
    let port = port_outside(identity_port, standing);
    let at_home = || home.own_addresses().first().map(|address| Host::Address(*address));

    match outside {
        Some(host) => Some((Endpoint { host, port }, false)),
        None => at_home().map(|host| (Endpoint { host, port: identity_port }, true)),
    }
}

/// One that leads home already goes before one that does not yet. Behind two routers that may be never.
fn best_name(snapshot: &Snapshot, standing: &Standing) -> Option<Host> {
    let is_published = |name: &&registry::StoredName| {
        let state = standing.names.iter().find(|state| state.account.0 == name.id);
        state.is_some_and(|state| matches!(state.state, State::Published { .. }))
    };
    let names = || snapshot.names.iter();
    let next = || names().next().filter(|_| standing.behind_two_routers().is_none());
    let best = names().find(is_published).or_else(next)?;

    best.name.parse().ok()
}

/// What to say of the home's addresses; nothing while there are none, or the router is still being asked for the first
/// time, since its answer may change what is worth saying.
fn addresses(port: u16, standing: &Standing) -> Option<Addresses> {
    let addresses = leading_home(port, standing);
    let is_undecided =
        addresses.v4.is_some() && addresses.v6.is_some() && standing.is_asking() && !standing.v4_is_proven;

    (addresses != Addresses::default() && !is_undecided).then_some(addresses)
}

/// Both phone apps take an IPv4 address wherever there is one. So none is said that leads to a closed door while IPv6
/// leads to an open one. And a configuration has one port: where the router gives another than the box's, IPv6, which has
/// no such ports, is left out.
fn leading_home(port: u16, standing: &Standing) -> Addresses {
    let is_same_port = port_outside(port, standing) == port;

    Addresses { v4: leading_v4(standing), v6: standing.verdict.reachable_v6.filter(|_| is_same_port) }
}

fn leading_v4(standing: &Standing) -> Option<Ipv4Addr> {
    let Door { v4, v6, .. } = standing.door;
    let is_dead_end = standing.verdict.reachable_v6.is_some()
        && matches!(v4, Opening::Shut(_))
        && matches!(v6, Opening::Open(_))
        && !standing.v4_is_proven;

    standing.reachable_v4().filter(|_| !is_dead_end)
}

/// The port on which home is reached: the box's own, unless the router gives another and the way leads through it.
fn port_outside(port: u16, standing: &Standing) -> u16 {
    let is_only_v6 = leading_v4(standing).is_none() && standing.verdict.reachable_v6.is_some();

    standing.port_outside.filter(|_| !is_only_v6).unwrap_or(port)
}

/// From the address that is in one network with the router.
fn route_v4(home: &HomeNetwork) -> Option<RouteV4> {
    let router = *home.network.routers_v4.first()?;
    let is_with_router = |own: &&Ipv4Addr| {
        let [own, router] = [**own, router].map(IpAddr::from);
        home.prefixes().iter().any(|prefix| prefix.contains(&own) && prefix.contains(&router))
    };
    let own = home.network.v4.iter().find(is_with_router).or_else(|| home.network.v4.first())?;

    Some(RouteV4 { own: *own, router })
}

/// Only a global address can be reached from outside, through the router behind the same interface.
fn route_v6(home: &HomeNetwork) -> Option<RouteV6> {
    let router = home.network.routers_v6.first()?;
    let lan = home.interfaces.iter().find(|lan| lan.name.as_str() == router.interface)?;
    let is_there = |v6: &Ipv6Addr| is_public((*v6).into()) && lan.addresses.contains(&(*v6).into());
    let own = home.network.v6.iter().find(|v6| is_there(v6))?;

    Some(RouteV6 { own: *own, router: router.address, interface: lan.index })
}

/// Random to everybody else, and the same for as long as the box is who it is.
fn nonce(identity: &Identity) -> [u8; 12] {
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, identity.private_key.as_bytes());
    let tag = ring::hmac::sign(&key, b"latchkey: nonce for the port control protocol");

    std::array::from_fn(|i| tag.as_ref()[i])
}

#[cfg(test)]
mod tests {
    use reachability::{
        Network, RouterV6, Situation, Verdict,
        door::{Opened, Protocol, Shut, Why},
    };

    use super::*;
    use crate::lan::LanInterface;

    #[test]
    fn an_address_that_leads_to_a_closed_door_is_not_said_where_another_leads_to_an_open_one() {
        let both = Addresses { v4: Some(V4), v6: Some(V6) };
        let only_v6 = Addresses { v4: None, v6: Some(V6) };

        assert_eq!(addresses(PORT, &standing(open(PORT), open(PORT))), Some(both));
        assert_eq!(addresses(PORT, &standing(shut(), shut())), Some(both));
        assert_eq!(addresses(PORT, &standing(shut(), open(PORT))), Some(only_v6));
        let proven = Standing { v4_is_proven: true, ..standing(shut(), open(PORT)) };
        assert_eq!(addresses(PORT, &proven), Some(both), "somebody has forwarded the port by hand");
        assert_eq!(bare(&standing(shut(), open(PORT))), format!("[{V6}]:{PORT}"));
        assert_eq!(bare(&proven), format!("{V4}:{PORT}"));
    }

    #[test]
    fn nothing_is_said_before_the_router_has_answered_about_both() {
        for (v4, v6) in [(Opening::Asking, open(PORT)), (shut(), Opening::Asking)] {
            assert_eq!(addresses(PORT, &standing(v4, v6)), None, "{v4:?} {v6:?}");
        }
        let mut only_v4 = standing(Opening::Asking, Opening::NotWanted);
        only_v4.verdict.reachable_v6 = None;

        assert_eq!(addresses(PORT, &only_v4), Some(Addresses { v4: Some(V4), v6: None }));
        assert_eq!(addresses(PORT, &Standing::default()), None);
    }

    #[test]
    fn another_port_outside_is_said_and_goes_for_ipv4_alone() {
        let other = standing(open(PORT + 1), open(PORT));

        assert_eq!(addresses(PORT, &other), Some(Addresses { v4: Some(V4), v6: None }));
        assert_eq!(bare(&other), format!("{V4}:{}", PORT + 1));
        let mut only_v6 = other;
        only_v6.verdict.reachable_v4 = None;
        assert_eq!(bare(&only_v6), format!("[{V6}]:{PORT}"), "a router behind another gives ports too");
    }

    #[test]
    fn the_port_that_devices_were_told_stays_while_the_router_is_asked_again() {
        let told = Some(PORT + 1);
        let again = Standing { port_outside: told, ..standing(Opening::Asking, open(PORT)) };
        let away = Standing { port_outside: told, ..standing(shut(), shut()) };
        let dead_end = Standing { port_outside: told, ..standing(shut(), open(PORT)) };

        assert_eq!(bare(&again), format!("{V4}:{}", PORT + 1));
        assert_eq!(bare(&away), format!("{V4}:{}", PORT + 1));
        assert_eq!(bare(&dead_end), format!("[{V6}]:{PORT}"), "nothing leads through the mapping");
    }

    #[test]
    fn behind_two_routers_phones_are_told_the_outer_address_and_names_once_somebody_came_in_by_it() {
        let situation = Situation::DoubleNat { router_outside: None, hop: None };
        let verdict = Verdict { situation, seen_v4: Some(V4), ..Verdict::default() };
        let hidden = Standing { verdict, ..Standing::default() };
        let led = Standing { v4_is_proven: true, ..hidden.clone() };

        assert_eq!((bare(&hidden), addresses(PORT, &hidden)), (format!("{V4}:{PORT}"), None));
        assert!(hidden.is_cut_off());
        assert_eq!(addresses(PORT, &led), Some(Addresses { v4: Some(V4), v6: None }));
        assert!(!led.is_cut_off());
    }

    #[test]
    fn the_router_is_asked_from_the_address_that_is_in_its_network() {
        let lan = |name: &str, index, prefixes: &[&str], addresses: &[&str]| LanInterface {
            name: name.parse().unwrap(),
            index,
            prefixes: prefixes.iter().map(|prefix| prefix.parse().unwrap()).collect(),
            addresses: addresses.iter().map(|address| address.parse().unwrap()).collect(),
        };
        let other = lan("eth0", 2, &["10.0.0.0/24", "2001:db8:1::/64"], &["10.0.0.10", "2001:db8:1::10"]);
        let way_out =
            lan("wlan0", 3, &["192.168.1.0/24", "2001:db8:2::/64"], &["192.168.1.10", "2001:db8:2::10"]);
        let network = Network {
            v4: ["10.0.0.10", "192.168.1.10"].map(|v4| v4.parse().unwrap()).into(),
            v6: ["2001:db8:1::10", "2001:db8:2::10"].map(|v6| v6.parse().unwrap()).into(),
            routers_v4: vec![Ipv4Addr::new(192, 168, 1, 1)],
            routers_v6: vec![RouterV6 { address: "fe80::1".parse().unwrap(), interface: "wlan0".to_owned() }],
            ..Network::default()
        };
        let home = HomeNetwork { interfaces: vec![other, way_out], network };

        assert_eq!(route_v4(&home).map(|route| route.own), "192.168.1.10".parse().ok());
        let v6 = route_v6(&home).map(|route| (route.own, route.interface));
        assert_eq!(v6, Some(("2001:db8:2::10".parse().unwrap(), 3)));
    }

    fn bare(standing: &Standing) -> String {
        let (endpoint, is_makeshift) =
            endpoint(&Snapshot::default(), PORT, &HomeNetwork::default(), standing).unwrap();
        assert!(!is_makeshift);

        endpoint.to_string()
    }

    fn standing(v4: Opening, v6: Opening) -> Standing {
        let verdict = Verdict { reachable_v4: Some(V4), reachable_v6: Some(V6), ..Verdict::default() };

        let port_outside = match v4 {
            Opening::Open(opened) => Some(opened.port),
            Opening::NotWanted | Opening::Asking | Opening::Shut(_) => None,
        };

        Standing { verdict, door: Door { v4, v6, ..Door::default() }, port_outside, ..Standing::default() }
    }

    fn open(port: u16) -> Opening {
        Opening::Open(Opened { by: Protocol::Pcp, port, address: None, lease: None, verified: true })
    }

    fn shut() -> Opening {
        Opening::Shut(Shut { why: Why::NoAnswer, inside: (V4, PORT).into() })
    }

    const PORT: u16 = 20_000;
    const V4: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 7);
    const V6: Ipv6Addr = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 7);
}
