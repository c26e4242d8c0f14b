//! What packets are inside, and what becomes of them.

use std::time::Instant;

use wireguard::{Batch, Dropped, Ecn, PeerConfig};

use crate::pair::{
    Arrived, ELSEWHERE, HOME_V4, PHONE, PHONE_V4, Pair, config, device, key, packet, peer, sent_for,
};

#[test]
fn plaintext_is_padded_to_sixteen_bytes_and_never_beyond_the_mtu() {
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));

    for (length, datagram_length) in [(61, 64 + 32), (1270, 1280 + 32), (1279, 1280 + 32), (1280, 1280 + 32)]
    {
        let mut out = Batch::default();
        pair.home.handle_packet(&packet(HOME_V4, PHONE_V4, length), pair.now, &mut out);

        assert_eq!(out.datagrams().next().unwrap().1.len(), datagram_length, "{length}");
    }
}

#[test]
fn data_that_came_before_is_dropped() {
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));
    let data = sent_for(&mut pair.phone, &packet(PHONE_V4, HOME_V4, 60), pair.now).remove(0);

    assert_eq!(pair.arrives_at_home(PHONE, &data).len(), 1);
    assert_eq!(pair.arrives_at_home(PHONE, &data).len(), 0);
    assert_eq!(pair.home.counters().get(Dropped::Unauthenticated), 1);
}

#[test]
fn a_source_address_that_is_not_the_peers_own_is_dropped() {
    let mut pair = Pair::new();
    pair.home
        .set(config(&key(1), vec![peer(&key(2), "10.0.0.0/24"), peer(&key(3), "10.0.0.3/32")]), pair.now);

    let of_somebody_else = pair.phone_sends(&packet("10.0.0.3", HOME_V4, 60));
    let of_nobody = pair.phone_sends(&packet("192.0.2.1", HOME_V4, 60));
    let its_own = pair.phone_sends(&packet("10.0.0.4", HOME_V4, 60));

    assert_eq!((of_somebody_else, of_nobody), Default::default());
    assert_eq!(its_own.at_home.len(), 1);
    assert_eq!(pair.home.counters().get(Dropped::WrongInnerSource), 2);
}

#[test]
fn a_packet_goes_to_the_longest_match_and_to_nobody_without_one() {
    let mut home = device(
        &key(1),
        vec![
            PeerConfig { endpoint: Some(PHONE), ..peer(&key(2), "10.0.0.0/8") },
            PeerConfig { endpoint: Some(ELSEWHERE), ..peer(&key(3), "10.0.0.3/32") },
            peer(&key(4), "192.0.2.0/24"),
        ],
    );
    let mut destination = |to| {
        let mut out = Batch::default();
        home.handle_packet(&packet(HOME_V4, to, 60), Instant::now(), &mut out);
        out.datagrams().next().map(|(to, _)| to.remote)
    };

    assert_eq!(destination("10.9.9.9"), Some(PHONE));
    assert_eq!(destination("10.0.0.3"), Some(ELSEWHERE));
    assert_eq!(destination("224.0.0.251"), None);
    assert_eq!(destination("192.0.2.1"), None);
    assert_eq!(home.counters().get(Dropped::NoPeer), 1);
    assert_eq!(home.counters().get(Dropped::NoEndpoint), 1);
}

#[test]
fn what_is_no_ip_packet_inside_is_dropped() {
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));
    let mut without_length = packet(PHONE_V4, HOME_V4, 60);
    without_length[2..4].copy_from_slice(&[0, 0]);
    let mut too_long = packet(PHONE_V4, HOME_V4, 60);
    too_long[2..4].copy_from_slice(&[0xff, 0xff]);

    assert_eq!(pair.phone_sends(&without_length), Arrived::default());
    assert_eq!(pair.phone_sends(&too_long), Arrived::default());
    assert_eq!(pair.home.counters().get(Dropped::MalformedInner), 2);
}

#[test]
fn what_a_packet_says_of_congestion_is_said_outside_and_what_the_outside_met_is_said_inside() {
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));
    let mut capable = packet(PHONE_V4, HOME_V4, 60);
    capable[1] = 2;

    let mut out = Batch::default();
    pair.phone.handle_packet(&capable, pair.now, &mut out);
    let run = out.runs().next().unwrap();
    assert_eq!(run.ecn, Ecn::of_traffic_class(2));

    let mut arrived = Batch::default();
    pair.home.handle_datagram(PHONE.into(), Ecn::CONGESTED, run.bytes, pair.now, &mut arrived);
    assert_eq!(arrived.packets().next().unwrap()[1], 3);
}
