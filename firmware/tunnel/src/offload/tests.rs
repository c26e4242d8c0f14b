use proptest::prelude::*;
use wireguard::Batch;

use super::{
    checksum::Sum,
    headers::{Headers, Transport},
    large::{self, Large},
    *,
};

#[test]
fn a_row_of_one_flow_is_written_as_one_packet() {
    for flow in flows() {
        let packets = flow.row(5, 100);

        let written = merged(&packets);

        assert_eq!(written.len(), 1, "{flow:?}");
        assert_eq!(taken_apart(&written), packets, "{flow:?}");
    }
}

#[test]
fn flows_that_take_turns_are_put_together_each_in_its_order() {
    let rows = flows().map(|flow| flow.row(6, 50));
    let packets = (0..6).flat_map(|turn| rows.iter().map(move |row| row[turn].clone())).collect::<Vec<_>>();

    let written = merged(&packets);

    assert_eq!(written.len(), rows.len());
    assert_eq!(taken_apart(&written), rows.concat());
}

#[test]
fn a_shorter_or_a_pushed_packet_is_the_last_of_its_row() {
    let flow = flows()[0];
    let mut packets = [flow.row(2, 100), flow.at(2, 200).row(1, 30), flow.at(3, 230).row(2, 100)].concat();
    assert_eq!(merged(&packets).len(), 2);
    assert_eq!(taken_apart(&merged(&packets)), packets);

    packets = flow.row(4, 100);
    edit(&mut packets[1], |packet| packet[33] |= 0x08);
    assert_eq!(merged(&packets).len(), 2);
    assert_eq!(taken_apart(&merged(&packets)), packets);
}

#[test]
fn what_differs_from_the_row_is_not_put_into_it() {
    let tcp: [(&str, Change); 9] = [
        ("service", |packet| packet[1] = 0x10),
        ("fragmentation", |packet| packet[6] ^= 0x40),
        ("time to live", |packet| packet[8] -= 1),
        ("port", |packet| packet[20] ^= 1),
        ("sequence", |packet| packet[27] ^= 1),
        ("acknowledgement", |packet| packet[31] ^= 1),
        ("window", |packet| packet[35] ^= 1),
        ("timestamp", |packet| packet[45] ^= 1),
        ("FIN", |packet| packet[33] |= 1),
    ];
    for (what, change) in tcp {
        let mut packets = flows()[0].row(3, 100);
        edit(&mut packets[1], change);

        assert!(merged(&packets).len() > 1, "{what}");
        assert_eq!(sorted(taken_apart(&merged(&packets))), sorted(packets), "{what}");
    }
}

#[test]
fn a_spoilt_packet_stays_as_it_is_for_the_kernel_to_see() {
    for flow in flows() {
        for spoilt in 0..3 {
            let mut packets = flow.row(3, 100);
            *packets[spoilt].last_mut().unwrap() ^= 1;

            let written = merged(&packets);

            assert!(
                written
                    .iter()
                    .any(|(header, packet)| *header == Large::default() && *packet == packets[spoilt])
            );
            assert_eq!(taken_apart(&written), packets, "{flow:?}");
        }
    }
}

#[test]
fn headers_that_are_wrong_are_not_put_right_by_the_way() {
    for flow in flows() {
        for spoilt in 0..3 {
            let mut packets = flow.row(3, 100);
            match (flow.is_v6, flow.transport) {
                (false, _) => packets[spoilt][10] ^= 1,
                // A UDP length that is too short by one, under a checksum that is right.
                (true, Transport::Udp) => edit(&mut packets[spoilt], |packet| packet[45] -= 1),
                (true, Transport::Tcp) => continue,
            }

            assert_eq!(taken_apart(&merged(&packets)), packets, "{flow:?}");
        }
    }
}

#[test]
fn without_offloads_and_with_what_is_no_tcp_or_udp_every_packet_goes_by_itself() {
    let tcp = flows()[0].row(3, 100);
    assert_eq!(merged_by(Merge::new(false, false), &tcp).len(), 3);

    let mut icmp = tcp;
    icmp.iter_mut().for_each(|packet| edit(packet, |packet| packet[9] = 1));
    assert_eq!(merged(&icmp).len(), 3);
    assert_eq!(taken_apart(&merged(&icmp)), icmp);
}

