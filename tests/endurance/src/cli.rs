use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Result, ensure};
use bench::{Implementation, Kind, Machine, Peers};
use clap::{Parser, Subcommand};
use endurance::{Crowd, Crowds, Kernel, Mirror, Passage, SideBySide, Soak};

/// Does what the command line asks for.
pub(crate) fn run() -> Result<()> {
    let cli = Cli::parse();
    let latchkey = cli.latchkey.as_deref();
    match cli.command {
        Command::Fetch => fetch(),
        Command::SideBySide { minutes, only } => side_by_side(&ours(latchkey)?, minutes, &only),
        Command::Soak { minutes, pause } => soak(&ours(latchkey)?, minutes, pause),
        Command::Crowd { rounds, only } => crowd(latchkey, rounds, &only),
        Command::Mirror => Mirror::run_here(),
    }
}

/// Latchkey's tunnel over a long time; needs root, and leaves nothing behind
#[derive(Debug, Parser)]
#[command(name = "endurance", version, max_term_width = 100)]
struct Cli {
    /// The latchkey program [default: LATCHKEY_BIN, or the one that was built beside this program]
    #[arg(long, global = true, value_name = "PATH")]
    latchkey: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fetch the other implementations and Debian's kernel, if that has not been done yet
    Fetch,
    /// Run ours beside each other implementation, all at once, with traffic in which nothing may be lost
    SideBySide {
        /// How long; a rekey is due every two minutes
        #[arg(long, default_value_t = 6)]
        minutes: u64,
        /// Only with these
        #[arg(long, value_enum, value_delimiter = ',')]
        only: Vec<Other>,
    },
    /// Keep traffic going with a client that moves again and again
    Soak {
        /// How long
        #[arg(long, default_value_t = 30)]
        minutes: u64,
        /// Seconds from one move to the next
        #[arg(long, default_value_t = 15, value_name = "SECONDS")]
        pause: u64,
    },
    /// Measure what a packet costs the gateway when there are many peers
    Crowd {
        /// How often each is measured; the medians count
        #[arg(long, default_value_t = 5)]
        rounds: usize,
        /// Only these gateways
        #[arg(long, value_enum, value_name = "NAME,…", value_delimiter = ',')]
        only: Vec<Kind>,
    },
    /// Send back what the trials send: what runs in the virtual machine
    #[command(hide = true)]
    Mirror,
}

/// Whom ours can be tried with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Other {
    WireguardGo,
    Boringtun,
    Gotatun,
    Linux,
}

impl Other {
    /// All that this machine can run.
    fn all() -> Vec<Self> {
        let kernel = Kernel::IS_FOR_THIS_MACHINE.then_some(Self::Linux);

        [Self::WireguardGo, Self::Boringtun, Self::Gotatun].into_iter().chain(kernel).collect()
    }

    /// The program that it is, if it is one.
    fn program(self) -> Option<Result<Implementation>> {
        match self {
            Self::WireguardGo => Some(Peers::wireguard_go()),
            Self::Boringtun => Some(Peers::boringtun()),
            Self::Gotatun => Some(Peers::gotatun()),
            Self::Linux => None,
        }
    }
}

fn fetch() -> Result<()> {
    Peers::fetch()?;
    if Kernel::IS_FOR_THIS_MACHINE {
        Kernel::fetch()?;
    }

    Ok(())
}

fn side_by_side(ours: &Implementation, minutes: u64, only: &[Other]) -> Result<()> {
    let others = if only.is_empty() { Other::all() } else { only.to_vec() };
    let programs = others.iter().filter_map(|other| other.program()).collect::<Result<Vec<_>>>()?;
    let kernel = others.contains(&Other::Linux).then(Kernel::fetch).transpose()?;

    let trial = SideBySide::build(ours, &programs, kernel.as_ref())?;
    let passages = trial.run(Duration::from_secs(minutes * 60))?;
    ensure!(!lab::is_interrupted(), "interrupted");
    say(Passage::HEADING);
    passages.iter().for_each(|passage| say(&passage.to_string()));
    let faulty = passages.iter().filter(|passage| passage.fault().is_some()).count();
    ensure!(faulty == 0, "{faulty} of {} tunnels have a fault", passages.len());

    Ok(())
}

fn soak(ours: &Implementation, minutes: u64, pause: u64) -> Result<()> {
    let trial = Soak::build(ours, &Peers::wireguard_go()?)?;
    let survival = trial.run(Duration::from_secs(minutes * 60), Duration::from_secs(pause))?;
    ensure!(!lab::is_interrupted(), "interrupted");
    say(&survival.to_string());
    ensure!(survival.faults().is_empty(), "the soak has shown {} faults", survival.faults().len());

    Ok(())
}

fn crowd(latchkey: Option<&Path>, rounds: usize, only: &[Kind]) -> Result<()> {
    let kinds = if only.is_empty() { &Kind::ALL } else { only };
    let mut crowds = Crowds::new(Machine::look()?, rounds);
    crowds.machine.warning().iter().for_each(|warning| complain_of(warning));
    for kind in kinds {
        let implementation = Implementation::find(*kind, latchkey)?;
        crowds.add(&implementation, Crowd::measure(&implementation, rounds)?);
    }
    say(&crowds.to_string());

    Ok(())
}

fn ours(path: Option<&Path>) -> Result<Implementation> {
    Implementation::find(Kind::Latchkey, path)
}

#[expect(clippy::print_stdout, reason = "a program for people at a terminal")]
fn say(text: &str) {
    println!("{text}");
}

/// Says what went wrong, with its reasons.
pub(crate) fn complain(error: &anyhow::Error) {
    complain_of(&format!("endurance: {error:#}"));
}

#[expect(clippy::print_stderr, reason = "a program for people at a terminal")]
fn complain_of(what: &str) {
    eprintln!("{what}");
}
