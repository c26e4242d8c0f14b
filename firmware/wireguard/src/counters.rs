/// What was dropped, by reason.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counters([u64; Dropped::ALL.len()]);

impl Counters {
    /// How often something was dropped for this reason.
    #[must_use]
    pub fn get(&self, reason: Dropped) -> u64 {
        self.0[reason as usize]
    }

    /// Every reason's name with its count.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, u64)> {
        Dropped::ALL.into_iter().map(|reason| (reason.name(), self.get(reason)))
    }

    pub(crate) fn count(&mut self, reason: Dropped) {
        self.0[reason as usize] += 1;
    }
}

/// Why a datagram or a packet went no further.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dropped {
    /// A datagram that is no WireGuard message.
    Malformed,
    /// A handshake of somebody who does not know our public key, or a forged one.
    InvalidHandshake,
    /// A handshake, made for our public key, of somebody who is no peer of ours.
    UnknownKey,
    /// A message for a session that does not exist.
    UnknownReceiver,
    /// Data that does not decrypt, or that came before.
    Unauthenticated,
    /// Handshakes came faster than they are answered.
    RateLimited,
    /// A peer sent something that is no IP packet.
    MalformedInner,
    /// A peer sent a packet with a source address that is not its own.
    WrongInnerSource,
    /// A packet from the interface is no IP packet, or is too long.
    MalformedPacket,
    /// A packet from the interface goes to an address that is no peer's.
    NoPeer,
    /// A packet from the interface goes to a peer, and nobody knows where that is.
    NoEndpoint,
}

impl Dropped {
    /// Every reason.
    pub const ALL: [Self; 11] = [
        Self::Malformed,
        Self::InvalidHandshake,
        Self::UnknownKey,
        Self::UnknownReceiver,
        Self::Unauthenticated,
        Self::RateLimited,
        Self::MalformedInner,
        Self::WrongInnerSource,
        Self::MalformedPacket,
        Self::NoPeer,
        Self::NoEndpoint,
    ];

    /// A word for programs; never changes its meaning.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Malformed => "dropped_malformed",
            Self::InvalidHandshake => "dropped_invalid_handshake",
            Self::UnknownKey => "dropped_unknown_key",
            Self::UnknownReceiver => "dropped_unknown_receiver",
            Self::Unauthenticated => "dropped_unauthenticated",
            Self::RateLimited => "dropped_rate_limited",
            Self::MalformedInner => "dropped_malformed_inner",
            Self::WrongInnerSource => "dropped_wrong_inner_source",
            Self::MalformedPacket => "dropped_malformed_packet",
            Self::NoPeer => "dropped_no_peer",
            Self::NoEndpoint => "dropped_no_endpoint",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_own_place() {
        for (place, reason) in Dropped::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, place);
        }
    }
}