#[test]
fn what_the_kernel_does_not_take_together_is_written_singly_as_it_was_and_never_tried_again() {
    for flow in flows() {
        let mut packets = flow.row(3, 100);
        if flow.transport == Transport::Tcp {
            let at = flow.transport_at() + 13;
            edit(&mut packets[2], |packet| packet[at] |= 0x08);
        }
        let (mut batch, mut merge) = (batch_of(&packets), Merge::new(true, true));
        merge.plan(&batch);
        merge.write(0, &mut batch, |_| ());

        let mut written = Vec::new();
        merge.write_singly(0, &mut batch, joined, |packet| written.push(packet));
        merge.forbid(0);

        assert_eq!(taken_apart(&written), packets, "{flow:?}");
        assert_eq!(merged_by(merge, &packets).len(), 3);
    }
}

#[test]
fn only_the_last_packet_is_pushed_and_only_the_first_says_that_the_window_was_reduced() {
    let flow = flows()[0];
    let mut packet = flow.row(1, 250).remove(0);
    packet[33] |= 0x89;
    let header = Large { kind: large::TCP_V4 | large::ECN, segment: 100, ..Large::default() };

    let packets = taken_apart(&[(header, packet)]);

    assert_eq!(packets.iter().map(|packet| packet[33]).collect::<Vec<_>>(), [0x90, 0x10, 0x19]);
}

#[test]
fn a_large_packet_behind_ipv6_extension_headers_is_split_where_the_kernel_says() {
    let flow = flows()[1];
    let mut packet = flow.row(1, 250).remove(0);
    packet.splice(40..40, [6, 0, 1, 4, 0, 0, 0, 0]);
    packet[6] = 60;
    packet[5] += 8;
    let header = Large { kind: large::TCP_V6, segment: 100, checksum_start: 48, ..Large::default() };

    let packets = taken_apart(&[(header, packet)]);

    assert_eq!(packets.iter().map(Vec::len).collect::<Vec<_>>(), [180, 180, 130]);
    for packet in packets {
        let headers = Headers::parse_at(&packet, Transport::Tcp, 48).unwrap();
        assert!(headers.is_intact(&packet));
    }
}

#[test]
fn nothing_goes_past_what_may_be_a_fragment_of_the_same_flow() {
    let mut packets = flows()[2].row(3, 100);
    edit(&mut packets[1], |packet| packet[6] = 0x20);

    assert_eq!(taken_apart(&merged(&packets)), packets);
}

#[test]
fn a_checksum_that_the_kernel_left_to_us_is_completed() {
    for flow in flows() {
        let packet = flow.row(1, 33).remove(0);
        let headers = Headers::parse(&packet).unwrap();
        let mut unfinished = packet.clone();
        let length = (packet.len() - headers.transport_at) as u16;
        unfinished[headers.checksum()].copy_from_slice(&headers.pseudo_sum(&packet).plus(length).folded());
        let header = Large {
            flags: large::NEEDS_CHECKSUM,
            checksum_start: headers.transport_at as u16,
            checksum_offset: headers.transport.checksum_offset(),
            ..Large::default()
        };

        assert_eq!(taken_apart(&[(header, unfinished)]), [packet], "{flow:?}");
    }
}

#[test]
fn a_header_that_does_not_fit_its_packet_is_refused() {
    let packet = flows()[0].row(1, 100).remove(0);
    for header in [
        Large { kind: 3, segment: 10, ..Large::default() },
        Large { kind: large::UDP, segment: 10, ..Large::default() },
        Large { kind: large::TCP_V4, segment: 0, ..Large::default() },
        Large { flags: large::NEEDS_CHECKSUM, checksum_start: 500, ..Large::default() },
        Large { flags: large::NEEDS_CHECKSUM, checksum_offset: 500, ..Large::default() },
    ] {
        assert!(split(header, &mut packet.clone(), |_| ()).is_err(), "{header:?}");
    }
}

proptest! {
    #[test]
    fn whatever_the_lengths_packets_come_back_as_they_were(
        which in 0_usize..4,
        lengths in prop::collection::vec(1_usize..1500, 1..100),
    ) {
        let mut flow = flows()[which];
        let packets = lengths.into_iter().map(|length| {
            let packet = flow.row(1, length).remove(0);
            flow = flow.at(1, length);
            packet
        }).collect::<Vec<_>>();

        let written = merged(&packets);

        prop_assert!(written.iter().all(|(_, packet)| packet.len() <= 65535));
        prop_assert_eq!(taken_apart(&written), packets);
    }

    #[test]
    fn nothing_that_is_read_makes_it_stumble(
        header in any::<[u8; Large::LENGTH]>(),
        mut packet in prop::collection::vec(any::<u8>(), 0..300),
        version in 4_u8..8,
    ) {
        if let Some(first) = packet.first_mut() {
            *first = version << 4 | *first & 15;
        }
        let length = packet.len();
        let _ = split(Large::from_bytes(header), &mut packet, |packet| assert!(packet.len() <= length));
    }
}

