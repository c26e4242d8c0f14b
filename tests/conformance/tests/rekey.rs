//! Sessions are renewed in time by whoever began them, and are dead after three minutes.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::time::Duration;

use conformance::{Peer, Program, Responder, Session, Terms, inner};

#[test]
fn an_initiator_that_sends_after_two_minutes_begins_a_new_handshake_and_uses_the_old_session_until_then() {
    let (program, peer, mut session) = initiated();

    program.pass(Duration::from_secs(110)).unwrap();
    peer.ping(&mut session).unwrap();
    keep_alive(&peer, &mut session);
    program.pass(Duration::from_secs(11)).unwrap();
    program.say(peer.address.into(), 100).unwrap();
    let said = peer.receive_for_a_moment().unwrap();
    assert!(
        said.iter().any(|datagram| session.open(datagram).is_ok()),
        "the old session is not used any more"
    );
    let mut initiations = said.iter().filter_map(|datagram| Responder::read(&peer.identity, datagram).ok());
    let responder = initiations.next().expect("no new handshake");
    peer.ping(&mut session).unwrap();

    let (response, mut renewed) = responder.respond().unwrap();
    peer.send(&response).unwrap();
    assert_eq!(peer.receive_data(&renewed).unwrap().counter, 0);
    peer.ping(&mut renewed).unwrap();
}

#[test]
fn an_initiator_begins_no_new_handshake_before_two_minutes_are_over() {
    let (program, peer, mut session) = initiated();

    for _ in 0..9 {
        program.pass(Duration::from_secs(13)).unwrap();
        peer.ping(&mut session).unwrap();
        keep_alive(&peer, &mut session);
    }
    peer.hear_nothing().unwrap();
}

#[test]
fn an_initiator_that_has_nothing_more_to_say_begins_no_new_handshake() {
    let (program, peer, mut session) = initiated();
    program.pass(Duration::from_secs(1)).unwrap();
    peer.ping(&mut session).unwrap();
    keep_alive(&peer, &mut session);

    for _ in 0..10 {
        program.pass(Duration::from_secs(20)).unwrap();
    }

    peer.hear_nothing().unwrap();
}

#[test]
fn an_initiator_that_receives_data_shortly_before_the_end_begins_a_new_handshake() {
    let (program, peer, mut session) = initiated();

    program.pass(Duration::from_secs(168)).unwrap();
    peer.hear_nothing().unwrap();
    peer.say(&mut session, b"still there?").unwrap();

    assert_eq!(program.hear().unwrap(), b"still there?");
    program.pass(Duration::from_secs(1)).unwrap();
    peer.receive_initiation_after_data().unwrap();
}

#[test]
fn an_initiator_that_hears_a_keepalive_shortly_before_the_end_begins_a_new_handshake() {
    let (program, peer, mut session) = initiated();

    program.pass(Duration::from_secs(168)).unwrap();
    keep_alive(&peer, &mut session);
    program.pass(Duration::from_secs(1)).unwrap();

    peer.receive_initiation().unwrap();
}

#[test]
fn an_initiator_that_only_keeps_the_way_open_renews_the_session_all_the_same() {
    let program = Program::start().unwrap();
    let terms = Terms { is_known: true, persistent_keepalive: Some(20), ..Terms::default() };
    let peer = program.admit_on(&terms).unwrap();
    let mut session = peer.answer().unwrap();

    for _ in 0..5 {
        assert_eq!(peer.receive_data(&session).unwrap().content, [0; 0]);
        keep_alive(&peer, &mut session);
        program.pass(Duration::from_secs(21)).unwrap();
    }
    program.pass(Duration::from_secs(21)).unwrap();

    peer.receive_initiation_after_data().unwrap();
}

#[test]
fn a_responder_leaves_it_to_the_initiator_to_renew_the_session() {
    let (program, peer, mut session) = answered();

    for _ in 0..8 {
        program.pass(Duration::from_secs(20)).unwrap();
        peer.ping(&mut session).unwrap();
        keep_alive(&peer, &mut session);
    }
    program.say(peer.address.into(), 100).unwrap();
    peer.receive_data(&session).unwrap();

    peer.hear_nothing().unwrap();
}

#[test]
fn data_that_nobody_answers_for_fifteen_seconds_begins_a_new_handshake() {
    let (program, peer, session) = answered();

    program.say(peer.address.into(), 100).unwrap();
    peer.receive_data(&session).unwrap();
    program.pass(Duration::from_secs(13)).unwrap();
    peer.hear_nothing().unwrap();
    program.pass(Duration::from_millis(2800)).unwrap();

    peer.receive_initiation().unwrap();
}

