//! The ways out of a house that providers and routers make, before Latchkey moves in.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

use lab::{House, Listener, MiniUpnpd, Namespace, Options, Router, WayOut, addresses};

#[test]
fn behind_any_nat_the_internet_sees_the_homes_one_address() {
    for way_out in [WayOut::Public, WayOut::CarrierGrade, WayOut::DoubleNat] {
        let house = House::build(Options { way_out, ..Options::default() }).unwrap();

        assert_eq!(
            seen_from_outside(&house, addresses::STRANGER),
            Some(addresses::ROUTER.into()),
            "{way_out:?}"
        );
        assert_eq!(
            seen_from_outside(&house, addresses::STRANGER_V6),
            Some(addresses::GATEWAY_V6.into()),
            "{way_out:?}"
        );
    }
}

#[test]
fn each_way_out_gives_the_router_its_own_kind_of_address() {
    for (way_out, address) in [
        (WayOut::Public, "1.2.3.4/24"),
        (WayOut::CarrierGrade, "100.64.7.2/24"),
        (WayOut::DoubleNat, "192.168.0.2/24"),
    ] {
        let house = House::build(Options { way_out, ..Options::default() }).unwrap();

        let outside = house.router.run("ip -4 -brief address show dev wan").unwrap();
        assert!(outside.contains(address), "{way_out:?}: {outside}");
    }
}

#[test]
fn every_router_on_the_way_says_that_a_packet_has_died_there() {
    for (way_out, second) in [
        (WayOut::Public, "1.2.3.1"),
        (WayOut::CarrierGrade, "100.64.7.1"),
        (WayOut::DoubleNat, "192.168.0.1"),
    ] {
        let house = House::build(Options { way_out, ..Options::default() }).unwrap();

        for (lifetime, router) in [(1, "192.168.1.1"), (2, second)] {
            let line = format!("ping -n -c 1 -W 2 -t {lifetime} {}", addresses::STRANGER);
            let complaint = format!("{:#}", house.gateway.run(&line).unwrap_err());
            assert!(complaint.contains(&format!("From {router} ")), "{way_out:?}: {complaint}");
        }
    }
}

#[test]
fn a_home_with_ipv6_alone_reaches_nobody_over_ipv4() {
    let house = House::build(Options { way_out: WayOut::Ipv6Only, ..Options::default() }).unwrap();

    assert_eq!(seen_from_outside(&house, addresses::STRANGER), None);
    assert_eq!(seen_from_outside(&house, addresses::STRANGER_V6), Some(addresses::GATEWAY_V6.into()));
    assert!(reaches(&house.gateway, (addresses::LAPTOP, addresses::LAPTOP_PORT)));
}

#[test]
fn a_forward_at_the_router_is_of_no_use_behind_another_nat() {
    for way_out in [WayOut::CarrierGrade, WayOut::DoubleNat] {
        let house = House::build(Options { way_out, ..Options::default() }).unwrap();
        let _echo = Listener::udp_echo(&house.gateway, (addresses::GATEWAY, PORT)).unwrap();

        house.forward_port(PORT).unwrap();

        assert!(!is_echoed(&house.stranger, (addresses::ROUTER, PORT)), "{way_out:?}");
    }
}

#[test]
fn a_forward_at_the_providers_box_and_one_at_the_router_let_in() {
    let house = House::build(Options { way_out: WayOut::DoubleNat, ..Options::default() }).unwrap();
    let _echo = Listener::udp_echo(&house.gateway, (addresses::GATEWAY, PORT)).unwrap();

    house.forward_port_at_box(PORT).unwrap();
    house.forward_port(PORT).unwrap();

    assert!(is_echoed(&house.stranger, (addresses::ROUTER, PORT)));
}

#[test]
fn a_carrier_leaves_ipv6_alone_and_a_providers_box_does_not() {
    for (way_out, lets_in) in [(WayOut::CarrierGrade, true), (WayOut::DoubleNat, false)] {
        let house = House::build(Options { way_out, ..Options::default() }).unwrap();
        let _echo = Listener::udp_echo(&house.gateway, (addresses::GATEWAY_V6, PORT)).unwrap();

        assert!(
            !is_echoed(&house.stranger, (addresses::GATEWAY_V6, PORT)),
            "{way_out:?}: the router is closed"
        );
        house.forward_port(PORT).unwrap();

        assert_eq!(is_echoed(&house.stranger, (addresses::GATEWAY_V6, PORT)), lets_in, "{way_out:?}");
    }
}

