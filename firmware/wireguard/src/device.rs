use std::{
    collections::{HashMap, HashSet},
    net::SocketAddr,
    time::{Duration, Instant},
};

use foldhash::fast::RandomState;

use crate::{
    Batch, Config, Counters, Dropped, Ecn, Endpoint, PeerConfig, PeerStatus, gate::Gate, message::Message,
    packet, peer::Peer, peer_index::PeerIndex, routes::Routes, session::Identity, unreachable::Unreachable,
};

/// A WireGuard device without its sockets: who we are, who the peers are, and which packet goes where.
///
/// Nothing that arrives makes it panic or grow; what is not for us is dropped without an answer and counted.
#[derive(Default)]
pub struct Device {
    identity: Option<Identity>,
    /// In the order of the configuration.
    order: Vec<PeerIndex>,
    peers: Peers,
    by_key: HashMap<[u8; 32], PeerIndex>,
    routes: Routes,
    gate: Gate,
    unreachable: Unreachable,
    counters: Counters,
    mtu: usize,
    next_tick: Option<Instant>,
    padded: Vec<u8>,
}

impl Device {
    /// A device that is nobody yet. The MTU is that of the interface, in bytes, and limits padding only.
    #[must_use]
    pub fn new(mtu: u16) -> Self {
        Self { mtu: mtu.into(), ..Self::default() }
    }

    /// The interface has a new MTU, in bytes.
    pub fn set_mtu(&mut self, mtu: u16) {
        self.mtu = mtu.into();
    }

    /// Becomes what the configuration says. Sessions of peers whose keys stay are kept; those of others are dead.
    pub fn set(&mut self, config: Config, now: Instant) {
        let has_new_key = self.set_identity(config.private_key);
        let mut former = std::mem::take(&mut self.peers);
        self.routes = Routes::default();
        self.order.clear();
        let former_keys = std::mem::take(&mut self.by_key);
        for config in self.without_doubles(config.peers) {
            let key = *config.public_key.as_bytes();
            let known = former_keys.get(&key).and_then(|index| Some((*index, former.remove(index)?)));
            let (index, peer) = match known {
                Some((index, mut peer)) => {
                    peer.set(config, self.identity.as_ref(), has_new_key, now);
                    (index, peer)
                }
                None => self.new_peer(config, &former, now),
            };
            peer.config.allowed_ips.iter().for_each(|net| self.routes.insert(*net, index));
            self.order.push(index);
            self.by_key.insert(key, index);
            self.peers.insert(index, peer);
        }
        for (index, peer) in &mut self.peers {
            peer.config.allowed_ips.retain(|net| self.routes.is_owner(*index, net));
        }
        self.next_tick = (!self.peers.is_empty()).then_some(now);
    }

    /// What the device is now, with each peer's endpoint where it really is.
    #[must_use]
    pub fn config(&self) -> Config {
        Config {
            private_key: self.identity.as_ref().map(|identity| identity.private_key().clone()),
            peers: self.in_order().map(Peer::config_now).collect(),
        }
    }

    /// Takes where the peers are now for where they are configured to be, so that the next
    /// [`set`](Self::set) moves every peer whose endpoint it has elsewhere.
    pub fn adopt_endpoints(&mut self) {
        for peer in self.peers.values_mut() {
            peer.config = peer.config_now();
        }
    }

    /// Leaves it to the system which of our addresses `remote` is answered from, until it speaks to one again.
    pub fn forget_local(&mut self, remote: SocketAddr) {
        for peer in self.peers.values_mut() {
            peer.forget_local(remote);
        }
    }

    /// Reads a datagram from the network, with what was said of congestion on its outside. Packets for the interface and
    /// answers are appended to `out`.
    pub fn handle_datagram(
        &mut self,
        source: Endpoint,
        ecn: Ecn,
        datagram: &[u8],
        now: Instant,
        out: &mut Batch,
    ) {
        self.catch_up(now, out);
        if let Err(reason) = self.receive(Datagram { source, ecn, bytes: datagram }, now, out) {
            self.counters.count(reason);
        }
    }

    /// Sends a packet that comes from the interface. Datagrams are appended to `out`, or, for a packet that goes to
    /// nobody, what tells its sender so.
    pub fn handle_packet(&mut self, packet: &[u8], now: Instant, out: &mut Batch) {
        self.catch_up(now, out);
        let Err(reason) = self.send(packet, now, out) else { return };
        self.counters.count(reason);
        if matches!(reason, Dropped::NoPeer | Dropped::NoEndpoint)
            && let Some(length) = self.unreachable.answer(packet, now, out.room(Unreachable::ROOM))
        {
            out.push_packet(length);
        }
    }

