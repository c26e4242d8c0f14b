use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use arbitrary::Arbitrary;
use boringtun::{
    noise::{Tunn, TunnResult},
    x25519::{PublicKey, StaticSecret},
};
use virtual_clock::{Clock, HOME, Node, PHONE, Side};
use wireguard::{Config, Ecn, PeerConfig};

/// What a peer puts into the tunnel, and what the system hands to it.
#[derive(Debug, Arbitrary)]
pub struct InnerPackets<'a>(Vec<(Way, Dress, &'a [u8])>);

impl InnerPackets<'_> {
    /// Does it all.
    ///
    /// # Panics
    /// If something is wrong.
    pub fn run(self) {
        let mut tunnel = Tunnel::connected();

        for (way, dress, packet) in self.0 {
            let packet = packet[..packet.len().min(LONGEST)].to_vec();
            match way {
                Way::In { ecn } => tunnel.comes_in(Ecn::of_traffic_class(ecn), &dress.put_on(packet, SOURCE)),
                Way::Out => tunnel.goes_out(&dress.put_on(packet, DESTINATION)),
            }
        }
    }
}

/// Which way a packet goes.
#[derive(Debug, Clone, Copy, Arbitrary)]
enum Way {
    In { ecn: u8 },
    Out,
}

/// What a packet is made to look like.
#[derive(Debug, Clone, Copy, Arbitrary)]
enum Dress {
    /// As it is.
    Naked,
    /// As one of IPv4.
    V4 { is_peers: bool, has_its_length: bool },
    /// As one of IPv6.
    V6 { is_peers: bool, has_its_length: bool },
}

impl Dress {
    /// Writes over a packet, where there is room; the peer's address to a place that depends on the version.
    fn put_on(self, mut packet: Vec<u8>, [v4_at, v6_at]: [usize; 2]) -> Vec<u8> {
        let length = packet.len();
        let mut write = |at: usize, bytes: &[u8]| {
            packet.get_mut(at..at + bytes.len()).into_iter().for_each(|room| room.copy_from_slice(bytes));
        };
        match self {
            Self::Naked => {}
            Self::V4 { is_peers, has_its_length } => {
                write(0, &[0x45]);
                if has_its_length {
                    write(2, &(length as u16).to_be_bytes());
                }
                if is_peers {
                    write(v4_at, &PEER_V4.octets());
                }
            }
            Self::V6 { is_peers, has_its_length } => {
                write(0, &[0x60]);
                if has_its_length {
                    write(4, &(length.saturating_sub(40) as u16).to_be_bytes());
                }
                if is_peers {
                    write(v6_at, &PEER_V6.octets());
                }
            }
        }

        packet
    }
}

/// Where the two versions have their addresses.
const SOURCE: [usize; 2] = [12, 8];
const DESTINATION: [usize; 2] = [16, 24];

/// A device, and a peer that encrypts whatever it is given.
struct Tunnel {
    clock: Clock,
    home: Node,
    peer: Tunn,
}

impl Tunnel {
    fn connected() -> Self {
        let clock = Clock::start();
        let mut home = Node::new(HOME);
        let allowed_ips = vec![IpAddr::V4(PEER_V4).into(), IpAddr::V6(PEER_V6).into()];
        let peer = PeerConfig { allowed_ips, ..PeerConfig::new(Side::Phone.key().public_key()) };
        home.set(Config { private_key: Some(Side::Home.key()), peers: vec![peer] }, clock.now());
        let secret = StaticSecret::from(*Side::Phone.key().as_bytes());
        let public = PublicKey::from(*Side::Home.key().public_key().as_bytes());
        let mut tunnel = Self { clock, home, peer: Tunn::new(secret, public, None, None, 1, None) };
        tunnel.shake_hands();

        tunnel
    }

    fn shake_hands(&mut self) {
        let mut room = vec![0; ROOM];
        let initiation = written(self.peer.format_handshake_initiation(&mut room, false));
        let response = self.home.handle_datagram(PHONE, &initiation, self.clock.now()).datagrams.remove(0).1;
        let keepalive = written(self.peer.decapsulate(None, &response, &mut room));
        self.home.handle_datagram(PHONE, &keepalive, self.clock.now());
    }

