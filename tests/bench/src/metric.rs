use std::fmt;

use crate::{setting::Direction, workload::MOST_STREAMS};

/// Something that has a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Metric {
    /// What so many TCP streams carry together, in Gb/s of payload.
    Tcp(Direction, u32),
    /// Seconds that the gateway's program spends on processors for 10⁹ bytes, with so many streams.
    ProcessorTime(Direction, u32),
    /// The 99th percentile of round trips beside the most streams, in ms; no answer counts as a second.
    LoadedP99(Direction),
    /// How many of these requests had no answer, in per cent.
    Unanswered(Direction),
    /// The median of round trips with nothing beside, in ms.
    IdleMedian,
    /// Their 99th percentile, in ms.
    IdleP99,
    /// Most datagrams of a size that cross in a second with less than one in a hundred lost, in thousands.
    Udp(Direction, usize),
    /// Datagrams of a size that arrive in a second when as many as possible are sent, in thousands.
    Overload(Direction, usize),
    /// The most memory that was in use by the gateway's program, in MiB.
    PeakMemory,
    /// From the start of the gateway's program to the first answer through the tunnel, in ms.
    Start,
}

impl Metric {
    /// What its numbers are.
    pub(crate) fn unit(self) -> &'static str {
        match self {
            Self::Tcp(..) => "Gb/s",
            Self::ProcessorTime(..) => "s/GB",
            Self::LoadedP99(..) | Self::IdleMedian | Self::IdleP99 | Self::Start => "ms",
            Self::Unanswered(..) => "%",
            Self::Udp(..) | Self::Overload(..) => "kpps",
            Self::PeakMemory => "MiB",
        }
    }

    /// Whether more is better.
    pub(crate) fn more_is_better(self) -> bool {
        match self {
            Self::Tcp(..) | Self::Udp(..) | Self::Overload(..) => true,
            Self::ProcessorTime(..)
            | Self::LoadedP99(..)
            | Self::Unanswered(..)
            | Self::IdleMedian
            | Self::IdleP99
            | Self::PeakMemory
            | Self::Start => false,
        }
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::Tcp(direction, streams) => format!("TCP {streams} {direction}"),
            Self::ProcessorTime(direction, streams) => format!("CPU, TCP {streams} {direction}"),
            Self::LoadedP99(direction) => format!("p99 RTT, TCP {MOST_STREAMS} {direction}"),
            Self::Unanswered(direction) => format!("no answer, TCP {MOST_STREAMS} {direction}"),
            Self::IdleMedian => "median RTT, idle".to_owned(),
            Self::IdleP99 => "p99 RTT, idle".to_owned(),
            Self::Udp(direction, size) => format!("UDP {size} B {direction}"),
            Self::Overload(direction, size) => format!("UDP {size} B {direction}, overload"),
            Self::PeakMemory => "peak memory".to_owned(),
            Self::Start => "start to handshake".to_owned(),
        };

        f.pad(&text)
    }
}
