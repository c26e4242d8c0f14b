//! What the box remembers of its way in: when somebody came in from outside, when somebody knocked, where home is.

use std::{net::Ipv4Addr, time::Duration};

use model::{Moment, Proof};
use reachability::{Verdict, check::Traffic};
use registry::{PublicAddress, Snapshot};

use recent::Recent;
pub(crate) use recent::{Caller, Counted};

mod recent;

/// What was seen, of which the registry keeps what is worth it.
#[derive(Debug)]
pub(crate) struct Memory {
    proof: Option<Proof>,
    written_proof: Option<Proof>,
    address: PublicAddress,
    /// Where home was last, in each family in which it was known.
    home: PublicAddress,
    router: Option<Ipv4Addr>,
    moved: Option<Moment>,
    recent: Recent,
    is_open: bool,
}

/// Something to write down.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// Somebody came in from outside.
    Proof(Proof),
    /// Whoever came in did so at another home.
    NoProof,
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
            home: snapshot.public_address,
            router: None,
            moved: None,
            recent: Recent::default(),
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

    /// Whether hands that were shaken this long ago were shaken where home is now.
    pub(crate) fn is_since_move(&self, ago: Duration, now: &Moment) -> bool {
        self.moved.as_ref().and_then(|moved| now.elapsed_since(moved)).is_none_or(|since| ago < since)
    }

    /// What came in at another router, or at another address, proves nothing of this one.
    pub(crate) fn note_home(
        &mut self,
        router: Option<Ipv4Addr>,
        verdict: &Verdict,
        now: &Moment,
    ) -> Option<News> {
        let Verdict { reachable_v4, reachable_v6, .. } = verdict;
        let known = self.home;
        let is_other_v4 = differ(known.v4, *reachable_v4);
        // Where both lead home, an IPv6 address that changes says nothing of the way over IPv4.
        let is_other_v6 = known.v4.or(*reachable_v4).is_none() && differ(known.v6, *reachable_v6);
        let has_moved = is_other_v4 || is_other_v6 || differ(self.router, router);
        self.home = PublicAddress { v4: reachable_v4.or(known.v4), v6: reachable_v6.or(known.v6) };
        self.router = router.or(self.router);
        if !has_moved {
            return None;
        }
        self.moved = Some(now.clone());
        self.recent.forget();
        self.proof = None;

        self.written_proof.take().map(|_| News::NoProof)
    }

    /// What has come from outside in the last hour, and since the router was opened.
    pub(crate) fn note_traffic(&mut self, counted: Counted, callers: &[Caller], is_open: bool, now: &Moment) {
        let is_new = is_open && !std::mem::replace(&mut self.is_open, is_open);
        if is_new {
            self.recent.forget();
        }
        self.recent.note(counted, callers, now.since_boot);
    }

    /// The same, as the check wants it.
    pub(crate) fn traffic(&self, now: &Moment) -> Traffic {
        Traffic { proven: self.is_proven(now), ..self.recent.traffic() }
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

/// Whether both are known and not the same.
fn differ<T: PartialEq>(before: Option<T>, now: Option<T>) -> bool {
    before.zip(now).is_some_and(|(before, now)| before != now)
}

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

        memory.note_traffic(knocks(5), &[], false, &moment(0));
        memory.note_traffic(knocks(5), &[], true, &moment(1));
        assert_eq!(memory.traffic(&moment(1)).datagrams, 0);
        memory.note_traffic(knocks(7), &[], true, &moment(2));
        assert_eq!(memory.traffic(&moment(2)).datagrams, 2);
    }

    #[test]
    fn a_proof_ends_where_the_address_or_the_router_is_another_one() {
        let (v4, v6) = (home("203.0.113.2", ""), home("", "2001:db8::2"));
        let router = |last| Some(Ipv4Addr::new(192, 168, last, 1));
        for (name, before, after, holds) in [
            ("the same", (router(1), &v4), (router(1), &v4), true),
            ("not known for a moment", (router(1), &v4), (None, &home("", "")), true),
            ("another address", (router(1), &v4), (router(1), &home("203.0.113.3", "")), false),
            ("another router", (router(1), &v4), (router(2), &v4), false),
            (
                "another prefix beside the same address",
                (router(1), &v4),
                (router(1), &home("203.0.113.2", "2001:db8::3")),
                true,
            ),
            ("another prefix where it is all there is", (None, &v6), (None, &home("", "2001:db8::3")), false),
        ] {
            let mut memory = Memory::new(&Snapshot::default());
            memory.note_home(before.0, before.1, &moment(0));
            memory.prove(&moment(1));

            let news = memory.note_home(after.0, after.1, &moment(2));

            assert_eq!(memory.is_proven(&moment(3)), holds, "{name}");
            assert_eq!(news, (!holds).then_some(News::NoProof), "{name}");
        }
    }

    #[test]
    fn an_address_that_is_not_known_for_a_moment_hides_no_move() {
        let mut memory = Memory::new(&Snapshot::default());
        memory.note_home(None, &home("203.0.113.2", ""), &moment(0));
        memory.prove(&moment(1));

        memory.note_home(None, &home("", "2001:db8::2"), &moment(2));
        memory.note_home(None, &home("203.0.113.3", "2001:db8::2"), &moment(3));

        assert!(!memory.is_proven(&moment(4)));
        assert!(!memory.is_since_move(Duration::from_secs(60), &moment(10)));
        assert!(memory.is_since_move(Duration::from_secs(5), &moment(10)));
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

    fn home(v4: &str, v6: &str) -> Verdict {
        Verdict { reachable_v4: v4.parse().ok(), reachable_v6: v6.parse().ok(), ..Verdict::default() }
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
