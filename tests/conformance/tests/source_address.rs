//! A packet inside comes from whom it says, or is dropped.

use std::net::IpAddr;

use conformance::{Peer, Program, Terms, inner::Echo};

#[test]
fn a_packet_from_an_address_that_is_not_the_peers_is_dropped() {
    let (program, peer, mut session) = Program::with_connected_peer().unwrap();
    let other = program.admit().unwrap();

    for own in [IpAddr::from(peer.address), peer.address_v6.into()] {
        peer.send(&session.seal(&Peer::packet_from(own, b"own")).unwrap()).unwrap();
    }
    assert_eq!([program.hear().unwrap(), program.hear_v6().unwrap()], [b"own", b"own"]);

    for source in [
        other.address.into(),
        other.address_v6.into(),
        "10.9.0.200".parse().unwrap(),
        "192.0.2.1".parse().unwrap(),
        "fd09::1".parse().unwrap(),
        "2001:db8::1".parse().unwrap(),
        "fe80::1".parse().unwrap(),
    ] {
        peer.send(&session.seal(&Peer::packet_from(source, b"not own")).unwrap()).unwrap();
    }
    peer.ping(&mut session).unwrap();

    assert!(program.has_heard_all().unwrap());
}

#[test]
fn the_longest_match_over_all_peers_says_whose_an_address_is() {
    let program = Program::start().unwrap();
    let nets = |nets: &str| Terms { allowed_ips: Some(nets.to_owned()), ..Terms::default() };
    let wide = program.admit_on(&nets("10.9.0.0/24, fd09::/64")).unwrap();
    let narrow = program.admit_on(&nets("10.9.0.64/26, fd09::1:0/112")).unwrap();
    let mut sessions = [wide.handshake().unwrap(), narrow.handshake().unwrap()];
    let from = |peer: &Peer, source: &str| match source.contains(':') {
        true => Echo { from: source.parse().unwrap(), ..peer.echo_v6(84) },
        false => Echo { from: source.parse().unwrap(), ..peer.echo(84) },
    };
    let mut gets_answer = |n: usize, source: &str| {
        let peer = [&wide, &narrow][n];
        let echo = from(peer, source);
        peer.send(&sessions[n].seal(&echo.request()).unwrap()).unwrap();
        peer.receive_echo(&sessions[n], &echo).unwrap();
    };
    gets_answer(0, "10.9.0.2");
    gets_answer(0, "fd09::2");
    gets_answer(1, "10.9.0.65");
    gets_answer(1, "fd09::1:2");

    let mut gets_none = |n: usize, source: &str, own: &str| {
        let peer = [&wide, &narrow][n];
        peer.send(&sessions[n].seal(&from(peer, source).request()).unwrap()).unwrap();
        let echo = from(peer, own);
        peer.send(&sessions[n].seal(&echo.request()).unwrap()).unwrap();
        peer.receive_echo(&sessions[n], &echo).unwrap();
    };
    gets_none(0, "10.9.0.65", "10.9.0.63");
    gets_none(0, "fd09::1:2", "fd09::2:2");
    gets_none(1, "10.9.0.2", "10.9.0.127");
    gets_none(1, "10.9.0.128", "10.9.0.66");
    gets_none(1, "fd09::2", "fd09::1:ffff");
    assert_eq!([wide.take().unwrap(), narrow.take().unwrap()], [None, None]);
}
