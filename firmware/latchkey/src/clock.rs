//! The driver that reads the clocks, for all the plain code that gets the time handed.

use std::{
    fs,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::Context as _;
use model::Moment;
use nix::time::{ClockId, clock_gettime};

/// What all the clocks of the box say now.
pub(crate) fn moment() -> anyhow::Result<Moment> {
    let boot_id = fs::read_to_string(BOOT_ID).with_context(|| format!("read {BOOT_ID}"))?;
    let since_boot = clock_gettime(ClockId::CLOCK_BOOTTIME).context("read the time since boot")?;

    Ok(Moment {
        boot_id: boot_id.trim().to_owned(),
        since_boot: Duration::from(since_boot),
        unix_seconds: unix_seconds(),
        clock_is_set: kernel_says_clock_is_set(),
    })
}

/// Seconds since 1970 by the clock on the wall, which may be wrong; 0 for a time before.
#[expect(clippy::disallowed_methods, reason = "this is the driver that reads the clock")]
pub(crate) fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// The time for measuring how long something lasts.
#[expect(clippy::disallowed_methods, reason = "this is the driver that reads the clock")]
pub(crate) fn instant() -> Instant {
    Instant::now()
}

const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// Whether NTP has set the clock: the kernel's own word, whichever program did it.
#[expect(unsafe_code, reason = "the call has no safe wrapper in the crates that we use")]
fn kernel_says_clock_is_set() -> bool {
    // SAFETY: all-zero is a valid `timex`, and with `modes` 0 the kernel only writes into it.
    let state = unsafe {
        let mut timex = std::mem::zeroed::<libc::timex>();
        libc::adjtimex(&raw mut timex)
    };

    // adjtimex(2): TIME_ERROR (5) says that the clock is not synchronised, -1 that nothing is known.
    state != libc::TIME_ERROR && state != -1
}
