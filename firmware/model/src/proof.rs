use std::time::Duration;

use crate::Moment;

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

    fn moment(boot_id: &str, since_boot: u64, unix_seconds: u64, clock_is_set: bool) -> Moment {
        Moment {
            boot_id: boot_id.to_owned(),
            since_boot: Duration::from_secs(since_boot),
            unix_seconds,
            clock_is_set,
        }
    }
}
