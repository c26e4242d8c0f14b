//! Wires that lose, double and swap.

use std::{ops::RangeInclusive, time::Duration};

use proptest::prelude::*;
use virtual_clock::{
    Kind, PHONE, Pair, Side, TICK, Weather, Wire,
    paper::{KEEPALIVE_TIMEOUT, REKEY_TIMEOUT},
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    // That what arrives was sent, and arrives once, a pair looks at by itself.

    #[test]
    fn in_any_weather_most_of_what_is_not_lost_arrives_and_all_of_it_once_the_sky_is_clear(
        weather in weather(0..=30),
        seed in any::<u64>(),
    ) {
        let mut pair = Pair::on(Wire::new(weather, seed));
        let sent = pair.talk(Duration::from_secs(300), Duration::from_millis(250));
        let arrived = sent.len() - pair.missing(&sent).len();
        let hoped_for = sent.len() * usize::from(100 - weather.lost) / 100;
        prop_assert!(arrived >= hoped_for * 3 / 4, "{arrived} of {}", sent.len());

        pair.wire.set(Weather::CLEAR);
        pair.run(KEEPALIVE_TIMEOUT + 2 * REKEY_TIMEOUT);
        let sent = pair.talk(Duration::from_secs(300), Duration::from_millis(250));
        pair.run(Duration::from_secs(1));
        prop_assert_eq!(pair.missing(&sent), []);
    }

    #[test]
    fn doubling_and_swapping_alone_lose_nothing(weather in weather(0..=0), seed in any::<u64>()) {
        let mut pair = Pair::on(Wire::new(weather, seed));
        // Home does not know where the phone is before that speaks.
        pair.stream(&[Side::Phone], Duration::from_secs(2), Duration::from_millis(100));

        let sent = pair.talk(Duration::from_secs(600), Duration::from_millis(100));
        pair.run(Duration::from_secs(10));

        prop_assert_eq!(pair.missing(&sent), []);
    }

    #[test]
    fn what_is_overtaken_by_hundreds_arrives_all_the_same(late_by in 1..900_usize) {
        let mut pair = Pair::connected();
        let (late, datagram) = pair.keep_back(Side::Phone);

        let sent = (0..late_by).map(|_| pair.send(Side::Phone)).collect::<Vec<_>>();
        pair.run(Duration::from_secs(1));
        pair.deliver(Side::Home, PHONE, &datagram);

        prop_assert_eq!(pair.missing(&sent), []);
        prop_assert!(pair.has_arrived(late));
    }

    #[test]
    fn a_cut_wire_is_got_over(
        seconds in prop::sample::select(vec![60_u64, 180, 600]),
        before in 0..200_u64,
        talkers in prop::sample::select(vec![&Side::BOTH[..], &[Side::Phone], &[Side::Home]]),
    ) {
        let mut pair = Pair::connected();
        pair.stream(talkers, Duration::from_secs(before), Duration::from_secs(1));

        pair.wire.set(Weather::CUT);
        pair.stream(talkers, Duration::from_secs(seconds), Duration::from_secs(1));
        pair.wire.set(Weather::CLEAR);
        // A lost initiation is sent again after five seconds; the next packet begins one if nobody tries any more.
        pair.stream(talkers, REKEY_TIMEOUT + 2 * TICK, Duration::from_secs(1));
        let sent = pair.talk(Duration::from_secs(300), Duration::from_secs(1));
        pair.run(Duration::from_secs(1));

        prop_assert_eq!(pair.missing(&sent), []);
    }
}

#[test]
fn nobody_notices_a_wire_that_was_cut_while_nobody_spoke() {
    for minutes in [1, 3, 10, 600] {
        let mut pair = Pair::connected();
        pair.wire.set(Weather::CUT);
        pair.run(Duration::from_secs(60 * minutes));
        pair.wire.set(Weather::CLEAR);

        let there = pair.send(Side::Phone);
        pair.run(REKEY_TIMEOUT + TICK + Duration::from_secs(1));
        let back = pair.send(Side::Home);
        pair.run(Duration::from_secs(1));

        assert_eq!(pair.missing(&[there, back]), [], "after {minutes} minutes");
    }
}

/// What `Tunn` does otherwise than the paper: who gives up a handshake throws away sessions that are still good. See the
/// head of `firmware/wireguard/src/session.rs`.
#[test]
fn a_side_that_has_given_up_takes_nothing_until_the_next_handshake() {
    let mut pair = Pair::connected();
    pair.run(Duration::from_secs(20));
    pair.wire.towards_home = Weather::CUT;
    pair.send(Side::Phone);
    pair.run(Duration::from_secs(115));
    assert_eq!(pair.log.times(Side::Home, Kind::Initiation), []);

    let in_a_good_session = pair.send(Side::Home);
    pair.run(Duration::from_secs(1));
    assert!(!pair.has_arrived(in_a_good_session));

    pair.wire.set(Weather::CLEAR);
    let next = pair.send(Side::Phone);
    pair.run(Duration::from_secs(1));
    assert!(pair.has_arrived(next));
}

/// What `Tunn` does otherwise than the paper: whoever answers keeps the last eight sessions, used or not, instead of the one
/// in use. See the head of `firmware/wireguard/src/session.rs`.
#[test]
fn a_side_whose_answers_are_lost_forgets_the_session_in_use_after_half_a_minute() {
    let mut pair = Pair::connected();
    pair.talk(Duration::from_secs(3), Duration::from_secs(1));
    pair.wire.towards_phone = Weather::CUT;

    let sent = pair.stream(&[Side::Phone], Duration::from_secs(40), Duration::from_secs(1));
    assert_eq!(pair.missing(&sent), []);
    pair.stream(&[Side::Phone], Duration::from_secs(15), Duration::from_secs(1));
    let in_a_good_session = pair.send(Side::Phone);
    pair.run(Duration::from_secs(1));
    assert!(!pair.has_arrived(in_a_good_session));

    pair.wire.set(Weather::CLEAR);
    pair.stream(&[Side::Phone], REKEY_TIMEOUT + 2 * TICK, Duration::from_secs(1));
    let next = pair.send(Side::Phone);
    pair.run(Duration::from_secs(1));
    assert!(pair.has_arrived(next));
}

fn weather(lost: RangeInclusive<u8>) -> impl Strategy<Value = Weather> {
    (lost, 0..=30_u8, 0..=400_u64).prop_map(|(lost, doubled, jitter)| Weather {
        lost,
        doubled,
        jitter: Duration::from_millis(jitter),
    })
}
