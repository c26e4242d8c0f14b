use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where an inner packet goes to; none if it is no IP packet, with at least the header that its version has.
pub(crate) fn destination(packet: &[u8]) -> Option<IpAddr> {
    match packet.first()? >> 4 {
        4 if packet.len() >= V4_HEADER => Some(v4_at(packet, 16)?.into()),
        6 if packet.len() >= V6_HEADER => Some(v6_at(packet, 24)?.into()),
        _ => None,
    }
}

/// How long a packet of `length` bytes is once padded, so that its exact length stays private.
///
/// Padding goes up to 16 bytes and never beyond the MTU (WireGuard's paper, section 5.4.6).
pub(crate) fn padded(length: usize, mtu: usize) -> usize {
    length.next_multiple_of(PADDING).min(mtu.max(length))
}

const V4_HEADER: usize = 20;
const V6_HEADER: usize = 40;
const PADDING: usize = 16;

fn v4_at(packet: &[u8], offset: usize) -> Option<Ipv4Addr> {
    packet.get(offset..)?.first_chunk::<4>().map(|octets| Ipv4Addr::from(*octets))
}

fn v6_at(packet: &[u8], offset: usize) -> Option<Ipv6Addr> {
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
    fn what_is_too_short_for_its_version_goes_nowhere() {
        assert_eq!(destination(&[]), None);
        assert_eq!(destination(&[0x45; 19]), None);
        assert_eq!(destination(&[0x60; 39]), None);
        assert_eq!(destination(&[0x55; 100]), None);
        assert_eq!(destination(&[0x45; 20]), Some("69.69.69.69".parse().unwrap()));
    }
}
