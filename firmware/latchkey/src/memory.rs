//! What the box remembers of its way in: when somebody came in from outside, when somebody knocked, where home is.

use std::time::Duration;

use model::{Moment, Proof};
use reachability::{Verdict, check::Traffic};
use registry::{PublicAddress, Snapshot};

/// What was seen, of which the registry keeps what is worth it.
#[derive(Debug)]
pub(crate) struct Memory {
    proof: Option<Proof>,
    written_proof: Option<Proof>,
    address: PublicAddress,
    counted: Counted,
    traffic: Traffic,
    is_open: bool,
}

/// What the others have counted so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Datagrams from outside to the tunnel's port, by the firewall; begins anew with each new ruleset.
    pub knocks: u64,
    /// Handshakes with a key that nobody has here, or meant for another box, by the tunnel.
    pub unknown_keys: u64,
    /// Handshakes of peers who are outside.
    pub handshakes: u64,
    /// Bytes from peers who are outside.
    pub bytes: u64,
}

/// Something to write down.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// Somebody came in from outside.
    Proof(Proof),
    /// Home has another address.
    Address {
        /// Which.
        address: PublicAddress,
        /// Whether it had another before.
        has_moved: bool,
    },
}

impl Memory {
    /// What was written down before.
    pub(crate) fn new(snapshot: &Snapshot) -> Self {
        Self {
            proof: snapshot.proof.clone(),
            written_proof: snapshot.proof.clone(),
            address: snapshot.public_address,
            counted: Counted::default(),
            traffic: Traffic::default(),
            is_open: false,
        }
    }

    /// Somebody is in from outside.
    pub(crate) fn prove(&mut self, now: &Moment) -> Option<News> {
        let proof = Proof { at: now.clone() };
        self.proof = Some(proof.clone());
        let is_news = self.written_proof.as_ref().is_none_or(|written| written.is_stale(now));
        if is_news {
            self.written_proof = Some(proof.clone());
        }

        is_news.then_some(News::Proof(proof))
    }

    /// Whether somebody came in from outside not too long ago.
    pub(crate) fn is_proven(&self, now: &Moment) -> bool {
        self.proof.as_ref().is_some_and(|proof| proof.holds(now))
    }

    /// How long ago that was, if it still counts.
    pub(crate) fn proven_ago(&self, now: &Moment) -> Option<Duration> {
        let proof = self.proof.as_ref().filter(|proof| proof.holds(now))?;

        now.elapsed_since(&proof.at)
    }

    /// What has come from outside since the router was opened.
    pub(crate) fn note_traffic(&mut self, counted: Counted, is_open: bool) {
        if is_open && !self.is_open {
            self.traffic = Traffic::default();
        }
        self.is_open = is_open;
        let known = std::mem::replace(&mut self.counted, counted);
        self.traffic.datagrams += since(known.knocks, counted.knocks);
        self.traffic.unknown_keys += since(known.unknown_keys, counted.unknown_keys);
        self.traffic.handshakes += since(known.handshakes, counted.handshakes);
        self.traffic.packets += since(known.bytes, counted.bytes) / SMALLEST_PACKET;
    }

    /// The same, as the check wants it.
    pub(crate) fn traffic(&self, now: &Moment) -> Traffic {
        Traffic { proven: self.is_proven(now), ..self.traffic }
    }

    /// Home is where the verdict says, as far as it knows.
    pub(crate) fn note_address(&mut self, verdict: &Verdict) -> Option<News> {
        let address = PublicAddress { v4: verdict.reachable_v4, v6: verdict.reachable_v6 };
        if address == PublicAddress::default() || address == self.address {
            return None;
        }
        let has_moved = self.address != PublicAddress::default();
        self.address = address;
        if has_moved {
            tracing::info!("The home's address on the internet has changed");
        }
        tracing::debug!(?address, "Where home is");

        Some(News::Address { address, has_moved })
    }
}

/// How much a counter has grown, which may have begun anew.
pub(crate) fn since(before: u64, now: u64) -> u64 {
    now.checked_sub(before).unwrap_or(now)
}

/// In bytes: a handshake, or the smallest IPv4 packet with anything in it, padded and encrypted.
const SMALLEST_PACKET: u64 = 148;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_written_down_once_an_hour() {
        let mut memory = Memory::new(&Snapshot::default());

        assert!(memory.prove(&moment(0)).is_some());
        assert!(memory.prove(&moment(3599)).is_none());
        assert!(memory.prove(&moment(3600)).is_some());
        assert_eq!(memory.proven_ago(&moment(3660)), Some(Duration::from_secs(60)));
        assert!(memory.is_proven(&moment(3600 + 7 * 86_400 - 1)));
        assert!(!memory.is_proven(&moment(3600 + 7 * 86_400)));
    }

    #[test]
    fn what_came_from_outside_counts_since_the_router_was_opened() {
        let knocks = |knocks| Counted { knocks, ..Counted::default() };
        let mut memory = Memory::new(&Snapshot::default());

        memory.note_traffic(knocks(5), false);
        memory.note_traffic(knocks(5), true);
        assert_eq!(memory.traffic(&moment(0)).datagrams, 0);
        memory.note_traffic(knocks(7), true);
        assert_eq!(memory.traffic(&moment(0)).datagrams, 2);
    }

    #[test]
    fn a_new_ruleset_that_counts_from_zero_is_no_knock() {
        let knocks = |knocks| Counted { knocks, ..Counted::default() };
        let mut memory = Memory::new(&Snapshot::default());

        for count in [3, 0, 1] {
            memory.note_traffic(knocks(count), false);
        }

        assert_eq!(memory.traffic(&moment(0)).datagrams, 4);
    }

    #[test]
    fn an_address_is_news_once_and_not_knowing_it_is_none() {
        let verdict = |v4: &str| Verdict { reachable_v4: v4.parse().ok(), ..Verdict::default() };
        let mut memory = Memory::new(&Snapshot::default());

        assert!(!has_moved(memory.note_address(&verdict("203.0.113.2"))));
        assert_eq!(memory.note_address(&verdict("203.0.113.2")), None);
        assert_eq!(memory.note_address(&Verdict::default()), None);
        assert!(has_moved(memory.note_address(&verdict("203.0.113.3"))));
    }

    fn has_moved(news: Option<News>) -> bool {
        let Some(News::Address { has_moved, .. }) = news else { panic!("{news:?}") };

        has_moved
    }

    fn moment(seconds: u64) -> Moment {
        Moment {
            boot_id: "a".to_owned(),
            since_boot: Duration::from_secs(seconds),
            unix_seconds: 0,
            clock_is_set: false,
        }
    }
}
