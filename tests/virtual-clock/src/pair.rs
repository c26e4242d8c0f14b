use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use crate::{Clock, HOME, Log, Node, Output, PHONE, Packet, Side, Weather, Wire, wire::Flight};

/// A phone and a home, a wire between them, and the time.
///
/// That a packet arrives only if it was sent, unchanged, and at most once, is looked at all the time.
pub struct Pair {
    /// The time.
    pub clock: Clock,
    /// One side.
    pub home: Node,
    /// The other.
    pub phone: Node,
    /// What lies between.
    pub wire: Wire,
    /// What went over it.
    pub log: Log,
    next_number: u64,
    sent: BTreeMap<Packet, Duration>,
    arrived: BTreeMap<Packet, Duration>,
    in_order_of_arrival: Vec<Packet>,
}

impl Pair {
    /// Both sides as new, on a good wire.
    #[must_use]
    pub fn new() -> Self {
        Self::on(Wire::new(Weather::CLEAR, 0))
    }

    /// Both sides as new.
    #[must_use]
    pub fn on(wire: Wire) -> Self {
        let clock = Clock::start();
        let [home, phone] = [(Side::Home, HOME), (Side::Phone, PHONE)].map(|(side, address)| {
            let mut node = Node::new(address);
            node.set(side.config(), clock.now());
            node
        });

        Self {
            clock,
            home,
            phone,
            wire,
            log: Log::default(),
            next_number: 0,
            sent: BTreeMap::new(),
            arrived: BTreeMap::new(),
            in_order_of_arrival: Vec::new(),
        }
    }

    /// A pair that has shaken hands, at the phone's wish.
    #[must_use]
    pub fn connected() -> Self {
        let mut pair = Self::new();
        let first = pair.send(Side::Phone);
        pair.run(Duration::from_secs(1));
        assert!(pair.has_arrived(first));

        pair
    }

    /// One side sends a packet.
    pub fn send(&mut self, from: Side) -> Packet {
        let packet = self.next_packet(from);
        let now = self.clock.now();
        let Output { datagrams, .. } = self.node(from).handle_packet(&packet.to_bytes(), now);
        self.carry_out(from, Output { packets: Vec::new(), datagrams });

        packet
    }

    /// One side sends a packet, and its datagram does not go over the wire but is given back.
    ///
    /// # Panics
    /// If it is not one datagram.
    pub fn keep_back(&mut self, from: Side) -> (Packet, Vec<u8>) {
        let packet = self.next_packet(from);
        let now = self.clock.now();
        let mut output = self.node(from).handle_packet(&packet.to_bytes(), now);
        assert_eq!(output.datagrams.len(), 1);

        (packet, output.datagrams.remove(0).1)
    }

    /// Both sides send a packet every `interval` for some time; the packets.
    pub fn talk(&mut self, time: Duration, interval: Duration) -> Vec<Packet> {
        self.stream(&Side::BOTH, time, interval)
    }

    /// Some sides send a packet every `interval` for some time; the packets.
    pub fn stream(&mut self, sides: &[Side], time: Duration, interval: Duration) -> Vec<Packet> {
        let end = self.clock.now() + time;
        let mut packets = Vec::new();
        while self.clock.now() < end {
            packets.extend(sides.iter().map(|side| self.send(*side)));
            self.run(interval);
        }

        packets
    }

    /// Lets time go by, with all that happens in it.
    pub fn run(&mut self, time: Duration) {
        let end = self.clock.now() + time;
        while let Some(next) = self.next_event().filter(|next| *next <= end) {
            self.clock.advance_to(next);
            self.deliver_what_has_arrived();
            self.do_what_is_due();
        }
        self.clock.advance_to(end);
    }

    /// Lets time go by while both sides sleep: nothing is done, and what is on its way is lost.
    pub fn sleep(&mut self, time: Duration) {
        while self.wire.next_arrival().is_some_and(|at| self.wire.arrive(at).is_some()) {}
        self.clock.advance(time);
    }

