//! The program says that it is there when that is due, and not otherwise.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::time::Duration;

use conformance::{Peer, Program, Session, Terms};

#[test]
fn data_without_an_answer_is_acknowledged_after_ten_seconds_by_an_empty_message_of_32_bytes() {
    let (program, peer, mut session) = connected();

    peer.say(&mut session, b"no answer is needed").unwrap();
    program.hear().unwrap();
    program.pass(Duration::from_secs(8)).unwrap();
    peer.hear_nothing().unwrap();
    program.pass(Duration::from_millis(2500)).unwrap();
    let keepalive = peer.receive().unwrap();

    assert_eq!(keepalive.len(), 32);
    assert_eq!(session.open(&keepalive).unwrap().content, [0; 0]);
    program.pass(Duration::from_secs(30)).unwrap();
    peer.hear_nothing().unwrap();
}

#[test]
fn data_that_comes_right_after_an_answer_is_acknowledged_too() {
    let program = Program::start().unwrap();
    let peer = program.admit().unwrap();
    let mut session = peer.connect().unwrap();

    peer.say(&mut session, b"thank you").unwrap();
    program.hear().unwrap();
    program.pass(Duration::from_millis(10_500)).unwrap();

    assert_eq!(peer.receive_data(&session).unwrap().content, [0; 0]);
}

#[test]
fn data_with_an_answer_is_not_acknowledged() {
    let (program, peer, mut session) = connected();

    peer.ping(&mut session).unwrap();
    program.pass(Duration::from_secs(13)).unwrap();

    peer.hear_nothing().unwrap();
}

#[test]
fn the_first_data_after_a_silence_is_acknowledged_after_ten_seconds_too() {
    let (program, peer, mut session) = connected();
    program.pass(Duration::from_secs(30)).unwrap();
    let _silence = peer.receive_for_a_moment().unwrap();

    peer.say(&mut session, b"no answer is needed").unwrap();
    program.hear().unwrap();
    program.pass(Duration::from_secs(8)).unwrap();

    peer.hear_nothing().unwrap();
}

#[test]
fn a_keepalive_is_not_acknowledged() {
    let (program, peer, mut session) = connected();
    peer.send(&session.seal(&[]).unwrap()).unwrap();

    program.pass(Duration::from_secs(5)).unwrap();
    peer.send(&session.seal(&[]).unwrap()).unwrap();
    program.pass(Duration::from_secs(30)).unwrap();

    peer.hear_nothing().unwrap();
}

#[test]
fn a_persistent_keepalive_begins_a_handshake_at_once_and_keeps_its_interval() {
    let (program, peer) = kept(20);
    let mut session = peer.answer().unwrap();
    assert_eq!(peer.receive_data(&session).unwrap().counter, 0);

    for _ in 0..3 {
        peer.send(&session.seal(&[]).unwrap()).unwrap();
        program.pass(Duration::from_millis(18_500)).unwrap();
        peer.hear_nothing().unwrap();
        program.pass(Duration::from_secs(2)).unwrap();
        let keepalive = peer.receive().unwrap();
        assert_eq!(keepalive.len(), 32);
        session.open(&keepalive).unwrap();
    }
}

#[test]
fn a_persistent_keepalive_counts_from_the_last_message() {
    let (program, peer) = kept(20);
    let mut session = peer.answer().unwrap();
    peer.receive_data(&session).unwrap();

    program.pass(Duration::from_secs(9)).unwrap();
    peer.ping(&mut session).unwrap();
    peer.send(&session.seal(&[]).unwrap()).unwrap();
    program.pass(Duration::from_secs(18)).unwrap();
    peer.hear_nothing().unwrap();
    program.pass(Duration::from_secs(3)).unwrap();

    assert_eq!(peer.receive_data(&session).unwrap().content, [0; 0]);
}

#[test]
fn a_persistent_keepalive_can_be_switched_on_and_off() {
    let (program, peer, mut session) = connected();
    let key = peer.identity.key.public_key();

    program.wg_set(&format!("peer {key} persistent-keepalive 5")).unwrap();
    program.pass(Duration::from_secs(6)).unwrap();
    let keepalives = peer.receive_for_a_moment().unwrap();
    assert!((1..=3).contains(&keepalives.len()), "{}", keepalives.len());
    keepalives.iter().for_each(|keepalive| assert_eq!(session.open(keepalive).unwrap().content, [0; 0]));

    program.wg_set(&format!("peer {key} persistent-keepalive 0")).unwrap();
    peer.ping(&mut session).unwrap();
    peer.send(&session.seal(&[]).unwrap()).unwrap();
    program.pass(Duration::from_secs(30)).unwrap();
    peer.hear_nothing().unwrap();
}

fn connected() -> (Program, Peer, Session) {
    let program = Program::start().unwrap();
    let peer = program.admit().unwrap();
    let mut session = peer.connect().unwrap();
    peer.send(&session.seal(&[]).unwrap()).unwrap();
    program.pass(Duration::from_secs(1)).unwrap();

    (program, peer, session)
}

fn kept(seconds: u16) -> (Program, Peer) {
    let program = Program::start().unwrap();
    let terms = Terms { is_known: true, persistent_keepalive: Some(seconds), ..Terms::default() };
    let peer = program.admit_on(&terms).unwrap();

    (program, peer)
}
