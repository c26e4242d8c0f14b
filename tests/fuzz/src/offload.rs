use std::collections::BTreeSet;

use arbitrary::Arbitrary;
use tunnel::fuzzing::{HEADER, merge, split};

use crate::flow::{Flow, Shape};

/// What is read from the interface, large or not; the packets that it is split into go on to the interface of the other
/// side, where they are put together again.
#[derive(Debug, Arbitrary)]
pub struct Offload<'a>(Vec<Read<'a>>);

impl Offload<'_> {
    /// Does it all.
    ///
    /// # Panics
    /// If something is wrong.
    pub fn run(self) {
        let (mut packets, mut sequence) = (Vec::new(), 0);
        for read in self.0.into_iter().take(MOST_READS) {
            read.packets(&mut sequence, &mut packets);
        }
        packets.truncate(MOST_PACKETS);

        check_merge(&packets);
    }
}

#[derive(Debug, Arbitrary)]
enum Read<'a> {
    /// Anything.
    Noise { header: [u8; HEADER], bytes: &'a [u8] },
    /// What the kernel makes of a flow that goes on.
    Row { flow: Flow, payload: u16, segment: u16, tcp_flags: u8 },
    /// The same, with a change before it is split.
    Odd { flow: Flow, payload: u16, segment: u16, change: Change },
    /// The same, with a change to one of its packets, whose checksums follow it or do not.
    Spoilt { flow: Flow, payload: u16, segment: u16, nth: u8, change: Change, is_mended: bool },
}

impl Read<'_> {
    /// Appends the packets that it is split into.
    fn packets(self, sequence: &mut u32, packets: &mut Vec<Vec<u8>>) {
        let first = packets.len();
        let mut row = |flow: Flow, payload: u16, tcp_flags: u8| {
            let payload = payload % LONGEST_PAYLOAD;
            let packet = flow.packet(*sequence, tcp_flags, payload.into());
            *sequence = sequence.wrapping_add(payload.into());
            packet
        };
        match self {
            Self::Noise { header, bytes } => packets.extend(check_split(header, bytes)),
            Self::Row { flow, payload, segment, tcp_flags } => {
                packets.extend(check_split(flow.header(segment), &row(flow, payload, tcp_flags)));
            }
            Self::Odd { flow, payload, segment, change } => {
                let mut packet = row(flow, payload, TCP_ACK);
                change.make(&mut packet);
                packets.extend(check_split(flow.header(segment), &packet));
            }
            Self::Spoilt { flow, payload, segment, nth, change, is_mended } => {
                packets.extend(check_split(flow.header(segment), &row(flow, payload, TCP_ACK)));
                let count = (packets.len() - first).max(1);
                if let Some(packet) = packets.get_mut(first + usize::from(nth) % count) {
                    change.make(packet);
                    let shape = Shape::of(packet, None).filter(|_| is_mended);
                    shape.into_iter().for_each(|shape| shape.mend(packet));
                }
            }
        }
    }
}

/// Some bits of one byte are others, of the headers most of the time.
#[derive(Debug, Clone, Copy, Arbitrary)]
struct Change {
    at: u8,
    bits: u8,
}

impl Change {
    fn make(self, packet: &mut [u8]) {
        let at = usize::from(self.at) % packet.len();
        packet[at] ^= self.bits;
    }
}

/// Splits it. The packets have the payload between them, and are intact, each as long as the header says.
fn check_split(header: [u8; HEADER], large: &[u8]) -> Vec<Vec<u8>> {
    let mut packets = Vec::new();
    let is_understood = split(header, &mut large.to_vec(), |packet| packets.push(packet.to_vec()));
    assert_eq!(is_understood, !packets.is_empty());
    let (kind, segment) = (header[1] & 0x7f, usize::from(u16::from_ne_bytes([header[4], header[5]])));
    if kind == 0 || packets.is_empty() {
        packets.iter().for_each(|packet| assert_eq!(packet.len(), large.len()));
        return packets;
    }

    let (protocol, at) = (if kind == 5 { 17 } else { 6 }, u16::from_ne_bytes([header[6], header[7]]).into());
    for packet in &packets {
        let shape = Shape::of(packet, Some((protocol, at))).expect("a packet that is as long as it says");
        assert!(shape.is_intact(packet), "{packet:?}");
    }
    let total = packets.iter().map(Vec::len).sum::<usize>();
    if let [first, .., last] = packets.as_slice() {
        let headers = (total - large.len()) / (packets.len() - 1);
        let payload = packets.iter().flat_map(|packet| &packet[headers..]);
        assert!(payload.eq(&large[headers..]), "the payload is another");
        assert_eq!(first.len(), headers + segment);
        assert!((headers + 1..=first.len()).contains(&last.len()));
    } else {
        assert_eq!(total, large.len());
    }

    packets
}

/// Puts them together. One by one they come out as they went in; together the same, but for what the kernel numbers anew.
/// Nothing overtakes a packet of its own flow, or one of which nobody can say whose it is.
fn check_merge(packets: &[Vec<u8>]) {
    let written = merge(packets);
    let singly = written.iter().flat_map(|group| group.singly.clone()).collect::<Vec<_>>();
    let mut together = Vec::new();
    for group in &written {
        assert!(group.bytes.len() <= 65535, "{} bytes at once", group.bytes.len());
        let is_understood =
            split(group.header, &mut group.bytes.clone(), |packet| together.push(packet.to_vec()));
        assert!(is_understood);
    }

    let [packets, singly, together] = [packets, &singly, &together].map(seen);
    for shape in packets.iter().map(|(shape, _)| shape).collect::<BTreeSet<_>>() {
        let [expected, singly, together] = [&packets, &singly, &together].map(|packets| {
            packets.iter().filter(|(other, _)| other.is_none() || other == shape).collect::<Vec<_>>()
        });
        assert_eq!(singly, expected, "one by one");
        assert_eq!(together, expected, "together");
    }
    assert_eq!([singly.len(), together.len()], [packets.len(); 2]);
}

/// What each packet is, and what of it stays the same.
fn seen(packets: &[Vec<u8>]) -> Vec<(Option<Shape>, Vec<u8>)> {
    let see = |packet: &Vec<u8>| match Shape::of(packet, None) {
        Some(shape) => {
            let normal = shape.normal(packet);
            (Some(shape), normal)
        }
        None => (None, packet.clone()),
    };

    packets.iter().map(see).collect()
}

const TCP_ACK: u8 = 0x10;

/// Keeps a run short.
const MOST_READS: usize = 16;
const MOST_PACKETS: usize = 200;
const LONGEST_PAYLOAD: u16 = 4096;