    /// Hands a datagram to one side, wherever it comes from, and carries out what that side makes of it.
    pub fn deliver(&mut self, to: Side, source: SocketAddr, datagram: &[u8]) -> Output {
        let now = self.clock.now();
        let output = self.node(to).handle_datagram(source, datagram, now);
        self.carry_out(to, output.clone());

        output
    }

    /// One side forgets everything but its configuration.
    pub fn restart(&mut self, side: Side) {
        let (now, address) = (self.clock.now(), self.node(side).address);
        *self.node(side) = self.clock.dated(|| {
            let mut node = Node::new(address);
            node.set(side.config(), now);
            node
        });
        // What boringtun takes for many minutes without a session ends here, before the first packet.
        self.do_what_is_due();
    }

    /// Whether a packet has come out at the other side.
    #[must_use]
    pub fn has_arrived(&self, packet: Packet) -> bool {
        self.arrived.contains_key(&packet)
    }

    /// When a packet was sent, since the start.
    ///
    /// # Panics
    /// If it never was.
    #[must_use]
    pub fn departure(&self, packet: Packet) -> Duration {
        self.sent[&packet]
    }

    /// When it came out, since the start.
    #[must_use]
    pub fn arrival(&self, packet: Packet) -> Option<Duration> {
        self.arrived.get(&packet).copied()
    }

    /// What has come out at one side, in this order.
    #[must_use]
    pub fn in_order_of_arrival(&self, at: Side) -> Vec<Packet> {
        self.in_order_of_arrival.iter().filter(|packet| packet.from != at).copied().collect()
    }

    /// Which of these packets have not come out.
    #[must_use]
    pub fn missing(&self, packets: &[Packet]) -> Vec<Packet> {
        packets.iter().filter(|packet| !self.has_arrived(**packet)).copied().collect()
    }

    /// One of the two.
    pub fn node(&mut self, side: Side) -> &mut Node {
        match side {
            Side::Home => &mut self.home,
            Side::Phone => &mut self.phone,
        }
    }

    fn next_packet(&mut self, from: Side) -> Packet {
        let packet = Packet { from, number: self.next_number };
        self.next_number += 1;
        self.sent.insert(packet, self.clock.elapsed());

        packet
    }

    fn next_event(&self) -> Option<Instant> {
        [self.wire.next_arrival(), self.home.poll_timeout(), self.phone.poll_timeout()]
            .into_iter()
            .flatten()
            .min()
    }

    fn deliver_what_has_arrived(&mut self) {
        let now = self.clock.now();
        while let Some(Flight { source, destination, datagram }) = self.wire.arrive(now) {
            for side in Side::BOTH {
                if self.node(side).address == destination {
                    self.deliver(side, source, &datagram);
                }
            }
        }
    }

    fn do_what_is_due(&mut self) {
        let now = self.clock.now();
        for side in Side::BOTH {
            if self.node(side).poll_timeout().is_some_and(|due| due <= now) {
                let output = self.node(side).handle_timeout(now);
                self.carry_out(side, output);
            }
        }
    }

    fn carry_out(&mut self, side: Side, output: Output) {
        let (now, source) = (self.clock.now(), self.node(side).address);
        for (destination, datagram) in output.datagrams {
            self.log.note(side, &datagram, self.clock.elapsed());
            self.wire.send(side, Flight { source, destination, datagram }, now);
        }
        for bytes in output.packets {
            let packet = Packet::from_bytes(&bytes).expect("what comes out is what went in");
            assert_eq!(packet.from, side.other(), "{packet:?} at {side:?}");
            assert!(self.sent.contains_key(&packet), "{packet:?} was never sent");
            let before = self.arrived.insert(packet, self.clock.elapsed());
            assert_eq!(before, None, "{packet:?} arrived twice");
            self.in_order_of_arrival.push(packet);
        }
    }
}

impl Default for Pair {
    fn default() -> Self {
        Self::new()
    }
}
