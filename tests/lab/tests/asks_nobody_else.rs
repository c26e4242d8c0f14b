//! Whom the box speaks to: those whom `SECURITY.md` lists, and nobody else.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{
    collections::BTreeSet,
    fs,
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};

use lab::{
    Daemon, House, Listener, Options, Phone, Router, Services, Sight, Wiretap, addresses, providers::Service,
    wait_until,
};
use serde_json::{Value, json};

#[test]
fn whom_the_box_speaks_to_in_its_life_stands_in_the_list() {
    let house = a_house();
    let _home_assistant = Listener::http(&house.home_assistant, HOME_ASSISTANT, "{}").unwrap();
    let tap = Wiretap::on(&house.gateway, "eth0").unwrap();
    let mut daemon = Daemon::run(&house).unwrap();
    let port = daemon.port().unwrap();
    daemon.name_home_assistant(&HOME_ASSISTANT.0.to_string()).unwrap();
    until(&daemon, |way_in| way_in["verdict"]["code"] == "public_v4" && way_in["door_v4"]["state"] == "open");
    add_name(&daemon);
    until(&daemon, |way_in| way_in["names"][0]["state"] == "published");
    let phone = Phone::up(&house.phone, &daemon.let_in("Anna", "owner").unwrap()).unwrap();
    wait_until("the phone is in", PATIENCE, || phone.ping(daemon.gateway_address().unwrap())).unwrap();
    for path in ["/api/check", "/api/exposure"] {
        daemon.api("POST", path, None).unwrap().success().unwrap();
    }
    let stun =
        || tap.seen().iter().filter(|(sight, _)| is_stun(&house, sight)).map(|(_, count)| count).sum::<u32>();
    let so_far = stun();
    wait_until("the box has looked again by itself", PATIENCE, || stun() > so_far).unwrap();
    daemon.stop().unwrap();

    let list = security_list();
    let mut told = BTreeSet::new();
    let seen = tap.seen();
    let asked = seen.keys().filter(|sight| matches!(sight.protocol, TCP | UDP)).map(|sight| sight.to);
    let asked: BTreeSet<_> = asked.collect();
    // The kernel tells whom the box has asked that the answer came too late.
    let is_late = |sight: &&Sight| matches!(sight.protocol, ICMP | ICMP_V6) && asked.contains(&sight.to);
    for sight in seen.keys().filter(|sight| !is_late(sight)) {
        let row = row(&house, port, sight).unwrap_or_else(|| panic!("{sight:?} stands nowhere"));
        let is_listed = row.is_empty() || list.iter().any(|line| line.contains(row));
        assert!(is_listed, "SECURITY.md does not tell of {row}: {sight:?}");
        told.insert(row);
    }
    let all = ["", MDNS, ROUTER, STUN, ECHO, WAY, PROVIDER, NAME_SERVER, HOME_ASSISTANT_ROW];
    assert_eq!(told, BTreeSet::from(all));
    let names: BTreeSet<_> = seen.into_keys().filter_map(|sight| sight.name).collect();
    let expected = Services::STUN.map(|server| server.0).into_iter().chain(Services::ECHO);
    let expected = expected.chain([Service::DuckDns.host(), Service::DuckDns.name()]).map(str::to_owned);
    assert_eq!(names, expected.collect());
}

#[test]
fn a_box_that_is_to_ask_nobody_speaks_to_the_home_alone() {
    let house = a_house();
    let _home_assistant = Listener::http(&house.home_assistant, HOME_ASSISTANT, "{}").unwrap();
    let mut daemon = Daemon::run(&house).unwrap();
    let port = daemon.port().unwrap();
    daemon.name_home_assistant(&HOME_ASSISTANT.0.to_string()).unwrap();
    daemon.cli(&["settings", "--port-mapping", "off", "--address-lookup", "off"]).unwrap();
    until(&daemon, |way_in| way_in["door_v4"]["finding"]["code"] == "not_allowed");
    daemon.stop().unwrap();

    let tap = Wiretap::on(&house.gateway, "eth0").unwrap();
    daemon.start().unwrap();
    let home_only = ["", MDNS, HOME_ASSISTANT_ROW];
    let stranger = || {
        let seen = tap.seen();
        seen.into_keys().find(|sight| row(&house, port, sight).is_none_or(|row| !home_only.contains(&row)))
    };
    // Longer than anything pauses that looks or asks.
    let asked = wait_until("the box asks somebody", Duration::from_secs(75), stranger);
    assert!(asked.is_err(), "{asked:?}");
    daemon.let_in("Anna", "owner").unwrap();
    for path in ["/api/check", "/api/exposure"] {
        daemon.api("POST", path, None).unwrap().success().unwrap();
    }

    // Whether the router is there at all is part of the check.
    let others: Vec<_> = tap
        .seen()
        .into_keys()
        .filter(|sight| {
            let row = row(&house, port, sight);
            row.is_none_or(|row| !home_only.contains(&row)) && !is_router_page(sight)
        })
        .collect();
    assert!(others.is_empty(), "{others:?}");
}

