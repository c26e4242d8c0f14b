use std::{
    net::{Ipv4Addr, Ipv6Addr},
    time::{Duration, Instant},
};

use crate::packet::{V4_HEADER, V6_HEADER, v4_at, v6_at};

/// Tells whoever sent a packet into the tunnel that nobody is there, as the kernel's WireGuard does, and not too often:
/// "host unreachable" of ICMP (RFC 792), "address unreachable" of ICMPv6 (RFC 4443).
#[derive(Debug, Default)]
pub(crate) struct Unreachable {
    /// When [`BURST`] answers may be given again; every answer moves it on.
    rested_at: Option<Instant>,
}

impl Unreachable {
    /// Writes the answer to a packet that goes to nobody, for the interface, and returns its length, at most
    /// [`ROOM`](Self::ROOM) bytes. There is none to an error or a further fragment, to what goes to or comes from more or
    /// less than one host, to what is no whole packet, to too many at once, and where there is too little room.
    ///
    /// It comes from the address that is not reached: from one of our own, the kernel would not take it.
    pub(crate) fn answer(&mut self, packet: &[u8], now: Instant, room: &mut [u8]) -> Option<usize> {
        let lost = Lost::parse(packet)?;
        let room = room.get_mut(..lost.answer_length())?;
        if !self.may_answer(now) {
            return None;
        }
        match lost {
            Lost::V4 { source, destination, quote } => write_v4(destination, source, quote, room),
            Lost::V6 { source, destination, quote } => write_v6(destination, source, quote, room),
        }

        Some(room.len())
    }

    /// In bytes; enough for every answer.
    pub(crate) const ROOM: usize = LONGEST_V6;

    /// A token bucket: [`BURST`] at once, one more after each [`INTERVAL`].
    fn may_answer(&mut self, now: Instant) -> bool {
        let rested_at = self.rested_at.map_or(now, |rested_at| rested_at.max(now)) + INTERVAL;
        if rested_at.saturating_duration_since(now) > INTERVAL * BURST {
            return false;
        }
        self.rested_at = Some(rested_at);

        true
    }
}

/// 1000 a second, the limit that Linux has had for all ICMP errors of a host (`icmp_msgs_per_sec`).
const INTERVAL: Duration = Duration::from_millis(1);

/// So many at once, as Linux has had it (`icmp_msgs_burst`).
const BURST: u32 = 50;

