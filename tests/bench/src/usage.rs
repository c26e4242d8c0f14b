//! What a process has used, as proc(5) says it.

use std::{fs, time::Duration};

use anyhow::{Context as _, Result};

pub(crate) fn processor_time(pid: u32) -> Result<Duration> {
    let path = format!("/proc/{pid}/stat");
    let stat = fs::read_to_string(&path).with_context(|| format!("read {path}"))?;
    let ticks = ticks(&stat).with_context(|| format!("find the times in {path}"))?;

    Ok(TICK * ticks)
}

pub(crate) fn peak_memory(pid: u32) -> Result<u64> {
    let path = format!("/proc/{pid}/status");
    let status = fs::read_to_string(&path).with_context(|| format!("read {path}"))?;

    peak(&status).with_context(|| format!("find VmHWM in {path}"))
}

/// `utime` and `stime`, fields 14 and 15; the second is a name that may hold spaces and brackets.
fn ticks(stat: &str) -> Option<u32> {
    let fields = stat.rsplit_once(')')?.1.split_whitespace().collect::<Vec<_>>();

    Some(fields.get(11)?.parse::<u32>().ok()? + fields.get(12)?.parse::<u32>().ok()?)
}

fn peak(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes = line.trim().strip_suffix(" kB")?.parse::<u64>().ok()?;

    Some(kibibytes * 1024)
}

/// `USER_HZ` is 100 on every architecture that Debian has today.
const TICK: Duration = Duration::from_millis(10);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_times_are_added_whatever_the_program_is_called() {
        let stat = "77 (a b) 1 (c) S 1 77 77 0 -1 4194560 1 2 3 4 150 25 7 8 20 0 1 0 100";

        assert_eq!(ticks(stat), Some(175));
    }

    #[test]
    fn the_peak_is_in_bytes() {
        assert_eq!(peak("Name:\tx\nVmPeak:\t  99 kB\nVmHWM:\t   12 kB\nVmRSS:\t 5 kB\n"), Some(12 * 1024));
    }

    #[test]
    fn this_process_has_used_something() {
        assert!(peak_memory(std::process::id()).unwrap() > 0);
        assert!(processor_time(std::process::id()).is_ok());
    }
}