fn a_house() -> House {
    House::build(Options { router: Router::MiniUpnpd, services: true, ..Options::default() }).unwrap()
}

fn until(daemon: &Daemon, there: impl Fn(&Value) -> bool) {
    wait_until("the way in stands", PATIENCE, || {
        let way_in = daemon.state().map_err(|error| error.to_string())?["way_in"].clone();
        if there(&way_in) { Ok(true) } else { Err(way_in.to_string()) }
    })
    .unwrap_or_else(|error| panic!("{error}\n{}", daemon.log()));
}

fn add_name(daemon: &Daemon) {
    let (name, secret) = (Service::DuckDns.name(), Service::DuckDns.secret());
    let new = json!({ "provider": "duckdns", "name": name, "secret": secret });
    daemon.api("POST", "/api/names", Some(&new)).unwrap().success().unwrap();
}

/// The rows of the table "Who is told what".
fn security_list() -> Vec<String> {
    let text = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../SECURITY.md")).unwrap();
    let (_, after) = text.split_once("## Who is told what").unwrap();
    let table =
        after.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));

    table.map(str::to_owned).collect()
}

/// Words of the row that tells of a packet; the empty one for what every machine on a network says to its neighbours,
/// and for what the box answers to its own devices. None is in no row.
fn row(house: &House, port: u16, sight: &Sight) -> Option<&'static str> {
    let services = house.services.as_ref().unwrap();
    let Sight { to, protocol, from_port, to_port, .. } = *sight;
    let is_provider = || services.providers.addresses().any(|address| address.ip() == to);
    match (protocol, to_port) {
        (IGMP, _) => is_neighbour(to).then_some(""),
        (ICMP | ICMP_V6, _) => is_neighbour(to).then_some(""),
        (UDP, 5353) => is_neighbour(to).then_some(MDNS),
        (UDP, 1900 | 5351) | (TCP, 80 | 5000) => is_neighbour(to).then_some(ROUTER),
        (UDP, 53) => (to == services.name_server.address().ip()).then_some(NAME_SERVER),
        (UDP, 33435..=33439) => {
            (is_at(house, to, Services::STUN[0].0) || to == house.public_v4()).then_some(WAY)
        }
        (UDP, _) if is_stun(house, sight) => Some(STUN),
        (UDP, _) if from_port == port && is_phone(to) => Some(""),
        (TCP, 443) if Services::ECHO.iter().any(|name| is_at(house, to, name)) => Some(ECHO),
        (TCP, 443) if is_provider() => Some(PROVIDER),
        (TCP, 8123) => (to == HOME_ASSISTANT.0).then_some(HOME_ASSISTANT_ROW),
        _ => None,
    }
}

fn is_stun(house: &House, sight: &Sight) -> bool {
    let mut servers = Services::STUN.iter();

    servers
        .any(|(name, port)| sight.protocol == UDP && sight.to_port == *port && is_at(house, sight.to, name))
}

fn is_at(house: &House, address: IpAddr, name: &str) -> bool {
    house.services.as_ref().unwrap().name_server.addresses(name).unwrap().contains(&address)
}

fn is_phone(address: IpAddr) -> bool {
    address == addresses::PHONE || address == addresses::PHONE_V6
}

fn is_router_page(sight: &Sight) -> bool {
    (sight.to, sight.protocol, sight.to_port) == (addresses::HOME_ROUTER.into(), TCP, 80)
}

/// Nobody beyond the home's own network hears what is sent there.
fn is_neighbour(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_multicast() || v4.octets()[..3] == addresses::HOME_ROUTER.octets()[..3],
        IpAddr::V6(v6) => {
            let is_here = addresses::in_prefix(addresses::PREFIX, v6) == v6;
            is_here || v6.is_unicast_link_local() || (v6.is_multicast() && v6.segments()[0] & 15 <= 5)
        }
    }
}

const MDNS: &str = "the home network (mDNS)";
const ROUTER: &str = "the router (PCP, NAT-PMP, UPnP)";
const STUN: &str = "`stun.cloudflare.com`, `stun.l.google.com` (STUN)";
const ECHO: &str = "`icanhazip.com` (Cloudflare), `api64.ipify.org` (HTTPS)";
const WAY: &str = "the routers on the way";
const PROVIDER: &str = "the provider of a name";
const NAME_SERVER: &str = "the home's name server";
const HOME_ASSISTANT_ROW: &str = "Home Assistant |";
const ICMP: u8 = 1;
const IGMP: u8 = 2;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMP_V6: u8 = 58;
const HOME_ASSISTANT: (Ipv4Addr, u16) = (addresses::HOME_ASSISTANT, addresses::HOME_ASSISTANT_PORT);
/// The box looks again every minute.
const PATIENCE: Duration = Duration::from_secs(80);
