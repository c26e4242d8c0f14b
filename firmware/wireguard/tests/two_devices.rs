//! Two devices and a wire between them that is only a value.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "a test begins at some time and may fail"
)]

mod pair;

use std::time::{Duration, Instant};

use model::PresharedKey;
use pair::{
    Arrived, ELSEWHERE, HOME, HOME_V4, HOME_V6, PHONE, PHONE_V4, PHONE_V6, Pair, config, device,
    home_at_phone, key, packet, peer, phone_at_home, sent_for,
};
use proptest::prelude::*;
use wireguard::{Batch, Config, Device, Dropped, Ecn, Endpoint, PeerConfig};

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
fn a_wrong_preshared_key_lets_nothing_through() {
    let mut pair = Pair::new();
    let with_psk =
        PeerConfig { preshared_key: Some(PresharedKey::from_bytes([1; 32])), ..peer(&key(2), "10.0.0.2/32") };
    pair.home.set(config(&key(1), vec![with_psk]), pair.now);

    let arrived = pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));

    assert_eq!(arrived, Arrived::default());
    assert_eq!(pair.home.peers().next().unwrap().last_handshake, None);
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
fn only_what_is_authenticated_moves_an_endpoint() {
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));
    let data = sent_for(&mut pair.phone, &packet(PHONE_V4, HOME_V4, 60), pair.now).remove(0);
    let mut forged = data.clone();
    *forged.last_mut().unwrap() ^= 1;

    pair.arrives_at_home(ELSEWHERE, &forged);
    assert_eq!(pair.home.peers().next().unwrap().endpoint, Some(PHONE));

    pair.arrives_at_home(ELSEWHERE, &data);
    assert_eq!(pair.home.peers().next().unwrap().endpoint, Some(ELSEWHERE));
}

#[test]
fn an_answer_leaves_from_the_address_that_was_spoken_to_last() {
    let mut pair = Pair::new();
    let [first, second] =
        ["192.0.2.1", "192.0.2.3"].map(|local| Endpoint { remote: PHONE, local: local.parse().ok() });
    let initiation = pair.initiation();
    let mut out = Batch::default();

    pair.home.handle_datagram(first, Ecn::NOT_CAPABLE, &initiation, pair.now, &mut out);
    assert_eq!(out.datagrams().next().unwrap().0, first);

    let response = out.datagrams().next().unwrap().1.to_vec();
    let mut data = Batch::default();
    pair.phone.handle_datagram(HOME.into(), Ecn::NOT_CAPABLE, &response, pair.now, &mut data);
    data.datagrams().for_each(|(_, data)| drop(pair.arrives_at_home(second, data)));
    assert_eq!(pair.home_sends_to(), second);

    pair.home.forget_local(ELSEWHERE);
    assert_eq!(pair.home_sends_to(), second);
    pair.home.forget_local(PHONE);
    assert_eq!(pair.home_sends_to(), Endpoint::from(PHONE));
}

#[test]
fn a_peer_that_is_moved_by_the_configuration_is_not_answered_from_the_former_address() {
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));
    let data = sent_for(&mut pair.phone, &packet(PHONE_V4, HOME_V4, 60), pair.now).remove(0);
    pair.arrives_at_home(Endpoint { remote: PHONE, local: Some(HOME.ip()) }, &data);

    let moved = PeerConfig { endpoint: Some(ELSEWHERE), ..phone_at_home() };
    pair.home.set(config(&key(1), vec![moved]), pair.now);

    assert_eq!(pair.home_sends_to(), Endpoint::from(ELSEWHERE));
}

#[test]
fn a_removed_peers_session_is_dead_at_once() {
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));

    pair.home.set(config(&key(1), vec![]), pair.now);

    assert_eq!(pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60)), Arrived::default());
    assert_eq!(pair.home_sends(&packet(HOME_V4, PHONE_V4, 60)), Arrived::default());
    assert_eq!(pair.home.counters().get(Dropped::UnknownReceiver), 1);
    assert_eq!(pair.home.poll_timeout(), None);
}

