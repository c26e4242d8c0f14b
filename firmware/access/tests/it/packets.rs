use std::net::TcpListener;

use access::{Families, Policy, Posture, Ruleset};
use model::Service;

use crate::{
    house::{House, connect, echo, reaches, udp},
    support::{hosts, policy, with_guests_for},
};

const MEMBER: &str = "10.77.7.2";
const MEMBER6: &str = "fd77::2";
const GUEST: &str = "10.77.7.4";
const STRANGER: &str = "10.77.7.9";
const NEITHER: Families = Families { v4: false, v6: false };

#[test]
fn a_member_reaches_home_assistant_which_sees_the_box() {
    let house = House::new();
    house.apply(&policy());

    let v4 = connect(&house.phone, MEMBER, "10.77.7.1:8123").and_then(|mut stream| echo(&mut stream));
    let v6 = connect(&house.phone, MEMBER6, "[fd77::1]:8123").and_then(|mut stream| echo(&mut stream));

    assert_eq!((v4.unwrap(), v6.unwrap()), (2, 2), "192.168.5.2 and 2001:db8:5::2");
}

#[test]
fn a_member_reaches_the_page_and_nothing_else() {
    let house = House::new();
    house.apply(&policy());

    assert!(reaches(&house.phone, MEMBER, "10.77.7.1:80"));
    assert!(reaches(&house.phone, MEMBER6, "[fd77::1]:80"));
    for elsewhere in
        ["10.77.7.1:22", "192.168.5.2:80", "192.168.5.10:8123", "192.168.5.10:9999", "172.30.32.2:80"]
    {
        assert!(!reaches(&house.phone, MEMBER, elsewhere), "{elsewhere}");
    }
    house.phone.command("ping", "-c 1 -W 1 -I 10.77.7.2 10.77.7.1");
    assert!(house.counted("peer_to_elsewhere") > 0 && house.counted("peer_to_closed_port") > 0);
}

#[test]
fn who_is_on_no_list_reaches_nothing() {
    let house = House::new();
    house.apply(&policy());

    for source in [STRANGER, GUEST] {
        for to in ["10.77.7.1:8123", "10.77.7.1:80"] {
            assert!(!reaches(&house.phone, source, to), "{source} {to}");
        }
    }
    assert!(house.counted("from_peer_not_allowed") > 0);
}

#[test]
fn home_assistant_on_the_box_itself_is_reached_as_well() {
    let house = House::new();
    let home_assistant = Some(Service { v4: Some("192.168.5.2:8124".parse().unwrap()), v6: None });
    house.apply(&Policy { home_assistant, ..policy() });

    assert!(reaches(&house.phone, MEMBER, "10.77.7.1:8123"));
    assert!(!reaches(&house.phone, MEMBER, "10.77.7.1:8124"));
    assert!(!reaches(&house.phone, MEMBER, "192.168.5.2:8124"));
}

#[test]
fn both_ends_are_told_how_short_the_tunnels_packets_are() {
    let house = House::new();
    house.gateway.ip("link set latchkey0 mtu 1280");

    let home_assistant = Some(Service { v4: Some("192.168.5.10:8200".parse().unwrap()), v6: None });
    house.apply(&Policy { home_assistant, ..policy() });
    let listener = house.home.run(|| TcpListener::bind("192.168.5.10:8200").unwrap());

    let phone = connect(&house.phone, MEMBER, "10.77.7.1:8123").unwrap();
    let (home, _) = listener.accept().unwrap();

    for end in [&phone, &home] {
        assert!(socket2::SockRef::from(end).tcp_mss().unwrap() <= 1280 - 40);
    }
}

#[test]
fn a_peer_does_not_reach_another() {
    let house = House::new();
    house.apply(&policy());
    let peer = udp(&house.phone, "10.77.7.2:0");

    // Both would be at the phone's end of the cable; this one is at no end, so that the packet gets to the box.
    peer.send_to(b"psst", "10.77.7.77:9").unwrap();

    assert_eq!(house.counted("peer_to_elsewhere"), 1);
}

#[test]
fn what_is_for_a_peer_never_leaves_in_the_clear() {
    let house = House::new();
    house.apply(&policy());
    house.gateway.ip("route add 10.77.7.2/32 via 192.168.5.10");
    house.gateway.ip("-6 route add fd77::2/128 via 2001:db8:5::10");

    for (count, from, to) in [(1, "0.0.0.0:0", "10.77.7.2:9"), (2, "[::]:0", "[fd77::2]:9")] {
        let error = udp(&house.gateway, from).send_to(b"secret", to).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::PermissionDenied);
        assert_eq!(house.counted("to_tunnel_in_the_clear"), count);
    }
}

#[test]
fn a_guests_connection_dies_when_the_time_is_up_without_anybodys_doing() {
    let house = House::new();
    house.apply(&with_guests_for(2));
    let mut member = connect(&house.phone, MEMBER, "10.77.7.1:8123").unwrap();
    let mut guest = connect(&house.phone, GUEST, "10.77.7.1:8123").unwrap();
    let mut page = connect(&house.phone, GUEST, "10.77.7.1:80").unwrap();

    assert!(echo(&mut guest).is_ok() && echo(&mut page).is_ok());
    while echo(&mut guest).is_ok() {}

    assert!(echo(&mut member).is_ok(), "a member stays");
    assert!(echo(&mut page).is_err(), "the page goes with the rest");
    assert!(!reaches(&house.phone, GUEST, "10.77.7.1:8123"));
    assert!(house.counted("from_peer_not_allowed") > 0);
}

