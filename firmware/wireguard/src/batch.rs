use std::ops::Range;

use crate::Endpoint;

/// What a [`Device`](crate::Device) wants done: packets for the interface, datagrams for the network.
///
/// The memory is kept when a batch is cleared, so that a batch that is used again does not allocate once it is warm.
#[derive(Debug, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    used: usize,
    packets: Vec<Range<usize>>,
    datagrams: Vec<(Endpoint, Range<usize>)>,
}

impl Batch {
    /// Inner packets, decrypted and checked, in the order in which they came.
    pub fn packets(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.packets.iter().map(|range| &self.bytes[range.clone()])
    }

    /// Datagrams and whom to send them to, in the order in which they are to be sent.
    pub fn datagrams(&self) -> impl ExactSizeIterator<Item = (Endpoint, &[u8])> {
        self.datagrams.iter().map(|(to, range)| (*to, &self.bytes[range.clone()]))
    }

    /// Whether there is nothing to do.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.packets.is_empty() && self.datagrams.is_empty()
    }

    /// Forgets what was done and keeps the memory.
    pub fn clear(&mut self) {
        self.used = 0;
        self.packets.clear();
        self.datagrams.clear();
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
    pub(crate) fn push_datagram(&mut self, to: Endpoint, length: usize) {
        let range = self.take(length);
        self.datagrams.push((to, range));
    }

    fn take(&mut self, length: usize) -> Range<usize> {
        let start = self.used;
        self.used += length;
        start..self.used
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_gives_back_what_was_put_in_and_is_empty_once_cleared() {
        let to = Endpoint {
            remote: "192.0.2.1:51820".parse().unwrap(),
            local: Some("192.0.2.2".parse().unwrap()),
        };
        let mut batch = Batch::default();

        batch.room(100)[..3].copy_from_slice(b"abc");
        batch.push_packet(3);
        batch.room(100)[..2].copy_from_slice(b"de");
        batch.push_datagram(to, 2);

        assert_eq!(batch.packets().collect::<Vec<_>>(), [b"abc"]);
        assert_eq!(batch.datagrams().collect::<Vec<_>>(), [(to, b"de".as_slice())]);

        batch.clear();

        assert!(batch.is_empty());
    }
}
