use std::fmt;

use bench::{Kind, Machine, Table, figure};
use serde_json::{Value, json};

use crate::{
    bar::{Bar, Verdict},
    limits::Limits,
    metric::Metric,
    results::Results,
    setting::{Pairing, Setting},
};

/// All that is shown in the end, as Markdown.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    /// The programs and their versions.
    pub(crate) versions: Vec<(Kind, String)>,
    pub(crate) rounds: u32,
    pub(crate) limits: Limits,
    pub(crate) results: Results,
}

impl Report {
    /// Every number, for other programs.
    pub(crate) fn to_json(&self) -> Value {
        let results = self.results.iter().map(|(setting, metric, pairing, samples)| {
            json!({
                "setting": setting,
                "metric": metric.to_string(),
                "unit": metric.unit(),
                "gateway": pairing.gateway.name(),
                "client": pairing.client.name(),
                "samples": samples,
                "median": self.results.median(setting, pairing, metric),
            })
        });
        let versions = self.versions.iter().map(|(kind, version)| (kind.name(), version));

        json!({
            "machine": self.machine,
            "versions": versions.collect::<std::collections::BTreeMap<_, _>>(),
            "rounds": self.rounds,
            "limits": self.limits,
            "results": results.collect::<Vec<_>>(),
            "bars": self.verdicts(),
        })
    }

    fn verdicts(&self) -> Vec<Verdict> {
        Bar::all().iter().filter_map(|bar| bar.verdict(&self.results)).collect()
    }

    fn preface(&self) -> String {
        let versions =
            self.versions.iter().map(|(kind, version)| format!("{kind} {version}")).collect::<Vec<_>>();
        let cable = self
            .limits
            .cable
            .iter()
            .map(|(streams, rate)| format!("{} with {streams}", figure(*rate)))
            .collect::<Vec<_>>();

        format!(
            "{}\n{}; medians of {}\n\nThe bare cable, without a tunnel: TCP {} Gb/s, UDP 64 B {} kpps. \
             ChaCha20-Poly1305 alone: {} s/GB to seal, {} s/GB to open.\n",
            self.machine.describe(),
            versions.join(", "),
            if self.rounds == 1 { "one round".to_owned() } else { format!("{} rounds", self.rounds) },
            cable.join(", "),
            figure(self.limits.datagrams),
            figure(self.limits.seal),
            figure(self.limits.open),
        )
    }

    fn table(&self, setting: Setting) -> Table {
        let pairings = self.results.pairings(setting);
        let ratios = if pairings.contains(&OURS) { RATIOS } else { &[] };
        let heading = ["".to_owned(), "unit".to_owned()]
            .into_iter()
            .chain(pairings.iter().map(ToString::to_string))
            .chain(ratios.iter().map(|ratio| (*ratio).to_owned()));
        let mut table = Table::new(heading.collect());
        for metric in self.results.metrics(setting) {
            let mut row = vec![metric.to_string(), metric.unit().to_owned()];
            let median = |pairing: &Pairing| self.results.median(setting, *pairing, metric);
            row.extend(pairings.iter().map(|pairing| median(pairing).map(figure).unwrap_or_default()));
            if !ratios.is_empty() {
                row.extend(self.ratios(setting, metric));
            }
            table.add(row);
        }

        table
    }

    /// Ours to wireguard-go's, and to the best of all others'; nothing where that is zero.
    fn ratios(&self, setting: Setting, metric: Metric) -> [String; 2] {
        let ours = self.results.median(setting, OURS, metric);
        let go = self.results.median(setting, Pairing::of(Kind::WireguardGo), metric);
        let best = self.results.best_other(setting, metric);
        let ratio = |other: f64| Some(format!("{:.2}", ours? / other)).filter(|_| other > 0.0);
        let to_best = best.and_then(|(kind, best)| Some(format!("{} ({kind})", ratio(best)?)));

        [go.and_then(ratio).unwrap_or_default(), to_best.unwrap_or_default()]
    }
}

const OURS: Pairing = Pairing::of(Kind::Latchkey);

const RATIOS: &[&str] = &["to wireguard-go", "to the best peer"];

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.preface())?;
        for setting in self.results.settings() {
            writeln!(f, "\n### {setting}\n\n{}", self.table(setting))?;
        }
        let verdicts = self.verdicts();
        if verdicts.is_empty() {
            return Ok(());
        }
        let mut table = Table::new(["bar", "measured", ""].map(str::to_owned).to_vec());
        for Verdict { bar, measured, is_met } in verdicts {
            let measured = measured.iter().copied().map(figure).collect::<Vec<_>>().join(" ");
            let word = if is_met { "met" } else { "missed" };
            table.add(vec![bar, measured, word.to_owned()]);
        }

        writeln!(f, "### Bars, as ratios of medians\n\n{table}")
    }
}
