//! How long a session lives, who makes the next one, and that nothing is lost between them.

use std::{ops::Range, time::Duration};

use virtual_clock::{
    Kind, LATENCY, PHONE, Pair, Side, TICK,
    paper::{KEEPALIVE_TIMEOUT, REJECT_AFTER_TIME, REKEY_AFTER_TIME, REKEY_TIMEOUT},
};

#[test]
fn the_initiator_and_only_the_initiator_makes_a_new_session_after_two_minutes() {
    let mut pair = Pair::connected();

    let packets = pair.talk(Duration::from_secs(3600), TICK);
    pair.run(Duration::from_secs(1));

    assert_eq!(pair.missing(&packets), []);
    assert_eq!(pair.log.times(Side::Home, Kind::Initiation), []);
    for pair in pair.log.times(Side::Phone, Kind::Initiation).windows(2) {
        assert_is_about(pair[1] - pair[0], REKEY_AFTER_TIME..REKEY_AFTER_TIME + TICK);
    }
}

#[test]
fn an_initiator_that_only_listens_makes_a_new_session_with_the_next_keepalive() {
    let mut pair = Pair::connected();

    let packets = pair.stream(&[Side::Home], Duration::from_secs(3600), Duration::from_secs(1));
    pair.run(Duration::from_secs(1));

    assert_eq!(pair.missing(&packets), []);
    assert_eq!(pair.log.times(Side::Home, Kind::Initiation), []);
    let due = REKEY_AFTER_TIME..REKEY_AFTER_TIME + KEEPALIVE_TIMEOUT + Duration::from_secs(1);
    for pair in pair.log.times(Side::Phone, Kind::Initiation).windows(2) {
        assert_is_about(pair[1] - pair[0], due.clone());
    }
}

#[test]
fn an_initiator_that_hears_something_before_the_session_ends_makes_a_new_one() {
    let due = REJECT_AFTER_TIME - KEEPALIVE_TIMEOUT - REKEY_TIMEOUT;
    for (age, initiations) in [(due - Duration::from_secs(1), 1), (due + Duration::from_secs(1), 2)] {
        let mut pair = Pair::connected();
        pair.run(age - pair.clock.elapsed());

        let packet = pair.send(Side::Home);
        pair.run(Duration::from_secs(1));

        assert!(pair.has_arrived(packet));
        assert_eq!(pair.log.times(Side::Phone, Kind::Initiation).len(), initiations);
    }
}

#[test]
fn an_hour_with_thousands_of_packets_on_a_good_wire_loses_none_and_swaps_none() {
    let mut pair = Pair::connected();

    let packets = pair.talk(Duration::from_secs(3600), Duration::from_millis(200));
    pair.run(Duration::from_secs(1));

    assert_eq!(packets.len(), 36_000);
    assert_eq!(pair.missing(&packets), []);
    for side in Side::BOTH {
        let arrived = pair.in_order_of_arrival(side);
        assert!(arrived.is_sorted(), "swapped on the way to {side:?}");
    }
    for packet in packets {
        let sent_at = pair.departure(packet);
        assert_eq!(pair.arrival(packet), Some(sent_at + LATENCY), "{packet:?} had to wait");
    }
}

#[test]
fn nothing_is_accepted_in_a_session_of_more_than_three_minutes() {
    let mut pair = Pair::connected();
    let young = pair.keep_back(Side::Phone);
    let old = pair.keep_back(Side::Phone);

    pair.run(REJECT_AFTER_TIME - Duration::from_secs(2));
    pair.deliver(Side::Home, PHONE, &young.1);
    pair.run(Duration::from_secs(3));
    pair.deliver(Side::Home, PHONE, &old.1);

    assert!(pair.has_arrived(young.0));
    assert!(!pair.has_arrived(old.0));
}

#[test]
fn nothing_is_sent_in_a_session_of_more_than_three_minutes() {
    for side in Side::BOTH {
        let mut pair = Pair::connected();
        pair.run(Duration::from_secs(600));

        // The log looks by itself at how old the keys are.
        let packet = pair.send(side);
        pair.run(Duration::from_secs(1));

        assert!(pair.has_arrived(packet));
        assert!(pair.log.times(side, Kind::Initiation).iter().any(|at| *at == Duration::from_secs(601)));
    }
}

#[test]
fn a_device_that_was_not_asked_for_minutes_sends_nothing_in_an_old_session() {
    for side in Side::BOTH {
        let mut pair = Pair::connected();
        pair.sleep(Duration::from_secs(600));

        let packet = pair.send(side);
        pair.run(Duration::from_secs(1));

        assert!(pair.has_arrived(packet));
    }
}

#[test]
fn a_device_that_was_not_asked_for_minutes_accepts_nothing_in_an_old_session() {
    let mut pair = Pair::connected();
    let (packet, datagram) = pair.keep_back(Side::Phone);
    pair.sleep(Duration::from_secs(600));

    pair.deliver(Side::Home, PHONE, &datagram);

    assert!(!pair.has_arrived(packet));
}

#[test]
fn a_session_that_falls_idle_is_followed_by_silence() {
    let mut pair = Pair::connected();
    pair.talk(Duration::from_secs(10), Duration::from_secs(1));
    let idle_since = pair.clock.elapsed();

    pair.run(Duration::from_secs(12 * 3600));

    let later = pair.log.entries().filter(|entry| entry.at > idle_since + Duration::from_secs(30));
    assert_eq!(later.count(), 0);
}

/// What takes time: the answer to an initiation, and the next look at the clock.
fn assert_is_about(time: Duration, expected: Range<Duration>) {
    let expected = expected.start..expected.end + 2 * LATENCY + TICK;
    assert!(expected.contains(&time), "{time:?} instead of {expected:?}");
}
