use std::ops::Range;

use crate::{Ecn, Endpoint};

/// What a [`Device`](crate::Device) wants done: packets for the interface, datagrams for the network.
///
/// The memory is kept when a batch is cleared, so that a batch that is used again does not allocate once it is warm.
#[derive(Debug, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    used: usize,
    packets: Vec<Range<usize>>,
    runs: Vec<Lined>,
}

/// Datagrams in a row for the same receiver, as one system call can send them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run<'a> {
    /// Whom to send them to.
    pub to: Endpoint,
    /// What to say of congestion on the outside.
    pub ecn: Ecn,
    /// The datagrams, one behind the other.
    pub bytes: &'a [u8],
    /// The length of each, in bytes; the last one may be shorter.
    pub segment: usize,
}

impl<'a> Run<'a> {
    /// The datagrams, one by one.
    pub fn datagrams(self) -> impl ExactSizeIterator<Item = &'a [u8]> {
        self.bytes.chunks(self.segment)
    }
}

impl Batch {
    /// Inner packets, decrypted and checked, in the order in which they came.
    pub fn packets(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.packets.iter().map(|range| &self.bytes[range.clone()])
    }

    /// One of the [`packets`](Self::packets).
    ///
    /// # Panics
    /// When there are not so many.
    #[must_use]
    pub fn packet(&self, number: usize) -> &[u8] {
        &self.bytes[self.packets[number].clone()]
    }

    /// One of the [`packets`](Self::packets), to be written to.
    ///
    /// # Panics
    /// When there are not so many.
    pub fn packet_mut(&mut self, number: usize) -> &mut [u8] {
        let range = self.packets[number].clone();
        &mut self.bytes[range]
    }

    /// Datagrams, in the order in which they are to be sent.
    pub fn runs(&self) -> impl ExactSizeIterator<Item = Run<'_>> {
        self.runs.iter().map(|run| Run {
            to: run.to,
            ecn: run.ecn,
            bytes: &self.bytes[run.range.clone()],
            segment: run.segment,
        })
    }

    /// Datagrams and whom to send them to, one by one.
    pub fn datagrams(&self) -> impl Iterator<Item = (Endpoint, &[u8])> {
        self.runs().flat_map(|run| run.datagrams().map(move |datagram| (run.to, datagram)))
    }

    /// How many bytes are to be written or sent.
    #[must_use]
    pub fn len(&self) -> usize {
        self.used
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.packets.is_empty() && self.runs.is_empty()
    }

    /// Forgets what was done and keeps the memory.
    pub fn clear(&mut self) {
        self.used = 0;
        self.packets.clear();
        self.runs.clear();
    }

    /// Appends a packet for the interface.
    pub fn put_packet(&mut self, packet: &[u8]) {
        self.room(packet.len()).copy_from_slice(packet);
        self.push_packet(packet.len());
    }

    /// Forgets the packets, and of the runs those that come first; the others move to where the memory is still in the
    /// processor's cache.
    pub fn forget(&mut self, runs: usize) {
        self.packets.clear();
        self.runs.drain(..runs);
        let start = self.runs.first().map_or(self.used, |run| run.range.start);
        self.bytes.copy_within(start..self.used, 0);
        self.used -= start;
        for run in &mut self.runs {
            run.range = run.range.start - start..run.range.end - start;
        }
    }

    /// Room for `size` more bytes, to be written to before one of the `push` methods.
    pub(crate) fn room(&mut self, size: usize) -> &mut [u8] {
        let end = self.used + size;
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }

        &mut self.bytes[self.used..end]
    }

    /// The first `length` bytes of the room are a packet for the interface.
    pub(crate) fn push_packet(&mut self, length: usize) {
        let range = self.take(length);
        self.packets.push(range);
    }

    /// The first `length` bytes of the room are a datagram for `to`.
    pub(crate) fn push_datagram(&mut self, to: Endpoint, ecn: Ecn, length: usize) {
        let range = self.take(length);
        match self.runs.last_mut().filter(|last| last.takes(to, ecn, &range)) {
            Some(last) => last.range.end = range.end,
            None => self.runs.push(Lined { to, ecn, segment: length, range }),
        }
    }

    fn take(&mut self, length: usize) -> Range<usize> {
        let start = self.used;
        self.used += length;
        start..self.used
    }
}

/// A run by its place.
#[derive(Debug)]
struct Lined {
    to: Endpoint,
    ecn: Ecn,
    segment: usize,
    range: Range<usize>,
}

