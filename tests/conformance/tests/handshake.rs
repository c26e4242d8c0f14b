//! The program answers handshakes, and only those that it should.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{collections::HashSet, net::Ipv6Addr, time::Duration};

use conformance::{
    APART, Identity, Initiator, LOCALHOST, Peer, Program, Terms, Timestamp, mac,
    message::{Message, Response},
};
use model::{PresharedKey, PrivateKey};

#[test]
fn a_handshake_is_one_message_of_148_and_one_of_92_bytes() {
    let program = Program::start().unwrap();
    let peer = program.admit().unwrap();

    let initiator = peer.initiator().unwrap();
    peer.send(&initiator.datagram).unwrap();
    let response = peer.receive().unwrap();

    assert_eq!((initiator.datagram.len(), response.len()), (148, 92));
    initiator.read_response(&response).unwrap();
    peer.hear_nothing().unwrap();
}

#[test]
fn a_handshake_works_over_ipv6() {
    let program = Program::start().unwrap();
    let terms = Terms { outside: Ipv6Addr::LOCALHOST.into(), ..Terms::default() };
    let peer = program.admit_on(&terms).unwrap();

    peer.connect().unwrap();
}

#[test]
fn a_handshake_works_without_a_preshared_key() {
    let program = Program::start().unwrap();
    let mut peer = program.admit().unwrap();
    let key = peer.identity.key.public_key();

    program.wg_set(&format!("peer {key} preshared-key /dev/null")).unwrap();
    peer.identity.psk = PresharedKey::from_bytes([0; 32]);

    peer.connect().unwrap();
}

#[test]
fn every_response_has_an_ephemeral_key_and_an_index_of_its_own() {
    let program = Program::start().unwrap();
    let peer = program.admit().unwrap();
    let (mut keys, mut indices) = (HashSet::new(), HashSet::new());

    for _ in 0..5 {
        let Response { noise, sender, .. } = response_to(&peer, &peer.initiator().unwrap());
        assert!(keys.insert(noise[..32].to_vec()));
        assert!(indices.insert(sender));
        program.pass(APART).unwrap();
    }
}

#[test]
fn an_initiation_with_a_wrong_first_mac_gets_no_answer() {
    let program = Program::start().unwrap();
    let peer = program.admit().unwrap();

    for position in [116, 131] {
        let mut wrong = peer.initiator().unwrap().datagram;
        wrong[position] ^= 1;
        gets_no_answer(&program, &peer, &wrong);
    }
    let mut of_another = peer.initiator().unwrap().datagram;
    mac::stamp(&mut of_another, &peer.identity.key.public_key());
    gets_no_answer(&program, &peer, &of_another);
}

#[test]
fn the_second_mac_does_not_matter_to_a_program_that_has_asked_for_none() {
    let program = Program::start().unwrap();
    let peer = program.admit().unwrap();

    let initiator = peer.initiator().unwrap().with_cookie(&[0x5a; 16]);
    peer.send(&initiator.datagram).unwrap();

    initiator.read_response(&peer.receive().unwrap()).unwrap();
}

#[test]
fn an_initiation_that_was_changed_on_the_way_gets_no_answer() {
    let program = Program::start().unwrap();
    let peer = program.admit().unwrap();

    // The ephemeral key; the static key and its tag; the timestamp and its tag.
    for position in [8, 40, 87, 88, 115] {
        let mut changed = peer.initiator().unwrap().datagram;
        changed[position] ^= 1;
        mac::stamp(&mut changed, &program.public_key());
        gets_no_answer(&program, &peer, &changed);
    }
}

#[test]
fn an_initiation_of_an_unknown_key_gets_no_answer() {
    let program = Program::start().unwrap();
    let (peer, stranger) = (program.admit().unwrap(), program.stranger(LOCALHOST).unwrap());

    stranger.send(&stranger.initiator().unwrap().datagram).unwrap();
    peer.handshake().unwrap();

    assert_eq!(stranger.take().unwrap(), None);
}

