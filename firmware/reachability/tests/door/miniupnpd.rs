use std::{net::SocketAddr, time::Duration};

use lab::{MiniUpnpd, wait_until};
use reachability::door::{
    Opening, Protocol, Protocols, Refusal, TableError, Transport, Why, Wish, read_table,
};

use crate::{
    home::Home,
    resident::{Resident, in_room},
};

#[test]
fn a_mapping_is_made_by_each_protocol_on_its_own_and_shut_at_the_end() {
    let (home, _miniupnpd) = Home::with_miniupnpd(&[]);

    for (protocol, port) in [(Protocol::Pcp, 23001), (Protocol::NatPmp, 23002), (Protocol::Upnp, 23003)] {
        let outside = SocketAddr::from((Home::OUTSIDE, port));
        assert!(!home.lets_in(outside, port), "{protocol} has not been asked");

        let resident = Resident::start(&home.gateway, home.wish(port, Protocols::only(protocol)));
        let opened = resident.open();

        assert_eq!((opened.by, opened.port, opened.verified), (protocol, port, true));
        assert_eq!(opened.address, Some(Home::OUTSIDE.into()));
        assert!(resident.door().answered.contains(protocol));
        assert!(home.lets_in(outside, port), "{protocol}");
        resident.stop();
        assert!(!home.lets_in(outside, port), "{protocol} after the end");
    }
}

#[test]
fn a_pinhole_is_made_by_each_protocol_on_its_own_and_shut_at_the_end() {
    let (home, _miniupnpd) = Home::with_miniupnpd(&[]);

    for (protocol, port) in [(Protocol::Pcp, 23001), (Protocol::Upnp, 23003)] {
        let outside = SocketAddr::from((Home::OWN_V6, port));
        assert!(!home.lets_in(outside, port), "{protocol} has not been asked");

        let resident = Resident::start(&home.gateway, home.wish_v6(port, Protocols::only(protocol)));
        let opened = resident.open();

        assert_eq!((opened.by, opened.port, opened.verified), (protocol, port, true));
        assert_eq!(opened.address, Some(Home::OWN_V6.into()));
        assert!(home.lets_in(outside, port), "{protocol}");
        resident.stop();
        // Its version 2.3.1 refuses to shut by PCP what has been renewed, and lets it run out, here after two seconds.
        wait_until("it is shut", Duration::from_secs(10), || !home.lets_in(outside, port)).unwrap();
    }
}

#[test]
fn what_a_router_has_forgotten_is_open_again_within_two_minutes() {
    let (home, mut miniupnpd) = Home::with_miniupnpd(&[]);
    let residents = one_of_each(&home).map(|wish| (wish.port, Resident::start(&home.gateway, wish)));
    for (port, resident) in &residents {
        resident.open();
        assert!(miniupnpd.openings().unwrap().contains(&port.to_string()));
    }

    miniupnpd.restart().unwrap();

    let missing = || {
        let openings = miniupnpd.openings().unwrap();
        residents.iter().map(|(port, _)| *port).find(|port| !openings.contains(&port.to_string()))
    };
    assert!(missing().is_some());
    wait_until("all are open again", Duration::from_secs(120), || missing().is_none()).unwrap();
    for (_, resident) in &residents {
        resident.open();
    }
}

#[test]
fn a_router_that_is_away_is_told_of_once_it_is_back() {
    let (home, mut miniupnpd) = Home::with_miniupnpd(&[]);
    let resident = Resident::start(&home.gateway, home.wish(23001, Protocols::ALL));
    resident.open();

    miniupnpd.stop().unwrap();
    resident.knock();
    assert_eq!(resident.shut().why, Why::NoAnswer);
    miniupnpd.restart().unwrap();

    resident.open();
    assert!(home.lets_in((Home::OUTSIDE, 23001).into(), 23001));
}

#[test]
fn no_wish_shuts_the_door_and_the_next_one_opens_it() {
    let (home, miniupnpd) = Home::with_miniupnpd(&[]);
    let residents = one_of_each(&home).map(|wish| (wish.clone(), Resident::start(&home.gateway, wish)));
    for (_, resident) in &residents {
        resident.open();
    }

    for (wish, resident) in residents {
        resident.wish(None);

        resident.wait("it is shut", |door| {
            (door.v4 == Opening::NotWanted && door.v6 == Opening::NotWanted).then_some(())
        });
        let openings = || miniupnpd.openings().unwrap();
        let port = wish.port;
        let is_shut = || !openings().contains(&port.to_string());
        wait_until("the router has it no more", Duration::from_secs(10), is_shut).unwrap();
        resident.wish(Some(wish));
        resident.open();
        assert!(openings().contains(&port.to_string()));
    }
}

#[test]
fn leases_are_renewed_before_they_end() {
    let (home, _miniupnpd) = Home::with_miniupnpd(&["max_lifetime=12"]);
    let residents = one_of_each(&home).map(|wish| (wish.port, Resident::start(&home.gateway, wish)));
    for (_, resident) in &residents {
        resident.open();
    }

    let mut looks = 0;
    wait_until("three leases are over", Duration::from_secs(60), || {
        for (port, resident) in &residents {
            let door = resident.door();
            assert!(matches!((door.v4, door.v6), (Opening::Open(_), _) | (_, Opening::Open(_))), "{door:?}");
            let v4 = (Home::OUTSIDE, *port).into();
            let v6 = (Home::OWN_V6, *port).into();
            assert!(home.lets_in(if door.v6 == Opening::NotWanted { v4 } else { v6 }, *port), "{port}");
        }
        looks += 1;
        std::thread::sleep(Duration::from_millis(500));
        looks == 70
    })
    .unwrap();
}

