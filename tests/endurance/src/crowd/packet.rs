use std::net::Ipv4Addr;

/// A UDP packet over IPv4, without a sum over its data, as it goes into a tunnel.
pub(super) fn udp(from: Ipv4Addr, to: Ipv4Addr, port: u16) -> [u8; LENGTH] {
    let mut packet = [0; LENGTH];
    let length = LENGTH as u16;
    packet[0] = 0x45;
    packet[2..4].copy_from_slice(&length.to_be_bytes());
    packet[8] = 64;
    packet[9] = 17;
    packet[12..16].copy_from_slice(&from.octets());
    packet[16..20].copy_from_slice(&to.octets());
    let sum = checksum(&packet[..IPV4]);
    packet[10..12].copy_from_slice(&sum.to_be_bytes());
    packet[20..22].copy_from_slice(&port.to_be_bytes());
    packet[22..24].copy_from_slice(&port.to_be_bytes());
    packet[24..26].copy_from_slice(&(length - IPV4 as u16).to_be_bytes());

    packet
}

/// In bytes, headers included. Short, so that what is done for each packet weighs more than what is done for each byte.
pub(super) const LENGTH: usize = 128;

const IPV4: usize = 20;

/// The sum over an IPv4 header (RFC 1071), whose own place is 0.
fn checksum(header: &[u8]) -> u16 {
    let words = header.as_chunks().0.iter().map(|word| u32::from(u16::from_be_bytes(*word)));
    let sum: u32 = words.sum();
    let folded = (sum & 0xffff) + (sum >> 16);

    !(folded as u16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_with_its_sum_sums_up_to_nothing() {
        let packet = udp([10, 92, 0, 1].into(), [10, 92, 255, 254].into(), 9);

        assert_eq!(checksum(&packet[..IPV4]), 0);
    }
}
