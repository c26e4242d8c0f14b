//! Under load, whoever wants a handshake must first show by a cookie that he is where he says he is.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking, its helpers too")]

use std::{net::Ipv4Addr, time::Duration};

use conformance::{
    Initiator, LOCALHOST, Peer, Program, Terms, cookie,
    mac::{self, Tag},
    message::{CookieReply, INITIATION, Message},
};

#[test]
fn under_load_an_initiation_gets_a_cookie_and_with_that_a_response() {
    let (program, peer) = program_and_peer();

    put_under_load(&program);
    let cookie = cookie_for(&program, &peer);
    let initiator = peer.initiator().unwrap().with_cookie(&cookie);
    peer.send(&initiator.datagram).unwrap();
    let session = initiator.read_response(&peer.receive().unwrap());

    peer.ping(&mut session.unwrap()).unwrap();
}

#[test]
fn a_cookie_reply_has_64_bytes_and_another_nonce_each_time() {
    let (program, peer) = program_and_peer();

    put_under_load(&program);
    let [first, second] = [(); 2].map(|()| {
        peer.send(&peer.initiator().unwrap().datagram).unwrap();
        peer.receive().unwrap()
    });

    assert_eq!([first.len(), second.len()], [64, 64]);
    assert_ne!(parse(&first).nonce, parse(&second).nonce);
}

#[test]
fn under_load_an_initiation_with_a_wrong_second_mac_gets_a_cookie_only() {
    let (program, peer) = program_and_peer();

    put_under_load(&program);
    let mut cookie = cookie_for(&program, &peer);
    cookie[0] ^= 1;

    put_under_load(&program);
    gets_a_cookie_only(&peer, peer.initiator().unwrap().with_cookie(&cookie));
}

#[test]
fn under_load_an_initiation_with_a_wrong_first_mac_gets_nothing() {
    let (program, peer) = program_and_peer();

    put_under_load(&program);
    let cookie = cookie_for(&program, &peer);
    let mut wrong = peer.initiator().unwrap().datagram;
    wrong[116] ^= 1;
    peer.send(&wrong).unwrap();
    mac::stamp_with_cookie(&mut wrong, &cookie);
    peer.send(&wrong).unwrap();

    put_under_load(&program);
    gets_a_cookie_only(&peer, peer.initiator().unwrap());
}

#[test]
fn a_cookie_is_good_for_no_other_address() {
    let (program, mut peer) = program_and_peer();

    put_under_load(&program);
    let cookie = cookie_for(&program, &peer);
    let _former = peer.move_to(Ipv4Addr::new(127, 0, 0, 2).into()).unwrap();

    put_under_load(&program);
    gets_a_cookie_only(&peer, peer.initiator().unwrap().with_cookie(&cookie));
}

#[test]
fn a_cookie_is_good_for_no_other_port() {
    let (program, mut peer) = program_and_peer();

    put_under_load(&program);
    let cookie = cookie_for(&program, &peer);
    let _former = peer.move_to(LOCALHOST).unwrap();

    put_under_load(&program);
    gets_a_cookie_only(&peer, peer.initiator().unwrap().with_cookie(&cookie));
}

#[test]
fn a_cookie_is_good_for_two_minutes() {
    let (program, peer) = program_and_peer();

    put_under_load(&program);
    let cookie = cookie_for(&program, &peer);
    program.pass(Duration::from_secs(130)).unwrap();

    put_under_load(&program);
    gets_a_cookie_only(&peer, peer.initiator().unwrap().with_cookie(&cookie));
}

#[test]
fn load_holds_up_neither_those_who_are_in_nor_anybody_afterwards() {
    let (program, peer) = program_and_peer();
    let mut session = peer.connect().unwrap();
    let newcomer = program.admit().unwrap();

    put_under_load(&program);
    for _ in 0..5 {
        peer.ping(&mut session).unwrap();
    }

    program.pass(Duration::from_secs(2)).unwrap();
    newcomer.connect().unwrap();
}

#[test]
fn under_load_a_response_needs_a_cookie_too() {
    let program = Program::start().unwrap();
    let peer = program.admit_known().unwrap();
    program.say(peer.address.into(), 100).unwrap();
    let (mut response, session) = peer.receive_initiation().unwrap().respond().unwrap();

    put_under_load(&program);
    peer.send(&response).unwrap();
    let reply = parse(&peer.receive().unwrap());
    assert_eq!(reply.receiver, session.ours);
    let mac1 = response[60..76].try_into().unwrap();
    let cookie = cookie::open(&reply, &program.public_key(), &mac1).unwrap();
    mac::stamp_with_cookie(&mut response, &cookie);
    peer.send(&response).unwrap();

    peer.receive_data(&session).unwrap();
}

#[test]
fn under_load_one_address_gets_a_few_handshakes_a_second() {
    let (program, peer) = program_and_peer();
    let others = (0..30).map(|_| program.admit().unwrap()).collect::<Vec<_>>();

    put_under_load(&program);
    let cookie = cookie_for(&program, &peer);
    let initiations = others
        .iter()
        .map(|other| other.initiator().unwrap().with_cookie(&cookie).datagram)
        .collect::<Vec<_>>();
    put_under_load(&program);
    initiations.iter().for_each(|initiation| peer.send(initiation).unwrap());
    let answers = peer.receive_for_a_moment().unwrap();

    // The kernel's implementation allows 5 at once and 20 a second.
    assert!((5..20).contains(&answers.len()), "{} of 30 were answered", answers.len());
}

fn program_and_peer() -> (Program, Peer) {
    let program = Program::start().unwrap();
    let peer = program.admit_on(&Terms::default()).unwrap();

    (program, peer)
}

/// Floods the program with initiations of nobody until it asks for a cookie, which it does for another second then.
fn put_under_load(program: &Program) {
    let flooder = program.stranger(Ipv4Addr::new(127, 9, 9, 9).into()).unwrap();
    let mut initiation = [0; 148];
    getrandom::fill(&mut initiation[4..]).unwrap();
    initiation[0] = INITIATION;
    mac::stamp(&mut initiation, &program.public_key());

    for _ in 0..100 {
        (0..300).for_each(|_| flooder.send(&initiation).unwrap());
        // Up to the last, so that nobody waits behind the rest of the flood.
        let replies = flooder.receive_for_a_moment().unwrap();
        for reply in &replies {
            parse(reply);
        }
        if !replies.is_empty() {
            return;
        }
    }
    panic!("nothing is too much for this program");
}

fn cookie_for(program: &Program, peer: &Peer) -> Tag {
    let initiator = peer.initiator().unwrap();
    peer.send(&initiator.datagram).unwrap();
    let reply = parse(&peer.receive().unwrap());
    assert_eq!(reply.receiver, initiator.index);

    cookie::open(&reply, &program.public_key(), &initiator.mac1()).unwrap()
}

fn gets_a_cookie_only(peer: &Peer, initiator: Initiator) {
    peer.send(&initiator.datagram).unwrap();
    let reply = parse(&peer.receive().unwrap());
    assert_eq!(reply.receiver, initiator.index);
    peer.hear_nothing().unwrap();
}

fn parse(datagram: &[u8]) -> CookieReply {
    match Message::parse(datagram).unwrap() {
        Message::CookieReply(reply) => reply,
        other => panic!("no cookie reply but {other:?}"),
    }
}
