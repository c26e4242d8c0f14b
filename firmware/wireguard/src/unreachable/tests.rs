use std::net::IpAddr;

use proptest::prelude::*;

use super::*;

#[test]
fn a_sender_over_ipv4_is_told_by_the_address_that_is_not_reached() {
    let lost = udp_v4("10.0.0.1", "10.0.0.9", 100);

    let answer = answer(&lost).unwrap();

    assert_eq!(answer.len(), 20 + 8 + 100);
    assert_eq!(answer[9], ICMP);
    assert_eq!((v4_at(&answer, 12), v4_at(&answer, 16)), (ip("10.0.0.9"), ip("10.0.0.1")));
    assert_eq!(answer[20..22], [3, 1]);
    assert_eq!(answer[28..], lost);
    assert_intact(&answer);
}

#[test]
fn a_sender_over_ipv6_is_told_by_the_address_that_is_not_reached() {
    let lost = packet_v6("fd00::1", "fd00::9", 17, &[1; 61]);

    let answer = answer(&lost).unwrap();

    assert_eq!(answer.len(), 40 + 8 + 40 + 61);
    assert_eq!(answer[6], ICMPV6);
    assert_eq!((v6_at(&answer, 8), v6_at(&answer, 24)), (ip("fd00::9"), ip("fd00::1")));
    assert_eq!(answer[40..42], [1, 3]);
    assert_eq!(answer[48..], lost);
    assert_intact(&answer);
}

#[test]
fn as_much_is_quoted_as_the_standards_allow_and_nothing_behind_the_packet() {
    let long_v4 = udp_v4("10.0.0.1", "10.0.0.9", 1401);
    let long_v6 = packet_v6("fd00::1", "fd00::9", 17, &[7; 1361]);
    let mut padded = udp_v4("10.0.0.1", "10.0.0.9", 33);
    padded.resize(48, 0);

    for (lost, length) in [(&long_v4, 576), (&long_v6, 1280), (&padded, 20 + 8 + 33)] {
        let answer = answer(lost).unwrap();

        assert_eq!(answer.len(), length);
        assert_intact(&answer);
    }
}

#[test]
fn an_error_is_not_answered_and_a_question_is() {
    for kind in 0..=u8::MAX {
        let v4 = packet_v4("10.0.0.1", "10.0.0.9", ICMP, &[kind; 8]);
        let v6 = packet_v6("fd00::1", "fd00::9", ICMPV6, &[kind; 8]);
        let behind_options =
            packet_v6("fd00::1", "fd00::9", 60, &[&[ICMPV6, 0, 1, 4, 0, 0, 0, 0], &[kind; 8][..]].concat());

        assert_eq!(answer(&v4).is_some(), matches!(kind, 0 | 8 | 13..=18), "{kind}");
        assert_eq!(answer(&v6).is_some(), kind >= 128 && kind != 137, "{kind}");
        assert_eq!(answer(&behind_options).is_some(), kind >= 128 && kind != 137, "{kind}");
    }
}

#[test]
fn nobody_and_several_are_neither_answered_nor_spoken_for() {
    for nobody in ["0.0.0.0", "0.1.2.3", "127.0.0.1", "224.0.0.251", "240.0.0.1", "255.255.255.255"] {
        assert!(answer(&udp_v4(nobody, "10.0.0.9", 60)).is_none(), "{nobody}");
        assert!(answer(&udp_v4("10.0.0.1", nobody, 60)).is_none(), "{nobody}");
    }
    for nobody in ["::", "::1", "ff02::fb"] {
        assert!(answer(&packet_v6(nobody, "fd00::9", 17, &[0; 20])).is_none(), "{nobody}");
        assert!(answer(&packet_v6("fd00::1", nobody, 17, &[0; 20])).is_none(), "{nobody}");
    }
}

#[test]
fn of_a_packet_in_fragments_only_the_first_is_answered() {
    let v4 = |flags_and_offset: u16| {
        let mut packet = udp_v4("10.0.0.1", "10.0.0.9", 60);
        packet[6..8].copy_from_slice(&flags_and_offset.to_be_bytes());
        packet
    };
    let v6 = |offset_and_flags: u16| {
        let [high, low] = offset_and_flags.to_be_bytes();
        packet_v6("fd00::1", "fd00::9", 44, &[&[17, 0, high, low, 0, 0, 0, 1], &[0; 40][..]].concat())
    };

    assert!(answer(&v4(0x2000)).is_some() && answer(&v6(1)).is_some());
    assert!(answer(&v4(0x2001)).is_none() && answer(&v6(8 | 1)).is_none());
    assert!(answer(&v4(0x00b9)).is_none() && answer(&v6(8)).is_none());
}

#[test]
fn what_is_no_whole_packet_is_not_answered() {
    let (v4, v6) = (udp_v4("10.0.0.1", "10.0.0.9", 60), packet_v6("fd00::1", "fd00::9", 17, &[0; 20]));
    let with = |packet: &[u8], at: usize, byte: u8| {
        let mut packet = packet.to_vec();
        packet[at] = byte;
        packet
    };

    for packet in [&v4, &v6] {
        (0..packet.len()).for_each(|length| assert!(answer(&packet[..length]).is_none(), "{length}"));
    }
    assert!(answer(&with(&v4, 0, 0x44)).is_none(), "a header that is too short");
    assert!(answer(&with(&v4, 3, 19)).is_none(), "shorter than its header");
    assert!(answer(&with(&v4, 0, 0x55)).is_none(), "another version");
    assert!(answer(&with(&v6, 6, 60)).is_none(), "a header that goes beyond the end");
    assert!(answer(&packet_v6("fd00::1", "fd00::9", 0, &[17, 9, 0, 0, 0, 0, 0, 0])).is_none());
    assert!(answer(&packet_v4("10.0.0.1", "10.0.0.9", ICMP, &[])).is_none());
}

