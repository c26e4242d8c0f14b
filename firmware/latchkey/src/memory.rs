//! What the box remembers of its way in: when somebody came in from outside, when somebody knocked, where home is.

use std::time::{Duration, Instant};

use model::{Moment, Proof};
use reachability::Verdict;
use registry::{PublicAddress, Snapshot};

/// What was seen, of which the registry keeps what is worth it.
#[derive(Debug)]
pub(crate) struct Memory {
    proof: Option<Proof>,
    written_proof: Option<Proof>,
    address: PublicAddress,
    knocks: u64,
    knocked_at: Option<Instant>,
}

/// Something to write down.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// Somebody came in from outside.
    Proof(Proof),
    /// Home has another address.
    Address(PublicAddress),
}

impl Memory {
    /// What was written down before.
    pub(crate) fn new(snapshot: &Snapshot) -> Self {
        Self {
            proof: snapshot.proof.clone(),
            written_proof: snapshot.proof.clone(),
            address: snapshot.public_address,
            knocks: 0,
            knocked_at: None,
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

    /// The firewall has counted so many datagrams from outside; it begins anew with each new ruleset.
    pub(crate) fn note_knocks(&mut self, count: u64, now: Instant) {
        if count > 0 && count != self.knocks {
            self.knocked_at = Some(now);
        }
        self.knocks = count;
    }

    /// How long ago a datagram came from outside.
    pub(crate) fn knocked_ago(&self, now: Instant) -> Option<Duration> {
        self.knocked_at.map(|at| now.duration_since(at))
    }

    /// Home is where the verdict says, as far as it knows.
    pub(crate) fn note_address(&mut self, verdict: &Verdict) -> Option<News> {
        let address = PublicAddress { v4: verdict.reachable_v4, v6: verdict.reachable_v6 };
        if address == PublicAddress::default() || address == self.address {
            return None;
        }
        let was_known = self.address != PublicAddress::default();
        self.address = address;
        if was_known {
            tracing::info!("The home's address on the internet has changed");
        }
        tracing::debug!(?address, "Where home is");

        Some(News::Address(address))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock;

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
    fn a_new_ruleset_that_counts_from_zero_is_no_knock() {
        let start = clock::instant();
        let later = start + Duration::from_secs(10);
        let mut memory = Memory::new(&Snapshot::default());

        memory.note_knocks(0, start);
        assert_eq!(memory.knocked_ago(start), None);
        memory.note_knocks(5, start);
        memory.note_knocks(0, later);
        assert_eq!(memory.knocked_ago(later), Some(Duration::from_secs(10)));
        memory.note_knocks(1, later);
        assert_eq!(memory.knocked_ago(later), Some(Duration::ZERO));
    }

    #[test]
    fn an_address_is_news_once_and_not_knowing_it_is_none() {
        let verdict = |v4: &str| Verdict { reachable_v4: v4.parse().ok(), ..Verdict::default() };
        let mut memory = Memory::new(&Snapshot::default());

        assert!(memory.note_address(&verdict("203.0.113.2")).is_some());
        assert_eq!(memory.note_address(&verdict("203.0.113.2")), None);
        assert_eq!(memory.note_address(&Verdict::default()), None);
        assert!(memory.note_address(&verdict("203.0.113.3")).is_some());
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
