//! Packets get through whole, in messages of the right length.

use std::net::Ipv6Addr;

use conformance::{LOCALHOST, Program, Terms, inner};

#[test]
fn a_packet_takes_32_bytes_more_than_its_length_padded_to_16() {
    let (_program, peer, mut session) = Program::with_connected_peer().unwrap();

    for size in [28, 29, 31, 32, 33, 48, 84, 100, 1000, 1408] {
        let echo = peer.echo(size);
        peer.send(&session.seal(&echo.request()).unwrap()).unwrap();
        let answer = peer.receive().unwrap();

        assert_eq!(answer.len(), 32 + size.next_multiple_of(16), "{size} bytes inside");
        echo.check_answer(&session.open(&answer).unwrap().content).unwrap();
    }
}

#[test]
fn padding_ends_at_the_mtu() {
    let (program, peer, session) = Program::with_connected_peer().unwrap();

    for (mtu, sizes) in [
        (1420, &[(1400, 1408), (1408, 1408), (1409, 1420), (1419, 1420), (1420, 1420)][..]),
        (1280, &[(1264, 1264), (1265, 1280), (1279, 1280), (1280, 1280)]),
        (577, &[(560, 560), (561, 576), (576, 576), (577, 577)]),
        (9001, &[(8990, 8992), (9000, 9001), (9001, 9001)]),
        (65_000, &[(64_980, 64_992), (64_993, 65_000), (65_000, 65_000)]),
    ] {
        program.set_mtu(mtu).unwrap();
        for (size, padded) in sizes {
            program.say(peer.address.into(), *size).unwrap();
            let datagram = peer.receive().unwrap();
            let content = session.open(&datagram).unwrap().content;

            assert_eq!(datagram.len(), padded + 32, "{size} bytes inside with an MTU of {mtu}");
            assert_eq!(inner::length(&content).unwrap(), *size);
            assert!(content[*size..].iter().all(|byte| *byte == 0), "padding that is not zero");
        }
    }
}

#[test]
fn long_packets_come_in_whole_whatever_the_mtu_of_the_interface() {
    let (program, peer, mut session) = Program::with_connected_peer().unwrap();
    program.set_mtu(65_000).unwrap();

    for size in [1420, 1500, 9000, 40_000, 65_000] {
        let echo = peer.echo(size);
        peer.send(&session.seal(&echo.request()).unwrap()).unwrap();
        peer.receive_echo(&session, &echo).unwrap();
    }
}

#[test]
fn data_need_not_be_padded() {
    let (program, peer, mut session) = Program::with_connected_peer().unwrap();

    for text in [&b""[..], b"1", b"some words", b"a packet of any length"] {
        let datagram = session.seal_as(session.next, &peer.packet(text)).unwrap();
        session.next += 1;
        peer.send(&datagram).unwrap();
        assert_eq!(program.hear().unwrap(), text);
    }
}

#[test]
fn ipv6_goes_through_a_tunnel_over_ipv4_and_ipv4_through_one_over_ipv6() {
    for outside in [LOCALHOST, Ipv6Addr::LOCALHOST.into()] {
        let program = Program::start().unwrap();
        let peer = program.admit_on(&Terms { outside, ..Terms::default() }).unwrap();
        let mut session = peer.connect().unwrap();

        for echo in [peer.echo(100), peer.echo_v6(100), peer.echo(1420), peer.echo_v6(1420)] {
            peer.send(&session.seal(&echo.request()).unwrap()).unwrap();
            peer.receive_echo(&session, &echo).unwrap();
        }
    }
}

#[test]
fn counters_begin_at_zero_and_go_up_by_one() {
    let program = Program::start().unwrap();
    let peer = program.admit().unwrap();
    let mut session = peer.handshake().unwrap();

    let counters = (0..5).map(|_| peer.ping(&mut session).unwrap().counter).collect::<Vec<_>>();

    assert_eq!(counters, [0, 1, 2, 3, 4]);
}

#[test]
fn data_that_was_changed_on_the_way_is_dropped_and_can_still_come_unchanged() {
    let (program, peer, mut session) = Program::with_connected_peer().unwrap();
    let whole = session.seal(&peer.packet(b"unchanged")).unwrap();

    // Counter, packet, tag.
    for position in [8, 9, 15, 16, 40, whole.len() - 16, whole.len() - 1] {
        let mut changed = whole.clone();
        changed[position] ^= 1;
        peer.send(&changed).unwrap();
    }
    peer.ping(&mut session).unwrap();
    assert!(program.has_heard_all().unwrap());

    peer.send(&whole).unwrap();
    assert_eq!(program.hear().unwrap(), b"unchanged");
}