    /// When [`handle_timeout`](Self::handle_timeout) is to be called next; never if there is no peer.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.next_tick
    }

    /// Sends what is due: handshakes that had no answer, rekeys, keepalives.
    pub fn handle_timeout(&mut self, now: Instant, out: &mut Batch) {
        if self.next_tick.is_none_or(|tick| now < tick) {
            return;
        }
        self.next_tick = Some(now + TICK);
        for peer in self.peers.values_mut() {
            peer.handle_timeout(now, out);
        }
    }

    /// How each peer is, in the order of the configuration.
    pub fn peers(&self) -> impl Iterator<Item = PeerStatus> {
        self.in_order().map(Peer::status)
    }

    /// What was dropped since the device was made.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.counters
    }

    /// Ends what has expired while nobody asked, because the machine slept, before it could be used once more.
    fn catch_up(&mut self, now: Instant, out: &mut Batch) {
        if self.next_tick.is_some_and(|tick| now.saturating_duration_since(tick) > LATE) {
            self.handle_timeout(now, out);
        }
    }

    fn receive(&mut self, datagram: Datagram<'_>, now: Instant, out: &mut Batch) -> Result<(), Dropped> {
        let Datagram { source, bytes, .. } = datagram;
        match Message::parse(bytes).ok_or(Dropped::Malformed)? {
            Message::Initiation => {
                let peer = self.admit_initiation(datagram, now, out)?;
                peer.receive_initiation(source, bytes, now, out)
            }
            Message::Response { receiver } => {
                let peer = peer_of(&mut self.peers, receiver)?;
                let identity = self.identity.as_ref().ok_or(Dropped::InvalidHandshake)?;
                self.gate.admit(identity, source, bytes, now, out)?;
                peer.receive_response(source, bytes, now, out)
            }
            Message::CookieReply { receiver } => {
                peer_of(&mut self.peers, receiver)?.receive_cookie_reply(bytes, out)
            }
            Message::Data { receiver } => self.receive_data(receiver, datagram, now, out),
        }
    }

    /// The peer whose initiation this says it is.
    fn admit_initiation(
        &mut self,
        initiation: Datagram<'_>,
        now: Instant,
        out: &mut Batch,
    ) -> Result<&mut Peer, Dropped> {
        let identity = self.identity.as_ref().ok_or(Dropped::InvalidHandshake)?;
        self.gate.admit(identity, initiation.source, initiation.bytes, now, out)?;
        let key = identity.initiator_of(initiation.bytes).ok_or(Dropped::InvalidHandshake)?;
        let index = self.by_key.get(&key).ok_or(Dropped::UnknownKey)?;

        self.peers.get_mut(index).ok_or(Dropped::UnknownKey)
    }

    fn receive_data(
        &mut self,
        receiver: u32,
        data: Datagram<'_>,
        now: Instant,
        out: &mut Batch,
    ) -> Result<(), Dropped> {
        let peer = peer_of(&mut self.peers, receiver)?;
        let inner = peer.receive_data(data.source, data.bytes, now, out)?;
        let checked = inner.packet.map_or(Ok(()), |(length, inner_source)| {
            if packet::destination(&out.room(length)[..length]).is_none() {
                return Err(Dropped::MalformedInner);
            }
            if self.routes.owner_of(inner_source) != Some(PeerIndex::of_receiver(receiver)) {
                return Err(Dropped::WrongInnerSource);
            }
            if data.ecn == Ecn::CONGESTED {
                packet::mark_congestion(&mut out.room(length)[..length]);
            }
            out.push_packet(length);
            Ok(())
        });
        if !inner.is_former {
            peer.confirm(receiver, now, out);
        }

        checked
    }

    fn send(&mut self, packet: &[u8], now: Instant, out: &mut Batch) -> Result<(), Dropped> {
        if packet.len() > usize::from(u16::MAX) {
            return Err(Dropped::MalformedPacket);
        }
        let destination = packet::destination(packet).ok_or(Dropped::MalformedPacket)?;
        let index = self.routes.owner_of(destination).ok_or(Dropped::NoPeer)?;
        let peer = self.peers.get_mut(&index).ok_or(Dropped::NoPeer)?;
        let ecn = packet::ecn(packet);
        let padded = packet::padded(packet.len(), self.mtu);
        if padded == packet.len() {
            return peer.send(packet, ecn, now, out);
        }
        self.padded.clear();
        self.padded.extend_from_slice(packet);
        self.padded.resize(padded, 0);

        peer.send(&self.padded, ecn, now, out)
    }

    fn in_order(&self) -> impl Iterator<Item = &Peer> {
        self.order.iter().filter_map(|index| self.peers.get(index))
    }

    /// Whether that makes us somebody else.
    fn set_identity(&mut self, private_key: Option<model::PrivateKey>) -> bool {
        let is_same = match (&self.identity, &private_key) {
            (Some(identity), Some(key)) => *identity.public_key() == key.public_key(),
            (None, None) => true,
            (Some(_), None) | (None, Some(_)) => false,
        };
        if !is_same {
            self.identity = private_key.map(Identity::new);
        }

        !is_same
    }

    fn new_peer(&self, config: PeerConfig, former: &Peers, now: Instant) -> (PeerIndex, Peer) {
        let mut index = PeerIndex::random();
        while former.contains_key(&index) || self.peers.contains_key(&index) {
            index = PeerIndex::random();
        }

        (index, Peer::new(config, index, self.identity.as_ref(), now))
    }

    /// Of several peers with one key the last; ourselves never.
    fn without_doubles(&self, peers: Vec<PeerConfig>) -> Vec<PeerConfig> {
        let mut seen = HashSet::new();
        seen.extend(self.identity.as_ref().map(|identity| *identity.public_key()));
        let mut last_first =
            peers.into_iter().rev().filter(|peer| seen.insert(peer.public_key)).collect::<Vec<_>>();
        last_first.reverse();

        last_first
    }
}

/// What has come from the network.
#[derive(Debug, Clone, Copy)]
struct Datagram<'a> {
    source: Endpoint,
    ecn: Ecn,
    bytes: &'a [u8],
}

/// Looked into for every packet. The numbers are our own, so that nobody can choose ones that collide.
type Peers = HashMap<PeerIndex, Peer, RandomState>;

/// Handshakes, rekeys and keepalives are due to the second; this is how late they may be.
const TICK: Duration = Duration::from_millis(250);

/// Later than any round of packets makes it.
const LATE: Duration = Duration::from_secs(1);

fn peer_of(peers: &mut Peers, receiver: u32) -> Result<&mut Peer, Dropped> {
    peers.get_mut(&PeerIndex::of_receiver(receiver)).ok_or(Dropped::UnknownReceiver)
}
