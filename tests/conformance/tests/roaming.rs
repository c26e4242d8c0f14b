//! The program answers where a peer was last proven to be, from where it was spoken to.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use conformance::{APART, LOCALHOST, Peer, Program, Session};

#[test]
fn data_from_another_place_moves_the_peer_there() {
    let (program, mut peer, mut session) = Program::with_connected_peer().unwrap();

    for place in [LOCALHOST, ELSEWHERE, Ipv6Addr::LOCALHOST.into(), ELSEWHERE_V6.into(), LOCALHOST] {
        let former = peer.move_to(place).unwrap();
        peer.ping(&mut session).unwrap();
        program.say(peer.address.into(), 100).unwrap();
        peer.receive_data(&session).unwrap();

        assert_eq!(former.take().unwrap(), None);
    }
}

#[test]
fn a_keepalive_from_another_place_moves_the_peer_there() {
    let (program, mut peer, mut session) = Program::with_connected_peer().unwrap();

    let _former = peer.move_to(ELSEWHERE).unwrap();
    peer.send(&session.seal(&[]).unwrap()).unwrap();
    // The interface and the network are two ways in: what comes by one may overtake what came by the other.
    let mut witness = Witness::enter(&program);
    witness.sees_to_it();
    program.say(peer.address.into(), 100).unwrap();

    peer.receive_data(&session).unwrap();
}

#[test]
fn a_handshake_from_another_place_is_answered_there_and_moves_the_peer() {
    let (program, mut peer, _) = Program::with_connected_peer().unwrap();

    let former = peer.move_to(ELSEWHERE).unwrap();
    program.pass(APART).unwrap();
    let mut session = peer.connect().unwrap();
    program.say(peer.address.into(), 100).unwrap();

    peer.receive_data(&session).unwrap();
    peer.ping(&mut session).unwrap();
    assert_eq!(former.take().unwrap(), None);
}

#[test]
fn what_is_not_authenticated_does_not_move_the_peer() {
    let program = Program::start().unwrap();
    let peer = program.admit().unwrap();
    let initiator = peer.initiator().unwrap();
    peer.send(&initiator.datagram).unwrap();
    let replayed_initiation = initiator.datagram.clone();
    let mut session = initiator.read_response(&peer.receive().unwrap()).unwrap();
    peer.ping(&mut session).unwrap();
    let forger = program.stranger(ELSEWHERE).unwrap();

    let replayed = session.seal_as(0, &peer.packet(b"replayed")).unwrap();
    let mut forged = session.seal_as(100, &peer.packet(b"forged")).unwrap();
    *forged.last_mut().unwrap() ^= 1;
    let mut astray = session.seal_as(100, &peer.packet(b"astray")).unwrap();
    astray[4] ^= 1;
    let changed_initiation = {
        let mut datagram = peer.initiator().unwrap().datagram;
        datagram[90] ^= 1;
        datagram
    };
    let mut witness = Witness::enter(&program);
    for datagram in [replayed_initiation, changed_initiation, replayed, forged, astray] {
        forger.send(&datagram).unwrap();
        witness.sees_to_it();
        program.say(peer.address.into(), 100).unwrap();
        peer.receive_data(&session).unwrap();
    }

    assert_eq!(forger.take().unwrap(), None);
}

#[test]
fn answers_come_from_the_address_that_was_spoken_to() {
    let (program, mut peer, mut session) = Program::with_connected_peer().unwrap();

    for (from, to) in [
        (LOCALHOST, "127.0.0.7"),
        (LOCALHOST, "127.0.0.8"),
        (Ipv6Addr::LOCALHOST.into(), "fd00::2"),
        (Ipv6Addr::LOCALHOST.into(), "fd00::3"),
    ] {
        let _former = peer.move_to(from).unwrap();
        peer.program.set_ip(to.parse().unwrap());
        // Whoever receives checks the source.
        peer.ping(&mut session).unwrap();
        program.say(peer.address.into(), 100).unwrap();
        peer.receive_data(&session).unwrap();
        program.pass(APART).unwrap();
        session = peer.connect().unwrap();
    }
}

/// Another peer, whose answered packets show that the program has dealt with all that came before them.
struct Witness {
    peer: Peer,
    session: Session,
}

impl Witness {
    fn enter(program: &Program) -> Self {
        let peer = program.admit().unwrap();
        let session = peer.connect().unwrap();

        Self { peer, session }
    }

    fn sees_to_it(&mut self) {
        self.peer.ping(&mut self.session).unwrap();
    }
}

const ELSEWHERE: IpAddr = IpAddr::V4(Ipv4Addr::new(127, 0, 0, 2));
const ELSEWHERE_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 2);
