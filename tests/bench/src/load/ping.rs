use std::{iter, net::Ipv4Addr, process::Stdio, time::Duration};

use anyhow::{Context as _, Result};
use lab::Namespace;

use crate::samples::percentile;

/// Round trips of echo requests, as `ping` measures them: the kernel answers and takes the time of arrival, so that
/// nothing waits for a processor but what is measured.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct RoundTrips {
    /// Milliseconds, from the shortest to the longest.
    times: Vec<f64>,
}

impl RoundTrips {
    /// Asks for some time, two hundred times a second.
    pub(crate) fn measure(from: &Namespace, to: Ipv4Addr, during: Duration) -> Result<Self> {
        let count = during.as_millis() / PAUSE.as_millis();
        let mut command = from.command("ping");
        command
            .args(["-n", "-c", &count.to_string(), "-i", &PAUSE.as_secs_f64().to_string()])
            .args(["-W", "1", &to.to_string()])
            .stdin(Stdio::null());
        let output = command.output().context("start ping")?;

        // It ends with an error when nothing came back at all, which is a figure, too.
        Self::parse(&String::from_utf8_lossy(&output.stdout)).context("read what ping says")
    }

    /// In milliseconds.
    pub(crate) fn percentile(&self, percent: f64) -> f64 {
        percentile(&self.times, percent)
    }

    /// The share of requests without an answer, 0 to 1.
    pub(crate) fn unanswered(&self) -> f64 {
        self.times.iter().filter(|time| **time >= LOST).count() as f64 / self.times.len() as f64
    }

    /// What was lost counts as if it had taken [`LOST`].
    fn parse(text: &str) -> Option<Self> {
        let mut times = text
            .lines()
            .filter_map(|line| line.split_once("time=")?.1.split_whitespace().next()?.parse().ok())
            .collect::<Vec<f64>>();
        let sent = text.lines().find_map(|line| line.split_once(" packets transmitted"))?.0;
        let lost = sent.parse::<usize>().ok()?.saturating_sub(times.len());
        times.sort_by(f64::total_cmp);
        times.extend(iter::repeat_n(LOST, lost));

        (!times.is_empty()).then_some(Self { times })
    }
}

/// Two hundred a second: enough for a percentile, too few to be a load.
const PAUSE: Duration = Duration::from_millis(5);

/// Milliseconds; longer than anything that still comes back.
const LOST: f64 = 1000.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_counts_as_a_second() {
        let text = "\
PING 10.77.7.1 (10.77.7.1) 56(84) bytes of data.
64 bytes from 10.77.7.1: icmp_seq=1 ttl=64 time=0.31 ms
64 bytes from 10.77.7.1: icmp_seq=3 ttl=64 time=0.29 ms

--- 10.77.7.1 ping statistics ---
3 packets transmitted, 2 received, 33.3333% packet loss, time 10ms
rtt min/avg/max/mdev = 0.290/0.300/0.310/0.010 ms
";

        assert_eq!(RoundTrips::parse(text), Some(RoundTrips { times: vec![0.29, 0.31, 1000.0] }));
    }

    #[test]
    fn a_ping_that_would_not_start_has_no_round_trips() {
        assert_eq!(RoundTrips::parse("ping: unknown host"), None);
    }
}