#[test]
fn a_cut_cable_takes_the_internet_away_until_it_is_mended() {
    for way_out in [WayOut::Public, WayOut::CarrierGrade] {
        let house = House::build(Options { way_out, ..Options::default() }).unwrap();
        let outside: [SocketAddr; 2] = [
            (addresses::INTERNET, addresses::INTERNET_PORT).into(),
            (addresses::INTERNET_V6, addresses::INTERNET_PORT).into(),
        ];

        house.cut_cable().unwrap();
        assert_eq!(outside.map(|server| reaches(&house.gateway, server)), [false, false], "{way_out:?}");
        assert!(reaches(&house.gateway, (addresses::LAPTOP, addresses::LAPTOP_PORT)));

        house.mend_cable().unwrap();
        for server in outside {
            lab::wait_until("the internet is back", PATIENCE, || reaches(&house.gateway, server)).unwrap();
        }
    }
}

#[test]
fn a_changed_address_ends_what_went_over_the_former() {
    for way_out in [WayOut::Public, WayOut::CarrierGrade] {
        let mut house = House::build(Options { way_out, ipv6: false, ..Options::default() }).unwrap();
        let inside = house.gateway.udp_socket((addresses::GATEWAY, 0)).unwrap();
        let outside = house.stranger.udp_socket((addresses::STRANGER, PORT)).unwrap();
        inside.send_to(b"before", (addresses::STRANGER, PORT)).unwrap();
        let (_, before) = outside.recv_from(&mut [0; 16]).unwrap();
        assert_eq!(before.ip(), addresses::ROUTER);

        house.change_address().unwrap();
        outside.send_to(b"too late", before).unwrap();
        inside.send_to(b"after", (addresses::STRANGER, PORT)).unwrap();
        let (_, after) = outside.recv_from(&mut [0; 16]).unwrap();
        outside.send_to(b"in time", after).unwrap();

        assert_eq!(after.ip(), addresses::NEXT_ROUTER, "{way_out:?}");
        let mut answer = [0; 16];
        let length = inside.recv(&mut answer).unwrap();
        assert_eq!(&answer[..length], b"in time", "{way_out:?}");
    }
}

#[test]
fn a_changed_prefix_moves_all_at_home() {
    for way_out in [WayOut::Public, WayOut::CarrierGrade] {
        let mut house = House::build(Options { way_out, ..Options::default() }).unwrap();

        house.change_prefix().unwrap();

        let next = addresses::in_prefix(addresses::NEXT_PREFIX, addresses::GATEWAY_V6);
        assert_eq!((next, next.to_string().as_str()), (house.gateway_v6(), "2001:db8:7::10"));
        assert_eq!(seen_from_outside(&house, addresses::STRANGER_V6), Some(next.into()), "{way_out:?}");
        let laptop = addresses::in_prefix(addresses::NEXT_PREFIX, addresses::LAPTOP_V6);
        assert!(reaches(&house.gateway, (laptop, addresses::LAPTOP_PORT)));
        assert!(!reaches(&house.gateway, (addresses::LAPTOP_V6, addresses::LAPTOP_PORT)));

        house.change_prefix().unwrap();

        let former = addresses::GATEWAY_V6;
        assert_eq!(seen_from_outside(&house, addresses::STRANGER_V6), Some(former.into()), "{way_out:?}");
    }
}

#[test]
fn a_forward_holds_when_the_address_changes() {
    let mut house = House::build(Options::default()).unwrap();
    let _echo = Listener::udp_echo(&house.gateway, (addresses::GATEWAY, PORT)).unwrap();
    house.forward_port(PORT).unwrap();

    house.change_address().unwrap();

    assert!(is_echoed(&house.stranger, (addresses::NEXT_ROUTER, PORT)));
    assert!(!is_echoed(&house.stranger, (addresses::ROUTER, PORT)));
    house.change_address().unwrap();
    assert!(is_echoed(&house.stranger, (house.public_v4(), PORT)));
}

#[test]
fn stock_clients_open_a_port_and_a_reboot_of_the_router_closes_it() {
    let mut house = House::build(Options { router: Router::MiniUpnpd, ..Options::default() }).unwrap();
    let _echo = Listener::udp_echo(&house.gateway, (addresses::GATEWAY, PORT)).unwrap();
    let outside = SocketAddr::from((addresses::ROUTER, PORT));

    for client in CLIENTS {
        assert!(!is_echoed(&house.stranger, outside), "{client}");
        house.gateway.run(client).unwrap();
        assert!(is_echoed(&house.stranger, outside), "{client}");
        house.reboot_router().unwrap();
    }

    assert!(!is_echoed(&house.stranger, outside));
}

