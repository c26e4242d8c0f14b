//! Who shakes hands with whom, and what does not.

use std::time::Duration;

use wireguard::{Batch, Dropped, PeerConfig};

use crate::pair::{
    Arrived, HOME, HOME_V4, HOME_V6, PHONE_V4, PHONE_V6, Pair, config, device, home_at_phone, key, packet,
    peer, phone_at_home, sent_for,
};

#[test]
fn a_packet_that_waits_for_a_handshake_arrives_and_so_does_its_answer() {
    for (home, phone) in [(HOME_V4, PHONE_V4), (HOME_V6, PHONE_V6)] {
        let mut pair = Pair::new();
        let (there, back) = (packet(phone, home, 77), packet(home, phone, 1280));

        assert_eq!(pair.phone_sends(&there), Arrived { at_home: vec![there], at_phone: vec![] });
        assert_eq!(pair.home_sends(&back), Arrived { at_home: vec![], at_phone: vec![back] });
    }
}

#[test]
fn a_handshake_counts_once_both_sides_have_proven_themselves() {
    let mut pair = Pair::new();
    assert_eq!(pair.home.peers().next().unwrap().last_handshake, None);

    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));

    let peer = pair.home.peers().next().unwrap();
    assert_eq!(peer.last_handshake, Some(pair.now));
    // An initiation, an empty packet and 60 bytes that were padded to 64; a response.
    assert_eq!((peer.received_bytes, peer.sent_bytes), (148 + 32 + 96, 92));
}

#[test]
fn a_wrong_key_gets_no_byte_back() {
    let mut pair = Pair::new();
    let mut stranger =
        device(&key(9), vec![PeerConfig { endpoint: Some(HOME), ..peer(&key(1), "0.0.0.0/0") }]);

    let sent = sent_for(&mut stranger, &packet(PHONE_V4, HOME_V4, 60), pair.now);

    assert_eq!(sent.len(), 1, "an initiation");
    assert!(pair.answers(&sent[0]).is_empty());
    assert_eq!(pair.home.counters().get(Dropped::UnknownKey), 1);
}

#[test]
fn an_initiation_of_somebody_who_does_not_know_our_key_gets_nothing() {
    let mut pair = Pair::new();
    let mut initiation = pair.initiation();
    initiation[116] ^= 1;

    assert!(pair.answers(&initiation).is_empty());
    assert_eq!(pair.home.counters().get(Dropped::InvalidHandshake), 1);
}

#[test]
fn an_initiation_that_came_before_gets_nothing() {
    let mut pair = Pair::new();
    let initiation = pair.initiation();

    assert!(!pair.answers(&initiation).is_empty());
    pair.now += Duration::from_secs(1);

    assert!(pair.answers(&initiation).is_empty());
}

#[test]
fn a_flood_of_initiations_is_asked_for_cookies_and_delays_no_data() {
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));
    pair.phone.set(config(&key(2), vec![]), pair.now);
    pair.phone.set(config(&key(2), vec![home_at_phone()]), pair.now);
    let initiation = pair.initiation();
    let mut established = Pair::new();
    established.phone_sends(&packet(PHONE_V4, HOME_V4, 60));

    let answers =
        (0..1000).flat_map(|_| established.answers(&initiation)).map(|answer| answer[0]).collect::<Vec<_>>();

    assert!(answers.iter().filter(|kind| **kind == RESPONSE).count() <= 1);
    assert!(answers.iter().filter(|kind| **kind == COOKIE_REPLY).count() >= 800);
    assert_eq!(established.phone_sends(&packet(PHONE_V4, HOME_V4, 60)).at_home.len(), 1);
}

#[test]
fn a_persistent_keepalive_is_sent_after_its_seconds_of_silence() {
    let mut pair = Pair::new();
    pair.home.set(
        config(&key(1), vec![PeerConfig { persistent_keepalive: Some(25), ..phone_at_home() }]),
        pair.now,
    );
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));
    let mut after = |seconds| {
        let mut out = Batch::default();
        pair.home.handle_timeout(pair.now + Duration::from_secs(seconds), &mut out);
        out.datagrams().map(|(_, datagram)| datagram.len()).collect::<Vec<_>>()
    };

    assert_eq!(after(9), [] as [usize; 0]);
    assert_eq!(after(10), [32], "the phone's packet has had no reply");
    assert_eq!(after(34), [] as [usize; 0]);
    assert_eq!(after(35), [32]);
    assert_eq!(after(36), [] as [usize; 0]);
}

const RESPONSE: u8 = 2;
const COOKIE_REPLY: u8 = 3;