#[test]
fn data_that_is_sent_right_after_an_answer_begins_a_new_handshake_too_when_nobody_answers() {
    let program = Program::start().unwrap();
    let peer = program.admit().unwrap();
    let mut session = peer.connect().unwrap();

    peer.ping(&mut session).unwrap();
    program.pass(Duration::from_millis(15_800)).unwrap();

    peer.receive_initiation().unwrap();
}

#[test]
fn data_that_is_answered_by_a_keepalive_begins_no_new_handshake() {
    let (program, peer, mut session) = answered();

    program.say(peer.address.into(), 100).unwrap();
    peer.receive_data(&session).unwrap();
    program.pass(Duration::from_secs(10)).unwrap();
    keep_alive(&peer, &mut session);
    program.pass(Duration::from_secs(10)).unwrap();

    peer.hear_nothing().unwrap();
}

#[test]
fn the_first_data_after_a_silence_has_fifteen_seconds_too() {
    let (program, peer, session) = answered();

    program.pass(Duration::from_secs(30)).unwrap();
    program.say(peer.address.into(), 100).unwrap();
    peer.receive_data(&session).unwrap();
    program.pass(Duration::from_secs(5)).unwrap();

    peer.hear_nothing().unwrap();
}

#[test]
fn a_session_that_we_began_is_good_for_nearly_three_minutes_and_dead_after_that() {
    let (program, peer, mut session) = answered();
    good_for_nearly_three_minutes_and_dead_after_that(&program, &peer, &mut session);
}

#[test]
fn a_session_that_the_program_began_is_good_for_nearly_three_minutes_and_dead_after_that() {
    let (program, peer, mut session) = initiated();
    good_for_nearly_three_minutes_and_dead_after_that(&program, &peer, &mut session);
}

/// It says nothing by itself, so that a program that began it need not renew it.
fn good_for_nearly_three_minutes_and_dead_after_that(program: &Program, peer: &Peer, session: &mut Session) {
    program.pass(Duration::from_secs(160)).unwrap();
    peer.say(session, b"in time").unwrap();
    assert_eq!(program.hear().unwrap(), b"in time");

    program.pass(Duration::from_secs(21)).unwrap();
    let _keepalives = peer.receive_for_a_moment().unwrap();
    peer.say(session, b"too late").unwrap();
    peer.send(&session.seal(&peer.echo(84).request()).unwrap()).unwrap();
    program.say(peer.address.into(), 100).unwrap();
    let said = peer.receive_for_a_moment().unwrap();

    assert!(said.iter().all(|datagram| session.open(datagram).is_err()), "data under a session that is dead");
    assert!(program.has_heard_all().unwrap(), "data under a session that is dead was taken");
}

#[test]
fn what_is_said_after_a_session_has_died_begins_a_new_handshake_and_is_not_lost() {
    let (program, peer, _dead) = answered();

    program.pass(Duration::from_secs(185)).unwrap();
    program.say(peer.address.into(), 100).unwrap();
    let renewed = peer.answer().unwrap();

    let data = std::iter::repeat_with(|| peer.receive_data(&renewed).unwrap());
    let packet = data.into_iter().find(|data| !data.content.is_empty()).unwrap();
    assert_eq!(inner::length(&packet.content).unwrap(), 100);
}

/// A session that we have begun.
fn answered() -> (Program, Peer, Session) {
    let program = Program::start().unwrap();
    let peer = program.admit().unwrap();
    let mut session = peer.connect().unwrap();
    keep_alive(&peer, &mut session);
    program.pass(Duration::from_secs(1)).unwrap();

    (program, peer, session)
}

/// A session that the program has begun, in which nobody waits for anything.
fn initiated() -> (Program, Peer, Session) {
    let program = Program::start().unwrap();
    let peer = program.admit_known().unwrap();
    program.say(peer.address.into(), 100).unwrap();
    let mut session = peer.answer().unwrap();
    let said = std::iter::repeat_with(|| peer.receive_data(&session).unwrap().content);
    said.into_iter().find(|content| !content.is_empty()).unwrap();
    keep_alive(&peer, &mut session);
    program.pass(Duration::from_secs(1)).unwrap();

    (program, peer, session)
}

fn keep_alive(peer: &Peer, session: &mut Session) {
    peer.send(&session.seal(&[]).unwrap()).unwrap();
}