#[test]
fn a_peer_that_stays_keeps_its_session_through_every_change_of_the_others() {
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));

    let other = peer(&key(3), "10.0.0.3/32");
    let moved = PeerConfig { persistent_keepalive: Some(25), ..peer(&key(2), "10.0.0.0/24") };
    pair.home.set(config(&key(1), vec![other, moved]), pair.now);

    let out = sent_for(&mut pair.phone, &packet("10.0.0.7", HOME_V4, 60), pair.now);
    assert_eq!(out[0][0], 4, "data, not an initiation");
    assert_eq!(pair.arrives_at_home(PHONE, &out[0]).len(), 1);
}

#[test]
fn a_new_preshared_key_takes_over_with_the_next_handshake_and_loses_nothing() {
    let psk = || Some(PresharedKey::from_bytes([1; 32]));
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));

    pair.home.set(config(&key(1), vec![PeerConfig { preshared_key: psk(), ..phone_at_home() }]), pair.now);
    assert_eq!(pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60)).at_home.len(), 1);
    assert_eq!(pair.home_sends(&packet(HOME_V4, PHONE_V4, 60)).at_phone.len(), 1);

    pair.phone.set(config(&key(2), vec![PeerConfig { preshared_key: psk(), ..home_at_phone() }]), pair.now);
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
    let psk = Some(PresharedKey::from_bytes([1; 32]));
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));
    pair.home.set(config(&key(1), vec![PeerConfig { preshared_key: psk, ..phone_at_home() }]), pair.now);

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
    let psk = || Some(PresharedKey::from_bytes([1; 32]));
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));
    pair.home.set(config(&key(1), vec![PeerConfig { preshared_key: psk(), ..phone_at_home() }]), pair.now);
    pair.phone.set(config(&key(2), vec![PeerConfig { preshared_key: psk(), ..home_at_phone() }]), pair.now);
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
    let psk = Some(PresharedKey::from_bytes([1; 32]));
    pair.home.set(config(&key(1), vec![PeerConfig { preshared_key: psk, ..phone_at_home() }]), pair.now);

    let now = pair.now + Duration::from_secs(1);
    pair.home.handle_datagram(ELSEWHERE.into(), Ecn::NOT_CAPABLE, &initiation, now, &mut Batch::default());

    assert_eq!(pair.home_sends_to().remote, PHONE);
}

#[test]
fn a_session_with_a_former_preshared_key_ends_when_it_would_have_ended_anyway() {
    let psk = Some(PresharedKey::from_bytes([1; 32]));
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));
    let home = || config(&key(1), vec![PeerConfig { preshared_key: psk.clone(), ..phone_at_home() }]);

    pair.home.set(home(), pair.now);
    pair.home.handle_timeout(pair.now + Duration::from_secs(180), &mut Batch::default());

    assert_eq!(pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60)), Arrived::default());
}

#[test]
fn a_new_private_key_makes_us_somebody_else() {
    let mut pair = Pair::new();
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));

    pair.home.set(config(&key(7), vec![phone_at_home()]), pair.now);
    assert_eq!(pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60)), Arrived::default());

    let home = PeerConfig { endpoint: Some(HOME), ..peer(&key(7), "0.0.0.0/0") };
    pair.phone.set(config(&key(2), vec![home]), pair.now);
    assert_eq!(pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60)).at_home.len(), 1);
}

#[test]
fn without_a_private_key_nothing_is_sent() {
    let mut home = Device::new(1280);
    let peer =
        PeerConfig { endpoint: Some(PHONE), persistent_keepalive: Some(1), ..peer(&key(2), "10.0.0.2/32") };
    let mut out = Batch::default();

    home.set(Config { private_key: None, peers: vec![peer] }, Instant::now());
    home.handle_packet(&packet(HOME_V4, PHONE_V4, 60), Instant::now(), &mut out);
    home.handle_timeout(Instant::now() + Duration::from_secs(60), &mut out);

    assert!(out.is_empty());
}