#[test]
fn answers_come_fifty_at_once_and_then_one_a_millisecond() {
    let mut unreachable = Unreachable::default();
    let lost = udp_v4("10.0.0.1", "10.0.0.9", 60);
    let start = now();
    let mut answers_at = |after: Duration, tries: usize| {
        let mut room = [0; Unreachable::ROOM];
        (0..tries).filter(|_| unreachable.answer(&lost, start + after, &mut room).is_some()).count()
    };

    assert_eq!(answers_at(Duration::ZERO, 100), 50);
    assert_eq!(answers_at(Duration::from_micros(1500), 10), 1);
    assert_eq!(answers_at(Duration::from_millis(10), 100), 9);
    assert_eq!(answers_at(Duration::from_secs(3600), 100), 50);
}

#[test]
fn what_is_not_answered_or_does_not_fit_costs_nothing() {
    let mut unreachable = Unreachable::default();
    let lost = udp_v4("10.0.0.1", "10.0.0.9", 60);
    let start = now();

    for _ in 0..1000 {
        assert_eq!(unreachable.answer(&lost, start, &mut [0; 87]), None);
        assert_eq!(unreachable.answer(&lost[..59], start, &mut [0; Unreachable::ROOM]), None);
    }

    assert_eq!(unreachable.answer(&lost, start, &mut [0; 88]), Some(88));
}

proptest! {
    #[test]
    fn whatever_comes_the_answer_is_whole_and_has_no_answer_of_its_own(
        mut packet in prop_oneof![
            proptest::collection::vec(any::<u8>(), 0..2000),
            (proptest::collection::vec(any::<u8>(), 0..1500), any::<u8>(), any::<bool>()).prop_map(
                |(payload, protocol, is_v4)| if is_v4 {
                    packet_v4("10.0.0.1", "10.0.0.9", protocol, &payload)
                } else {
                    packet_v6("fd00::1", "fd00::9", protocol, &payload)
                }
            ),
        ],
        flipped in proptest::option::of((any::<proptest::sample::Index>(), any::<u8>())),
    ) {
        if let Some((at, byte)) = flipped.filter(|_| !packet.is_empty()) {
            let at = at.index(packet.len().min(60));
            packet[at] = byte;
        }
        if let Some(told) = answer(&packet) {
            let longest = if told[0] == 0x45 { 576 } else { 1280 };
            prop_assert!(told.len() <= longest);
            prop_assert!(told.len() <= packet.len() + 48);
            assert_intact(&told);
            prop_assert!(answer(&told).is_none());
        }
    }
}

fn answer(packet: &[u8]) -> Option<Vec<u8>> {
    let mut room = [0xee; Unreachable::ROOM];
    let length = Unreachable::default().answer(packet, now(), &mut room)?;

    Some(room[..length].to_vec())
}

/// Whether lengths and checksums are right.
fn assert_intact(answer: &[u8]) {
    let sum = |bytes: &mut dyn Iterator<Item = u8>| {
        let bytes = bytes.collect::<Vec<_>>();
        let words =
            bytes.chunks(2).map(|word| u64::from(word[0]) << 8 | u64::from(*word.get(1).unwrap_or(&0)));
        words.sum::<u64>() % 0xffff
    };
    if answer[0] == 0x45 {
        assert_eq!(usize::from(u16::from_be_bytes([answer[2], answer[3]])), answer.len());
        assert_eq!(sum(&mut answer[..20].iter().copied()), 0);
        assert_eq!(sum(&mut answer[20..].iter().copied()), 0);
    } else {
        let length = [answer[4], answer[5]];
        assert_eq!(usize::from(u16::from_be_bytes(length)), answer.len() - 40);
        let pseudo_header = answer[8..40].iter().copied().chain(length).chain([0, ICMPV6]);
        assert_eq!(sum(&mut pseudo_header.chain(answer[40..].iter().copied())), 0);
    }
}

fn udp_v4(source: &str, destination: &str, length: u16) -> Vec<u8> {
    packet_v4(source, destination, 17, &vec![0xab; usize::from(length) - 20])
}

fn packet_v4(source: &str, destination: &str, protocol: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0; 20];
    packet[0] = 0x45;
    packet[2..4].copy_from_slice(&(20 + payload.len() as u16).to_be_bytes());
    packet[9] = protocol;
    packet[12..16].copy_from_slice(&source.parse::<Ipv4Addr>().unwrap().octets());
    packet[16..20].copy_from_slice(&destination.parse::<Ipv4Addr>().unwrap().octets());
    packet.extend_from_slice(payload);

    packet
}

fn packet_v6(source: &str, destination: &str, next_header: u8, payload: &[u8]) -> Vec<u8> {
    let mut packet = vec![0; 40];
    packet[0] = 0x60;
    packet[4..6].copy_from_slice(&(payload.len() as u16).to_be_bytes());
    packet[6] = next_header;
    packet[8..24].copy_from_slice(&source.parse::<Ipv6Addr>().unwrap().octets());
    packet[24..40].copy_from_slice(&destination.parse::<Ipv6Addr>().unwrap().octets());
    packet.extend_from_slice(payload);

    packet
}

fn v4_at(packet: &[u8], at: usize) -> IpAddr {
    <[u8; 4]>::try_from(&packet[at..at + 4]).unwrap().into()
}

fn v6_at(packet: &[u8], at: usize) -> IpAddr {
    <[u8; 16]>::try_from(&packet[at..at + 16]).unwrap().into()
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a test begins at some time")]
fn now() -> Instant {
    Instant::now()
}