impl Lined {
    /// Whether a datagram at `next` can be sent in one call with these.
    fn takes(&self, to: Endpoint, ecn: Ecn, next: &Range<usize>) -> bool {
        let length = self.range.len();

        (self.to, self.ecn, self.range.end) == (to, ecn, next.start)
            && next.len() <= self.segment
            && length.is_multiple_of(self.segment)
            && length / self.segment < MOST_SEGMENTS
            && length + next.len() <= MOST_BYTES
    }
}

/// `UDP_MAX_SEGMENTS` of `include/linux/udp.h`, as it was before Linux 6.9 doubled it.
const MOST_SEGMENTS: usize = 64;

/// The longest UDP payload over IPv4: 65535 bytes without the two headers.
const MOST_BYTES: usize = 65535 - 20 - 8;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_gives_back_what_was_put_in_and_is_empty_once_cleared() {
        let mut batch = Batch::default();

        batch.room(100)[..3].copy_from_slice(b"abc");
        batch.push_packet(3);
        push(&mut batch, 1, b"de");

        assert_eq!(batch.packets().collect::<Vec<_>>(), [b"abc"]);
        assert_eq!(batch.datagrams().collect::<Vec<_>>(), [(to(1), b"de".as_slice())]);
        assert_eq!(batch.len(), 5);

        batch.clear();

        assert!(batch.is_empty());
    }

    #[test]
    fn datagrams_of_one_length_for_one_receiver_make_one_run_and_a_shorter_one_ends_it() {
        let mut batch = Batch::default();

        for datagram in [b"abc".as_slice(), b"def", b"g", b"hij", b"klmn"] {
            push(&mut batch, 1, datagram);
        }
        push(&mut batch, 2, b"opqr");

        let runs = batch.runs().map(|run| (run.to, run.segment, run.bytes)).collect::<Vec<_>>();
        assert_eq!(
            runs,
            [(to(1), 3, b"abcdefg".as_slice()), (to(1), 3, b"hij"), (to(1), 4, b"klmn"), (to(2), 4, b"opqr")]
        );
        assert_eq!(batch.datagrams().count(), 6);
    }

    #[test]
    fn what_is_marked_otherwise_or_does_not_follow_begins_a_run() {
        let mut batch = Batch::default();

        push(&mut batch, 1, b"abc");
        batch.room(3)[..3].copy_from_slice(b"def");
        batch.push_datagram(to(1), Ecn::CONGESTED, 3);
        batch.push_packet(0);
        batch.room(3).fill(b'x');
        batch.push_packet(3);
        batch.room(3)[..3].copy_from_slice(b"ghi");
        batch.push_datagram(to(1), Ecn::CONGESTED, 3);

        assert_eq!(batch.runs().map(|run| run.bytes).collect::<Vec<_>>(), [b"abc", b"def", b"ghi"]);
    }

    #[test]
    fn a_run_is_never_longer_than_the_kernel_takes() {
        let mut batch = Batch::default();

        (0..100).for_each(|_| push(&mut batch, 1, &[0; 32]));
        (0..50).for_each(|_| push(&mut batch, 2, &[0; 1452]));

        let counts = batch.runs().map(|run| run.datagrams().len()).collect::<Vec<_>>();
        assert_eq!(counts, [64, 36, 45, 5]);
    }

    #[test]
    fn what_is_not_forgotten_is_still_there_and_goes_on() {
        let mut batch = Batch::default();
        (0..100).for_each(|_| push(&mut batch, 1, b"abcdefgh"));
        batch.put_packet(b"packet");

        batch.forget(1);
        push(&mut batch, 1, b"12345678");

        assert_eq!((batch.packets().len(), batch.runs().len()), (0, 2));
        assert_eq!(batch.datagrams().filter(|(_, datagram)| *datagram == b"abcdefgh").count(), 36);
        assert_eq!(batch.datagrams().last(), Some((to(1), b"12345678".as_slice())));

        batch.forget(2);

        assert!(batch.is_empty());
        assert_eq!(batch.len(), 0);
    }

    fn to(host: u8) -> Endpoint {
        Endpoint { remote: ([192, 0, 2, host], 51820).into(), local: Some([192, 0, 2, 9].into()) }
    }

    fn push(batch: &mut Batch, host: u8, datagram: &[u8]) {
        batch.room(datagram.len()).copy_from_slice(datagram);
        batch.push_datagram(to(host), Ecn::NOT_CAPABLE, datagram.len());
    }
}
