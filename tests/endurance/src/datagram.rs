use std::ops::RangeInclusive;

/// What a courier sends and a mirror sends back: numbered, and filled so that damage shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Datagram {
    /// Whose it is: a number that no other courier has.
    pub(crate) flow: u64,
    /// Counted by the courier, from 0.
    pub(crate) number: u64,
    /// Counted by the mirror, from 1; 0 on the way there.
    pub(crate) reply: u64,
}

impl Datagram {
    /// Writes it, and gives the bytes that it takes: every length of [`LENGTHS`] has its turn.
    pub(crate) fn write<'a>(&self, room: &'a mut [u8; *LENGTHS.end()]) -> &'a [u8] {
        let length = self.length();
        for (part, value) in room.chunks_exact_mut(8).zip([self.flow, self.number, self.reply]) {
            part.copy_from_slice(&value.to_le_bytes());
        }
        for (place, byte) in room[HEADER..length].iter_mut().enumerate() {
            *byte = self.filling(place);
        }

        &room[..length]
    }

    /// Reads it; nothing if a single byte is not as it was written.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut values = bytes.as_chunks().0.iter().map(|value| u64::from_le_bytes(*value));
        let datagram = Self { flow: values.next()?, number: values.next()?, reply: values.next()? };
        let filling = bytes[HEADER..].iter().enumerate();
        let is_whole = bytes.len() == datagram.length()
            && filling.into_iter().all(|(place, byte)| *byte == datagram.filling(place));

        is_whole.then_some(datagram)
    }

    fn length(&self) -> usize {
        let lengths = LENGTHS.end() - LENGTHS.start() + 1;
        // A prime step, so that short and long ones alternate.
        let step = usize::try_from(self.number % lengths as u64).unwrap_or_default() * 499 % lengths;

        LENGTHS.start() + step
    }

    fn filling(&self, place: usize) -> u8 {
        let mixed = (self.flow ^ self.number.rotate_left(32)).wrapping_add(place as u64).wrapping_mul(MIXER);

        mixed.to_be_bytes()[0]
    }
}

/// From the header alone to what fills a packet of 1420 bytes over IPv6, the MTU that `wg-quick` takes.
pub(crate) const LENGTHS: RangeInclusive<usize> = HEADER..=1420 - 40 - 8;

const HEADER: usize = 24;

/// The golden ratio times 2^64, which spreads neighbours apart.
const MIXER: u64 = 0x9e37_79b9_7f4a_7c15;

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_datagram_is_read_as_it_was_written_and_not_if_it_was_damaged() {
        let datagram = Datagram { flow: 7, number: 3, reply: 2 };
        let mut room = [0; *LENGTHS.end()];
        let bytes = datagram.write(&mut room).to_vec();

        assert_eq!(Datagram::parse(&bytes), Some(datagram));
        assert_eq!(Datagram::parse(&bytes[..bytes.len() - 1]), None);
        for place in [0, 8, HEADER, bytes.len() - 1] {
            let mut damaged = bytes.clone();
            damaged[place] ^= 1;
            assert_eq!(Datagram::parse(&damaged), None, "byte {place}");
        }
    }

    #[test]
    fn every_length_has_its_turn() {
        let lengths: BTreeSet<_> = (0..LENGTHS.count() as u64)
            .map(|number| Datagram { flow: 0, number, reply: 0 }.length())
            .collect();

        assert!(lengths.into_iter().eq(LENGTHS));
    }
}