/// A packet whose sender is to be told.
enum Lost<'a> {
    V4 { source: Ipv4Addr, destination: Ipv4Addr, quote: &'a [u8] },
    V6 { source: Ipv6Addr, destination: Ipv6Addr, quote: &'a [u8] },
}

impl<'a> Lost<'a> {
    fn parse(packet: &'a [u8]) -> Option<Self> {
        match packet.first()? >> 4 {
            4 => Self::parse_v4(packet),
            6 => Self::parse_v6(packet),
            _ => None,
        }
    }

    fn parse_v4(packet: &'a [u8]) -> Option<Self> {
        let header = packet.first_chunk::<V4_HEADER>()?;
        let header_length = usize::from(header[0] & 15) * 4;
        let packet = packet.get(..u16::from_be_bytes([header[2], header[3]]).into())?;
        let upper = packet.get(header_length..).filter(|_| header_length >= V4_HEADER)?;
        let fragment_offset = u16::from_be_bytes([header[6], header[7]]) & 0x1fff;
        let (source, destination) = (v4_at(header, 12)?, v4_at(header, 16)?);
        let is_error = header[9] == ICMP && !ICMP_QUERIES.contains(upper.first()?);
        if fragment_offset != 0 || is_error || !is_one_v4(source) || !is_one_v4(destination) {
            return None;
        }

        Some(Self::V4 { source, destination, quote: at_most(packet, LONGEST_V4 - V4_HEADER - ICMP_HEADER) })
    }

    fn parse_v6(packet: &'a [u8]) -> Option<Self> {
        let header = packet.first_chunk::<V6_HEADER>()?;
        let payload_length = usize::from(u16::from_be_bytes([header[4], header[5]]));
        let packet = packet.get(..V6_HEADER + payload_length)?;
        let (protocol, upper) = upper_layer(header[6], &packet[V6_HEADER..])?;
        let (source, destination) = (v6_at(header, 8)?, v6_at(header, 24)?);
        let is_error = protocol == ICMPV6 && matches!(*upper.first()?, 0..128 | ICMPV6_REDIRECT);
        if is_error || !is_one_v6(source) || !is_one_v6(destination) {
            return None;
        }

        Some(Self::V6 { source, destination, quote: at_most(packet, LONGEST_V6 - V6_HEADER - ICMP_HEADER) })
    }

    fn answer_length(&self) -> usize {
        match self {
            Self::V4 { quote, .. } => V4_HEADER + ICMP_HEADER + quote.len(),
            Self::V6 { quote, .. } => V6_HEADER + ICMP_HEADER + quote.len(),
        }
    }
}

const ICMP_HEADER: usize = 8;

/// RFC 1812, 4.3.2.3: as much as fits into 576 bytes, in all.
const LONGEST_V4: usize = 576;

/// RFC 4443, 3.1: as much as fits into the least MTU of IPv6, in all.
const LONGEST_V6: usize = 1280;

const ICMP: u8 = 1;
const ICMPV6: u8 = 58;
const ICMPV6_REDIRECT: u8 = 137;

/// Echo, timestamp, information and address mask, with their replies; whatever else there is, is an error or may be one.
const ICMP_QUERIES: [u8; 8] = [0, 8, 13, 14, 15, 16, 17, 18];

/// What Linux gives its own.
const HOP_LIMIT: u8 = 64;

/// What follows all of IPv6's own headers; nothing if that is not in this packet (RFC 8200, section 4).
fn upper_layer(mut protocol: u8, mut rest: &[u8]) -> Option<(u8, &[u8])> {
    const HOP_BY_HOP: u8 = 0;
    const ROUTING: u8 = 43;
    const FRAGMENT: u8 = 44;
    const AUTHENTICATION: u8 = 51;
    const DESTINATION_OPTIONS: u8 = 60;
    loop {
        let length = match protocol {
            HOP_BY_HOP | ROUTING | DESTINATION_OPTIONS => 8 + usize::from(*rest.get(1)?) * 8,
            AUTHENTICATION => 8 + usize::from(*rest.get(1)?) * 4,
            FRAGMENT if u16::from_be_bytes([*rest.get(2)?, *rest.get(3)?]) >> 3 != 0 => return None,
            FRAGMENT => 8,
            _ => return Some((protocol, rest)),
        };
        protocol = *rest.first()?;
        rest = rest.get(length..)?;
    }
}

/// Neither nobody, nor several, nor whoever asks (RFC 1122, 3.2.1.3 and 3.2.2).
fn is_one_v4(address: Ipv4Addr) -> bool {
    !matches!(address.octets()[0], 0 | 127 | 224..)
}

/// Neither nobody, nor several, nor whoever asks (RFC 4443, 2.4).
fn is_one_v6(address: Ipv6Addr) -> bool {
    !(address.is_unspecified() || address.is_loopback() || address.is_multicast())
}

fn write_v4(source: Ipv4Addr, destination: Ipv4Addr, quote: &[u8], room: &mut [u8]) {
    const HOST_UNREACHABLE: [u8; 2] = [3, 1];
    const INTERNETWORK_CONTROL: u8 = 0xc0;
    const DO_NOT_FRAGMENT: u8 = 0x40;
    let length = (room.len() as u16).to_be_bytes();
    let (header, message) = room.split_at_mut(V4_HEADER);
    header.fill(0);
    header[..4].copy_from_slice(&[0x45, INTERNETWORK_CONTROL, length[0], length[1]]);
    header[6] = DO_NOT_FRAGMENT;
    header[8..10].copy_from_slice(&[HOP_LIMIT, ICMP]);
    header[12..16].copy_from_slice(&source.octets());
    header[16..].copy_from_slice(&destination.octets());
    let checksum = checksum(&[header]);
    header[10..12].copy_from_slice(&checksum);
    write_message(HOST_UNREACHABLE, quote, &[], message);
}

fn write_v6(source: Ipv6Addr, destination: Ipv6Addr, quote: &[u8], room: &mut [u8]) {
    const ADDRESS_UNREACHABLE: [u8; 2] = [1, 3];
    let (header, message) = room.split_at_mut(V6_HEADER);
    let length = (message.len() as u16).to_be_bytes();
    header[..8].copy_from_slice(&[0x60, 0, 0, 0, length[0], length[1], ICMPV6, HOP_LIMIT]);
    header[8..24].copy_from_slice(&source.octets());
    header[24..].copy_from_slice(&destination.octets());
    // RFC 8200, 8.1: the addresses, the length and the protocol count too.
    let pseudo_header = [&header[8..], &[0, 0, length[0], length[1], 0, 0, 0, ICMPV6]];
    write_message(ADDRESS_UNREACHABLE, quote, &pseudo_header, message);
}

fn write_message(kind: [u8; 2], quote: &[u8], pseudo_header: &[&[u8]], message: &mut [u8]) {
    message[..ICMP_HEADER].copy_from_slice(&[kind[0], kind[1], 0, 0, 0, 0, 0, 0]);
    message[ICMP_HEADER..].copy_from_slice(quote);
    let checksum = checksum(&[pseudo_header, &[&*message]].concat());
    message[2..4].copy_from_slice(&checksum);
}

/// RFC 1071. All parts but the last have an even length.
fn checksum(parts: &[&[u8]]) -> [u8; 2] {
    let words = parts.iter().flat_map(|part| part.chunks(2));
    let mut sum =
        words.map(|word| u32::from(word[0]) << 8 | word.get(1).map_or(0, |low| u32::from(*low))).sum::<u32>();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }

    (!(sum as u16)).to_be_bytes()
}

fn at_most(packet: &[u8], length: usize) -> &[u8] {
    &packet[..packet.len().min(length)]
}

#[cfg(test)]
mod tests;
