use std::{
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

use crate::{
    Batch, Dropped, Ecn, Endpoint, PeerConfig, PeerStatus,
    message::{self, Content},
    peer_index::PeerIndex,
    session::{Identity, ROOM, Received, Session},
    timers::Timers,
};

/// One peer: its session, where it is, and what it owes.
pub(crate) struct Peer {
    pub(crate) config: PeerConfig,
    endpoint: Option<Endpoint>,
    index: PeerIndex,
    /// None while we are nobody ourselves.
    session: Option<Session>,
    /// What goes on with the former preshared key, for as long as it would have and until there are keys made with the
    /// new one; so that nothing is lost while both sides are told.
    former: Option<(Session, Instant)>,
    /// The session that we answered with and that the peer has not used yet.
    unconfirmed: Option<u32>,
    last_initiation: Option<Instant>,
    last_handshake: Option<Instant>,
    timers: Timers,
    received_bytes: u64,
    sent_bytes: u64,
}

impl Peer {
    pub(crate) fn new(
        config: PeerConfig,
        index: PeerIndex,
        identity: Option<&Identity>,
        now: Instant,
    ) -> Self {
        let mut peer = Self {
            endpoint: config.endpoint.map(Endpoint::from),
            index,
            session: None,
            former: None,
            unconfirmed: None,
            last_initiation: None,
            last_handshake: None,
            timers: Timers::default(),
            received_bytes: 0,
            sent_bytes: 0,
            config,
        };
        peer.timers.set_interval(peer.config.persistent_keepalive, now);
        peer.begin_anew(identity);

        peer
    }

    /// Forgets every session and handshake.
    pub(crate) fn begin_anew(&mut self, identity: Option<&Identity>) {
        self.former = None;
        self.last_handshake = None;
        self.begin_session(identity);
    }

    fn begin_session(&mut self, identity: Option<&Identity>) {
        let (key, psk) = (&self.config.public_key, self.config.preshared_key.as_ref());
        self.session = identity.map(|identity| Session::new(identity, key, psk, self.index));
        self.unconfirmed = None;
        self.last_initiation = None;
        self.timers.begin_anew();
    }

    /// Takes a new configuration of the same public key. Sessions stay unless our private key is another now.
    pub(crate) fn set(
        &mut self,
        config: PeerConfig,
        identity: Option<&Identity>,
        has_new_identity: bool,
        now: Instant,
    ) {
        if config.endpoint.is_some() && config.endpoint != self.config.endpoint {
            self.endpoint = config.endpoint.map(Endpoint::from);
        }
        if config.persistent_keepalive != self.config.persistent_keepalive {
            self.timers.set_interval(config.persistent_keepalive, now);
        }
        let has_new_psk = config.preshared_key != self.config.preshared_key;
        self.config = config;
        if has_new_identity {
            self.begin_anew(identity);
        } else if has_new_psk {
            self.begin_with_new_psk(identity, now);
        }
    }

    /// As a session has its preshared key from the beginning, another one takes its place, and begins with a handshake.
    fn begin_with_new_psk(&mut self, identity: Option<&Identity>, now: Instant) {
        let end = self.last_handshake.map(|at| at + REJECT_AFTER_TIME).filter(|end| *end > now);
        let session = self.session.take().filter(Session::is_established);
        // A second change before the first is through leaves the keys that both sides still have.
        self.former = self.former.take().or_else(|| session.zip(end));
        self.begin_session(identity);
        if self.former.is_some() {
            self.timers.want_handshake(now);
        }
    }

    /// Answers the peer's own initiation.
    pub(crate) fn receive_initiation(
        &mut self,
        source: Endpoint,
        initiation: &[u8],
        now: Instant,
        out: &mut Batch,
    ) -> Result<(), Dropped> {
        let session = self.session.as_mut().ok_or(Dropped::InvalidHandshake)?;
        let too_early = |last: Instant| now.saturating_duration_since(last) < INITIATION_INTERVAL;
        if self.last_initiation.is_some_and(too_early) {
            return Err(Dropped::RateLimited);
        }
        let Received::Reply(length) = session.receive(initiation, out.room(ROOM)) else {
            return Err(Dropped::InvalidHandshake);
        };
        self.last_initiation = Some(now);
        self.unconfirmed = message::sender_of(out.room(ROOM));
        let endpoint = self.endpoint;
        self.heard(source, initiation, now);
        self.push(length, Ecn::NOT_CAPABLE, now, out);
        if self.former.is_some() {
            // A session that begins anew does not know which initiations came before; data will tell where the peer is.
            self.endpoint = endpoint.or(self.endpoint);
        }

        Ok(())
    }

    /// Takes the answer to our initiation, and sends what has waited for it.
    pub(crate) fn receive_response(
        &mut self,
        source: Endpoint,
        response: &[u8],
        now: Instant,
        out: &mut Batch,
    ) -> Result<(), Dropped> {
        let session = self.session.as_mut().ok_or(Dropped::InvalidHandshake)?;
        let Received::Reply(length) = session.receive(response, out.room(ROOM)) else {
            return Err(Dropped::InvalidHandshake);
        };
        // Where both have begun, each keeps its own session.
        self.unconfirmed = None;
        self.shook_hands(true, now);
        self.heard(source, response, now);
        self.push(length, Ecn::NOT_CAPABLE, now, out);
        self.push_waiting(now, out);

        Ok(())
    }

    /// Keeps a cookie for the next initiation.
    pub(crate) fn receive_cookie_reply(&mut self, reply: &[u8], out: &mut Batch) -> Result<(), Dropped> {
        let session = self.session.as_mut().ok_or(Dropped::InvalidHandshake)?;
        match session.receive(reply, out.room(ROOM)) {
            Received::Nothing => Ok(()),
            Received::Reply(_) | Received::Packet(..) | Received::MalformedInner | Received::Refused => {
                Err(Dropped::InvalidHandshake)
            }
        }
    }

    /// Decrypts data into the room of `out`.
    pub(crate) fn receive_data(
        &mut self,
        source: Endpoint,
        data: &[u8],
        now: Instant,
        out: &mut Batch,
    ) -> Result<Inner, Dropped> {
        let session = self.session.as_mut().ok_or(Dropped::UnknownReceiver)?;
        let mut received = session.receive(data, out.room(ROOM));
        let mut is_former = false;
        if let (Received::Refused, Some((former, _))) = (&received, &mut self.former) {
            received = former.receive(data, out.room(ROOM));
            is_former = true;
        }
        let packet = match received {
            Received::Packet(length, source) => Ok(Some((length, source))),
            Received::Nothing => Ok(None),
            Received::MalformedInner => Err(Dropped::MalformedInner),
            Received::Reply(_) | Received::Refused => return Err(Dropped::Unauthenticated),
        };
        self.heard(source, data, now);

        Ok(Inner { packet: packet?, is_former })
    }

    /// Notes the handshake that the peer completes by using the session `receiver`, and sends what has waited for it.
    pub(crate) fn confirm(&mut self, receiver: u32, now: Instant, out: &mut Batch) {
        if self.unconfirmed != Some(receiver) {
            return;
        }
        self.unconfirmed = None;
        self.shook_hands(false, now);
        self.push_waiting(now, out);
    }

    /// Sends a packet, now or after a handshake. What it says of congestion is said outside too.
    pub(crate) fn send(
        &mut self,
        packet: &[u8],
        ecn: Ecn,
        now: Instant,
        out: &mut Batch,
    ) -> Result<(), Dropped> {
        if self.endpoint.is_none() {
            return Err(Dropped::NoEndpoint);
        }
        let session = self.session.as_mut().ok_or(Dropped::NoPeer)?;
        let session = self.former.as_mut().map_or(session, |(former, _)| former);
        match session.send(packet, out.room(ROOM)) {
            Some(length) => self.push(length, ecn, now, out),
            // It waits for a handshake.
            None => self.timers.want_handshake(now),
        }
        self.initiate_if_due(now, out);

        Ok(())
    }

    /// Sends what is due.
    pub(crate) fn handle_timeout(&mut self, now: Instant, out: &mut Batch) {
        let Some(session) = &mut self.session else { return };
        session.tick();
        self.former.take_if(|(_, end)| *end <= now);
        if self.endpoint.is_none() {
            return;
        }
        if self.timers.is_keepalive_due(now) {
            match session.keep_alive(out.room(ROOM)) {
                Some(length) => self.push(length, Ecn::NOT_CAPABLE, now, out),
                None => self.timers.want_handshake(now),
            }
        }
        self.initiate_if_due(now, out);
    }

    /// Leaves it to the system which address to answer `remote` from, if that is where the peer is.
    pub(crate) fn forget_local(&mut self, remote: SocketAddr) {
        if self.remote() == Some(remote) {
            self.endpoint = Some(remote.into());
        }
    }

    /// The configuration, with the endpoint where the peer really is.
    pub(crate) fn config_now(&self) -> PeerConfig {
        PeerConfig { endpoint: self.remote(), ..self.config.clone() }
    }

    pub(crate) fn status(&self) -> PeerStatus {
        PeerStatus {
            public_key: self.config.public_key,
            endpoint: self.remote(),
            last_handshake: self.last_handshake,
            received_bytes: self.received_bytes,
            sent_bytes: self.sent_bytes,
        }
    }

    fn remote(&self) -> Option<SocketAddr> {
        self.endpoint.map(|endpoint| endpoint.remote)
    }

    /// An authenticated datagram came: that is where the peer is now, and whom it speaks to.
    fn heard(&mut self, source: Endpoint, datagram: &[u8], now: Instant) {
        self.endpoint = Some(source);
        self.received_bytes += datagram.len() as u64;
        self.timers.heard(Content::of(datagram), now);
    }

    fn shook_hands(&mut self, is_ours: bool, now: Instant) {
        self.last_handshake = Some(now);
        self.former = None;
        self.timers.shook_hands(is_ours, now);
    }

    fn initiate_if_due(&mut self, now: Instant, out: &mut Batch) {
        if !self.timers.is_initiation_due(now) {
            return;
        }
        if self.timers.is_trying() {
            // Perhaps the address that we answered from leads nowhere any more.
            self.endpoint = self.remote().map(Endpoint::from);
        }
        if let Some(length) =
            self.session.as_mut().and_then(|session| session.begin_handshake(out.room(ROOM)))
        {
            self.push(length, Ecn::NOT_CAPABLE, now, out);
        }
    }

    fn push(&mut self, length: usize, ecn: Ecn, now: Instant, out: &mut Batch) {
        let Some(endpoint) = self.endpoint else { return };
        self.timers.sent(Content::of(&out.room(length)[..length]), now);
        out.push_datagram(endpoint, ecn, length);
        self.sent_bytes += length as u64;
    }

    fn push_waiting(&mut self, now: Instant, out: &mut Batch) {
        while let Some(length) =
            self.session.as_mut().and_then(|session| session.send_waiting(out.room(ROOM)))
        {
            self.push(length, Ecn::NOT_CAPABLE, now, out);
        }
    }
}

/// What was in a data message.
pub(crate) struct Inner {
    /// A packet's length and source address; none for a keepalive.
    pub(crate) packet: Option<(usize, IpAddr)>,
    /// Whether it came under a former preshared key.
    pub(crate) is_former: bool,
}

/// From WireGuard's paper, section 6.1.
const REJECT_AFTER_TIME: Duration = Duration::from_secs(180);

/// 50 a second from one peer, as in the kernel's implementation.
const INITIATION_INTERVAL: Duration = Duration::from_millis(20);