#[test]
fn a_router_that_refuses_says_so() {
    let (home, _miniupnpd) = Home::with_miniupnpd(&["deny 0-65535 0.0.0.0/0 0-65535"]);

    for protocol in [Protocol::Pcp, Protocol::NatPmp, Protocol::Upnp] {
        let resident = Resident::start(&home.gateway, home.wish(23001, Protocols::only(protocol)));
        let shut = resident.shut();

        assert!(matches!(shut.why, Why::Refused { by, .. } if by == protocol), "{shut:?}");
        let to_do = shut.to_do();
        assert!(to_do.contains("forward UDP port 23001 to 192.168.1.10, port 23001"), "{to_do}");
    }
}

#[test]
fn a_router_that_is_behind_a_carriers_says_so() {
    let home = Home::build();
    home.router.ip(&["addr del 1.2.3.4/24 dev wan", "addr add 100.64.0.2/24 dev wan"]).unwrap();
    let _miniupnpd = MiniUpnpd::start(&home.router, home.folder.path(), &[]).unwrap();

    let resident = Resident::start(&home.gateway, home.wish(23001, Protocols::ALL));

    // Its number for it differs by protocol; that it has no address shows by UPnP.
    let why = resident.wait("the reason is known", |door| match door.v4 {
        Opening::Shut(shut) if door.router.is_some() => Some(shut.why),
        _ => None,
    });
    assert!(matches!(why, Why::Refused { reason: Refusal::NoConnection, .. }), "{why:?}");
}

#[test]
fn a_port_that_another_device_has_is_not_taken_from_it() {
    let (home, miniupnpd) = Home::with_miniupnpd(&[]);
    home.map_from(OTHER, "upnpc -m eth0 -a 192.168.1.30 23001 23001 UDP 3600");

    for protocol in [Protocol::Pcp, Protocol::NatPmp, Protocol::Upnp] {
        let resident = Resident::start(&home.gateway, home.wish(23001, Protocols::only(protocol)));
        let opened = resident.open();

        assert_ne!(opened.port, 23001, "{protocol}");
        assert!(home.lets_in((Home::OUTSIDE, opened.port).into(), 23001), "{protocol}");
        assert!(miniupnpd.openings().unwrap().contains("192.168.1.30:23001"), "{protocol}");
        resident.stop();
    }
}

#[test]
fn what_was_left_behind_at_a_former_address_is_cleared_away() {
    let (home, miniupnpd) = Home::with_miniupnpd(&["secure_mode=no"]);
    home.map_from(OTHER, "upnpc -m eth0 -e Latchkey -a 192.168.1.30 23001 23001 UDP 3600");
    assert!(miniupnpd.openings().unwrap().contains("192.168.1.30:23001"));

    let resident = Resident::start(&home.gateway, home.wish(23001, Protocols::only(Protocol::Upnp)));

    assert_eq!(resident.open().port, 23001);
    assert!(home.lets_in((Home::OUTSIDE, 23001).into(), 23001));
    assert!(!miniupnpd.openings().unwrap().contains("192.168.1.30:23001"));
}

#[test]
fn the_router_says_what_it_is_and_shows_its_table() {
    let (home, mut miniupnpd) = Home::with_miniupnpd(&[]);
    home.gateway.run("upnpc -m eth0 -e Camera -a 192.168.1.10 8123 8123 TCP 3600").unwrap();
    let resident = Resident::start(&home.gateway, home.wish(23001, Protocols::only(Protocol::Upnp)));
    resident.open();

    let router = resident.wait("the router is known", |door| door.router.clone());
    let mut table = in_room(&home.gateway, read_table(Home::v4())).unwrap();
    table.sort_by_key(|row| row.outside_port);

    assert_eq!((router.name.as_str(), router.model.as_str()), ("Lab router", "Debian Lab 1"));
    assert_eq!((router.outside, router.page.as_str()), (Some(Home::OUTSIDE), "http://192.168.1.1/"));
    let rows = table.iter().map(|row| (row.transport, row.outside_port, row.description.as_str()));
    assert_eq!(
        rows.collect::<Vec<_>>(),
        [(Transport::Tcp, 8123, "Camera"), (Transport::Udp, 23001, "Latchkey")]
    );
    assert_eq!(table[0].inside, (Home::OWN, 8123).into());
    assert!(table[0].lease.is_some_and(|lease| lease <= Duration::from_secs(3600)));
    miniupnpd.stop().unwrap();
    assert_eq!(in_room(&home.gateway, read_table(Home::v4())), Err(TableError::NoUpnp));
}

const OTHER: &str = "192.168.1.30";

/// A wish for each protocol and family that there is.
fn one_of_each(home: &Home) -> [Wish; 5] {
    let [pcp, nat_pmp, upnp] = [Protocol::Pcp, Protocol::NatPmp, Protocol::Upnp].map(Protocols::only);

    [
        home.wish(23001, pcp),
        home.wish(23002, nat_pmp),
        home.wish(23003, upnp),
        home.wish_v6(23004, pcp),
        home.wish_v6(23005, upnp),
    ]
}
