//! What the box remembers of its way in: when somebody came in from outside, when somebody knocked, where home is.

use std::{
    net::{IpAddr, Ipv4Addr},
    time::{Duration, Instant},
};

use model::{Moment, Proof, Proofs};
use reachability::{
    Verdict,
    check::Traffic,
    door::{Door, Opening, Shut, Why},
};
use registry::{PublicAddress, Published, Snapshot};

use recent::Recent;
pub(crate) use recent::{Caller, Counted, since};
use whereabouts::Whereabouts;

mod recent;
mod whereabouts;

/// What was seen, of which the registry keeps what is worth it.
#[derive(Debug)]
pub(crate) struct Memory {
    proofs: Proofs,
    written_proofs: Proofs,
    port_outside: Option<u16>,
    whereabouts: Whereabouts,
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
    Proofs(Proofs),
    /// Whoever came in did so at another home.
    NoProof,
    /// Home has another address.
    Address {
        /// Which.
        address: PublicAddress,
        /// Whether it had another before, which is said at most every ten minutes.
        has_moved: bool,
    },
    /// The router gives this port outside.
    PortOutside(u16),
    /// The provider of this name has said yes.
    Published(u32, Published),
}

impl Memory {
    /// What was written down before.
    pub(crate) fn new(snapshot: &Snapshot) -> Self {
        Self {
            proofs: snapshot.proofs.clone(),
            written_proofs: snapshot.proofs.clone(),
            port_outside: snapshot.port_outside,
            whereabouts: Whereabouts::new(snapshot.public_address),
            home: snapshot.public_address,
            router: None,
            moved: None,
            recent: Recent::default(),
            is_open: false,
        }
    }

    /// Who comes from these addresses is in from outside.
    pub(crate) fn prove(&mut self, from: impl IntoIterator<Item = IpAddr>, now: &Moment) -> Option<News> {
        let mut news = Proofs::default();
        for address in from {
            let (known, written, news) = match address.to_canonical() {
                IpAddr::V4(_) => (&mut self.proofs.v4, &mut self.written_proofs.v4, &mut news.v4),
                IpAddr::V6(_) => (&mut self.proofs.v6, &mut self.written_proofs.v6, &mut news.v6),
            };
            let proof = Proof { at: now.clone() };
            *known = Some(proof.clone());
            if written.as_ref().is_none_or(|written| written.is_stale(now)) {
                *written = Some(proof.clone());
                *news = Some(proof);
            }
        }

        (news != Proofs::default()).then_some(News::Proofs(news))
    }

    /// Whether somebody came in from outside over IPv4 not too long ago.
    pub(crate) fn is_proven_over_v4(&self, now: &Moment) -> bool {
        self.proofs.v4.as_ref().is_some_and(|proof| proof.holds(now))
    }

    /// How long ago somebody came in from outside, if it still counts.
    pub(crate) fn proven_ago(&self, now: &Moment) -> Option<Duration> {
        self.proofs.elapsed(now)
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
        self.proofs = Proofs::default();
        let written = std::mem::take(&mut self.written_proofs);

        (written != Proofs::default()).then_some(News::NoProof)
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
        Traffic { proven: self.proven_ago(now).is_some(), ..self.recent.traffic() }
    }

    /// What is taken to be so, of what was found out just now.
    pub(crate) fn settle(&mut self, verdict: Verdict, now: Instant) -> Verdict {
        self.whereabouts.settle(verdict, now)
    }

    /// Home is where the verdict says, as far as it knows.
    pub(crate) fn note_address(&mut self, verdict: &Verdict, now: Instant) -> Option<News> {
        self.whereabouts.note(verdict, now)
    }

    /// The port outside, as devices were told, as long as nobody says that it is another one.
    pub(crate) fn port_outside(&self, door: &Door) -> Option<u16> {
        match door.v4 {
            Opening::Open(opened) => Some(opened.port),
            // A router that starts again gives the same port as before.
            Opening::Asking | Opening::Shut(Shut { why: Why::NoAnswer, .. }) => self.port_outside,
            Opening::NotWanted | Opening::Shut(_) => None,
        }
    }

    /// The port that the router gave last, for which it is to be asked again.
    pub(crate) fn last_port_outside(&self) -> Option<u16> {
        self.port_outside
    }

