/// The one's complement sum of 16-bit words that every Internet checksum is made of (RFC 1071).
///
/// The words are in the machine's own byte order, which gives the same checksum (section 2, B), and are added several at
/// a time (section 2, C).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum(u64);

impl Sum {
    /// Over bytes, with a zero behind them if their number is odd.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let (blocks, rest) = bytes.as_chunks::<32>();
        // In lanes, so that the compiler has the processor add several words at once.
        let mut lanes = [0; 8];
        for block in blocks {
            let words = block.as_chunks::<4>().0;
            lanes
                .iter_mut()
                .zip(words)
                .for_each(|(lane, word)| *lane += u64::from(u32::from_ne_bytes(*word)));
        }
        let (words, last) = rest.as_chunks::<2>();
        let rest = words.iter().map(|word| u64::from(u16::from_ne_bytes(*word))).sum::<u64>();
        let last = last.first().map_or(0, |byte| u64::from(u16::from_ne_bytes([*byte, 0])));

        Self(lanes.iter().sum::<u64>() + rest + last)
    }

    /// With one more word.
    pub(super) fn plus(self, word: u16) -> Self {
        Self(self.0 + u64::from(word.to_be()))
    }

    /// With all the words of another sum.
    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }

    /// The sum itself, as it stands in a packet.
    pub(super) fn folded(self) -> [u8; 2] {
        let mut sum = self.0;
        while sum > u64::from(u16::MAX) {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        (sum as u16).to_ne_bytes()
    }

    /// The checksum, as it stands in a packet.
    pub(super) fn checksum(self) -> [u8; 2] {
        self.folded().map(|byte| !byte)
    }

    /// Whether the words that were added, a checksum among them, are intact.
    pub(super) fn is_intact(self) -> bool {
        self.folded() == [0xff; 2]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_example_of_the_rfc_comes_out_right() {
        assert_eq!(Sum::of(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]).folded(), [0xdd, 0xf2]);
    }

    proptest! {
        #[test]
        fn many_words_at_once_give_what_they_give_one_by_one(bytes in prop::collection::vec(any::<u8>(), 0..3000)) {
            let mut slow = bytes.chunks(2).fold(0_u32, |sum, word| {
                let sum = sum + (u32::from(word[0]) << 8 | u32::from(*word.get(1).unwrap_or(&0)));
                (sum & 0xffff) + (sum >> 16)
            });
            slow = (slow & 0xffff) + (slow >> 16);

            prop_assert_eq!(Sum::of(&bytes).folded(), (slow as u16).to_be_bytes());
            let (one, other) = bytes.split_at(bytes.len() / 4 * 2);
            prop_assert_eq!(Sum::of(one).and(Sum::of(other)).folded(), (slow as u16).to_be_bytes());
        }
    }
}
