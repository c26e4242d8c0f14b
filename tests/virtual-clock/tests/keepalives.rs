//! What is sent when there is nothing to send.

use std::time::Duration;

use virtual_clock::{
    Kind, LATENCY, Pair, Side, TICK, Weather,
    paper::{KEEPALIVE_TIMEOUT, REKEY_TIMEOUT},
};

#[test]
fn data_that_gets_no_answer_is_acknowledged_within_ten_seconds() {
    for silence in [0, 12, 30] {
        let mut pair = Pair::connected();
        pair.run(Duration::from_secs(silence));
        let sent_at = pair.clock.elapsed();
        pair.send(Side::Home);
        pair.run(Duration::from_secs(60));

        let keepalives = pair.log.times(Side::Phone, Kind::Keepalive);
        let due = sent_at + LATENCY + KEEPALIVE_TIMEOUT;
        assert!((due..=due + TICK).contains(&keepalives[1]), "{keepalives:?}");
        assert_eq!(keepalives.len(), 2, "one for the handshake, one for the packet");
    }
}

#[test]
fn data_after_silence_begins_no_handshake_that_nobody_needs() {
    for silence in [12, 20, 30, 90] {
        let mut pair = Pair::connected();
        pair.talk(Duration::from_secs(2), Duration::from_secs(1));
        pair.run(Duration::from_secs(silence));

        let packet = pair.send(Side::Home);
        pair.run(Duration::from_secs(30));

        assert!(pair.has_arrived(packet));
        assert_eq!(pair.log.times(Side::Home, Kind::Initiation), []);
        assert_eq!(pair.log.times(Side::Phone, Kind::Initiation).len(), 1);
    }
}

#[test]
fn a_conversation_needs_no_keepalives() {
    let mut pair = Pair::connected();
    pair.talk(Duration::from_secs(100), Duration::from_secs(5));
    pair.run(Duration::from_secs(1));

    assert_eq!(pair.log.times(Side::Home, Kind::Keepalive), []);
    assert_eq!(pair.log.times(Side::Phone, Kind::Keepalive).len(), 1, "the one that ends the handshake");
}

#[test]
fn silence_after_data_is_taken_for_a_lost_session_after_fifteen_seconds() {
    let mut pair = Pair::connected();
    pair.run(Duration::from_secs(20));
    pair.wire.set(Weather::CUT);
    let cut_at = pair.clock.elapsed();

    pair.stream(&[Side::Phone], Duration::from_secs(30), Duration::from_secs(1));

    let initiations = pair.log.times(Side::Phone, Kind::Initiation);
    let due = cut_at + KEEPALIVE_TIMEOUT + REKEY_TIMEOUT;
    assert!((due..=due + TICK).contains(&initiations[1]), "{initiations:?}");
}

#[test]
fn a_persistent_keepalive_keeps_a_way_open_for_hours() {
    let mut pair = Pair::connected();
    pair.phone.set(Side::Phone.config_with_keepalive(25), pair.clock.now());

    let mut packets = Vec::new();
    for _ in 0..3 * 60 {
        pair.run(Duration::from_secs(60));
        packets.push(pair.send(Side::Home));
    }
    pair.run(Duration::from_secs(1));

    assert_eq!(pair.missing(&packets), []);
    // Whatever comes counts, too.
    let sent = pair.log.entries().map(|entry| entry.at).collect::<Vec<_>>();
    for pair in sent.windows(2) {
        assert!(
            pair[1] - pair[0] <= Duration::from_secs(25) + LATENCY + TICK,
            "silence from {:?} to {:?}",
            pair[0],
            pair[1]
        );
    }
}

#[test]
fn a_persistent_keepalive_finds_back_by_itself_after_an_hour_without_network() {
    let mut pair = Pair::connected();
    pair.phone.set(Side::Phone.config_with_keepalive(25), pair.clock.now());
    pair.wire.set(Weather::CUT);
    pair.run(Duration::from_secs(3600));

    pair.wire.set(Weather::CLEAR);
    pair.run(Duration::from_secs(25) + REKEY_TIMEOUT + TICK);
    let packet = pair.send(Side::Home);
    pair.run(Duration::from_secs(1));

    assert!(pair.has_arrived(packet));
}
