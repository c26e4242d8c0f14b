use super::{
    headers::{Headers, Network, TCP_ACK, TCP_FLAGS, TCP_PSH, Transport},
    large::{self, Large},
};

/// What the packets of a group have in common, and what has to come next.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form {
    pub(super) headers: Headers,
    /// The payload of each packet but the last, in bytes.
    pub(super) segment: usize,
    next_sequence: u32,
    is_pushed: bool,
    /// Whether more can be appended.
    pub(super) is_open: bool,
}

impl Form {
    pub(super) fn new(headers: Headers, packet: &[u8], merges: bool) -> Self {
        let segment = packet.len() - headers.payload_at;
        let has_options = ![20, 40].contains(&headers.transport_at);
        let mut form = Self {
            headers,
            segment,
            next_sequence: 0,
            is_pushed: false,
            is_open: merges && segment > 0 && !has_options,
        };
        if headers.transport == Transport::Tcp {
            form.next_sequence = sequence_of(&headers, packet);
            form.is_open &= flags_of(&headers, packet) & !TCP_PSH == TCP_ACK;
        }
        form.add(packet, segment);

        form
    }

    pub(super) fn add(&mut self, packet: &[u8], payload: usize) {
        self.next_sequence = self.next_sequence.wrapping_add(payload as u32);
        if self.headers.transport == Transport::Tcp {
            self.is_pushed |= flags_of(&self.headers, packet) & TCP_PSH != 0;
        }
        self.is_open &= payload == self.segment && !self.is_pushed;
    }

    /// Whether the headers differ only where the kernel makes them differ when it splits a large packet.
    pub(super) fn agrees(&self, first: &[u8], packet: &[u8]) -> bool {
        let network = match self.headers.network {
            // Service, "don't fragment", and time to live.
            Network::V4 => first[1] == packet[1] && first[6] == packet[6] && first[8] == packet[8],
            // Class and flow label, and hop limit.
            Network::V6 => first[..4] == packet[..4] && first[7] == packet[7],
        };
        let at = self.headers.transport_at;
        network
            && match self.headers.transport {
                Transport::Tcp => {
                    let (flags, pushed) = (first[at + TCP_FLAGS], first[at + TCP_FLAGS] | TCP_PSH);
                    sequence_of(&self.headers, packet) == self.next_sequence
                        && first[at + 8..at + TCP_FLAGS] == packet[at + 8..at + TCP_FLAGS]
                        && [flags, pushed].contains(&packet[at + TCP_FLAGS])
                        && first[at + 14..at + 16] == packet[at + 14..at + 16]
                        && first[at + 18..self.headers.payload_at] == packet[at + 18..self.headers.payload_at]
                }
                Transport::Udp => true,
            }
    }

    /// Makes the first packet's headers those of the large packet, with the checksum left to the kernel.
    pub(super) fn seal(&self, packet: &mut [u8], length: usize) {
        self.headers.set_length(packet, length);
        if self.is_pushed && self.headers.transport == Transport::Tcp {
            packet[self.headers.transport_at + TCP_FLAGS] |= TCP_PSH;
        }
        let length = (length - self.headers.transport_at) as u16;
        let sum = self.headers.pseudo_sum(packet).plus(length).folded();
        packet[self.headers.checksum()].copy_from_slice(&sum);
    }

    /// Makes the first packet what it was.
    pub(super) fn unseal(&self, packet: &mut [u8]) {
        self.headers.set_length(packet, packet.len());
        let at = self.headers.transport_at;
        if self.headers.transport == Transport::Tcp {
            // Had it been pushed, nothing would have been appended.
            packet[at + TCP_FLAGS] &= !TCP_PSH;
        }
        self.headers.set_checksum(packet, self.headers.pseudo_sum(packet));
    }

    /// What tells the kernel how to split the large packet.
    pub(super) fn header(&self) -> Large {
        Large {
            flags: large::NEEDS_CHECKSUM,
            kind: match (self.headers.transport, self.headers.network) {
                (Transport::Tcp, Network::V4) => large::TCP_V4,
                (Transport::Tcp, Network::V6) => large::TCP_V6,
                (Transport::Udp, Network::V4 | Network::V6) => large::UDP,
            },
            headers: self.headers.payload_at as u16,
            segment: self.segment as u16,
            checksum_start: self.headers.transport_at as u16,
            checksum_offset: self.headers.transport.checksum_offset(),
        }
    }
}

fn sequence_of(headers: &Headers, packet: &[u8]) -> u32 {
    let at = headers.transport_at + 4;
    u32::from_be_bytes([packet[at], packet[at + 1], packet[at + 2], packet[at + 3]])
}

fn flags_of(headers: &Headers, packet: &[u8]) -> u8 {
    packet[headers.transport_at + TCP_FLAGS]
}