    /// What the router has opened is what devices are told from now on.
    pub(crate) fn note_door(&mut self, door: &Door) -> Option<News> {
        let Opening::Open(opened) = door.v4 else { return None };
        let before = self.port_outside.replace(opened.port);

        (before != Some(opened.port)).then_some(News::PortOutside(opened.port))
    }
}

/// Whether both are known and not the same.
fn differ<T: PartialEq>(before: Option<T>, now: Option<T>) -> bool {
    before.zip(now).is_some_and(|(before, now)| before != now)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use reachability::door::{Opened, Protocol};

    use super::*;

    #[test]
    fn a_proof_is_written_down_once_an_hour() {
        let mut memory = Memory::new(&Snapshot::default());

        assert!(memory.prove([V4], &moment(0)).is_some());
        assert!(memory.prove([V4], &moment(3599)).is_none());
        assert!(memory.prove([V4], &moment(3600)).is_some());
        assert_eq!(memory.proven_ago(&moment(3660)), Some(Duration::from_secs(60)));
        assert!(memory.is_proven_over_v4(&moment(3600 + 7 * 86_400 - 1)));
        assert!(!memory.is_proven_over_v4(&moment(3600 + 7 * 86_400)));
    }

    #[test]
    fn who_comes_over_ipv6_proves_nothing_about_ipv4() {
        let mut memory = Memory::new(&Snapshot::default());

        assert!(memory.prove(["2001:db8::7".parse().unwrap()], &moment(0)).is_some());
        assert!(memory.proven_ago(&moment(0)).is_some());
        assert!(!memory.is_proven_over_v4(&moment(0)));
        // A socket for both says so.
        assert!(memory.prove(["::ffff:198.51.100.2".parse().unwrap()], &moment(0)).is_some());
        assert!(memory.is_proven_over_v4(&moment(0)));
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
            memory.prove([V4], &moment(1));

            let news = memory.note_home(after.0, after.1, &moment(2));

            assert_eq!(memory.proven_ago(&moment(3)).is_some(), holds, "{name}");
            assert_eq!(news, (!holds).then_some(News::NoProof), "{name}");
        }
    }

    #[test]
    fn an_address_that_is_not_known_for_a_moment_hides_no_move() {
        let mut memory = Memory::new(&Snapshot::default());
        memory.note_home(None, &home("203.0.113.2", ""), &moment(0));
        memory.prove([V4], &moment(1));

        memory.note_home(None, &home("", "2001:db8::2"), &moment(2));
        memory.note_home(None, &home("203.0.113.3", "2001:db8::2"), &moment(3));

        assert_eq!(memory.proven_ago(&moment(4)), None);
        assert!(!memory.is_since_move(Duration::from_secs(60), &moment(10)));
        assert!(memory.is_since_move(Duration::from_secs(5), &moment(10)));
    }

    #[test]
    fn the_port_outside_is_remembered_while_the_router_is_asked_or_away() {
        let mut memory = Memory::new(&Snapshot::default());
        assert_eq!(memory.port_outside(&door(Opening::Asking)), None);

        let open = door(Opening::Open(Opened {
            by: Protocol::Pcp,
            port: 24_001,
            address: None,
            lease: None,
            verified: true,
        }));
        assert_eq!(memory.note_door(&open), Some(News::PortOutside(24_001)));
        assert_eq!(memory.note_door(&open), None);

        let inside = (Ipv4Addr::LOCALHOST, 23_001).into();
        let shut = |why| door(Opening::Shut(Shut { why, inside }));
        for (door, port) in [
            (open, Some(24_001)),
            (door(Opening::Asking), Some(24_001)),
            (shut(Why::NoAnswer), Some(24_001)),
            (shut(Why::NotAllowed), None),
            (shut(Why::Lied(Protocol::Pcp)), None),
            (door(Opening::NotWanted), None),
        ] {
            assert_eq!(memory.note_door(&door), None);
            assert_eq!(memory.port_outside(&door), port, "{door:?}");
        }
    }

    #[test]
    fn a_restart_asks_for_the_port_that_devices_were_told() {
        let snapshot = Snapshot { port_outside: Some(24_001), ..Snapshot::default() };

        assert_eq!(Memory::new(&snapshot).last_port_outside(), Some(24_001));
    }

    fn door(v4: Opening) -> Door {
        Door { v4, ..Door::default() }
    }

    const V4: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 2));

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