#[test]
fn a_peer_with_our_own_key_is_left_out_and_of_doubles_the_last_counts() {
    let home = device(
        &key(1),
        vec![peer(&key(1), "10.0.0.1/32"), peer(&key(2), "10.0.0.2/32"), peer(&key(2), "10.0.0.3/32")],
    );

    assert_eq!(home.config().peers, [peer(&key(2), "10.0.0.3/32")]);
}

#[test]
fn an_allowed_ip_has_one_owner() {
    let home = device(&key(1), vec![peer(&key(2), "10.0.0.2/32"), peer(&key(3), "10.0.0.2/32")]);

    let owners = home.config().peers.into_iter().map(|peer| peer.allowed_ips.len()).collect::<Vec<_>>();

    assert_eq!(owners, [0, 1]);
}

#[test]
fn a_configured_endpoint_does_not_pull_back_a_peer_that_has_moved() {
    let configured = || config(&key(1), vec![PeerConfig { endpoint: Some(ELSEWHERE), ..phone_at_home() }]);
    let mut pair = Pair::new();
    pair.home.set(configured(), pair.now);
    pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));

    pair.home.set(configured(), pair.now);
    assert_eq!(pair.home.peers().next().unwrap().endpoint, Some(PHONE));

    // Whoever asks where the peer is now and then moves it is obeyed.
    pair.home.adopt_endpoints();
    let mut moved = pair.home.config();
    moved.peers[0].endpoint = Some(ELSEWHERE);
    pair.home.set(moved, pair.now);
    assert_eq!(pair.home.peers().next().unwrap().endpoint, Some(ELSEWHERE));
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

proptest! {
    #[test]
    fn garbage_is_never_answered(datagram in prop::collection::vec(any::<u8>(), 0..2000)) {
        let mut pair = Pair::new();

        prop_assert!(pair.answers(&datagram).is_empty());
    }

    #[test]
    fn garbage_in_the_shape_of_a_message_is_never_answered(
        (kind, length) in prop::sample::select(vec![(1, 148), (2, 92), (3, 64), (4, 32), (4, 1312)]),
        seed in prop::collection::vec(any::<u8>(), 2000),
        receiver in any::<Option<u8>>(),
    ) {
        let mut pair = Pair::new();
        pair.phone_sends(&packet(PHONE_V4, HOME_V4, 60));
        let known = sent_for(&mut pair.phone, &packet(PHONE_V4, HOME_V4, 60), pair.now).remove(0);
        let mut datagram = seed[..length].to_vec();
        datagram[..4].copy_from_slice(&[kind, 0, 0, 0]);
        if let Some(session) = receiver {
            datagram[4..8].copy_from_slice(&known[4..8]);
            datagram[4] = session;
        }

        prop_assert!(pair.answers(&datagram).is_empty());
    }

    #[test]
    fn one_flipped_bit_spoils_an_initiation(bit in 0..148 * 8_usize) {
        let mut pair = Pair::new();
        let mut initiation = pair.initiation();
        // The last 16 bytes are for a cookie that nobody has asked for.
        prop_assume!(bit < 132 * 8);
        initiation[bit / 8] ^= 1 << (bit % 8);

        prop_assert!(pair.answers(&initiation).is_empty());
    }

    #[test]
    fn a_cut_message_is_never_answered(length in 0..148_usize) {
        let mut pair = Pair::new();
        let initiation = pair.initiation();

        prop_assert!(pair.answers(&initiation[..length]).is_empty());
    }

    #[test]
    fn no_inner_packet_makes_a_device_stumble(packet in prop::collection::vec(any::<u8>(), 0..3000)) {
        let mut pair = Pair::new();
        pair.phone_sends(&self::packet(PHONE_V4, HOME_V4, 60));

        let mut out = Batch::default();
        pair.home.handle_packet(&packet, pair.now, &mut out);
        pair.phone.handle_packet(&packet, pair.now, &mut out);
    }
}

const RESPONSE: u8 = 2;
const COOKIE_REPLY: u8 = 3;
