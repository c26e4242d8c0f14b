//! Phones that move, sleep, and come back.

use std::{net::SocketAddr, time::Duration};

use virtual_clock::{
    Kind, Pair, Side, TICK, Weather, Wire,
    paper::{REKEY_AFTER_TIME, REKEY_TIMEOUT},
};

#[test]
fn a_phone_that_moves_loses_only_what_was_sent_to_where_it_was() {
    let mut pair = Pair::connected();
    pair.talk(Duration::from_secs(10), Duration::from_secs(1));

    pair.phone.address = elsewhere(1);
    let to_nobody = pair.send(Side::Home);
    pair.run(Duration::from_secs(1));
    let mut packets = vec![pair.send(Side::Phone)];
    pair.run(Duration::from_secs(1));
    packets.extend(pair.talk(Duration::from_secs(600), Duration::from_secs(1)));
    pair.run(Duration::from_secs(1));

    assert!(!pair.has_arrived(to_nobody));
    assert_eq!(pair.missing(&packets), []);
    assert_eq!(pair.home.peers().next().and_then(|peer| peer.endpoint), Some(elsewhere(1)));
}

#[test]
fn a_phone_that_moves_every_few_seconds_is_followed() {
    let mut pair = Pair::connected();
    for n in 0..200 {
        pair.phone.address = elsewhere(n);

        let there = pair.send(Side::Phone);
        pair.run(Duration::from_secs(2));
        let back = pair.send(Side::Home);
        pair.run(Duration::from_secs(2));

        assert_eq!(pair.missing(&[there, back]), [], "move {n}");
    }
}

#[test]
fn a_phone_that_moves_in_the_middle_of_a_handshake_tries_again() {
    let mut pair = Pair::connected();
    pair.stream(&[Side::Phone], REKEY_AFTER_TIME - Duration::from_secs(2), Duration::from_millis(100));
    while pair.log.times(Side::Phone, Kind::Initiation).len() < 2 {
        pair.send(Side::Phone);
        pair.run(Duration::from_millis(10));
    }

    pair.phone.address = elsewhere(1);
    let there = pair.stream(&[Side::Phone], Duration::from_secs(1), Duration::from_millis(100));
    pair.run(REKEY_TIMEOUT + TICK);
    let back = pair.send(Side::Home);
    pair.run(Duration::from_secs(1));

    assert_eq!(pair.missing(&there), []);
    assert!(pair.has_arrived(back));
}

#[test]
fn after_hours_of_silence_either_side_may_speak_first() {
    for (side, hours) in [(Side::Phone, 1), (Side::Home, 1), (Side::Phone, 12), (Side::Home, 12)] {
        let mut pair = Pair::connected();
        pair.run(Duration::from_secs(3600 * hours));

        let first = pair.send(side);
        pair.run(Duration::from_secs(1));
        let packets = pair.talk(Duration::from_secs(300), Duration::from_secs(1));
        pair.run(Duration::from_secs(1));

        assert!(pair.has_arrived(first), "{side:?} after {hours} hours");
        assert_eq!(pair.missing(&packets), []);
    }
}

#[test]
fn a_day_of_a_phone() {
    let usual = Weather { lost: 2, doubled: 1, jitter: Duration::from_millis(60) };
    let mut pair = Pair::on(Wire::new(usual, 7));
    for n in 0..48 {
        if n % 3 == 0 {
            pair.phone.address = elsewhere(n);
        }
        pair.talk(Duration::from_secs(120), Duration::from_secs(1));

        pair.wire.set(Weather::CLEAR);
        pair.send(Side::Phone);
        pair.run(3 * REKEY_TIMEOUT + TICK);
        let packets = pair.talk(Duration::from_secs(20), Duration::from_secs(1));
        pair.run(Duration::from_secs(1));
        assert_eq!(pair.missing(&packets), [], "half hour {n}");

        pair.wire.set(usual);
        pair.run(Duration::from_secs(1500));
    }
}

fn elsewhere(n: u8) -> SocketAddr {
    SocketAddr::from(([203, 0, 113, n], 40000))
}
