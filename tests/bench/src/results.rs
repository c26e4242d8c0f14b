use std::collections::{BTreeMap, BTreeSet};

use bench::Kind;

use crate::{
    metric::Metric,
    samples::median,
    setting::{Pairing, Setting},
};

/// All that was measured.
#[derive(Debug, Default)]
pub(crate) struct Results {
    samples: BTreeMap<(Setting, Metric, Pairing), Vec<f64>>,
    failures: Vec<String>,
}

impl Results {
    /// Adds what one round gave.
    pub(crate) fn add(&mut self, setting: Setting, pairing: Pairing, metric: Metric, sample: f64) {
        self.samples.entry((setting, metric, pairing)).or_default().push(sample);
    }

    /// Notes that something could not be measured.
    pub(crate) fn add_failure(&mut self, failure: String) {
        self.failures.push(failure);
    }

    /// What could not be measured, and why.
    pub(crate) fn failures(&self) -> &[String] {
        &self.failures
    }

    /// The median of all rounds.
    pub(crate) fn median(&self, setting: Setting, pairing: Pairing, metric: Metric) -> Option<f64> {
        median(self.samples.get(&(setting, metric, pairing))?)
    }

    /// The one of the others, with the usual client, that does best, and its median.
    pub(crate) fn best_other(&self, setting: Setting, metric: Metric) -> Option<(Kind, f64)> {
        let others = Kind::ALL.into_iter().filter(|kind| *kind != Kind::Latchkey);
        let figures =
            others.filter_map(|kind| Some((kind, self.median(setting, Pairing::of(kind), metric)?)));
        let by_figure = |one: &(Kind, f64), other: &(Kind, f64)| one.1.total_cmp(&other.1);

        if metric.more_is_better() { figures.max_by(by_figure) } else { figures.min_by(by_figure) }
    }

    pub(crate) fn settings(&self) -> BTreeSet<Setting> {
        self.samples.keys().map(|(setting, ..)| *setting).collect()
    }

    /// Ours first, and on both sides last.
    pub(crate) fn pairings(&self, setting: Setting) -> Vec<Pairing> {
        let measured = self.samples.keys().filter(|(of, ..)| *of == setting).map(|(.., pairing)| *pairing);
        let mut pairings = measured.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>();
        pairings.sort_by_key(|pairing| pairing.is_both());

        pairings
    }

    pub(crate) fn metrics(&self, setting: Setting) -> BTreeSet<Metric> {
        self.samples.keys().filter(|(of, ..)| *of == setting).map(|(_, metric, _)| *metric).collect()
    }

    /// Every number, in the order of the tables.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (Setting, Metric, Pairing, &[f64])> {
        self.samples
            .iter()
            .map(|((setting, metric, pairing), samples)| (*setting, *metric, *pairing, samples.as_slice()))
    }
}
