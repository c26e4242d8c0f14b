use std::{
    net::{IpAddr, SocketAddr},
    time::{Duration, Instant},
};

use crate::{
    Batch, Dropped, Endpoint, PeerConfig, PeerStatus, message,
    session::{Identity, ROOM, Received, Session},
};

/// One peer: its session, where it is, and what it owes.
pub(crate) struct Peer {
    pub(crate) config: PeerConfig,
    endpoint: Option<Endpoint>,
    index: PeerIndex,
    /// None while we are nobody ourselves.
    session: Option<Session>,
    /// The session that we answered with and that the peer has not used yet.
    unconfirmed: Option<u32>,
    last_initiation: Option<Instant>,
    last_handshake: Option<Instant>,
    keepalive_due: Option<Instant>,
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
            unconfirmed: None,
            last_initiation: None,
            last_handshake: None,
            keepalive_due: config.persistent_keepalive.map(|_| now),
            received_bytes: 0,
            sent_bytes: 0,
            config,
        };
        peer.begin_anew(identity);

        peer
    }

    /// Forgets every session and handshake.
    pub(crate) fn begin_anew(&mut self, identity: Option<&Identity>) {
        let (key, psk) = (&self.config.public_key, self.config.preshared_key.as_ref());
        self.session = identity.map(|identity| Session::new(identity, key, psk, self.index));
        self.unconfirmed = None;
        self.last_initiation = None;
        self.last_handshake = None;
    }

    /// Takes a new configuration of the same public key. The session stays unless a secret of it is another now, ours
    /// or the one that we share.
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
            self.keepalive_due = config.persistent_keepalive.map(|_| now);
        }
        let has_new_secret = has_new_identity || config.preshared_key != self.config.preshared_key;
        self.config = config;
        if has_new_secret {
            self.begin_anew(identity);
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
        self.heard(source, initiation, now);
        self.push(length, now, out);

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
        self.last_handshake = Some(now);
        self.heard(source, response, now);
        self.push(length, now, out);
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

    /// Decrypts data into the room of `out`: an inner packet's length and source address, or nothing for a keepalive.
    pub(crate) fn receive_data(
        &mut self,
        source: Endpoint,
        data: &[u8],
        now: Instant,
        out: &mut Batch,
    ) -> Result<Option<(usize, IpAddr)>, Dropped> {
        let session = self.session.as_mut().ok_or(Dropped::UnknownReceiver)?;
        let inner = match session.receive(data, out.room(ROOM)) {
            Received::Packet(length, inner_source) => Ok(Some((length, inner_source))),
            Received::Nothing => Ok(None),
            Received::MalformedInner => Err(Dropped::MalformedInner),
            Received::Reply(_) | Received::Refused => return Err(Dropped::Unauthenticated),
        };
        self.heard(source, data, now);

        inner
    }

    /// Notes the handshake that the peer completes by using the session `receiver`, and sends what has waited for it.
    pub(crate) fn confirm(&mut self, receiver: u32, now: Instant, out: &mut Batch) {
        if self.unconfirmed != Some(receiver) {
            return;
        }
        self.unconfirmed = None;
        self.last_handshake = Some(now);
        self.push_waiting(now, out);
    }

    /// Sends a packet, now or after a handshake.
    pub(crate) fn send(&mut self, packet: &[u8], now: Instant, out: &mut Batch) -> Result<(), Dropped> {
        if self.endpoint.is_none() {
            return Err(Dropped::NoEndpoint);
        }
        let session = self.session.as_mut().ok_or(Dropped::NoPeer)?;
        if let Some(length) = session.send(packet, out.room(ROOM)) {
            self.push(length, now, out);
        }

        Ok(())
    }

    /// Sends what is due.
    pub(crate) fn handle_timeout(&mut self, now: Instant, out: &mut Batch) {
        let Some(session) = &mut self.session else { return };
        if let Some(length) = session.tick(out.room(ROOM)) {
            self.push(length, now, out);
        }
        let is_due = self.keepalive_due.is_some_and(|due| due <= now);
        if is_due && self.endpoint.is_some() {
            self.keepalive_due = self.keepalive_after(now);
            if let Some(length) = self.session.as_mut().and_then(|session| session.keep_alive(out.room(ROOM)))
            {
                self.push(length, now, out);
            }
        }
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
        self.keepalive_due = self.keepalive_after(now);
    }

    fn push(&mut self, length: usize, now: Instant, out: &mut Batch) {
        let Some(endpoint) = self.endpoint else { return };
        out.push_datagram(endpoint, length);
        self.sent_bytes += length as u64;
        self.keepalive_due = self.keepalive_after(now);
    }

    fn push_waiting(&mut self, now: Instant, out: &mut Batch) {
        while let Some(length) =
            self.session.as_mut().and_then(|session| session.send_waiting(out.room(ROOM)))
        {
            self.push(length, now, out);
        }
    }

    fn keepalive_after(&self, now: Instant) -> Option<Instant> {
        self.config.persistent_keepalive.map(|seconds| now + Duration::from_secs(seconds.into()))
    }
}

/// What a peer's sessions are found by: the upper 24 bits of a receiver index, the lower 8 count its sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct PeerIndex(pub(crate) u32);

impl PeerIndex {
    pub(crate) fn of_receiver(receiver: u32) -> Self {
        Self(receiver >> 8)
    }

    /// Unguessable, as the paper has it.
    pub(crate) fn random() -> Self {
        let mut bytes = [0; 4];
        getrandom::fill(&mut bytes).expect("the operating system gives randomness");

        Self::of_receiver(u32::from_le_bytes(bytes))
    }
}

/// 50 a second from one peer, as in the kernel's implementation.
const INITIATION_INTERVAL: Duration = Duration::from_millis(20);