type Change = fn(&mut [u8]);

/// A row of packets that belong together.
#[derive(Debug, Clone, Copy)]
struct Flow {
    transport: Transport,
    is_v6: bool,
    identification: u16,
    sequence: u32,
}

fn flows() -> [Flow; 4] {
    let flow = |transport, is_v6| Flow { transport, is_v6, identification: 65534, sequence: u32::MAX - 150 };
    [
        flow(Transport::Tcp, false),
        flow(Transport::Tcp, true),
        flow(Transport::Udp, false),
        flow(Transport::Udp, true),
    ]
}

impl Flow {
    /// Further on by so many packets and bytes.
    fn at(self, packets: u16, bytes: usize) -> Self {
        let identification = self.identification.wrapping_add(packets);
        Self { identification, sequence: self.sequence.wrapping_add(bytes as u32), ..self }
    }

    fn transport_at(self) -> usize {
        if self.is_v6 { 40 } else { 20 }
    }

    fn row(self, packets: u16, payload: usize) -> Vec<Vec<u8>> {
        (0..packets).map(|number| self.at(number, payload * usize::from(number)).packet(payload)).collect()
    }

    fn packet(self, payload: usize) -> Vec<u8> {
        let transport = match self.transport {
            Transport::Tcp => {
                // With a timestamp, as most have.
                let mut header =
                    vec![0x12, 0x34, 0x1f, 0xbb, 0, 0, 0, 0, 9, 9, 9, 9, 0x80, 0x10, 1, 2, 0, 0, 0, 0];
                header[4..8].copy_from_slice(&self.sequence.to_be_bytes());
                header.extend([1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8]);
                header
            }
            Transport::Udp => {
                let length = ((8 + payload) as u16).to_be_bytes();
                vec![0x12, 0x34, 0x1f, 0xbb, length[0], length[1], 0, 0]
            }
        };
        let protocol = if self.transport == Transport::Tcp { 6 } else { 17 };
        let length = transport.len() + payload;
        let mut packet = if self.is_v6 {
            let mut header = vec![0; 40];
            header[..8].copy_from_slice(&[0x60, 1, 2, 3, (length >> 8) as u8, length as u8, protocol, 64]);
            header[8..].fill(0xfd);
            header
        } else {
            let length = ((20 + length) as u16).to_be_bytes();
            let id = self.identification.to_be_bytes();
            let mut header = vec![0x45, 0, length[0], length[1], id[0], id[1], 0, 0, 64, protocol, 0, 0];
            header.extend([10, 0, 0, 1, 10, 0, 0, 2]);
            header
        };
        packet.extend(transport);
        packet.extend((0..payload).map(|place| place as u8));
        edit(&mut packet, |_| ());

        packet
    }
}

/// Changes a packet and mends its checksums.
fn edit(packet: &mut [u8], change: impl FnOnce(&mut [u8])) {
    change(packet);
    if packet[0] >> 4 == 4 {
        packet[10..12].fill(0);
        let checksum = Sum::of(&packet[..20]).checksum();
        packet[10..12].copy_from_slice(&checksum);
    }
    if let Some(headers) = Headers::parse(packet) {
        headers.set_checksum(packet, headers.pseudo_sum(packet));
    }
}

fn merged(packets: &[Vec<u8>]) -> Vec<(Large, Vec<u8>)> {
    merged_by(Merge::new(true, true), packets)
}

fn merged_by(mut merge: Merge, packets: &[Vec<u8>]) -> Vec<(Large, Vec<u8>)> {
    let mut batch = batch_of(packets);
    merge.plan(&batch);
    (0..merge.len()).map(|group| merge.write(group, &mut batch, joined)).collect()
}

fn joined(slices: &[std::io::IoSlice<'_>]) -> (Large, Vec<u8>) {
    let header = Large::from_bytes(slices[0][..].try_into().unwrap());
    (header, slices[1..].iter().flat_map(|slice| slice.to_vec()).collect())
}

fn taken_apart(written: &[(Large, Vec<u8>)]) -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    for (header, packet) in written {
        split(*header, &mut packet.clone(), |packet| packets.push(packet.to_vec())).unwrap();
    }
    packets
}

fn sorted(mut packets: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    packets.sort();
    packets
}

fn batch_of(packets: &[Vec<u8>]) -> Batch {
    let mut batch = Batch::default();
    packets.iter().for_each(|packet| batch.put_packet(packet));
    batch
}
