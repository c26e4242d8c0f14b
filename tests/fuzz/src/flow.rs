use std::ops::Range;

use arbitrary::Arbitrary;

/// One of the flows that packets are made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Arbitrary)]
pub(crate) enum Flow {
    TcpV4,
    TcpV6,
    UdpV4,
    UdpV6,
}

impl Flow {
    /// A packet of it, or a large one, without checksums.
    pub(crate) fn packet(self, sequence: u32, tcp_flags: u8, payload: usize) -> Vec<u8> {
        let transport = match self {
            Self::TcpV4 | Self::TcpV6 => {
                // With a timestamp, as most have.
                let head = [&[0x12, 0x34, 0x1f, 0xbb][..], &sequence.to_be_bytes(), &[9, 9, 9, 9]].concat();
                let options = [1, 1, 8, 10, 1, 2, 3, 4, 5, 6, 7, 8];
                [&head[..], &[0x80, tcp_flags, 1, 2, 0, 0, 0, 0], &options].concat()
            }
            Self::UdpV4 | Self::UdpV6 => {
                [&[0x12, 0x34, 0x1f, 0xbb][..], &((8 + payload) as u16).to_be_bytes(), &[0, 0]].concat()
            }
        };
        let (length, protocol) = (transport.len() + payload, self.protocol());
        let network = match self {
            Self::TcpV4 | Self::UdpV4 => {
                let length = ((20 + length) as u16).to_be_bytes();
                let rest = [0xff, 0xfe, 0, 0, 64, protocol, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
                [&[0x45, 0][..], &length, &rest].concat()
            }
            Self::TcpV6 | Self::UdpV6 => {
                [&[0x60, 1, 2, 3][..], &(length as u16).to_be_bytes(), &[protocol, 64], &[0xfd; 32]].concat()
            }
        };

        network.into_iter().chain(transport).chain((0..payload).map(|place| place as u8)).collect()
    }

    /// What the kernel puts before a large packet of it, with so many bytes for each packet.
    pub(crate) fn header(self, segment: u16) -> [u8; 10] {
        let (kind, offset) = match self {
            Self::TcpV4 => (1, 16_u16),
            Self::TcpV6 => (4, 16),
            Self::UdpV4 | Self::UdpV6 => (5, 6),
        };
        let [headers, segment, start, offset] =
            [0, segment, self.transport_at() as u16, offset].map(u16::to_ne_bytes);

        [&[1, kind][..], &headers, &segment, &start, &offset].concat().try_into().expect("ten bytes")
    }

    fn protocol(self) -> u8 {
        match self {
            Self::TcpV4 | Self::TcpV6 => 6,
            Self::UdpV4 | Self::UdpV6 => 17,
        }
    }

    fn transport_at(self) -> usize {
        match self {
            Self::TcpV4 | Self::UdpV4 => 20,
            Self::TcpV6 | Self::UdpV6 => 40,
        }
    }
}

/// What a packet is, by the rules of the standards written down once more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Shape {
    is_v4: bool,
    is_tcp: bool,
    transport_at: usize,
    /// Addresses and ports.
    ends: Vec<u8>,
}

impl Shape {
    /// Of a TCP or UDP packet that is as long as it says, and no fragment. For IPv6, the transport may be further behind.
    pub(crate) fn of(packet: &[u8], behind: Option<(u8, usize)>) -> Option<Self> {
        let is_v4 = packet.first()? >> 4 == 4;
        let (length, protocol, at) = if is_v4 {
            (u16_at(packet, 2)?, *packet.get(9)?, usize::from(packet[0] & 15) * 4)
        } else if packet[0] >> 4 == 6 {
            let (protocol, at) = behind.unwrap_or((*packet.get(6)?, 40));
            (u16_at(packet, 4)? + 40, protocol, at)
        } else {
            return None;
        };
        let is_fragment = is_v4 && u16_at(packet, 6)? & 0x3fff != 0;
        let is_tcp = protocol == 6;
        let header = if is_tcp { usize::from(packet.get(at + 12)? >> 4) * 4 } else { 8 };
        let fits = header >= if is_tcp { 20 } else { 8 } && at + header <= packet.len();
        let ends = [packet.get(if is_v4 { 12..20 } else { 8..40 })?, packet.get(at..at + 4)?].concat();
        let is_one = length == packet.len() && !is_fragment && at >= if is_v4 { 20 } else { 40 } && fits;

        (is_one && [6, 17].contains(&protocol)).then_some(Self { is_v4, is_tcp, transport_at: at, ends })
    }

    /// Puts the checksums in.
    pub(crate) fn mend(&self, packet: &mut [u8]) {
        for range in self.checksums() {
            packet[range].fill(0);
        }
        if self.is_v4 {
            let sum = !sum(&packet[..self.transport_at]);
            packet[10..12].copy_from_slice(&sum.to_be_bytes());
        }
        let sum = match (!self.transport_sum(packet), self.is_tcp) {
            (0, false) => 0xffff,
            (sum, _) => sum,
        };
        packet[self.transport_checksum()].copy_from_slice(&sum.to_be_bytes());
    }

    /// Whether all checksums are right, and a UDP packet's length is.
    pub(crate) fn is_intact(&self, packet: &[u8]) -> bool {
        let at = self.transport_at;
        let is_header_intact = !self.is_v4 || sum(&packet[..at]) == 0xffff;
        let is_length_right = self.is_tcp || u16_at(packet, at + 4) == Some(packet.len() - at);

        is_header_intact && is_length_right && self.transport_sum(packet) == 0xffff
    }

    /// A packet without what may be another number after it was merged and split: its identification, and of checksums that
    /// are right the choice between the two zeros. What is wrong stays.
    pub(crate) fn normal(&self, packet: &[u8]) -> Vec<u8> {
        let mut normal = packet.to_vec();
        let is_without = !self.is_tcp && packet[self.transport_checksum()] == [0, 0];
        if self.is_intact(packet) && !is_without {
            if self.is_v4 {
                normal[4..6].fill(0);
            }
            self.checksums().for_each(|range| normal[range].fill(0));
        }

        normal
    }

    fn checksums(&self) -> impl Iterator<Item = Range<usize>> + use<> {
        self.is_v4.then_some(10..12).into_iter().chain([self.transport_checksum()])
    }

    fn transport_checksum(&self) -> Range<usize> {
        let at = self.transport_at + if self.is_tcp { 16 } else { 6 };
        at..at + 2
    }

    fn transport_sum(&self, packet: &[u8]) -> u16 {
        let length = (packet.len() - self.transport_at) as u16;
        let protocol = if self.is_tcp { 6 } else { 17 };
        let addresses = &self.ends[..self.ends.len() - 4];
        let pseudo_header = [addresses, &length.to_be_bytes(), &[0, protocol]].concat();

        sum(&[&pseudo_header, &packet[self.transport_at..]].concat())
    }
}

/// The one's complement sum of 16-bit words (RFC 1071).
fn sum(bytes: &[u8]) -> u16 {
    let words = bytes.chunks(2).map(|word| u32::from(word[0]) << 8 | u32::from(*word.get(1).unwrap_or(&0)));

    words.fold(0, |sum, word| (sum + word) % 0x1_0000 + (sum + word) / 0x1_0000) as u16
}

fn u16_at(packet: &[u8], at: usize) -> Option<usize> {
    packet.get(at..)?.first_chunk().map(|bytes| usize::from(u16::from_be_bytes(*bytes)))
}
