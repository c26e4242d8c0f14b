use std::{fs, thread, time::Duration};

use anyhow::{Context as _, Result};
use serde::Serialize;

/// What everything runs on.
#[derive(Debug, Serialize)]
pub struct Machine {
    processor: String,
    processors: usize,
    kernel: String,
    /// As in `uptime`, for one, five and fifteen minutes.
    load_average: String,
    /// How much of the processors others had in use for a second before the beginning, 0 to 1.
    in_use: f64,
}

impl Machine {
    /// Looks for a second.
    ///
    /// # Errors
    /// When there is no `/proc`.
    pub fn look() -> Result<Self> {
        let before = Times::read()?;
        thread::sleep(Duration::from_secs(1));
        let in_use = Times::read()?.in_use_since(&before);
        let load = fs::read_to_string("/proc/loadavg").context("read the load average")?;

        Ok(Self {
            processor: processor(&fs::read_to_string("/proc/cpuinfo").unwrap_or_default()),
            processors: thread::available_parallelism().map_or(1, usize::from),
            kernel: fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default().trim().to_owned(),
            load_average: load.split_whitespace().take(3).collect::<Vec<_>>().join(" "),
            in_use,
        })
    }

    /// In one line.
    #[must_use]
    pub fn describe(&self) -> String {
        format!(
            "{} × {}, Linux {}, load average {}",
            self.processors, self.processor, self.kernel, self.load_average
        )
    }

    /// What is to be said of figures that are taken now.
    #[must_use]
    pub fn warning(&self) -> Option<String> {
        (self.in_use > QUIET).then(|| {
            let percent = self.in_use * 100.0;
            format!(
                "This machine is not quiet: {percent:.0} % of it is in use by others. Figures will be off."
            )
        })
    }
}

/// Of the processors' time; a machine that does nothing uses less.
const QUIET: f64 = 0.05;

/// What all processors have done since the machine was started, in ticks.
#[derive(Debug)]
struct Times {
    idle: u64,
    all: u64,
}

impl Times {
    fn read() -> Result<Self> {
        let stat = fs::read_to_string("/proc/stat").context("read /proc/stat")?;

        Self::parse(&stat).context("find the processors' times in /proc/stat")
    }

    /// `user nice system idle iowait irq softirq steal`; guests' times, which follow, are in the first two already.
    fn parse(stat: &str) -> Option<Self> {
        let fields = stat.lines().next()?.strip_prefix("cpu ")?.split_whitespace();
        let times = fields.take(8).map(str::parse).collect::<Result<Vec<u64>, _>>().ok()?;

        Some(Self { idle: times.get(3)? + times.get(4)?, all: times.iter().sum() })
    }

    fn in_use_since(&self, before: &Self) -> f64 {
        let [idle, all] = [self.idle - before.idle, self.all - before.all];

        1.0 - idle as f64 / all.max(1) as f64
    }
}

/// What ARM's kernels do not say is left out.
fn processor(cpuinfo: &str) -> String {
    let name = |key| {
        cpuinfo.lines().find_map(|line| Some(line.strip_prefix(key)?.split_once(':')?.1.trim().to_owned()))
    };

    name("model name").or_else(|| name("Model")).unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waiting_for_a_disk_is_no_use() {
        let before = Times::parse("cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 1 2 3").unwrap();
        let after = Times::parse("cpu  110 0 110 860 20 0 0 0 0 0\n").unwrap();

        assert!((after.in_use_since(&before) - 0.2).abs() < 1e-9);
    }

    #[test]
    fn a_pi_says_its_model_only() {
        let cpuinfo = "processor\t: 0\nBogoMIPS\t: 108.00\n\nModel\t\t: Raspberry Pi 4 Model B Rev 1.4\n";

        assert_eq!(processor(cpuinfo), "Raspberry Pi 4 Model B Rev 1.4");
        assert_eq!(processor(""), std::env::consts::ARCH);
    }
}
