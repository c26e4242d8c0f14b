use std::{fs, path::PathBuf, time::Duration};

use anyhow::{Context as _, Result, ensure};
use bench::{Kind, Machine};
use clap::Parser;

use crate::{
    limits::Limits,
    plan::{PLAIN, Plan, Wishes},
    programs::Programs,
    report::Report,
    runner::Runner,
    say,
    setting::{Link, Topology},
    workload::{Timing, Workload},
};

/// Measures Latchkey's tunnel side by side with other userspace WireGuard implementations; needs root
///
/// The client is wireguard-go. Figures are medians of all rounds, as Markdown on standard output.
#[derive(Debug, Parser)]
#[command(name = "bench", max_term_width = 100)]
pub(crate) struct Cli {
    /// How often everything is measured, in rotation [default: 5]
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rounds: Option<u32>,
    /// One round of short measurements, where traffic ends in the gateway and the link is a plain veth
    #[arg(long)]
    quick: bool,
    /// Only these gateways
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    only: Vec<Kind>,
    /// Only this traffic
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    workload: Vec<Workload>,
    /// Only traffic that goes there
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    topology: Vec<Topology>,
    /// Only over such a link
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    link: Vec<Link>,
    /// Our own program [default: LATCHKEY_BIN, or the one that was built beside this program]
    #[arg(long, value_name = "PATH")]
    latchkey: Option<PathBuf>,
    /// Write every number there, too
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Only fetch or build the others' programs that are missing
    #[arg(long)]
    fetch: bool,
}

impl Cli {
    pub(crate) fn run(&self) -> Result<()> {
        let plan = Plan::new(&self.wishes());
        let kinds = plan.kinds();
        if self.fetch {
            let others = kinds.into_iter().filter(|kind| *kind != Kind::Latchkey).collect::<Vec<_>>();
            return Programs::fetch(&others, None).map(|_| ());
        }

        let programs = Programs::fetch(&kinds, self.latchkey.as_deref())?;
        let report = self.measure(&plan, &programs)?;
        if let Some(path) = &self.json {
            let text = serde_json::to_string_pretty(&report.to_json())?;
            fs::write(path, text).with_context(|| format!("write {}", path.display()))?;
        }
        print(&report.to_string());
        let failures = report.results.failures();
        ensure!(failures.is_empty(), "not everything could be measured:\n{}", failures.join("\n"));

        Ok(())
    }

    fn measure(&self, plan: &Plan, programs: &Programs) -> Result<Report> {
        let machine = Machine::look()?;
        say(&machine.describe());
        machine.warning().iter().for_each(|warning| say(warning));
        let folder = tempfile::tempdir()?;
        let log = folder.path().join("log");
        let timing = if self.quick { QUICK } else { USUAL };
        let rounds = self.rounds.unwrap_or(if self.quick { 1 } else { 5 });
        let limits = Limits::measure(timing).context("measure the bare cable")?;
        let results = Runner { plan, programs, timing, rounds, log: &log }.run();

        Ok(Report { machine, versions: programs.versions(), rounds, limits, results })
    }

    fn wishes(&self) -> Wishes {
        let mut wishes = Wishes {
            gateways: self.only.clone(),
            topologies: self.topology.clone(),
            links: self.link.clone(),
            workloads: self.workload.clone(),
        };
        if self.quick && wishes.topologies.is_empty() {
            wishes.topologies.push(PLAIN.topology);
        }
        if self.quick && wishes.links.is_empty() {
            wishes.links.push(PLAIN.link);
        }

        wishes
    }
}

const USUAL: Timing = Timing {
    warm_up: Duration::from_millis(500),
    window: Duration::from_millis(2500),
    probe: Duration::from_millis(400),
};

const QUICK: Timing = Timing {
    warm_up: Duration::from_millis(300),
    window: Duration::from_secs(1),
    probe: Duration::from_millis(200),
};

#[expect(clippy::print_stdout, reason = "a program for people at a terminal")]
fn print(text: &str) {
    println!("{text}");
}
