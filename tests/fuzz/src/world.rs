use std::{
    collections::{BTreeMap, HashSet, VecDeque},
    net::IpAddr,
    time::Duration,
};

use virtual_clock::{Clock, HOME, Kind, Node, Output, PHONE, Packet, Side, TICK};
use wireguard::{Config, PeerConfig};

use crate::setting::{PHONE_INNER, Setting, Source};

/// Two devices and all that they have sent.
pub(crate) struct World {
    pub(crate) clock: Clock,
    home: Node,
    phone: Node,
    /// What was sent last, and by whom.
    air: VecDeque<(Side, Vec<u8>)>,
    /// How many of the last in the air have not been delivered as they should.
    pending: usize,
    /// All that was ever sent.
    genuine: HashSet<Vec<u8>>,
    next_number: u64,
    numbered: BTreeMap<Packet, Fate>,
    /// The other packets that went in.
    packets: HashSet<Vec<u8>>,
}

/// What became of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Sent,
    Arrived,
}

impl World {
    /// A phone and a home that have shaken hands.
    pub(crate) fn connected() -> Self {
        let clock = Clock::start();
        let mut world = Self {
            clock,
            home: Node::new(HOME),
            phone: Node::new(PHONE),
            air: VecDeque::new(),
            pending: 0,
            genuine: HashSet::new(),
            next_number: 0,
            numbered: BTreeMap::new(),
            packets: HashSet::new(),
        };
        for side in Side::BOTH {
            world.set(side, Setting::default());
        }
        world.send_numbered(Side::Phone);
        world.settle();

        world
    }

    /// One of the last datagrams that were sent.
    pub(crate) fn in_the_air(&self, nth: u8) -> Option<Vec<u8>> {
        let last = self.air.len().checked_sub(1)?;

        self.air.get(last - usize::from(nth) % (last + 1)).map(|(_, datagram)| datagram.clone())
    }

    /// A datagram arrives. One that nobody has sent may have no effect at all, other than that a device which was not asked
    /// for some time looks at its clock.
    pub(crate) fn deliver(&mut self, to: Side, source: Source, datagram: &[u8]) {
        let now = self.clock.now();
        let is_genuine = self.is_genuine(datagram);
        let source = source.address(to);
        let node = self.node(to);
        let is_late = node.poll_timeout().is_some_and(|due| due < now);
        let before = node.peers().collect::<Vec<_>>();
        let output = node.handle_datagram(source, datagram, now);
        if !is_genuine && is_late {
            assert!(output.packets.is_empty(), "a forgery comes out");
        } else if !is_genuine {
            assert_eq!(output, Output::default(), "an answer to a forgery");
            assert_eq!(node.peers().collect::<Vec<_>>(), before, "a forgery has an effect");
        }
        self.carry_out(to, output);
    }

    /// All that was just sent arrives, and so do the answers.
    pub(crate) fn settle(&mut self) {
        for _ in 0..MOST_ROUNDS {
            if self.pending == 0 {
                return;
            }
            let first = self.air.len() - self.pending.min(self.air.len());
            self.pending = 0;
            for (from, datagram) in self.air.iter().skip(first).cloned().collect::<Vec<_>>() {
                self.deliver(from.other(), Source::Other, &datagram);
            }
        }
        panic!("they answer each other for ever");
    }

    pub(crate) fn send_numbered(&mut self, from: Side) -> Packet {
        let packet = Packet { from, number: self.next_number };
        self.next_number += 1;
        self.numbered.insert(packet, Fate::Sent);
        self.hand_in(from, &packet.to_bytes());

        packet
    }

    pub(crate) fn send(&mut self, from: Side, bytes: &[u8]) {
        self.packets.insert(bytes.to_vec());
        self.hand_in(from, bytes);
    }

    /// Lets time go by; nothing arrives meanwhile.
    pub(crate) fn wait(&mut self, time: Duration) {
        let end = self.clock.now() + time;
        loop {
            let due = Side::BOTH.into_iter().filter_map(|side| self.node(side).poll_timeout()).min();
            let Some(due) = due.filter(|due| *due <= end) else { break };
            self.clock.advance_to(due);
            self.do_what_is_due();
        }
        self.clock.advance_to(end);
    }

    pub(crate) fn set(&mut self, side: Side, setting: Setting) {
        let (clock, now) = (self.clock, self.clock.now());
        let (node, config) = (self.node(side), setting.config(side));
        if has_new_preshared_key(&node.config(), &config) {
            // What goes on with the former one has seen a later time already.
            node.set(config, now);
        } else {
            clock.dated(|| node.set(config, now));
        }
        assert!(node.config().peers.is_empty() || node.poll_timeout().is_some());
        // What boringtun takes for many minutes without a session ends here, before the next packet.
        let output = node.handle_timeout(now);
        self.carry_out(side, output);
    }

    pub(crate) fn restart(&mut self, side: Side) {
        let address = self.node(side).address;
        *self.node(side) = Node::new(address);
        self.set(side, Setting::default());
    }

