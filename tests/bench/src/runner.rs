use std::path::Path;

use anyhow::{Context as _, Result};

use crate::{
    metric::Metric,
    plan::{Plan, Step},
    programs::Programs,
    results::Results,
    say,
    stand::Stand,
    workload::{Samples, Timing},
};

/// Measures all of a plan, round by round.
pub(crate) struct Runner<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) programs: &'a Programs,
    pub(crate) timing: Timing,
    pub(crate) rounds: u32,
    /// Where the programs write what they have to say.
    pub(crate) log: &'a Path,
}

impl Runner<'_> {
    /// Says what it does, and goes on after a measurement that fails: its figure is missing then.
    pub(crate) fn run(&self) -> Results {
        let mut results = Results::default();
        for round in 0..self.rounds {
            for step in self.plan.round(round) {
                let what = format!("{}: {}", step.setting.short(), step.pairing);
                say(&format!("round {} of {}, {what}", round + 1, self.rounds));
                match self.measure(step) {
                    Ok(samples) => {
                        for (metric, sample) in samples {
                            results.add(step.setting, step.pairing, metric, sample);
                        }
                    }
                    Err(error) => {
                        let failure = format!("{what}: {error:#}");
                        say(&failure);
                        results.add_failure(failure);
                    }
                }
            }
        }

        results
    }

    fn measure(&self, step: &Step) -> Result<Samples> {
        let [gateway, client] =
            [step.pairing.gateway, step.pairing.client].map(|kind| self.programs.get(kind));
        let stand = Stand::build(gateway?, client?, step.setting, self.log).context("set up the tunnel")?;
        let mut samples = vec![(Metric::Start, stand.start.as_secs_f64() * 1e3)];
        for workload in &step.workloads {
            samples.extend(workload.measure(&stand, self.timing)?);
        }
        samples.push((Metric::PeakMemory, stand.gateway.peak_memory()? as f64 / f64::from(1 << 20)));

        Ok(samples)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use bench::{Implementation, Kind};

    use super::*;
    use crate::{plan::Wishes, setting::Setting};

    #[test]
    fn a_round_of_everything_gives_a_figure_for_everything() {
        // Debian's, which all tests have, on both sides: this is about the bench and not about programs.
        let programs = Programs::of(vec![Implementation::new(Kind::WireguardGo, "wireguard-go")]);
        let plan = Plan::new(&Wishes { gateways: vec![Kind::WireguardGo], ..Wishes::default() });
        let brief = Duration::from_millis(100);
        let timing = Timing { warm_up: brief, window: brief, probe: brief };
        let log = tempfile::NamedTempFile::new().unwrap();

        let runner = Runner { plan: &plan, programs: &programs, timing, rounds: 1, log: log.path() };
        let results = runner.run();

        assert_eq!(results.failures(), [""; 0]);
        let settings = results.settings().into_iter().collect::<Vec<_>>();
        let metrics = |setting: &Setting| results.metrics(*setting).len();
        assert_eq!(settings.iter().map(metrics).collect::<Vec<_>>(), [24, 14, 14, 14]);
    }
}
