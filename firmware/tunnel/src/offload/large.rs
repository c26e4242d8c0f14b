/// What the kernel says of a packet before it, and is told: how to split it, and what is left to do for its checksum
/// (`struct virtio_net_hdr` of `include/uapi/linux/virtio_net.h`, in the machine's own byte order).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Large {
    pub(super) flags: u8,
    pub(super) kind: u8,
    /// All headers together, in bytes. Only a hint when it comes from the kernel.
    pub(super) headers: u16,
    /// The payload of each packet but the last, in bytes.
    pub(super) segment: u16,
    /// Where what the checksum covers begins.
    pub(super) checksum_start: u16,
    /// Where the checksum is, from there.
    pub(super) checksum_offset: u16,
}

impl Large {
    /// How long it is, in bytes.
    pub(crate) const LENGTH: usize = 10;

    /// As the kernel writes it.
    pub(crate) fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        let at = |place: usize| u16::from_ne_bytes([bytes[place], bytes[place + 1]]);

        Self {
            flags: bytes[0],
            kind: bytes[1],
            headers: at(2),
            segment: at(4),
            checksum_start: at(6),
            checksum_offset: at(8),
        }
    }

    /// As the kernel reads it.
    pub(crate) fn to_bytes(self) -> [u8; Self::LENGTH] {
        let mut bytes = [0; Self::LENGTH];
        bytes[..2].copy_from_slice(&[self.flags, self.kind]);
        let numbers = [self.headers, self.segment, self.checksum_start, self.checksum_offset];
        for (place, number) in bytes[2..].chunks_exact_mut(2).zip(numbers) {
            place.copy_from_slice(&number.to_ne_bytes());
        }

        bytes
    }
}

/// Of [`Large::flags`]: the checksum field holds the sum over the pseudo header alone.
pub(super) const NEEDS_CHECKSUM: u8 = 1;

/// Of [`Large::kind`]: a packet as it is.
pub(super) const SINGLE: u8 = 0;
pub(super) const TCP_V4: u8 = 1;
pub(super) const TCP_V6: u8 = 4;
pub(super) const UDP: u8 = 5;
/// Beside the kind, for TCP packets that speak of congestion.
pub(super) const ECN: u8 = 0x80;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_survives_the_way_through_bytes() {
        let bytes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

        assert_eq!(Large::from_bytes(bytes).to_bytes(), bytes);
    }
}