    /// The network is good again, and the configurations fit: after a while every packet arrives.
    pub(crate) fn recover(&mut self) {
        for side in Side::BOTH {
            self.set(side, Setting::default());
        }
        self.pending = 0;
        let mut last = Vec::new();
        for _ in 0..RECOVERY {
            last = Side::BOTH.map(|side| self.send_numbered(side)).to_vec();
            self.settle();
            for _ in 0..4 {
                self.wait(TICK);
                self.settle();
            }
        }
        for packet in last {
            assert_eq!(self.numbered[&packet], Fate::Arrived, "{packet:?}");
        }
    }

    fn hand_in(&mut self, from: Side, bytes: &[u8]) {
        let now = self.clock.now();
        let Output { packets, datagrams } = self.node(from).handle_packet(bytes, now);
        match packets.as_slice() {
            [] => {}
            [answer] => assert!(is_unreachable(answer, bytes), "{answer:?} to {bytes:?}"),
            _ => panic!("several answers to {bytes:?}"),
        }
        self.carry_out(from, Output { packets: Vec::new(), datagrams });
    }

    fn do_what_is_due(&mut self) {
        let now = self.clock.now();
        for side in Side::BOTH {
            let output = self.node(side).handle_timeout(now);
            assert!(output.packets.is_empty());
            assert!(self.node(side).poll_timeout().is_none_or(|due| now < due && due <= now + TICK));
            self.carry_out(side, output);
        }
    }

    fn carry_out(&mut self, side: Side, output: Output) {
        for bytes in output.packets {
            self.came_out(side, bytes);
        }
        for (_, datagram) in output.datagrams {
            if let Kind::Data = Kind::of(&datagram) {
                let plaintext = datagram.len() - 32;
                assert!(plaintext.is_multiple_of(16) || plaintext > 1280, "{plaintext} bytes are not padded");
            }
            self.genuine.insert(datagram.clone());
            self.air.push_back((side, datagram));
            self.pending += 1;
        }
        while self.air.len() > MOST_IN_THE_AIR {
            self.air.pop_front();
        }
    }

    /// What comes out went in at the other side, and if it can be told apart, it has not come out before.
    fn came_out(&mut self, side: Side, bytes: Vec<u8>) {
        if side == Side::Home {
            assert!(source_of(&bytes).is_some_and(|source| PHONE_INNER.contains(&source)), "{bytes:?}");
        }
        match Packet::from_bytes(&bytes).and_then(|packet| self.numbered.get_mut(&packet)) {
            Some(fate) => {
                assert_eq!(std::mem::replace(fate, Fate::Arrived), Fate::Sent, "{bytes:?} once more")
            }
            None => assert!(self.packets.iter().any(|packet| packet.starts_with(&bytes)), "{bytes:?}"),
        }
    }

    /// Whether somebody has sent this; the proof of an address, at the end of handshakes, is not always looked at.
    fn is_genuine(&self, datagram: &[u8]) -> bool {
        let looked_at = match (datagram.first(), datagram.len()) {
            (Some(1 | 2), length @ (148 | 92)) => length - 16,
            (_, length) => length,
        };

        self.genuine.contains(datagram)
            || (looked_at < datagram.len()
                && self.genuine.iter().any(|genuine| {
                    genuine.len() == datagram.len() && genuine.starts_with(&datagram[..looked_at])
                }))
    }

    fn node(&mut self, side: Side) -> &mut Node {
        match side {
            Side::Home => &mut self.home,
            Side::Phone => &mut self.phone,
        }
    }
}

/// Whether a peer stays and shares another secret with us.
fn has_new_preshared_key(before: &Config, after: &Config) -> bool {
    after.peers.iter().any(|after| {
        let is_other = |before: &PeerConfig| before.preshared_key != after.preshared_key;
        before.peers.iter().filter(|before| before.public_key == after.public_key).any(is_other)
    })
}

/// Whether this is ICMP of either version, for whoever has sent `packet`.
fn is_unreachable(answer: &[u8], packet: &[u8]) -> bool {
    match answer {
        [0x45, ..] => answer[9] == 1 && answer.len() <= 576 && answer[16..20] == packet[12..16],
        [0x60, ..] => answer[6] == 58 && answer.len() <= 1280 && answer[24..40] == packet[8..24],
        _ => false,
    }
}

fn source_of(packet: &[u8]) -> Option<IpAddr> {
    match packet.first()? >> 4 {
        4 => packet.get(12..16)?.first_chunk::<4>().map(|octets| IpAddr::from(*octets)),
        6 => packet.get(8..24)?.first_chunk::<16>().map(|octets| IpAddr::from(*octets)),
        _ => None,
    }
}

const MOST_IN_THE_AIR: usize = 64;

/// After which two devices have nothing more to say to each other: a handshake, keepalives, and what has waited.
const MOST_ROUNDS: usize = 32;

/// In seconds: until a side finds that the other knows nothing of their session, and until a lost initiation is sent again.
const RECOVERY: usize = 30;
