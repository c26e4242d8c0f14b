//! The one file that knows boringtun: its `Tunn` keeps its own clock, wants `&mut self`, checks rates by itself and
//! asks for queued packets with empty datagrams. When to send something by itself it is not asked, because it counts from
//! the wrong datagrams and in ticks: [`Timers`](crate::timers::Timers) says that.
//!
//! What it does otherwise than the paper has it, and we cannot mend from outside:
//! - The timestamp in our initiations comes from the clock as it was at `Tunn::new`, and goes on from there. A box that
//!   starts with its clock in the past makes initiations that peers who remember a later one refuse, and setting the
//!   clock right does not help; it can answer theirs all the same.
//! - After 90 s of initiations without an answer it throws away every session and waiting packet of the peer, also a
//!   session that would be valid for another half a minute. The next packet, either way, costs a handshake.
//! - Nine minutes after the last session, or after `Tunn::new`, it forgets the handshake that happens to be in progress,
//!   and the packets that wait for it. The handshake is tried again after five seconds; the packets are lost.
//! - It has its preshared key from the beginning. With another one a new `Tunn` begins, which does not know the newest
//!   timestamp of the peer's initiations; until data has come, an initiation does not move the peer.
//! - It has a ring of eight sessions, confirmed or not. The ninth takes the place of the one in use, so that a peer which
//!   hears none of our responses loses its session after some eight initiations; and the first that is not confirmed may
//!   be taken for the current one, so that whoever has a former session asks that one for as long as there is one.
//! - Its replay window is 1024 messages wide, the kernel's 8192.

use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher as _,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use boringtun::{
    noise::{Packet, Tunn, TunnResult, errors::WireGuardError, handshake, rate_limiter::RateLimiter},
    x25519::{PublicKey as Point, StaticSecret},
};
use model::{PresharedKey, PrivateKey, PublicKey};

use crate::{message::KEEPALIVE, peer_index::PeerIndex};

/// Who we are, and what can be told from a handshake before it is known whose it is.
pub(crate) struct Identity {
    private_key: PrivateKey,
    public_key: PublicKey,
    secret: StaticSecret,
    point: Point,
    /// Limits nothing: how many handshakes are too many is decided once for the device, not by each session.
    open: Arc<RateLimiter>,
    /// Always asks for a cookie.
    strict: RateLimiter,
    /// Makes up addresses.
    places: RandomState,
}

impl Identity {
    pub(crate) fn new(private_key: PrivateKey) -> Self {
        let secret = StaticSecret::from(*private_key.as_bytes());
        let point = Point::from(&secret);
        let (open, strict) = (Arc::new(RateLimiter::new(&point, u64::MAX)), RateLimiter::new(&point, 0));

        Self {
            public_key: private_key.public_key(),
            private_key,
            secret,
            point,
            open,
            strict,
            places: RandomState::new(),
        }
    }

    pub(crate) fn private_key(&self) -> &PrivateKey {
        &self.private_key
    }

    pub(crate) fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// Whether whoever made this handshake message knows our public key (`mac1`).
    pub(crate) fn is_addressed_by(&self, handshake: &[u8]) -> bool {
        self.open.verify_packet(None, handshake, &mut []).is_ok()
    }

    /// Whether this handshake message comes from where it says (`mac2`); if not, the length of the cookie reply that
    /// was written to `room`, or nothing if there is no room.
    pub(crate) fn check_cookie(
        &self,
        source: SocketAddr,
        handshake: &[u8],
        room: &mut [u8],
    ) -> Result<(), Option<usize>> {
        match self.strict.verify_packet(Some(self.place(source)), handshake, room) {
            Ok(_) => Ok(()),
            Err(TunnResult::WriteToNetwork(reply)) => Err(Some(reply.len())),
            Err(_) => Err(None),
        }
    }

    /// An address that stands for an address and its port, both of which a cookie is to name (the paper, section 5.4.7);
    /// `RateLimiter` knows of the first only.
    fn place(&self, source: SocketAddr) -> IpAddr {
        let [high, low] = [0, 1].map(|half| u128::from(self.places.hash_one((half, source))));

        Ipv6Addr::from_bits(high << 64 | low).into()
    }

