use std::{net::SocketAddr, thread, time::Duration};

use lab::{Listener, wait_until};
use reachability::door::{Opened, Opening, Protocol, Protocols, Refusal, Shut, Why, Wish, read_table};

use crate::{
    bad_router::{BadRouter, Manner},
    home::Home,
    resident::{Resident, in_room},
};

const PROTOCOLS: [Protocol; 3] = [Protocol::Pcp, Protocol::NatPmp, Protocol::Upnp];

#[test]
fn a_router_that_refuses_is_named_and_left_in_peace() {
    let visit = |protocols| visit(Manner::Refuses, protocols);
    for by in PROTOCOLS {
        let why = visit(Protocols::only(by)).why();

        assert_eq!(why, Why::Refused { by, reason: Refusal::NotAuthorized });
    }

    assert!(matches!(visit(Protocols::ALL).why(), Why::Refused { .. }));
}

#[test]
fn a_router_that_lies_is_caught() {
    for by in PROTOCOLS {
        assert_eq!(visit(Manner::Lies, Protocols::only(by)).why(), Why::Lied(by));
    }
}

#[test]
fn another_port_is_told_and_kept() {
    for by in PROTOCOLS {
        let Opened { port, verified, .. } = visit(Manner::OtherPort, Protocols::only(by)).opened();

        let expected = if by == Protocol::Upnp { 23002 } else { 24001 };
        assert_eq!((port, verified), (expected, true), "{by}");
    }
}

#[test]
fn a_lease_of_nothing_opens_nothing_and_a_lease_for_ever_does() {
    assert_eq!(visit(Manner::NoTime, Protocols::only(Protocol::Pcp)).why(), Why::NoTime(Protocol::Pcp));
    assert_eq!(visit(Manner::NoTime, Protocols::only(Protocol::NatPmp)).why(), Why::NoTime(Protocol::NatPmp));

    let opened = visit(Manner::NoTime, Protocols::ALL).opened();

    assert_eq!((opened.by, opened.lease, opened.verified), (Protocol::Upnp, None, true));
}

#[test]
fn noise_and_floods_open_nothing_and_end() {
    for (manner, by) in [
        (Manner::Garbage, Protocol::Pcp),
        (Manner::Garbage, Protocol::NatPmp),
        (Manner::Huge, Protocol::Pcp),
        (Manner::Huge, Protocol::NatPmp),
        (Manner::Huge, Protocol::Upnp),
    ] {
        assert_eq!(visit(manner, Protocols::only(by)).why(), Why::Garbled(by), "{manner:?}");
    }
    let why = visit(Manner::Garbage, Protocols::only(Protocol::Upnp)).why();
    assert!(matches!(why, Why::Garbled(_) | Why::NoAnswer), "{why:?}");
}

#[test]
fn a_router_that_hangs_is_waited_for_some_seconds() {
    assert_eq!(visit(Manner::Hangs, Protocols::ALL).why(), Why::NoAnswer);
}

#[test]
fn a_router_that_dies_mid_way_is_noticed_and_not_hammered() {
    let home = Home::build();
    let router = BadRouter::start(&home.router, Manner::OtherPort);
    let resident = Resident::start(&home.gateway, home.wish(23001, Protocols::ALL));
    resident.open();

    drop(router);
    resident.knock();

    assert_eq!(resident.shut().why, Why::NoAnswer);
    let router = BadRouter::start(&home.router, Manner::Hangs);
    for _ in 0..100 {
        resident.knock();
        thread::sleep(Duration::from_millis(20));
    }
    assert!(router.asked() < 20, "{} requests in two seconds of knocking", router.asked());
}

#[test]
fn nobody_but_the_router_is_talked_to_wherever_it_leads() {
    let home = Home::build();
    let _router = BadRouter::start(&home.router, Manner::LeadsElsewhere);
    let elsewhere = SocketAddr::new(BadRouter::ELSEWHERE.parse().unwrap(), BadRouter::WEB_PORT);
    let _listener = Listener::http(&home.stranger, elsewhere, "not for you").unwrap();
    home.stranger.run("nft add table inet watch").unwrap();
    let rules = "add chain inet watch input { type filter hook input priority 0; }\n\
                 add rule inet watch input meta l4proto { tcp, udp } counter";
    home.stranger.feed("nft -f -", rules).unwrap();

    let resident = Resident::start(&home.gateway, home.wish(23001, Protocols::ALL));
    // The ports and paths that it names are asked for on the router itself.
    assert_eq!(resident.shut().why, Why::Lied(Protocol::Upnp));
    let table = in_room(&home.gateway, read_table(Home::v4()));

    assert!(table.is_ok_and(|rows| rows.is_empty()));
    let counted = home.stranger.run("nft list chain inet watch input").unwrap();
    assert!(counted.contains("counter packets 0"), "{counted}");
}

#[test]
fn a_router_whose_clock_leaps_over_both_families_is_left_in_peace() {
    let home = Home::build();
    let router = BadRouter::start(&home.router, Manner::OddClock);
    let wish = Wish { v6: Some(home.v6()), ..home.wish(23001, Protocols::only(Protocol::Pcp)) };
    let resident = Resident::start(&home.gateway, wish);
    resident.wait("both families are open", |door| match (door.v4, door.v6) {
        (Opening::Open(_), Opening::Open(_)) => Some(()),
        _ => None,
    });

    thread::sleep(Duration::from_secs(6));

    assert!(router.asked() <= MOST_ASKED, "{} requests", router.asked());
}

/// All protocols, each asked four times where it is silent, for two of the five ports; searches and pages.
const MOST_ASKED: usize = 30;

/// What came of a visit to a bad router.
struct Visit {
    opening: Opening,
}

impl Visit {
    fn why(&self) -> Why {
        let Opening::Shut(Shut { why, .. }) = self.opening else { panic!("{:?}", self.opening) };

        why
    }

    fn opened(&self) -> Opened {
        let Opening::Open(opened) = self.opening else { panic!("{:?}", self.opening) };

        opened
    }
}

/// Waits for the outcome, and sees that the router is left in peace afterwards.
fn visit(manner: Manner, protocols: Protocols) -> Visit {
    let home = Home::build();
    let router = BadRouter::start(&home.router, manner);
    // What tokio opens once for all runtimes stays open.
    in_room(&home.gateway, async {});
    let descriptors = || std::fs::read_dir("/proc/self/fd").unwrap().count();
    let before = descriptors();
    let resident = Resident::start(&home.gateway, home.wish(23001, protocols));

    let opening = resident.wait("there is an outcome", |door| match door.v4 {
        Opening::NotWanted | Opening::Asking => None,
        opening @ (Opening::Open(_) | Opening::Shut(_)) => Some(opening),
    });
    // The look at the router's name goes on beside it for some seconds.
    thread::sleep(Duration::from_secs(2));
    let asked = router.asked();
    assert!(asked <= MOST_ASKED, "{manner:?}: {asked} requests");
    resident.stop();
    wait_until("all sockets are closed", Duration::from_secs(5), || descriptors() <= before).unwrap();

    Visit { opening }
}
