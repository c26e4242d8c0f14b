use std::fmt;

use bench::Kind;
use serde::Serialize;

use crate::{
    metric::Metric,
    plan::PLAIN,
    results::Results,
    setting::{
        Direction::{self, Down, Up},
        Link, Pairing, Setting, Topology,
    },
    workload::STREAMS,
};

/// How good our own program is meant to be.
///
/// The numbers are the project's own: what a first trial of its design reached beside the others, and some more.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Bar {
    setting: Setting,
    figures: Figures,
    ours: Pairing,
    against: Against,
    bound: Bound,
}

/// What is to be so, each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Figures {
    /// TCP, with one stream and with four.
    Tcp,
    /// The same one way only.
    TcpOneWay(Direction),
    /// The gateway's processor time in all of these.
    ProcessorTime,
    /// Round trips beside four streams, both ways.
    LoadedP99,
    /// Small datagrams nearly without loss, both ways.
    Udp,
    /// The same under overload.
    Overload,
    PeakMemory,
    Start,
}

/// What a figure is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Against {
    /// Somebody else's figure.
    Other(Kind),
    /// The best of all others'.
    Best,
    /// Nothing: the figure itself is meant.
    Nobody,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

/// What was measured of a bar.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Verdict {
    pub(crate) bar: String,
    /// In the order of the bar's metrics.
    pub(crate) measured: Vec<f64>,
    pub(crate) is_met: bool,
}

impl Bar {
    /// All of them, in the order in which they are shown.
    pub(crate) fn all() -> Vec<Self> {
        let forwarded = Setting { topology: Topology::Forwarded, ..PLAIN };
        let bar = |figures, against, bound| Self::new(PLAIN, figures, against, bound);
        let go = Against::Other(Kind::WireguardGo);
        let mut bars = Self::usual(PLAIN);
        bars.extend([
            Self { ours: Pairing::OURS_ON_BOTH_SIDES, ..bar(Figures::Tcp, go, Bound::AtLeast(1.6)) },
            bar(Figures::Udp, go, Bound::AtLeast(2.0)),
            bar(Figures::Udp, Against::Best, Bound::AtLeast(1.25)),
            bar(Figures::Overload, go, Bound::AtLeast(2.0)),
            bar(Figures::Overload, Against::Best, Bound::AtLeast(1.25)),
            bar(Figures::PeakMemory, Against::Nobody, Bound::AtMost(64.0)),
            bar(Figures::Start, go, Bound::AtMost(1.0)),
        ]);
        bars.extend(Self::wire_like(Setting { link: Link::Wire, ..PLAIN }));
        bars.extend(Self::usual(forwarded));
        bars.extend(Self::wire_like(Setting { link: Link::Wire, ..forwarded }));

        bars
    }

    /// What holds for traffic that ends in the gateway and, by the same ratios, for what is forwarded.
    fn usual(setting: Setting) -> Vec<Self> {
        let bar = |figures, other, bound| Self::new(setting, figures, Against::Other(other), bound);

        vec![
            bar(Figures::Tcp, Kind::WireguardGo, Bound::AtLeast(1.25)),
            bar(Figures::Tcp, Kind::Boringtun, Bound::AtLeast(3.0)),
            bar(Figures::Tcp, Kind::Gotatun, Bound::AtLeast(2.3)),
            bar(Figures::ProcessorTime, Kind::WireguardGo, Bound::AtMost(0.57)),
            bar(Figures::ProcessorTime, Kind::Boringtun, Bound::AtMost(0.29)),
            bar(Figures::LoadedP99, Kind::WireguardGo, Bound::AtMost(0.6)),
        ]
    }

    fn wire_like(setting: Setting) -> [Self; 2] {
        [
            Self::new(setting, Figures::TcpOneWay(Up), Against::Best, Bound::AtLeast(2.0)),
            Self::new(setting, Figures::TcpOneWay(Down), Against::Best, Bound::AtLeast(1.3)),
        ]
    }

    fn new(setting: Setting, figures: Figures, against: Against, bound: Bound) -> Self {
        Self { setting, figures, ours: Pairing::of(Kind::Latchkey), against, bound }
    }

    /// What came of it; nothing where some of it was not measured.
    pub(crate) fn verdict(&self, results: &Results) -> Option<Verdict> {
        let measured = self
            .figures
            .metrics()
            .into_iter()
            .map(|metric| self.measured(results, metric))
            .collect::<Option<Vec<_>>>()?;
        let is_met = measured.iter().all(|figure| self.bound.holds(*figure));

        Some(Verdict { bar: self.to_string(), measured, is_met })
    }

    fn measured(&self, results: &Results, metric: Metric) -> Option<f64> {
        let ours = results.median(self.setting, self.ours, metric)?;
        match self.against {
            Against::Nobody => Some(ours),
            Against::Other(kind) => Some(ours / results.median(self.setting, Pairing::of(kind), metric)?),
            Against::Best => Some(ours / results.best_other(self.setting, metric)?.1),
        }
    }
}

