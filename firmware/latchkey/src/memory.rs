//! What the box remembers of its way in: when somebody came in from outside, when somebody knocked, where home is.

use std::{net::IpAddr, time::Duration};

use model::{Moment, Proof, Proofs};
use reachability::{Verdict, check::Traffic};
use registry::{PublicAddress, Snapshot};

/// What was seen, of which the registry keeps what is worth it.
#[derive(Debug)]
pub(crate) struct Memory {
    proofs: Proofs,
    written_proofs: Proofs,
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
    /// Peers outside who have begun a handshake.
    pub handshakes: u64,
    /// Peers outside who have completed theirs with a packet.
    pub completed: u64,
}

/// Something to write down.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum News {
    /// Somebody came in from outside.
    Proofs(Proofs),
    /// Home has another address.
    Address(PublicAddress),
}

impl Memory {
    /// What was written down before.
    pub(crate) fn new(snapshot: &Snapshot) -> Self {
        Self {
            proofs: snapshot.proofs.clone(),
            written_proofs: snapshot.proofs.clone(),
            address: snapshot.public_address,
            counted: Counted::default(),
            traffic: Traffic::default(),
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

    /// What has come from outside since the router was opened.
    pub(crate) fn note_traffic(&mut self, counted: Counted, is_open: bool) {
        if is_open && !self.is_open {
            self.traffic = Traffic::default();
        }
        self.is_open = is_open;
        let known = std::mem::replace(&mut self.counted, counted);
        self.traffic.datagrams += since(known.knocks, counted.knocks);
        self.traffic.unknown_keys += since(known.unknown_keys, counted.unknown_keys);
        // Who comes home is outside no more.
        self.traffic.handshakes += counted.handshakes.saturating_sub(known.handshakes);
        self.traffic.completed += counted.completed.saturating_sub(known.completed);
    }

    /// The same, as the check wants it.
    pub(crate) fn traffic(&self, now: &Moment) -> Traffic {
        Traffic { proven: self.proven_ago(now).is_some(), ..self.traffic }
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

/// How much a counter has grown, which may have begun anew.
fn since(before: u64, now: u64) -> u64 {
    now.checked_sub(before).unwrap_or(now)
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

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

        assert!(memory.note_address(&verdict("203.0.113.2")).is_some());
        assert_eq!(memory.note_address(&verdict("203.0.113.2")), None);
        assert_eq!(memory.note_address(&Verdict::default()), None);
        assert!(memory.note_address(&verdict("203.0.113.3")).is_some());
    }

    const V4: IpAddr = IpAddr::V4(Ipv4Addr::new(198, 51, 100, 2));

    fn moment(seconds: u64) -> Moment {
        Moment {
            boot_id: "a".to_owned(),
            since_boot: Duration::from_secs(seconds),
            unix_seconds: 0,
            clock_is_set: false,
        }
    }
}
