//! The program begins handshakes when it has something to say, and takes only the right answer to them.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::time::Duration;

use conformance::{Identity, Peer, Program, Responder, Session, Timestamp, cookie, inner, mac};
use model::{PresharedKey, PrivateKey};

#[test]
fn a_packet_begins_a_handshake_and_is_sent_after_it() {
    let (program, peer) = program_and_peer();

    program.say(peer.address.into(), 100).unwrap();
    let responder = peer.receive_initiation().unwrap();
    assert_eq!(responder.datagram.len(), 148);
    assert_eq!(responder.initiation.mac2, [0; 16]);
    let (response, session) = responder.respond().unwrap();
    peer.send(&response).unwrap();

    // Some send an empty message first, to confirm the session.
    let first = peer.receive_data(&session).unwrap();
    assert_eq!(first.counter, 0);
    let packet = if first.content.is_empty() { peer.receive_data(&session).unwrap() } else { first };
    assert_eq!(inner::length(&packet.content).unwrap(), 100);
}

#[test]
fn packets_that_wait_for_a_handshake_are_all_sent_in_their_order() {
    let (program, peer) = program_and_peer();

    (100..110).for_each(|size| program.say(peer.address.into(), size).unwrap());
    let session = peer.answer().unwrap();

    for size in 100..110 {
        let content = std::iter::repeat_with(|| peer.receive_data(&session).unwrap().content)
            .find(|content| !content.is_empty())
            .unwrap();
        assert_eq!(inner::length(&content).unwrap(), size);
    }
}

#[test]
fn the_timestamp_is_the_time_and_goes_up() {
    let (program, peer) = program_and_peer();
    program.say(peer.address.into(), 100).unwrap();
    let first = peer.receive_initiation().unwrap().timestamp;

    let now = Timestamp::now().since_1970();
    assert!(first.since_1970().abs_diff(now) < Duration::from_secs(60), "{first:?}");
    program.pass(Duration::from_secs(6)).unwrap();
    assert!(peer.receive_initiation().unwrap().timestamp > first);
}

#[test]
fn an_initiation_without_an_answer_is_made_anew_after_five_seconds() {
    let (program, peer) = program_and_peer();
    program.say(peer.address.into(), 100).unwrap();
    let mut former = peer.receive_initiation().unwrap().initiation;

    for _ in 0..5 {
        program.pass(Duration::from_millis(4500)).unwrap();
        peer.hear_nothing().unwrap();
        program.pass(Duration::from_millis(500)).unwrap();
        // Give or take a third of a second, by which the paper has it wait longer.
        let next = peer.receive_initiation().unwrap().initiation;
        assert_ne!(next.ephemeral(), former.ephemeral());
        assert_ne!(next.sender, former.sender);
        former = next;
    }
}

#[test]
fn more_packets_begin_no_more_handshakes() {
    let (program, peer) = program_and_peer();
    program.say(peer.address.into(), 100).unwrap();
    peer.receive_initiation().unwrap();

    program.say(peer.address.into(), 100).unwrap();

    peer.hear_nothing().unwrap();
}

#[test]
fn after_ninety_seconds_the_program_gives_up_until_there_is_something_new_to_say() {
    let (program, peer) = program_and_peer();
    program.say(peer.address.into(), 100).unwrap();

    for _ in 0..15 {
        peer.receive_initiation().unwrap();
        program.pass(Duration::from_millis(5600)).unwrap();
    }
    // Some count eighteen attempts.
    program.pass(Duration::from_secs(25)).unwrap();
    let _last = peer.receive_for_a_moment().unwrap();
    program.pass(Duration::from_secs(30)).unwrap();
    peer.hear_nothing().unwrap();

    program.say(peer.address.into(), 200).unwrap();
    peer.answer().unwrap();
}

