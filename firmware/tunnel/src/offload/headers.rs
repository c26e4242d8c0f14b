use std::ops::Range;

use super::checksum::Sum;

/// Where the headers of a TCP or UDP packet are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Headers {
    pub(super) network: Network,
    pub(super) transport: Transport,
    /// Where the transport's header begins, in bytes.
    pub(super) transport_at: usize,
    /// Where the payload begins, in bytes.
    pub(super) payload_at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Network {
    V4,
    V6,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transport {
    Tcp,
    Udp,
}

impl Headers {
    /// Reads a whole packet, as long as its header says, that is no fragment. IPv6 extension headers are not looked
    /// behind.
    pub(super) fn parse(packet: &[u8]) -> Option<Self> {
        let (network, protocol, transport_at) = match packet.first()? >> 4 {
            4 => (Network::V4, protocol_v4(packet)?, usize::from(packet[0] & 15) * 4),
            6 => (Network::V6, protocol_v6(packet)?, V6_HEADER),
            _ => return None,
        };
        let transport = match protocol {
            TCP => Transport::Tcp,
            UDP => Transport::Udp,
            _ => return None,
        };

        Self::at(packet, network, transport, transport_at)
    }

    /// Reads a whole packet of which the kernel says where the transport's header is, behind whatever headers there are.
    pub(super) fn parse_at(packet: &[u8], transport: Transport, transport_at: usize) -> Option<Self> {
        match packet.first()? >> 4 {
            6 if transport_at >= V6_HEADER && is_whole_v6(packet) => {
                Self::at(packet, Network::V6, transport, transport_at)
            }
            4 | 6 => Self::parse(packet).filter(|headers| headers.transport == transport),
            _ => None,
        }
    }

    fn at(packet: &[u8], network: Network, transport: Transport, transport_at: usize) -> Option<Self> {
        let (length, shortest) = match transport {
            Transport::Tcp => (usize::from(packet.get(transport_at + 12)? >> 4) * 4, TCP_HEADER),
            Transport::Udp => (UDP_HEADER, UDP_HEADER),
        };
        let payload_at = transport_at + length;

        (length >= shortest && payload_at <= packet.len()).then_some(Self {
            network,
            transport,
            transport_at,
            payload_at,
        })
    }

    /// Where both addresses are.
    pub(super) fn addresses(&self) -> Range<usize> {
        match self.network {
            Network::V4 => 12..20,
            Network::V6 => 8..40,
        }
    }

    /// Where both ports are.
    pub(super) fn ports(&self) -> Range<usize> {
        self.transport_at..self.transport_at + 4
    }

    /// Where the transport's checksum is.
    pub(super) fn checksum(&self) -> Range<usize> {
        let at = self.transport_at + usize::from(self.transport.checksum_offset());
        at..at + 2
    }

    /// Says in the headers how long the packet is, and mends the checksum of IPv4's.
    pub(super) fn set_length(&self, packet: &mut [u8], length: usize) {
        match self.network {
            Network::V4 => {
                packet[2..4].copy_from_slice(&(length as u16).to_be_bytes());
                packet[10..12].fill(0);
                let checksum = Sum::of(&packet[..self.transport_at]).checksum();
                packet[10..12].copy_from_slice(&checksum);
            }
            Network::V6 => packet[4..6].copy_from_slice(&((length - V6_HEADER) as u16).to_be_bytes()),
        }
        match self.transport {
            Transport::Tcp => {}
            Transport::Udp => {
                let length = ((length - self.transport_at) as u16).to_be_bytes();
                packet[self.transport_at + 4..self.transport_at + 6].copy_from_slice(&length);
            }
        }
    }

    /// The sum over what the transport's checksum covers outside of the transport, but for its length: addresses and
    /// protocol (RFC 9293, section 3.1; RFC 8200, section 8.1).
    pub(super) fn pseudo_sum(&self, packet: &[u8]) -> Sum {
        Sum::of(&packet[self.addresses()]).plus(u16::from(self.transport.protocol()))
    }

    /// Whether all that is written anew when packets are put together and cut again is there and right: checksums, and
    /// the length in a UDP header.
    pub(super) fn is_intact(&self, packet: &[u8]) -> bool {
        let (network, transport) = packet.split_at(self.transport_at);
        let is_network_intact = match self.network {
            Network::V4 => Sum::of(network).is_intact(),
            Network::V6 => true,
        };
        let is_there = match self.transport {
            Transport::Tcp => true,
            Transport::Udp => {
                packet[self.checksum()] != [0, 0] && transport[4..6] == (transport.len() as u16).to_be_bytes()
            }
        };

        is_network_intact
            && is_there
            && self.pseudo_sum(packet).plus(transport.len() as u16).and(Sum::of(transport)).is_intact()
    }

    /// Puts the transport's checksum in, given the [`pseudo_sum`](Self::pseudo_sum).
    pub(super) fn set_checksum(&self, packet: &mut [u8], pseudo_sum: Sum) {
        packet[self.checksum()].fill(0);
        let transport = &packet[self.transport_at..];
        let checksum = pseudo_sum.plus(transport.len() as u16).and(Sum::of(transport)).checksum();
        packet[self.checksum()].copy_from_slice(&self.transport.written(checksum));
    }
}

impl Transport {
    /// How a checksum is written: where zero means that there is none, as all ones, the same number (RFC 768).
    pub(super) fn written(self, checksum: [u8; 2]) -> [u8; 2] {
        match (self, checksum) {
            (Self::Udp, [0, 0]) => [0xff, 0xff],
            (Self::Udp | Self::Tcp, _) => checksum,
        }
    }

    fn protocol(self) -> u8 {
        match self {
            Self::Tcp => TCP,
            Self::Udp => UDP,
        }
    }

    /// Where the checksum is in the header, in bytes.
    pub(super) fn checksum_offset(self) -> u16 {
        match self {
            Self::Tcp => 16,
            Self::Udp => 6,
        }
    }
}

/// Numbers of the IANA's register of protocols.
const TCP: u8 = 6;
const UDP: u8 = 17;

const V4_HEADER: usize = 20;
const V6_HEADER: usize = 40;
/// Offset and bits of RFC 9293, section 3.1, and RFC 3168, section 6.1.
pub(super) const TCP_FLAGS: usize = 13;
pub(super) const TCP_FIN: u8 = 0x01;
pub(super) const TCP_PSH: u8 = 0x08;
pub(super) const TCP_ACK: u8 = 0x10;
pub(super) const TCP_CWR: u8 = 0x80;

const TCP_HEADER: usize = 20;
const UDP_HEADER: usize = 8;

fn protocol_v4(packet: &[u8]) -> Option<u8> {
    let header = packet.first_chunk::<V4_HEADER>()?;
    let is_whole = usize::from(u16::from_be_bytes([header[2], header[3]])) == packet.len();
    // More fragments, or an offset.
    let is_fragment = u16::from_be_bytes([header[6], header[7]]) & 0x3fff != 0;
    let has_header = (V4_HEADER..=packet.len()).contains(&(usize::from(header[0] & 15) * 4));

    (is_whole && !is_fragment && has_header).then_some(header[9])
}

fn protocol_v6(packet: &[u8]) -> Option<u8> {
    is_whole_v6(packet).then(|| packet[6])
}

fn is_whole_v6(packet: &[u8]) -> bool {
    packet.len() >= V6_HEADER
        && usize::from(u16::from_be_bytes([packet[4], packet[5]])) + V6_HEADER == packet.len()
}
