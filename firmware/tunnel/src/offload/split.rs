use super::{
    checksum::Sum,
    headers::{Headers, Network, TCP_CWR, TCP_FIN, TCP_FLAGS, TCP_PSH, Transport},
    large::{self, Large},
};

/// Makes packets, each with its own headers and checksum, of what was read from the interface.
///
/// That happens in place: a packet is what `each` is given until that returns, and the next one's headers are written
/// over the end of its payload.
///
/// # Errors
/// When the header that came before the packet does not fit it.
pub(crate) fn split(
    header: Large,
    packet: &mut [u8],
    mut each: impl FnMut(&[u8]),
) -> Result<(), Unsplittable> {
    let transport = match header.kind & !large::ECN {
        large::SINGLE => {
            if header.flags & large::NEEDS_CHECKSUM != 0 {
                complete_checksum(header, packet)?;
            }
            each(packet);
            return Ok(());
        }
        large::TCP_V4 | large::TCP_V6 => Transport::Tcp,
        large::UDP => Transport::Udp,
        _ => return Err(Unsplittable),
    };
    let headers = Headers::parse_at(packet, transport, header.checksum_start.into()).ok_or(Unsplittable)?;
    if header.segment == 0 || headers.payload_at > LONGEST_HEADERS {
        return Err(Unsplittable);
    }
    Splitter::new(headers, header.segment.into(), packet).split(packet, each);

    Ok(())
}

/// A large packet that is not what its header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a packet from the interface is not what its offload header says")]
pub(crate) struct Unsplittable;

/// What all packets of a large one have in common.
struct Splitter {
    headers: Headers,
    /// The payload of each but the last, in bytes.
    size: usize,
    pseudo_sum: Sum,
    saved: [u8; LONGEST_HEADERS],
}

impl Splitter {
    fn new(headers: Headers, size: usize, packet: &[u8]) -> Self {
        let mut saved = [0; LONGEST_HEADERS];
        saved[..headers.payload_at].copy_from_slice(&packet[..headers.payload_at]);

        Self { headers, size, pseudo_sum: headers.pseudo_sum(packet), saved }
    }

    fn split(&self, packet: &mut [u8], mut each: impl FnMut(&[u8])) {
        let begin = self.headers.payload_at;
        let count = (packet.len() - begin).div_ceil(self.size).max(1);
        for number in 0..count {
            let start = number * self.size;
            let end = packet.len().min(start + begin + self.size);
            let segment = &mut packet[start..end];
            segment[..begin].copy_from_slice(&self.saved[..begin]);
            self.write_headers(segment, number, number + 1 == count);
            each(segment);
        }
    }

    fn write_headers(&self, segment: &mut [u8], number: usize, is_last: bool) {
        if self.headers.network == Network::V4 {
            // Fragments of different packets must not be taken for one packet's.
            add_u16(&mut segment[4..6], number as u16);
        }
        self.headers.set_length(segment, segment.len());
        let transport = &mut segment[self.headers.transport_at..];
        match self.headers.transport {
            Transport::Tcp => {
                add_u32(&mut transport[4..8], (number * self.size) as u32);
                transport[TCP_FLAGS] &= if is_last { !0 } else { !(TCP_FIN | TCP_PSH) };
                transport[TCP_FLAGS] &= if number == 0 { !0 } else { !TCP_CWR };
            }
            Transport::Udp => {}
        }
        self.headers.set_checksum(segment, self.pseudo_sum);
    }
}

/// More than an IPv4 and a TCP header with all the options that fit, and enough for IPv6 with some extension headers.
const LONGEST_HEADERS: usize = 256;

/// Puts the checksum where the kernel has left the sum over the pseudo header.
fn complete_checksum(header: Large, packet: &mut [u8]) -> Result<(), Unsplittable> {
    let start = usize::from(header.checksum_start);
    let at = start + usize::from(header.checksum_offset);
    let checksum = Sum::of(packet.get(start..).ok_or(Unsplittable)?).checksum();
    let transport = match header.checksum_offset {
        offset if offset == Transport::Udp.checksum_offset() => Transport::Udp,
        _ => Transport::Tcp,
    };
    packet.get_mut(at..at + 2).ok_or(Unsplittable)?.copy_from_slice(&transport.written(checksum));

    Ok(())
}

fn add_u16(field: &mut [u8], number: u16) {
    let sum = u16::from_be_bytes([field[0], field[1]]).wrapping_add(number);
    field.copy_from_slice(&sum.to_be_bytes());
}

fn add_u32(field: &mut [u8], number: u32) {
    let sum = u32::from_be_bytes([field[0], field[1], field[2], field[3]]).wrapping_add(number);
    field.copy_from_slice(&sum.to_be_bytes());
}
