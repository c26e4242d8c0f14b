use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Moment;

/// Until when guests may come in, in a form that a restart, a reboot and a clock that jumps cannot stretch.
///
/// Within one boot only the time since boot counts, which nobody can set. After a reboot the clock on the wall is all
/// there is; it counts when something trustworthy has set it and it has not run backwards. When in doubt, guests are
/// out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum GuestAccess {
    /// Guests are out.
    #[default]
    Off,
    /// Guests are in, until.
    On {
        /// When this was written down.
        since: Moment,
        /// For how long from then.
        length: Duration,
    },
}

impl GuestAccess {
    /// Guests may come in from now on, for so long.
    #[must_use]
    pub fn on(now: Moment, time: impl Into<GuestTime>) -> Self {
        Self::On { since: now, length: time.into().into() }
    }

    /// How much longer guests may stay; `None` means that they are out.
    #[must_use]
    pub fn remaining(&self, now: &Moment) -> Option<Duration> {
        let Self::On { since, length } = self else {
            return None;
        };
        let gone = now.elapsed_since(since)?;

        length.checked_sub(gone).filter(|remaining| !remaining.is_zero())
    }

    /// Whether guests are out because their time is up, and not only until the clock is known again.
    #[must_use]
    pub fn is_over(&self, now: &Moment) -> bool {
        match self {
            Self::Off => false,
            Self::On { since, length } => now.elapsed_since(since).is_some_and(|gone| gone >= *length),
        }
    }
}

/// For how many hours a press lets guests in, 1 to 168 (a week).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u16", into = "u16")]
pub struct GuestHours(u16);

impl GuestHours {
    /// The number of hours.
    #[must_use]
    pub fn get(self) -> u16 {
        self.0
    }
}

impl Default for GuestHours {
    fn default() -> Self {
        Self(8)
    }
}

impl TryFrom<u16> for GuestHours {
    type Error = InvalidGuestHours;

    fn try_from(hours: u16) -> Result<Self, Self::Error> {
        if !(1..=168).contains(&hours) {
            return Err(InvalidGuestHours);
        }

        Ok(Self(hours))
    }
}

impl From<GuestHours> for u16 {
    fn from(hours: GuestHours) -> Self {
        hours.0
    }
}

/// For how long guests are let in this once, 1 s to 168 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub struct GuestTime(u32);

impl TryFrom<u32> for GuestTime {
    type Error = InvalidGuestHours;

    fn try_from(seconds: u32) -> Result<Self, Self::Error> {
        if !(1..=168 * 3600).contains(&seconds) {
            return Err(InvalidGuestHours);
        }

        Ok(Self(seconds))
    }
}

impl From<GuestTime> for u32 {
    fn from(time: GuestTime) -> Self {
        time.0
    }
}

impl From<GuestHours> for GuestTime {
    fn from(hours: GuestHours) -> Self {
        Self(u32::from(hours.0) * 3600)
    }
}

impl From<GuestTime> for Duration {
    fn from(time: GuestTime) -> Self {
        Self::from_secs(time.0.into())
    }
}

/// A time that guests cannot be let in for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("guest access lasts at most 168 hours, a week")]
pub struct InvalidGuestHours;

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3600;
    const DAY: u64 = 24 * HOUR;

    #[test]
    fn guests_stay_for_eight_hours_and_not_a_second_longer() {
        let access = GuestAccess::on(moment("a", 100, 1_000_000, true), GuestHours::default());

        assert_eq!(
            access.remaining(&moment("a", 100 + HOUR, 1_000_000 + HOUR, true)),
            Some(Duration::from_secs(7 * HOUR))
        );
        assert_eq!(access.remaining(&moment("a", 100 + 8 * HOUR, 1_000_000 + 8 * HOUR, true)), None);
    }

    #[test]
    fn a_clock_that_jumps_changes_nothing_within_a_boot() {
        let access = GuestAccess::on(moment("a", 100, 10 * DAY, true), GuestHours::default());

        for wall in [9 * DAY, 11 * DAY, 0] {
            assert_eq!(
                access.remaining(&moment("a", 100 + HOUR, wall, false)),
                Some(Duration::from_secs(7 * HOUR))
            );
        }
    }

    #[test]
    fn after_a_reboot_a_clock_that_was_set_decides() {
        let access = GuestAccess::on(moment("a", 100, 10 * DAY, true), GuestHours::default());

        assert_eq!(
            access.remaining(&moment("b", 5, 10 * DAY + HOUR, true)),
            Some(Duration::from_secs(7 * HOUR))
        );
        assert_eq!(access.remaining(&moment("b", 5, 11 * DAY, true)), None);
    }

    #[test]
    fn after_a_reboot_a_clock_in_doubt_keeps_guests_out() {
        let access = GuestAccess::on(moment("a", 100, 10 * DAY, true), GuestHours::default());
        let begun_in_doubt = GuestAccess::on(moment("a", 100, 10 * DAY, false), GuestHours::default());

        assert_eq!(access.remaining(&moment("b", 5, 10 * DAY + HOUR, false)), None, "the clock is not set");
        assert_eq!(access.remaining(&moment("b", 5, 9 * DAY, true)), None, "the clock ran backwards");
        assert_eq!(
            begun_in_doubt.remaining(&moment("b", 5, 10 * DAY + HOUR, true)),
            None,
            "nobody knows when it began"
        );
    }

    #[test]
    fn a_time_is_over_only_when_that_is_certain() {
        let access = GuestAccess::on(moment("a", 100, 10 * DAY, true), GuestHours::default());

        assert!(!access.is_over(&moment("a", 99 + 8 * HOUR, 10 * DAY, true)));
        assert!(access.is_over(&moment("a", 100 + 8 * HOUR, 10 * DAY, true)));
        assert!(!access.is_over(&moment("b", 5, 11 * DAY, false)), "the clock is not set");
        assert!(access.is_over(&moment("b", 5, 11 * DAY, true)));
        assert!(!GuestAccess::Off.is_over(&moment("a", 100, 10 * DAY, true)));
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