impl Figures {
    fn metrics(self) -> Vec<Metric> {
        let each = |directions: &[Direction], metric: fn(Direction, u32) -> Metric| {
            let of = |direction: &Direction| STREAMS.map(|streams| metric(*direction, streams));
            directions.iter().flat_map(of).collect()
        };
        let both = Direction::BOTH;
        match self {
            Self::Tcp => each(&both, Metric::Tcp),
            Self::TcpOneWay(direction) => each(&[direction], Metric::Tcp),
            Self::ProcessorTime => each(&both, Metric::ProcessorTime),
            Self::LoadedP99 => both.map(Metric::LoadedP99).to_vec(),
            Self::Udp => both.map(|direction| Metric::Udp(direction, 64)).to_vec(),
            Self::Overload => both.map(|direction| Metric::Overload(direction, 64)).to_vec(),
            Self::PeakMemory => vec![Metric::PeakMemory],
            Self::Start => vec![Metric::Start],
        }
    }
}

impl Bound {
    fn holds(self, figure: f64) -> bool {
        match self {
            Self::AtLeast(bound) => figure >= bound,
            Self::AtMost(bound) => figure <= bound,
        }
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, bound) = match self.bound {
            Bound::AtLeast(bound) => ("at least", bound),
            Bound::AtMost(bound) => ("at most", bound),
        };
        write!(f, "{}: {} {word} {bound}", self.setting.short(), self.figures)?;
        match self.against {
            Against::Other(kind) if self.ours.is_both() => write!(f, " of {kind}'s, both on both sides"),
            Against::Other(kind) => write!(f, " of {kind}'s"),
            Against::Best => write!(f, " of the best peer's"),
            Against::Nobody => write!(f, " as it is"),
        }
    }
}

impl fmt::Display for Figures {
    /// In the order of the metrics.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp => f.write_str("TCP 1, 4 up, 1, 4 down"),
            Self::TcpOneWay(direction) => write!(f, "TCP 1, 4 {direction}"),
            Self::ProcessorTime => f.write_str("CPU a GB, TCP 1, 4 up, 1, 4 down"),
            Self::LoadedP99 => f.write_str("p99 RTT beside TCP 4 up, down"),
            Self::Udp => f.write_str("UDP 64 B up, down"),
            Self::Overload => f.write_str("UDP 64 B up, down, overload"),
            Self::PeakMemory => f.write_str("peak memory in MiB"),
            Self::Start => f.write_str("start to handshake"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_met_only_by_all_its_figures() {
        let results = results(&[(Kind::Latchkey, 2.0, 1.0), (Kind::WireguardGo, 1.0, 1.0)]);
        let bar = |bound| {
            Bar::new(PLAIN, Figures::Udp, Against::Other(Kind::WireguardGo), Bound::AtLeast(bound))
                .verdict(&results)
                .unwrap()
        };

        assert_eq!((bar(1.25).measured, bar(1.25).is_met), (vec![2.0, 1.0], false));
        assert!(bar(1.0).is_met);
    }

    #[test]
    fn the_best_other_is_the_one_that_is_nearest() {
        let results =
            results(&[(Kind::Latchkey, 3.0, 3.0), (Kind::WireguardGo, 1.0, 2.0), (Kind::Gotatun, 2.0, 1.0)]);

        let bar = Bar::new(PLAIN, Figures::Udp, Against::Best, Bound::AtLeast(1.5));
        let verdict = bar.verdict(&results).unwrap();

        assert_eq!((verdict.measured, verdict.is_met), (vec![1.5, 1.5], true));
    }

    #[test]
    fn what_was_not_measured_is_not_judged() {
        let results = results(&[(Kind::Latchkey, 3.0, 1.0)]);

        assert!(Bar::all().iter().all(|bar| bar.verdict(&results).is_none()));
    }

    #[test]
    fn a_bar_says_what_it_is_about() {
        let texts = Bar::all().iter().map(ToString::to_string).collect::<Vec<_>>();

        assert_eq!(texts[0], "ends, veth: TCP 1, 4 up, 1, 4 down at least 1.25 of wireguard-go's");
        assert!(texts.contains(&"ends, veth: peak memory in MiB at most 64 as it is".to_owned()));
    }

    /// Of small datagrams up and down.
    fn results(figures: &[(Kind, f64, f64)]) -> Results {
        let mut results = Results::default();
        for (kind, up, down) in figures {
            results.add(PLAIN, Pairing::of(*kind), Metric::Udp(Up, 64), *up);
            results.add(PLAIN, Pairing::of(*kind), Metric::Udp(Down, 64), *down);
        }

        results
    }
}