    /// What the peer sends comes out as far as it is a packet of the peer's own, and else not at all.
    fn comes_in(&mut self, ecn: Ecn, packet: &[u8]) {
        let mut room = vec![0; ROOM];
        let datagram = written(self.peer.encapsulate(packet, &mut room));

        let output = self.home.handle_marked_datagram(PHONE, ecn, &datagram, self.clock.now());

        let expected = Header::read(packet)
            .filter(|header| [IpAddr::V4(PEER_V4), IpAddr::V6(PEER_V6)].contains(&header.source))
            .map(|header| packet[..header.length].to_vec());
        assert_eq!(output.datagrams, []);
        assert_eq!(output.packets.len(), usize::from(expected.is_some()));
        for (arrived, sent) in output.packets.iter().zip(expected.iter()) {
            if ecn == Ecn::CONGESTED {
                assert_eq!(*arrived, marked(sent));
            } else {
                assert_eq!(arrived, sent);
            }
        }
    }

    /// What the system sends to the peer arrives there, padded, and nothing else does.
    fn goes_out(&mut self, packet: &[u8]) {
        let output = self.home.handle_packet(packet, self.clock.now());

        let is_for_peer = destination(packet)
            .is_some_and(|destination| [IpAddr::V4(PEER_V4), IpAddr::V6(PEER_V6)].contains(&destination));
        assert_eq!(output.datagrams.len(), usize::from(is_for_peer));
        assert!(output.packets.len() <= usize::from(!is_for_peer));
        for answer in output.packets {
            assert!(Header::read(&answer).is_some_and(|header| header.length == answer.len()));
        }
        for (to, datagram) in output.datagrams {
            assert_eq!(to, PHONE);
            self.arrives_at_peer(packet, &datagram);
        }
    }

    fn arrives_at_peer(&mut self, packet: &[u8], datagram: &[u8]) {
        let padded = datagram.len() - 32;
        assert_eq!(padded, packet.len().next_multiple_of(16).min(packet.len().max(MTU)));
        let mut room = vec![0; ROOM];
        let arrived = match self.peer.decapsulate(None, datagram, &mut room) {
            TunnResult::WriteToTunnelV4(arrived, _) | TunnResult::WriteToTunnelV6(arrived, _) => arrived,
            // The peer, too, looks at the length.
            TunnResult::Err(_) => return,
            TunnResult::Done | TunnResult::WriteToNetwork(_) => panic!("it does not arrive"),
        };
        let both = arrived.len().min(packet.len());
        assert_eq!(arrived[..both], packet[..both]);
        assert!(arrived[both..].iter().all(|byte| *byte == 0));
    }
}

/// What is asked of an inner packet, written down once more.
struct Header {
    source: IpAddr,
    length: usize,
}

impl Header {
    fn read(packet: &[u8]) -> Option<Self> {
        let u16_at = |at| packet.get(at..)?.first_chunk().map(|bytes| u16::from_be_bytes(*bytes));
        let header = match packet.first()? >> 4 {
            4 => Self {
                source: packet.get(12..)?.first_chunk::<4>().map(|octets| IpAddr::from(*octets))?,
                length: Some(usize::from(u16_at(2)?)).filter(|length| *length >= 20)?,
            },
            6 => Self {
                source: packet.get(8..)?.first_chunk::<16>().map(|octets| IpAddr::from(*octets))?,
                length: usize::from(u16_at(4)?) + 40,
            },
            _ => return None,
        };

        Some(header).filter(|header| header.length <= packet.len())
    }
}

fn destination(packet: &[u8]) -> Option<IpAddr> {
    match packet.first()? >> 4 {
        4 => packet.get(16..)?.first_chunk::<4>().map(|octets| IpAddr::from(*octets)),
        6 => packet.get(24..)?.first_chunk::<16>().map(|octets| IpAddr::from(*octets)),
        _ => None,
    }
}

/// What a packet is after its outside met congestion (RFC 6040): marked, if its transport knows marks, with a checksum that
/// is as right or wrong as before.
fn marked(packet: &[u8]) -> Vec<u8> {
    let mut marked = packet.to_vec();
    let (shift, is_v4) = (if packet[0] >> 4 == 4 { 0 } else { 4 }, packet[0] >> 4 == 4);
    let mark = packet[1] >> shift & 3;
    if mark == 1 || mark == 2 {
        marked[1] |= 3 << shift;
        if is_v4 {
            let (checksum, more) = (u16::from_be_bytes([packet[10], packet[11]]), u16::from(3 - mark));
            let checksum = checksum.checked_sub(more).unwrap_or(checksum.wrapping_sub(more).wrapping_sub(1));
            marked[10..12].copy_from_slice(&checksum.to_be_bytes());
        }
    }

    marked
}

fn written(result: TunnResult<'_>) -> Vec<u8> {
    match result {
        TunnResult::WriteToNetwork(datagram) => datagram.to_vec(),
        other => panic!("nothing to send but {other:?}"),
    }
}

const PEER_V4: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);
const PEER_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 2);
const MTU: usize = 1280;
const LONGEST: usize = u16::MAX as usize;
const ROOM: usize = LONGEST + 64;
