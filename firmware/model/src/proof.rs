use std::time::Duration;

use crate::Moment;

/// That somebody came in from outside, over each IP version on its own: a router may let in one and not the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proofs {
    /// Over IPv4.
    pub v4: Option<Proof>,
    /// Over IPv6.
    pub v6: Option<Proof>,
}

impl Proofs {
    /// How long ago somebody came in, over either, if it still counts.
    #[must_use]
    pub fn elapsed(&self, now: &Moment) -> Option<Duration> {
        let both = self.v4.iter().chain(&self.v6).filter(|proof| proof.holds(now));

        both.filter_map(|proof| now.elapsed_since(&proof.at)).min()
    }
}

/// That somebody came in from outside: a peer's packet whose source was neither at home nor our own public address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// When that was.
    pub at: Moment,
}

impl Proof {
    /// For how long it counts.
    pub const LASTS: Duration = Duration::from_hours(7 * 24);

    /// Whether it still counts; not while the clocks do not tell.
    #[must_use]
    pub fn holds(&self, now: &Moment) -> bool {
        now.elapsed_since(&self.at).is_some_and(|elapsed| elapsed < Self::LASTS)
    }

    /// Whether it is worth writing down that it has been proven once more.
    #[must_use]
    pub fn is_stale(&self, now: &Moment) -> bool {
        now.elapsed_since(&self.at).is_none_or(|elapsed| elapsed >= Self::REFRESHED_AFTER)
    }

    /// Seldom enough for a memory card.
    const REFRESHED_AFTER: Duration = Duration::from_hours(1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_door_is_proven_for_seven_days() {
        let proof = Proof { at: moment("a", 10, 1000, false) };
        let week = 7 * 86_400;

        assert!(proof.holds(&moment("a", 10 + week - 1, 0, false)));
        assert!(!proof.holds(&moment("a", 10 + week, 0, false)));
    }

    #[test]
    fn after_a_reboot_it_counts_again_once_the_clock_is_set() {
        let proof = Proof { at: moment("a", 10, 1000, true) };

        assert!(!proof.holds(&moment("b", 1, 1500, false)));
        assert!(proof.holds(&moment("b", 1, 1500, true)));
        assert!(!proof.holds(&moment("b", 1, 1000 + 7 * 86_400, true)));
        assert!(!proof.holds(&moment("b", 1, 999, true)));
    }

    #[test]
    fn over_one_ip_version_nothing_is_proven_about_the_other() {
        let now = moment("a", 70, 0, false);
        let proofs = Proofs { v4: None, v6: Some(Proof { at: moment("a", 10, 0, false) }) };

        assert_eq!(proofs.elapsed(&now), Some(Duration::from_secs(60)));
        let later = Proofs { v4: Some(Proof { at: moment("a", 40, 0, false) }), ..proofs };
        assert_eq!(later.elapsed(&now), Some(Duration::from_secs(30)));
        assert_eq!(Proofs::default().elapsed(&now), None);
    }

    fn moment(boot_id: &str, since_boot: u64, unix_seconds: u64, clock_is_set: bool) -> Moment {
        Moment {
            boot_id: boot_id.to_owned(),
            since_boot: Duration::from_secs(since_boot),
            unix_seconds,
            clock_is_set,
        }
    }
}