#[test]
fn a_connection_dies_with_the_right_to_it_and_lives_through_a_swap() {
    let house = House::new();
    house.apply(&policy());
    let mut stays = connect(&house.phone, MEMBER, "10.77.7.1:8123").unwrap();
    let mut goes = connect(&house.phone, "10.77.7.3", "10.77.7.1:8123").unwrap();
    assert!(echo(&mut stays).is_ok() && echo(&mut goes).is_ok());

    house.apply(&Policy { owners_and_family: hosts([2]), ..policy() });

    assert!(echo(&mut stays).is_ok());
    assert!(echo(&mut goes).is_err());
}

#[test]
fn a_connection_to_where_home_assistant_was_dies_when_it_moves() {
    let house = House::new();
    house.apply(&policy());
    let mut old = connect(&house.phone, MEMBER, "10.77.7.1:8123").unwrap();
    assert!(echo(&mut old).is_ok());

    let home_assistant = Some(Service { v4: Some("192.168.5.10:9999".parse().unwrap()), v6: None });
    house.apply(&Policy { home_assistant, ..policy() });

    assert!(echo(&mut old).is_err());
    assert!(reaches(&house.phone, MEMBER, "10.77.7.1:8123"));
}

#[test]
fn a_tunnel_address_that_comes_from_home_is_a_lie() {
    let house = House::new();
    house.apply(&Policy { owners_and_family: hosts([2, 200]), ..policy() });
    let port = udp(&house.gateway, "0.0.0.0:41194");
    let honest = udp(&house.home, "192.168.5.10:0");
    let liar = udp(&house.home, "10.77.7.200:0");

    liar.send_to(b"lie", "192.168.5.2:41194").unwrap();
    honest.send_to(b"truth", "192.168.5.2:41194").unwrap();

    let mut buffer = [0; 8];
    assert_eq!(port.recv(&mut buffer).unwrap(), b"truth".len(), "the lie was sent first");
    assert!(!reaches(&house.home, "10.77.7.200", "192.168.5.2:80"));
    assert!(house.counted("spoofed") > 0);
}

#[test]
fn nobody_at_home_gets_into_the_tunnel() {
    let house = House::new();
    house.apply(&policy());

    for to in ["10.77.7.1:80", "10.77.7.1:8123", "10.77.7.2:80"] {
        assert!(!reaches(&house.home, "192.168.5.10", to), "{to}");
    }
    assert!(house.counted("to_tunnel_from_elsewhere") > 0);
}

#[test]
fn the_page_is_for_the_home_and_the_tunnels_port_for_everybody() {
    let house = House::new();
    house.apply(&policy());
    let port = udp(&house.gateway, "[::]:41194");
    let outside = udp(&house.home, "[2001:db8:bad::1]:0");

    assert!(reaches(&house.home, "192.168.5.10", "192.168.5.2:80"));
    assert!(reaches(&house.home, "2001:db8:5::10", "[2001:db8:5::2]:80"));
    assert!(
        !reaches(&house.home, "2001:db8:bad::1", "[2001:db8:5::2]:80"),
        "a global address that is not on-link"
    );
    assert!(!reaches(&house.home, "192.168.5.10", "192.168.5.2:22"));
    outside.send_to(b"handshake", "[2001:db8:5::2]:41194").unwrap();

    assert_eq!(port.recv(&mut [0; 16]).unwrap(), b"handshake".len());
    assert!(house.counted("stranger") > 0);
}

#[test]
fn what_comes_to_the_tunnels_port_from_outside_is_told_from_what_comes_from_home() {
    let house = House::new();
    house.apply(&policy());
    let _port = udp(&house.gateway, "[::]:41194");
    let send = |from: &str, to: &str| udp(&house.home, from).send_to(b"handshake", to).unwrap();

    send("192.168.5.10:0", "192.168.5.2:41194");
    send("[2001:db8:5::10]:0", "[2001:db8:5::2]:41194");
    assert_eq!(house.counted("knocked_from_outside"), 0);

    send("[2001:db8:bad::1]:0", "[2001:db8:5::2]:41194");
    assert_eq!(house.counted("knocked_from_outside"), 1);
}

#[test]
fn a_stranger_gets_no_answer_at_all() {
    let house = House::new();
    house.apply(&policy());
    let outside = udp(&house.home, "[2001:db8:bad::1]:0");
    outside.connect("[2001:db8:5::2]:53").unwrap();

    outside.send(b"?").unwrap();

    let error = outside.recv(&mut [0; 8]).unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::WouldBlock, "not refused: nothing came back");
}

#[test]
fn somebodys_own_machine_goes_on_with_what_it_did() {
    let house = House::new();
    house.apply(&Policy { posture: Posture::Shared { forward_others: NEITHER }, ..policy() });

    assert!(
        reaches(&house.home, "2001:db8:bad::1", "[2001:db8:5::2]:22"),
        "its own services are its own affair"
    );
    assert!(reaches(&house.home, "192.168.5.10", "192.168.5.2:80"));
    assert!(!reaches(&house.home, "2001:db8:bad::1", "[2001:db8:5::2]:80"), "the page is ours");
    assert!(reaches(&house.phone, MEMBER, "10.77.7.1:8123"));
    assert!(!reaches(&house.phone, MEMBER, "10.77.7.1:22"));
    assert!(!reaches(&house.phone, STRANGER, "10.77.7.1:8123"));
}

#[test]
fn nothing_is_left_after_a_clean_stop() {
    let house = House::new();
    house.apply(&policy());

    house.gateway.block_on(Ruleset::remove()).unwrap();
    house.gateway.block_on(Ruleset::remove()).unwrap();

    assert_eq!(house.gateway.command("nft", "list ruleset"), "");
    assert!(house.gateway.block_on(access::counters()).is_err());
}
