//! What is sent when there is nothing to send.

use std::time::Duration;

use virtual_clock::{
    Kind, LATENCY, Pair, Side, TICK, Weather,
    paper::{KEEPALIVE_TIMEOUT, REKEY_TIMEOUT},
};

#[test]
fn data_that_gets_no_answer_is_acknowledged_within_ten_seconds() {
    let mut pair = Pair::connected();
    pair.send(Side::Home);
    pair.run(Duration::from_secs(60));

    let keepalives = pair.log.times(Side::Phone, Kind::Keepalive);
    let acknowledged = keepalives.iter().find(|at| **at > Duration::from_secs(1)).expect("a keepalive");
    // The phone sent something last when it had shaken hands.
    let due = 2 * LATENCY + KEEPALIVE_TIMEOUT;
    assert!((due - TICK..=due + TICK).contains(acknowledged), "{acknowledged:?}");
    assert_eq!(keepalives.len(), 2, "one for the handshake, one for the packet");
}

/// What `Tunn` does otherwise than the paper. See the head of `firmware/wireguard/src/session.rs`.
#[test]
fn data_after_ten_seconds_of_silence_is_acknowledged_at_once() {
    let sent = what_follows_silence_and_a_packet(Duration::from_secs(12));

    assert_eq!(sent, [(Side::Phone, Kind::Keepalive)]);
}

/// What `Tunn` does otherwise than the paper. See the head of `firmware/wireguard/src/session.rs`.
#[test]
fn data_after_fifteen_seconds_of_silence_begins_a_handshake_that_nobody_needs() {
    let sent = what_follows_silence_and_a_packet(Duration::from_secs(30));

    assert!(sent.contains(&(Side::Home, Kind::Initiation)), "{sent:?}");
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
    pair.wire.set(Weather::CUT);
    let cut_at = pair.clock.elapsed();

    pair.stream(&[Side::Phone], Duration::from_secs(30), Duration::from_secs(1));

    let initiations = pair.log.times(Side::Phone, Kind::Initiation);
    let due = KEEPALIVE_TIMEOUT + REKEY_TIMEOUT;
    assert!(
        (due - Duration::from_secs(1)..=due + TICK).contains(&(initiations[1] - cut_at)),
        "{initiations:?}"
    );
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
    let sent = pair.log.entries().filter(|entry| entry.from == Side::Phone).map(|entry| entry.at);
    let sent = sent.collect::<Vec<_>>();
    for pair in sent.windows(2) {
        assert!(
            pair[1] - pair[0] <= Duration::from_secs(25) + TICK,
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

/// What is sent within a second after home has broken the silence, besides what it sends.
fn what_follows_silence_and_a_packet(silence: Duration) -> Vec<(Side, Kind)> {
    let mut pair = Pair::connected();
    pair.talk(Duration::from_secs(2), Duration::from_secs(1));
    pair.run(silence);

    let before = pair.log.entries().count() + 1;
    let packet = pair.send(Side::Home);
    pair.run(Duration::from_secs(1));
    assert!(pair.has_arrived(packet));

    pair.log.entries().skip(before).map(|entry| (entry.from, entry.kind)).collect()
}
