use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::Ecn;

/// Where an inner packet goes to; none if it is no IP packet, with at least the header that its version has.
pub(crate) fn destination(packet: &[u8]) -> Option<IpAddr> {
    match packet.first()? >> 4 {
        4 if packet.len() >= V4_HEADER => Some(v4_at(packet, 16)?.into()),
        6 if packet.len() >= V6_HEADER => Some(v6_at(packet, 24)?.into()),
        _ => None,
    }
}

/// What an inner packet says of congestion. The packet is one that has a [`destination`].
pub(crate) fn ecn(packet: &[u8]) -> Ecn {
    Ecn::of_traffic_class(if packet[0] >> 4 == 4 { packet[1] } else { packet[1] >> 4 })
}

/// Passes on to an inner packet that its outside met congestion, if its transport knows such marks (RFC 6040, 4.2). The
/// packet is one that has a [`destination`].
pub(crate) fn mark_congestion(packet: &mut [u8]) {
    if [Ecn::NOT_CAPABLE, Ecn::CONGESTED].contains(&ecn(packet)) {
        return;
    }
    if packet[0] >> 4 == 4 {
        let before = u16::from_be_bytes([packet[0], packet[1]]);
        packet[1] |= Ecn::CONGESTED.traffic_class();
        let checksum = u16::from_be_bytes([packet[10], packet[11]]);
        packet[10..12].copy_from_slice(&updated(checksum, before, before | 3).to_be_bytes());
    } else {
        packet[1] |= Ecn::CONGESTED.traffic_class() << 4;
    }
}

/// How long a packet of `length` bytes is once padded, so that its exact length stays private.
///
/// Padding goes up to 16 bytes and never beyond the MTU (WireGuard's paper, section 5.4.6).
pub(crate) fn padded(length: usize, mtu: usize) -> usize {
    length.next_multiple_of(PADDING).min(mtu.max(length))
}

/// In bytes, without options.
pub(crate) const V4_HEADER: usize = 20;
/// In bytes, without extension headers.
pub(crate) const V6_HEADER: usize = 40;
const PADDING: usize = 16;

/// A checksum after one of its words has changed (RFC 1624, equation 3).
fn updated(checksum: u16, before: u16, after: u16) -> u16 {
    let sum = u32::from(!checksum) + u32::from(!before) + u32::from(after);
    let folded = (sum & 0xffff) + (sum >> 16);

    !(((folded & 0xffff) + (folded >> 16)) as u16)
}

/// The IPv4 address that stands there.
pub(crate) fn v4_at(packet: &[u8], offset: usize) -> Option<Ipv4Addr> {
    packet.get(offset..)?.first_chunk::<4>().map(|octets| Ipv4Addr::from(*octets))
}

/// The IPv6 address that stands there.
pub(crate) fn v6_at(packet: &[u8], offset: usize) -> Option<Ipv6Addr> {
    packet.get(offset..)?.first_chunk::<16>().map(|octets| Ipv6Addr::from(*octets))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_goes_to_sixteen_bytes_and_never_beyond_the_mtu() {
        for (length, padded_length) in
            [(0, 0), (1, 16), (16, 16), (1265, 1280), (1279, 1280), (1280, 1280), (1300, 1300)]
        {
            assert_eq!(padded(length, 1280), padded_length, "{length}");
        }
        assert_eq!(padded(1411, 1412), 1412);
    }

    #[test]
    fn congestion_is_passed_on_to_those_who_know_such_marks_and_the_checksum_follows() {
        for class in 0..=u8::MAX {
            let mut v4 = [0x45, class, 0, 20, 1, 2, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
            let checksum = !sum_of(&v4);
            v4[10..12].copy_from_slice(&checksum.to_be_bytes());
            let mut v6 = [0; 40];
            v6[..2].copy_from_slice(&[0x60 | class >> 4, class << 4]);

            mark_congestion(&mut v4);
            mark_congestion(&mut v6);

            let marked = if class & 3 == 0 { class } else { class | 3 };
            assert_eq!(v4[1], marked);
            assert_eq!(sum_of(&v4), 0xffff, "{class}");
            assert_eq!([v6[0] << 4 | v6[1] >> 4, v6[0] >> 4, v6[1] & 15], [marked, 6, 0]);
            assert_eq!(ecn(&v4), Ecn::of_traffic_class(marked));
            assert_eq!(ecn(&v6), Ecn::of_traffic_class(marked));
        }
    }

    #[test]
    fn what_is_too_short_for_its_version_goes_nowhere() {
        assert_eq!(destination(&[]), None);
        assert_eq!(destination(&[0x45; 19]), None);
        assert_eq!(destination(&[0x60; 39]), None);
        assert_eq!(destination(&[0x55; 100]), None);
        assert_eq!(destination(&[0x45; 20]), Some("69.69.69.69".parse().unwrap()));
    }

    /// The one's complement sum that is 0xffff over an intact header.
    fn sum_of(header: &[u8]) -> u16 {
        let sum = header.chunks(2).map(|word| u32::from(word[0]) << 8 | u32::from(word[1])).sum::<u32>();
        ((sum & 0xffff) + (sum >> 16)) as u16
    }
}
