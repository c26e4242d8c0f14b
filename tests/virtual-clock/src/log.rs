use std::time::Duration;

use crate::{Side, paper::REJECT_AFTER_TIME};

/// Everything that was sent, arrived or not.
#[derive(Debug, Default)]
pub struct Log(Vec<Entry>);

impl Log {
    /// Notes a datagram.
    ///
    /// # Panics
    /// If it is data under keys that are too old.
    pub fn note(&mut self, from: Side, datagram: &[u8], at: Duration) {
        let kind = Kind::of(datagram);
        let entry = Entry { at, from, kind, sender: None, receiver: None, length: datagram.len() };
        let entry = match kind {
            Kind::Initiation => Entry { sender: index_at(datagram, 4), ..entry },
            Kind::Response => {
                Entry { sender: index_at(datagram, 4), receiver: index_at(datagram, 8), ..entry }
            }
            Kind::CookieReply | Kind::Keepalive | Kind::Data => {
                Entry { receiver: index_at(datagram, 4), ..entry }
            }
        };
        if let Some(age) = self.age_of_keys(&entry) {
            assert!(age <= OLDEST, "{entry:?} under keys of {age:?}");
        }
        self.0.push(entry);
    }

    /// When one side sent this kind, since the start.
    #[must_use]
    pub fn times(&self, from: Side, kind: Kind) -> Vec<Duration> {
        self.entries()
            .filter(|entry| (entry.from, entry.kind) == (from, kind))
            .map(|entry| entry.at)
            .collect()
    }

    /// All of it.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter()
    }

    /// For data, how long ago the other side offered the session that it is for.
    fn age_of_keys(&self, data: &Entry) -> Option<Duration> {
        let is_data = matches!(data.kind, Kind::Keepalive | Kind::Data);
        let offer =
            self.0.iter().rev().find(|offer| offer.from != data.from && offer.sender == data.receiver);

        is_data.then(|| data.at - offer.expect("data has a session that was offered").at)
    }
}

/// A datagram that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// When, since the start.
    pub at: Duration,
    /// By whom.
    pub from: Side,
    /// What it was.
    pub kind: Kind,
    /// The session that it offers.
    pub sender: Option<u32>,
    /// The session that it is for.
    pub receiver: Option<u32>,
    /// In bytes.
    pub length: usize,
}

/// The kinds of datagrams, as anybody can see them on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Begins a handshake.
    Initiation,
    /// Ends it.
    Response,
    /// Asks for proof of an address.
    CookieReply,
    /// Data without content.
    Keepalive,
    /// Data.
    Data,
}

impl Kind {
    /// What a datagram of a device is.
    ///
    /// # Panics
    /// If it is nothing that WireGuard knows.
    #[must_use]
    pub fn of(datagram: &[u8]) -> Self {
        match (index_at(datagram, 0), datagram.len()) {
            (Some(1), 148) => Self::Initiation,
            (Some(2), 92) => Self::Response,
            (Some(3), 64) => Self::CookieReply,
            (Some(4), 32) => Self::Keepalive,
            (Some(4), 33..) => Self::Data,
            _ => panic!("no WireGuard message: {datagram:?}"),
        }
    }
}

/// The keys of a session are made when its offer has arrived, and looked at once a tick.
const OLDEST: Duration = REJECT_AFTER_TIME.saturating_add(Duration::from_secs(1));

fn index_at(datagram: &[u8], offset: usize) -> Option<u32> {
    datagram.get(offset..)?.first_chunk().map(|bytes| u32::from_le_bytes(*bytes))
}