#[test]
fn a_wrong_response_is_dropped_and_the_right_one_can_still_come() {
    let (program, peer) = program_and_peer();
    program.say(peer.address.into(), 100).unwrap();
    let initiation = peer.receive_initiation().unwrap().datagram;
    let answer = |identity: &Identity| Responder::read(identity, &initiation).unwrap().respond().unwrap();
    let (right, session) = answer(&peer.identity);

    let (of_another_psk, _) = answer(&Identity { psk: PresharedKey::generate(), ..peer.identity.clone() });
    let changed = |position: usize| {
        let mut datagram = right.clone();
        datagram[position] ^= 1;
        mac::stamp(&mut datagram, &program.public_key());
        datagram
    };
    let mut of_wrong_mac = right.clone();
    of_wrong_mac[60] ^= 1;
    // Receiver, ephemeral key, tag.
    for datagram in [of_another_psk, changed(8), changed(11), changed(12), changed(59), of_wrong_mac] {
        peer.send(&datagram).unwrap();
    }
    peer.hear_nothing().unwrap();

    peer.send(&right).unwrap();
    peer.receive_data(&session).unwrap();
}

#[test]
fn a_replayed_response_is_dropped() {
    let (program, peer) = program_and_peer();
    program.say(peer.address.into(), 100).unwrap();
    let (response, mut session) = peer.receive_initiation().unwrap().respond().unwrap();
    peer.send(&response).unwrap();
    peer.receive_data(&session).unwrap();
    let before = last_counter(&peer, &mut session);

    peer.send(&response).unwrap();

    assert_eq!(peer.ping(&mut session).unwrap().counter, before + 1);
}

#[test]
fn a_cookie_is_used_for_the_next_initiation() {
    let (program, peer) = program_and_peer();
    let own_key = peer.identity.key.public_key();
    program.say(peer.address.into(), 100).unwrap();
    let first = peer.receive_initiation().unwrap().initiation;

    let reply = cookie::seal(&[7; 16], &own_key, first.sender, &first.mac1).unwrap();
    peer.send(&reply.to_bytes()).unwrap();
    // A cookie is not an invitation to try again at once.
    peer.hear_nothing().unwrap();
    program.pass(Duration::from_millis(5600)).unwrap();

    let second = peer.receive_initiation().unwrap();
    assert!(mac::is_stamped_with_cookie(&second.datagram, &[7; 16]));
}

#[test]
fn a_cookie_that_is_forged_or_for_something_else_is_not_used() {
    let (program, peer) = program_and_peer();
    let own_key = peer.identity.key.public_key();
    program.say(peer.address.into(), 100).unwrap();
    let first = peer.receive_initiation().unwrap().initiation;

    let anothers_key = PrivateKey::generate().public_key();
    for reply in [
        cookie::seal(&[7; 16], &anothers_key, first.sender, &first.mac1),
        cookie::seal(&[7; 16], &own_key, first.sender, &[0; 16]),
        cookie::seal(&[7; 16], &own_key, first.sender ^ 1, &first.mac1),
    ] {
        peer.send(&reply.unwrap().to_bytes()).unwrap();
    }
    program.pass(Duration::from_millis(5600)).unwrap();

    assert_eq!(peer.receive_initiation().unwrap().initiation.mac2, [0; 16]);
}

#[test]
fn a_cookie_is_forgotten_after_two_minutes() {
    let (program, peer) = program_and_peer();
    let own_key = peer.identity.key.public_key();
    program.say(peer.address.into(), 100).unwrap();
    let first = peer.receive_initiation().unwrap().initiation;
    let reply = cookie::seal(&[7; 16], &own_key, first.sender, &first.mac1).unwrap();
    peer.send(&reply.to_bytes()).unwrap();
    program.pass(Duration::from_millis(5600)).unwrap();
    let mut session = peer.answer().unwrap();
    peer.receive_data(&session).unwrap();
    last_counter(&peer, &mut session);
    peer.send(&session.seal(&[]).unwrap()).unwrap();

    program.pass(Duration::from_secs(125)).unwrap();
    program.say(peer.address.into(), 100).unwrap();
    program.pass(Duration::from_secs(1)).unwrap();

    assert_eq!(peer.receive_initiation_after_data().unwrap().initiation.mac2, [0; 16]);
}

fn program_and_peer() -> (Program, Peer) {
    let program = Program::start().unwrap();
    let peer = program.admit_known().unwrap();

    (program, peer)
}

/// The counter of an answer that comes after all that has waited.
fn last_counter(peer: &Peer, session: &mut Session) -> u64 {
    let echo = peer.echo(84);
    peer.send(&session.seal(&echo.request()).unwrap()).unwrap();

    std::iter::repeat_with(|| peer.receive_data(session).unwrap())
        .find(|data| echo.check_answer(&data.content).is_ok())
        .unwrap()
        .counter
}
