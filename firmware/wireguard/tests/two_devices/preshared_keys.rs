//! A second secret, and another one in its place.

use std::time::Duration;

use model::PresharedKey;
use wireguard::{Batch, Ecn, PeerConfig};

use crate::pair::{
    Arrived, ELSEWHERE, HOME, HOME_V4, PHONE, PHONE_V4, Pair, config, device, home_at_phone, key, packet,
    phone_at_home, sent_for,
};

#[test]
fn a_wrong_preshared_key_lets_nothing_through() {
    let mut pair = Pair::new();
    tell_home(&mut pair);

    let arrived = pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));

    assert_eq!(arrived, Arrived::default());
    assert_eq!(pair.home.peers().next().unwrap().last_handshake, None);
}

#[test]
fn a_new_preshared_key_takes_over_with_the_next_handshake_and_loses_nothing() {
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));

    tell_home(&mut pair);
    assert_eq!(pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60)).at_home.len(), 1);
    assert_eq!(pair.home_sends(&packet(HOME_V4, PHONE_V4, 60)).at_phone.len(), 1);

    tell_phone(&mut pair);
    let mut sent = Batch::default();
    pair.phone.handle_packet(&packet(PHONE_V4, HOME_V4, 60), pair.now, &mut sent);
    let kinds = sent.datagrams().map(|(_, datagram)| datagram[0]).collect::<Vec<_>>();
    assert_eq!(kinds, [4, 1], "data with the former key, and a handshake with the new one");
    assert_eq!(pair.settle(Batch::default(), sent).at_home.len(), 1);
    assert_eq!(pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60)).at_home.len(), 1);
    assert_eq!(pair.home_sends(&packet(HOME_V4, PHONE_V4, 60)).at_phone.len(), 1);
}

#[test]
fn handshakes_that_cannot_succeed_do_not_cut_off_a_session_with_a_former_preshared_key() {
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));
    tell_home(&mut pair);

    for _ in 0..20 {
        pair.now += Duration::from_millis(50);
        let mut phone = device(&key(2), vec![home_at_phone()]);
        let initiation = sent_for(&mut phone, &packet(PHONE_V4, HOME_V4, 60), pair.now).remove(0);
        assert_eq!(pair.answers(&initiation).len(), 1);

        assert_eq!(pair.home_sends(&packet(HOME_V4, PHONE_V4, 60)).at_phone.len(), 1);
    }
}

#[test]
fn data_under_a_former_preshared_key_does_not_stand_for_the_new_one() {
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));
    tell_home(&mut pair);
    tell_phone(&mut pair);
    let mut initiation = Batch::default();
    pair.phone.handle_timeout(pair.now + Duration::from_secs(1), &mut initiation);
    let response = pair.answers(initiation.datagrams().next().unwrap().1);

    for _ in 0..5 {
        assert_eq!(pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60)).at_home.len(), 1);
        assert_eq!(pair.home_sends(&packet(HOME_V4, PHONE_V4, 60)).at_phone.len(), 1);
    }
    assert_eq!(response.len(), 1);
}

#[test]
fn an_initiation_from_before_a_new_preshared_key_does_not_move_a_peer() {
    let mut pair = Pair::new();
    let initiation = pair.initiation();
    let response = pair.answers(&initiation).remove(0);
    let mut confirmation = Batch::default();
    pair.phone.handle_datagram(HOME.into(), Ecn::NOT_CAPABLE, &response, pair.now, &mut confirmation);
    pair.settle(Batch::default(), confirmation);
    tell_home(&mut pair);

    let now = pair.now + Duration::from_secs(1);
    pair.home.handle_datagram(ELSEWHERE.into(), Ecn::NOT_CAPABLE, &initiation, now, &mut Batch::default());

    assert_eq!(pair.home_sends_to().remote, PHONE);
}

#[test]
fn a_session_with_a_former_preshared_key_ends_when_it_would_have_ended_anyway() {
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));

    tell_home(&mut pair);
    pair.home.handle_timeout(pair.now + Duration::from_secs(180), &mut Batch::default());

    assert_eq!(pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60)), Arrived::default());
}

/// Home knows of the second secret.
fn tell_home(pair: &mut Pair) {
    pair.home.set(config(&key(1), vec![PeerConfig { preshared_key: psk(), ..phone_at_home() }]), pair.now);
}

/// The phone knows of it.
fn tell_phone(pair: &mut Pair) {
    pair.phone.set(config(&key(2), vec![PeerConfig { preshared_key: psk(), ..home_at_phone() }]), pair.now);
}

fn psk() -> Option<PresharedKey> {
    Some(PresharedKey::from_bytes([1; 32]))
}
