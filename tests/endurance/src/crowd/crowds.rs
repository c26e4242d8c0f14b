use std::fmt;

use bench::{Implementation, Kind, Machine, Table, figure};

use super::{Figures, Gathering};

/// What gatherings have cost several gateways, as Markdown.
#[derive(Debug)]
pub struct Crowds {
    /// Where it was measured.
    pub machine: Machine,
    rounds: usize,
    gateways: Vec<Gateway>,
}

#[derive(Debug)]
struct Gateway {
    kind: Kind,
    version: String,
    figures: Figures,
}

impl Crowds {
    /// Nothing yet.
    #[must_use]
    pub fn new(machine: Machine, rounds: usize) -> Self {
        Self { machine, rounds, gateways: Vec::new() }
    }

    /// Adds what was measured of one.
    pub fn add(&mut self, implementation: &Implementation, figures: Figures) {
        let (kind, version) = (implementation.kind(), implementation.version());
        self.gateways.push(Gateway { kind, version, figures });
    }

    fn table(&self) -> Table {
        let names = self.gateways.iter().map(|gateway| gateway.kind.to_string());
        let mut table = Table::new([String::new(), "unit".to_owned()].into_iter().chain(names).collect());
        for gathering in Gathering::ALL {
            let time = |figures: &Figures| Some(figure(figures.median(gathering)?.as_secs_f64() * 1e6));
            table.add(self.row(gathering.to_string(), "µs a packet", time));
        }
        for gathering in Gathering::ALL.into_iter().filter(|gathering| *gathering != Gathering::One) {
            let ratio = |figures: &Figures| figures.ratio(gathering).map(figure);
            table.add(self.row(format!("{gathering}, to {}", Gathering::One), "ratio", ratio));
        }
        for gathering in Gathering::ALL {
            let memory = |figures: &Figures| Some(figure(figures.memory(gathering)? as f64 / MIB));
            table.add(self.row(format!("peak memory, {gathering}"), "MiB", memory));
        }

        table
    }

    fn row(&self, what: String, unit: &str, figure: impl Fn(&Figures) -> Option<String>) -> Vec<String> {
        let figures = self.gateways.iter().map(|gateway| figure(&gateway.figures).unwrap_or_default());

        [what, unit.to_owned()].into_iter().chain(figures).collect()
    }
}

impl fmt::Display for Crowds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let versions = self.gateways.iter().map(|gateway| format!("{} {}", gateway.kind, gateway.version));
        let versions = versions.collect::<Vec<_>>().join(", ");
        writeln!(f, "{}\n{versions}; medians of {} rounds\n", self.machine.describe(), self.rounds)?;

        write!(f, "### What a packet from a peer costs the gateway\n\n{}", self.table())
    }
}

const MIB: f64 = 1024.0 * 1024.0;