#[test]
fn an_initiation_for_another_responder_gets_no_answer() {
    let program = Program::start().unwrap();
    let peer = program.admit().unwrap();

    let another = Identity { program: PrivateKey::generate().public_key(), ..peer.identity.clone() };
    let mut misdirected = Initiator::new(&another, Timestamp::now()).unwrap().datagram;
    mac::stamp(&mut misdirected, &program.public_key());

    gets_no_answer(&program, &peer, &misdirected);
}

#[test]
fn who_has_another_preshared_key_can_neither_read_the_response_nor_say_anything() {
    let program = Program::start().unwrap();
    let mut peer = program.admit().unwrap();
    let psk = std::mem::replace(&mut peer.identity.psk, PresharedKey::generate());

    let initiator = peer.initiator().unwrap();
    peer.send(&initiator.datagram).unwrap();
    let response = peer.receive().unwrap();

    // The second secret comes in only here; the program cannot know before.
    assert!(matches!(Message::parse(&response), Ok(Message::Response(_))));
    assert!(initiator.read_response(&response).is_err());

    peer.identity.psk = psk;
    program.pass(APART).unwrap();
    peer.connect().unwrap();
}

#[test]
fn a_replayed_initiation_gets_no_answer() {
    let program = Program::start().unwrap();
    let peer = program.admit().unwrap();
    let initiator = peer.initiator().unwrap();
    response_to(&peer, &initiator);

    program.pass(APART).unwrap();
    gets_no_answer(&program, &peer, &initiator.datagram);
    program.pass(Duration::from_secs(200)).unwrap();
    gets_no_answer(&program, &peer, &initiator.datagram);
}

#[test]
fn an_initiation_must_be_later_than_the_last_one_that_was_answered() {
    let program = Program::start().unwrap();
    let peer = program.admit().unwrap();
    peer.handshake().unwrap();
    let last = peer.last_timestamp();

    for earlier in [Duration::ZERO, Duration::from_nanos(1), Duration::from_secs(86_400)] {
        program.pass(APART).unwrap();
        let timestamp = Timestamp::at(last.since_1970() - earlier);
        gets_no_answer(&program, &peer, &Initiator::new(&peer.identity, timestamp).unwrap().datagram);
    }
}

#[test]
fn the_time_of_an_initiation_need_not_be_right() {
    let program = Program::start().unwrap();
    let peer = program.admit().unwrap();

    for timestamp in [Timestamp([0x00; 12]), Timestamp::at(Duration::from_secs(5)), Timestamp([0xff; 12])] {
        let initiator = Initiator::new(&peer.identity, timestamp).unwrap();
        // Zero is not later than what a program remembers that has had no initiation; kernel and paper leave it open.
        if timestamp.0 != [0; 12] {
            response_to(&peer, &initiator);
        }
        program.pass(APART).unwrap();
    }
}

#[test]
fn initiations_of_a_peer_that_come_within_20_ms_are_not_all_answered() {
    let program = Program::start().unwrap();
    let (peer, witness) = (program.admit().unwrap(), program.admit().unwrap());
    let initiations = (0..20).map(|_| peer.initiator().unwrap().datagram).collect::<Vec<_>>();

    initiations.iter().for_each(|initiation| peer.send(initiation).unwrap());
    witness.handshake().unwrap();

    let answers = std::iter::from_fn(|| peer.take().unwrap()).count();
    assert!((1..10).contains(&answers), "{answers} of 20 were answered");
}

/// Shows that a message is ignored by another one that is not: its answer is the next that comes.
fn gets_no_answer(program: &Program, peer: &Peer, initiation: &[u8]) {
    peer.send(initiation).unwrap();
    peer.handshake().unwrap();
    program.pass(APART).unwrap();
}

fn response_to(peer: &Peer, initiator: &Initiator) -> Response {
    peer.send(&initiator.datagram).unwrap();
    let message = Message::parse(&peer.receive().unwrap()).unwrap();
    let Message::Response(response) = message else { panic!("{message:?}") };

    response
}