#[test]
fn what_is_opened_on_request_and_what_by_hand_do_not_touch_each_other() {
    let house = House::build(Options { router: Router::MiniUpnpd, ..Options::default() }).unwrap();
    let _echoes =
        [PORT, PORT + 1].map(|port| Listener::udp_echo(&house.gateway, (addresses::GATEWAY, port)).unwrap());
    let outside = [PORT, PORT + 1].map(|port| SocketAddr::from((addresses::ROUTER, port)));
    house.gateway.run(CLIENTS[0]).unwrap();

    house.forward_port(PORT + 1).unwrap();
    assert_eq!(outside.map(|port| is_echoed(&house.stranger, port)), [true, true]);

    house.close_port().unwrap();
    assert_eq!(outside.map(|port| is_echoed(&house.stranger, port)), [true, false]);
}

#[test]
fn a_router_refuses_to_open_ports_on_an_address_that_is_not_public_or_when_told_to() {
    for way_out in [WayOut::CarrierGrade, WayOut::DoubleNat] {
        let house =
            House::build(Options { way_out, router: Router::MiniUpnpd, ..Options::default() }).unwrap();

        assert_eq!(CLIENTS.map(|client| house.gateway.run(client).is_ok()), [false, false], "{way_out:?}");
    }
    let mut house = House::build(Options { router: Router::MiniUpnpd, ..Options::default() }).unwrap();
    house.serve_ports(&[MiniUpnpd::REFUSE]).unwrap();

    assert_eq!(CLIENTS.map(|client| house.gateway.run(client).is_ok()), [false, false]);
}

#[test]
fn a_pinhole_lets_in_over_ipv6_where_ipv4_has_no_way_in() {
    for way_out in [WayOut::CarrierGrade, WayOut::Ipv6Only] {
        let house =
            House::build(Options { way_out, router: Router::MiniUpnpd, ..Options::default() }).unwrap();
        let _echo = Listener::udp_echo(&house.gateway, (addresses::GATEWAY_V6, PORT)).unwrap();
        let outside = SocketAddr::from((addresses::GATEWAY_V6, PORT));
        assert!(!is_echoed(&house.stranger, outside), "{way_out:?}");

        house
            .gateway
            .run(&format!("upnpc -6 {DESCRIPTION} -A empty 0 2001:db8:1::10 40000 17 3600"))
            .unwrap();

        assert!(is_echoed(&house.stranger, outside), "{way_out:?}");
    }
}

/// As whom the stranger, at this address, sees the gateway.
fn seen_from_outside(house: &House, stranger: impl Into<IpAddr>) -> Option<IpAddr> {
    let stranger = stranger.into();
    let outside = house.stranger.udp_socket((stranger, PORT)).unwrap();
    let inside = house.gateway.udp_socket(any(stranger)).unwrap();
    // Where there is no way, the kernel says so at once.
    inside.send_to(b"hello", (stranger, PORT)).ok()?;

    outside.recv_from(&mut [0; 16]).ok().map(|(_, from)| from.ip())
}

fn reaches(room: &Namespace, address: impl Into<SocketAddr>) -> bool {
    room.tcp_connect(address, Duration::from_millis(500)).is_ok()
}

fn is_echoed(room: &Namespace, to: impl Into<SocketAddr>) -> bool {
    let to = to.into();
    let socket = room.udp_socket(any(to.ip())).unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    socket.send_to(b"hello", to).unwrap();

    socket.recv_from(&mut [0; 16]).is_ok_and(|(_, from)| from == to)
}

fn any(like: IpAddr) -> SocketAddr {
    match like {
        IpAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
        IpAddr::V6(_) => (std::net::Ipv6Addr::UNSPECIFIED, 0).into(),
    }
}

const PORT: u16 = 40000;
/// Programs that are not ours and ask the router for [`PORT`], by UPnP and by NAT-PMP.
const CLIENTS: [&str; 2] =
    ["upnpc -m eth0 -a 192.168.1.10 40000 40000 udp", "natpmpc -g 192.168.1.1 -a 40000 40000 udp 3600"];
/// So that `upnpc` does not mind that the router has no way out over IPv4.
const DESCRIPTION: &str = "-u http://[2001:db8:1::1]:5000/rootDesc.xml";
const PATIENCE: Duration = Duration::from_secs(10);
