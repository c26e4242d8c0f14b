//! How a handshake begins, is tried again, and ends.

use std::time::Duration;

use proptest::prelude::*;
use virtual_clock::{
    HOME, Kind, LATENCY, PHONE, Pair, Side, TICK, Weather,
    paper::{REJECT_AFTER_TIME, REKEY_ATTEMPT_TIME, REKEY_TIMEOUT},
};

#[test]
fn a_lost_initiation_is_sent_again_after_five_seconds_and_given_up_after_ninety() {
    let mut pair = Pair::new();
    pair.wire.set(Weather::CUT);

    pair.send(Side::Phone);
    pair.run(Duration::from_secs(600));

    let initiations = pair.log.times(Side::Phone, Kind::Initiation);
    assert_eq!(initiations[0], Duration::ZERO);
    for pair in initiations.windows(2) {
        assert!((REKEY_TIMEOUT..=REKEY_TIMEOUT + TICK).contains(&(pair[1] - pair[0])), "{pair:?}");
    }
    let last = initiations[initiations.len() - 1];
    assert!((REKEY_ATTEMPT_TIME - REKEY_TIMEOUT - TICK..REKEY_ATTEMPT_TIME).contains(&last), "{last:?}");
}

#[test]
fn who_has_given_up_begins_again_with_the_next_packet() {
    let mut pair = Pair::new();
    pair.wire.set(Weather::CUT);
    let given_up = pair.send(Side::Phone);
    pair.run(Duration::from_secs(600));

    pair.wire.set(Weather::CLEAR);
    let next = pair.send(Side::Phone);
    pair.run(Duration::from_secs(1));

    assert!(pair.has_arrived(next));
    assert!(!pair.has_arrived(given_up), "nobody waits for ten minutes old packets");
}

#[test]
fn what_waits_for_a_handshake_arrives_in_order_once_it_succeeds() {
    let mut pair = Pair::new();
    pair.wire.set(Weather::CUT);
    let waiting = pair.stream(&[Side::Phone], Duration::from_secs(12), Duration::from_millis(500));

    pair.wire.set(Weather::CLEAR);
    pair.run(REKEY_TIMEOUT + TICK + Duration::from_secs(1));

    assert_eq!(pair.missing(&waiting), []);
    assert_eq!(pair.in_order_of_arrival(Side::Home), waiting);
}

#[test]
fn a_lost_response_costs_one_more_initiation() {
    let mut pair = Pair::new();
    pair.wire.towards_phone = Weather::CUT;
    let packet = pair.send(Side::Phone);
    pair.run(Duration::from_secs(1));

    pair.wire.set(Weather::CLEAR);
    pair.run(REKEY_TIMEOUT + TICK);

    assert!(pair.has_arrived(packet));
    assert_eq!(pair.log.times(Side::Phone, Kind::Initiation).len(), 2);
}

#[test]
fn two_who_begin_at_once_agree_and_lose_nothing() {
    let mut pair = Pair::new();
    pair.home.set(Side::Home.config_with_endpoint(PHONE), pair.clock.now());

    let mut packets = pair.talk(Duration::from_secs(600), Duration::from_secs(1));
    packets.extend(Side::BOTH.map(|side| pair.send(side)));
    pair.run(Duration::from_secs(1));

    assert_eq!(pair.missing(&packets), []);
    for packet in packets.into_iter().filter(|packet| pair.departure(*packet) > Duration::from_secs(1)) {
        assert_eq!(pair.arrival(packet), Some(pair.departure(packet) + LATENCY), "{packet:?} had to wait");
    }
    for side in Side::BOTH {
        let initiations = pair.log.times(side, Kind::Initiation).len();
        assert!(initiations <= 1 + 600 / 120, "{side:?} began {initiations} times");
    }
}

#[test]
fn a_phone_that_begins_anew_is_heard_at_once() {
    let mut pair = Pair::connected();
    pair.talk(Duration::from_secs(3600), Duration::from_secs(10));

    pair.restart(Side::Phone);
    let there = pair.send(Side::Phone);
    pair.run(Duration::from_secs(1));
    let back = pair.send(Side::Home);
    pair.run(Duration::from_secs(1));

    assert_eq!(pair.missing(&[there, back]), []);
}

#[test]
fn a_home_that_begins_anew_is_missed_after_fifteen_seconds() {
    let mut pair = Pair::connected();
    pair.talk(Duration::from_secs(3600), Duration::from_secs(10));

    pair.restart(Side::Home);
    pair.talk(Duration::from_secs(20), Duration::from_secs(1));
    let packets = pair.talk(Duration::from_secs(60), Duration::from_secs(1));
    pair.run(Duration::from_secs(1));

    assert_eq!(pair.missing(&packets), []);
}

#[test]
fn under_load_a_phone_is_let_in_at_its_second_try() {
    let mut pair = Pair::new();
    let (_, initiation) = pair.keep_back(Side::Phone);
    let flood = |pair: &mut Pair| {
        for _ in 0..150 {
            pair.deliver(Side::Home, "203.0.113.9:9".parse().expect("an address"), &initiation);
        }
    };
    pair.restart(Side::Phone);

    flood(&mut pair);
    let packet = pair.send(Side::Phone);
    pair.run(Duration::from_secs(1));
    assert!(!pair.has_arrived(packet));

    pair.run(REKEY_TIMEOUT - Duration::from_secs(1) - TICK);
    flood(&mut pair);
    pair.run(2 * TICK + Duration::from_secs(1));
    assert!(pair.has_arrived(packet));
    assert!(!pair.log.times(Side::Home, Kind::CookieReply).is_empty());
}

/// What `Tunn` does otherwise than the paper: nine minutes after the last session, or the start, it forgets the handshake
/// that happens to be in progress, and what waits for it. See the head of `firmware/wireguard/src/session.rs`.
#[test]
fn a_handshake_that_is_in_progress_after_nine_minutes_without_a_session_begins_anew() {
    let mut pair = Pair::new();
    pair.run(3 * REJECT_AFTER_TIME - LATENCY);

    let waiting = pair.send(Side::Phone);
    pair.run(Duration::from_secs(10));
    assert!(!pair.has_arrived(waiting));

    assert_eq!(pair.log.times(Side::Phone, Kind::Initiation).len(), 2);
    let next = pair.send(Side::Home);
    pair.run(Duration::from_secs(1));
    assert!(pair.has_arrived(next));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_overheard_is_worth_nothing_later(after in 0..4000_u64, order in any::<u64>()) {
        let mut pair = Pair::connected();
        let mut overheard = (0..5).map(|_| pair.keep_back(Side::Phone)).collect::<Vec<_>>();
        for (_, datagram) in &overheard {
            pair.deliver(Side::Home, PHONE, datagram);
        }
        pair.run(Duration::from_secs(after));
        overheard.sort_by_key(|(packet, _)| (packet.number + 1).wrapping_mul(order | 1));

        // A pair looks by itself at whether something comes out twice.
        for (_, datagram) in &overheard {
            prop_assert!(pair.deliver(Side::Home, HOME, datagram).packets.is_empty());
        }
        prop_assert_eq!(pair.home.peers().next().and_then(|peer| peer.endpoint), Some(PHONE));
    }
}
