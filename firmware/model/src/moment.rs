use std::time::Duration;

/// What all the clocks of the box say at one time. A driver reads it; everybody else gets it handed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Which boot this is: `/proc/sys/kernel/random/boot_id`.
    pub boot_id: String,
    /// Time since that boot, asleep or awake: `CLOCK_BOOTTIME`. Nobody can set it.
    pub since_boot: Duration,
    /// Seconds since 1970 as the clock on the wall has them.
    pub unix_seconds: u64,
    /// Whether the kernel says that something (NTP) has set that clock.
    pub clock_is_set: bool,
}

impl Moment {
    /// How much time is between an earlier moment and this one; none if the clocks do not tell.
    ///
    /// Within one boot only the time since boot counts. Across boots the clock on the wall is all there is; it counts
    /// when something trustworthy has set it both times, and it has not run backwards.
    #[must_use]
    pub fn elapsed_since(&self, earlier: &Self) -> Option<Duration> {
        if self.boot_id == earlier.boot_id {
            self.since_boot.checked_sub(earlier.since_boot)
        } else if self.clock_is_set && earlier.clock_is_set {
            self.unix_seconds.checked_sub(earlier.unix_seconds).map(Duration::from_secs)
        } else {
            None
        }
    }
}
