//! Which session data is taken from, and sent under.

use std::time::Duration;

use conformance::{APART, Program, inner, ours_fails};

#[test]
fn a_responder_is_silent_until_the_initiator_has_used_the_session() {
    let program = Program::start().unwrap();
    let peer = program.admit().unwrap();
    let mut session = peer.handshake().unwrap();

    program.say(peer.address.into(), 100).unwrap();
    // It may begin a handshake of its own, and must not use this one.
    let early = peer.receive_for_a_moment().unwrap();
    assert!(
        early.iter().all(|datagram| session.open(datagram).is_err()),
        "data before the session was confirmed"
    );

    peer.send(&session.seal(&[]).unwrap()).unwrap();
    let waited = std::iter::repeat_with(|| peer.receive().unwrap()).find_map(|it| session.open(&it).ok());
    assert_eq!(inner::length(&waited.unwrap().content).unwrap(), 100, "what has waited is sent now");
}

#[test]
fn a_responder_uses_the_former_session_until_the_new_one_is_confirmed() {
    let (program, peer, mut former) = Program::with_connected_peer().unwrap();
    program.pass(APART).unwrap();
    let mut new = peer.handshake().unwrap();

    program.say(peer.address.into(), 100).unwrap();
    peer.receive_data(&former).unwrap();
    peer.ping(&mut former).unwrap();

    peer.ping(&mut new).unwrap();
    program.say(peer.address.into(), 100).unwrap();
    peer.receive_data(&new).unwrap();
}

#[test]
fn what_was_sent_under_the_former_session_is_taken_after_the_new_one_is_confirmed() {
    let (program, peer, mut former) = Program::with_connected_peer().unwrap();
    program.pass(Duration::from_secs(1)).unwrap();
    let mut new = peer.connect().unwrap();

    peer.say(&mut former, b"late").unwrap();

    assert_eq!(program.hear().unwrap(), b"late");
    program.say(peer.address.into(), 100).unwrap();
    peer.receive_data(&new).unwrap();
    peer.ping(&mut new).unwrap();
}

#[test]
fn a_responder_uses_no_session_that_was_not_confirmed_however_many_there_are() {
    ours_fails(
        "boringtun has a ring of eight sessions, and the ninth takes the place of the one in use",
        || {
            let (program, peer, former) = Program::with_connected_peer().unwrap();

            for _ in 0..20 {
                program.pass(APART).unwrap();
                peer.handshake().unwrap();
                program.say(peer.address.into(), 100).unwrap();
                peer.receive_data(&former).unwrap();
            }
        },
    );
}

#[test]
fn data_for_a_receiver_that_does_not_exist_is_dropped() {
    let (program, peer, mut session) = Program::with_connected_peer().unwrap();
    let other = program.admit().unwrap();
    let mut other_session = other.connect().unwrap();

    for receiver in [session.theirs ^ 1, session.theirs ^ 0x8000_0000, 0, u32::MAX, other_session.theirs] {
        let mut datagram = session.seal(&peer.packet(b"astray")).unwrap();
        datagram[4..8].copy_from_slice(&receiver.to_le_bytes());
        peer.send(&datagram).unwrap();
    }

    peer.ping(&mut session).unwrap();
    other.ping(&mut other_session).unwrap();
    assert!(program.has_heard_all().unwrap());
}

#[test]
fn a_peer_that_is_removed_is_not_heard_any_more() {
    let (program, peer, mut session) = Program::with_connected_peer().unwrap();
    let witness = program.admit().unwrap();

    program.wg_set(&format!("peer {} remove", peer.identity.key.public_key())).unwrap();
    peer.send(&session.seal(&peer.echo(84).request()).unwrap()).unwrap();
    peer.send(&peer.initiator().unwrap().datagram).unwrap();
    witness.connect().unwrap();

    assert_eq!(peer.take().unwrap(), None);
}
