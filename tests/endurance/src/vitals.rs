use std::{fmt, fs, time::Duration};

use anyhow::{Context as _, Result};

/// What a process holds at a moment, as proc(5) says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Vitals {
    /// Memory in use, in KiB.
    pub(crate) resident: u64,
    pub(crate) descriptors: usize,
    pub(crate) threads: usize,
}

impl Vitals {
    pub(crate) fn of(pid: u32) -> Result<Self> {
        let path = format!("/proc/{pid}/status");
        let status = fs::read_to_string(&path).with_context(|| format!("read {path}"))?;

        Ok(Self {
            resident: resident(&status).with_context(|| format!("find VmRSS in {path}"))?,
            descriptors: fs::read_dir(format!("/proc/{pid}/fd"))?.count(),
            threads: fs::read_dir(format!("/proc/{pid}/task"))?.count(),
        })
    }
}

/// The time that a process's threads have spent on processors so far, exact to the nanosecond where `stat` counts
/// hundredths of a second. A thread that has ended no longer counts.
pub(crate) fn processor_time(pid: u32) -> Result<Duration> {
    let mut sum = 0;
    for task in fs::read_dir(format!("/proc/{pid}/task"))?.flatten() {
        let schedstat = fs::read_to_string(task.path().join("schedstat"))?;
        sum += schedstat.split_whitespace().next().context("an empty schedstat")?.parse::<u64>()?;
    }

    Ok(Duration::from_nanos(sum))
}

/// How the vitals of a process that has warmed up went on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Course(Vec<Vitals>);

impl Course {
    pub(crate) fn note(&mut self, vitals: Vitals) {
        self.0.push(vitals);
    }

    /// What is not as it should be, if anything is.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let (first, last) = (self.0.first()?, self.0.last()?);
        if self.peak() > first.resident + GROWTH {
            let course: Vec<_> = self.0.iter().map(|vitals| vitals.resident).collect();
            return Some(format!("memory grew by {} KiB: {course:?}", self.peak() - first.resident));
        }
        if last.descriptors != first.descriptors {
            return Some(format!("descriptors went from {} to {}", first.descriptors, last.descriptors));
        }
        if last.threads != first.threads {
            return Some(format!("threads went from {} to {}", first.threads, last.threads));
        }

        None
    }

    /// The most memory that was in use, in KiB.
    fn peak(&self) -> u64 {
        self.0.iter().map(|vitals| vitals.resident).max().unwrap_or_default()
    }
}

impl fmt::Display for Course {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some(first), Some(last)) = (self.0.first(), self.0.last()) else {
            return f.write_str("nobody looked at memory");
        };
        write!(
            f,
            "memory {} KiB first, {} last, {} at most, in {} samples; {} descriptors, {} threads",
            first.resident,
            last.resident,
            self.peak(),
            self.0.len(),
            last.descriptors,
            last.threads
        )
    }
}

/// What memory may grow by after warming up, in KiB: pages that are touched for the first time in some rare case. A leak
/// of a byte for each datagram of half an hour would be more.
const GROWTH: u64 = 400;

fn resident(status: &str) -> Option<u64> {
    status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().strip_suffix(" kB")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_has_vitals() {
        let vitals = Vitals::of(std::process::id()).unwrap();

        assert!(vitals.resident > 0 && vitals.descriptors > 2 && vitals.threads > 0);
        assert!(processor_time(std::process::id()).unwrap() > Duration::ZERO);
    }

    #[test]
    fn what_grows_is_a_fault_also_if_it_shrinks_again() {
        let first = Vitals { resident: 5000, descriptors: 10, threads: 4 };
        let course = |later: Vitals| Course(vec![first, later, Vitals { resident: 5000, ..later }]).fault();

        assert_eq!(course(Vitals { resident: 5000 + GROWTH, ..first }), None);
        assert!(course(Vitals { resident: 5001 + GROWTH, ..first }).is_some());
        assert!(course(Vitals { descriptors: 11, ..first }).is_some());
        assert!(course(Vitals { threads: 5, ..first }).is_some());
    }
}