    /// Whose initiation this says it is. Only who has read it to the end knows that it is true.
    pub(crate) fn initiator_of(&self, initiation: &[u8]) -> Option<[u8; 32]> {
        let Ok(Packet::HandshakeInit(initiation)) = Tunn::parse_incoming_packet(initiation) else {
            return None;
        };

        handshake::parse_handshake_anon(&self.secret, &self.point, &initiation)
            .ok()
            .map(|half| half.peer_static_public)
    }
}

/// The keys that we share with one peer, and the handshakes that make them.
pub(crate) struct Session(Tunn);

impl Session {
    pub(crate) fn new(
        identity: &Identity,
        peer: &PublicKey,
        psk: Option<&PresharedKey>,
        index: PeerIndex,
    ) -> Self {
        let (secret, peer, psk) =
            (identity.secret.clone(), Point::from(*peer.as_bytes()), psk.map(|k| *k.as_bytes()));

        // Persistent keepalive is not the session's: it could not be changed later, and would end when a handshake does.
        Self(Tunn::new(secret, peer, psk, None, index.0, Some(Arc::clone(&identity.open))))
    }

    /// Reads a message that is for this session. `room` has [`ROOM`] bytes.
    pub(crate) fn receive(&mut self, datagram: &[u8], room: &mut [u8]) -> Received {
        match self.0.decapsulate(None, datagram, room) {
            TunnResult::Done => Received::Nothing,
            TunnResult::WriteToNetwork(reply) => Received::Reply(reply.len()),
            TunnResult::WriteToTunnelV4(packet, source) => Received::Packet(packet.len(), source.into()),
            TunnResult::WriteToTunnelV6(packet, source) => Received::Packet(packet.len(), source.into()),
            // The datagram has been parsed before, so that it can only be what was inside.
            TunnResult::Err(WireGuardError::InvalidPacket) => Received::MalformedInner,
            TunnResult::Err(_) => Received::Refused,
        }
    }

    /// Encrypts a packet; keeps it and begins a handshake if there is no session. The datagram's length, if there is one.
    pub(crate) fn send(&mut self, packet: &[u8], room: &mut [u8]) -> Option<usize> {
        length_of(self.0.encapsulate(packet, room))
    }

    /// Whether there are keys to send with.
    pub(crate) fn is_established(&self) -> bool {
        self.0.time_since_last_handshake().is_some()
    }

    /// An empty packet, if there are keys to send it with.
    pub(crate) fn keep_alive(&mut self, room: &mut [u8]) -> Option<usize> {
        self.is_established().then(|| self.send(&[], room)).flatten()
    }

    /// An initiation, whether or not there was one before.
    pub(crate) fn begin_handshake(&mut self, room: &mut [u8]) -> Option<usize> {
        length_of(self.0.format_handshake_initiation(room, true))
    }

    /// The next packet that waited for a session. To be asked for only when there is one, until there are no more.
    pub(crate) fn send_waiting(&mut self, room: &mut [u8]) -> Option<usize> {
        length_of(self.0.decapsulate(None, &[], room))
    }

    /// Lets its clock go on, and keys end that are too old.
    ///
    /// It would also send what is due by its own count. But an initiation finds too little room here, so that it is as if
    /// it had never thought of one; and a keepalive, which panics without room, goes nowhere.
    pub(crate) fn tick(&mut self) {
        let _ = self.0.update_timers(&mut [0; KEEPALIVE]);
    }
}

/// What a message turned out to be; everything but `Refused` is proven to come from the peer.
pub(crate) enum Received {
    /// Nothing is to be done.
    Nothing,
    /// An answer of this length stands in the room.
    Reply(usize),
    /// An IP packet of this length, with this source address, stands in the room.
    Packet(usize, IpAddr),
    /// Something that is no IP packet.
    MalformedInner,
    /// Nobody knows whose it is, or it came before.
    Refused,
}

/// Room for the longest packet, padded, and what encryption adds.
pub(crate) const ROOM: usize = u16::MAX as usize + 16 + 32;

fn length_of(result: TunnResult<'_>) -> Option<usize> {
    match result {
        TunnResult::WriteToNetwork(datagram) => Some(datagram.len()),
        TunnResult::Done
        | TunnResult::Err(_)
        | TunnResult::WriteToTunnelV4(..)
        | TunnResult::WriteToTunnelV6(..) => None,
    }
}
