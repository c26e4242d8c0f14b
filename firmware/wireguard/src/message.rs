/// What kind of message a datagram is, and which of our sessions it is for. Nothing of it is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Message {
    Initiation,
    Response { receiver: u32 },
    CookieReply { receiver: u32 },
    Data { receiver: u32 },
}

impl Message {
    /// Reads type, reserved bytes, length, receiver and counter (WireGuard's paper, section 5.4).
    pub(crate) fn parse(datagram: &[u8]) -> Option<Self> {
        match (u32_at(datagram, 0)?, datagram.len()) {
            (1, 148) => Some(Self::Initiation),
            (2, 92) => Some(Self::Response { receiver: u32_at(datagram, 8)? }),
            (3, 64) => Some(Self::CookieReply { receiver: u32_at(datagram, 4)? }),
            (4, KEEPALIVE..) if u64_at(datagram, 8)? < REJECT_AFTER_MESSAGES => {
                Some(Self::Data { receiver: u32_at(datagram, 4)? })
            }
            _ => None,
        }
    }
}

/// What a message that is ours, or proven to be the peer's, carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Content {
    /// It begins a handshake.
    Initiation,
    /// It answers a handshake message: a response, or a cookie.
    Answer,
    /// A keepalive.
    Nothing,
    /// Something for the other side's interface.
    Packet,
}

impl Content {
    pub(crate) fn of(message: &[u8]) -> Self {
        match (message.first(), message.len()) {
            (Some(1), _) => Self::Initiation,
            (Some(4), KEEPALIVE) => Self::Nothing,
            (Some(4), _) => Self::Packet,
            (_, _) => Self::Answer,
        }
    }
}

/// Data without content, in bytes: a header of 16 and a tag of 16.
pub(crate) const KEEPALIVE: usize = 32;

/// Where a response names the session that it is sent from.
pub(crate) fn sender_of(handshake: &[u8]) -> Option<u32> {
    u32_at(handshake, 4)
}

/// 2^64 - 2^13 - 1, from WireGuard's paper, section 6.1. No honest counter comes near it.
const REJECT_AFTER_MESSAGES: u64 = u64::MAX - (1 << 13);

fn u32_at(datagram: &[u8], offset: usize) -> Option<u32> {
    datagram.get(offset..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}

fn u64_at(datagram: &[u8], offset: usize) -> Option<u64> {
    datagram.get(offset..)?.first_chunk().map(|bytes| u64::from_le_bytes(*bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_the_length_of_its_kind() {
        for (kind, length) in [(1, 148), (2, 92), (3, 64), (4, 32)] {
            let mut datagram = vec![0; length];
            datagram[0] = kind;

            assert!(Message::parse(&datagram).is_some());
            assert_eq!(Message::parse(&datagram[..length - 1]), None);
        }
    }

    #[test]
    fn reserved_bytes_and_spent_counters_are_refused() {
        let mut datagram = [0; 148];
        datagram[0] = 1;
        datagram[2] = 1;
        assert_eq!(Message::parse(&datagram), None);

        let mut datagram = [0xff; 48];
        datagram[..4].copy_from_slice(&[4, 0, 0, 0]);
        assert_eq!(Message::parse(&datagram), None);
    }
}
