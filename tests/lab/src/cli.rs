use std::path::PathBuf;

use anyhow::Result;
use clap::{Parser, Subcommand};
use lab::{HomeAssistant, House, Options, Router, WayOut};

pub(crate) use terminal::complain;
pub(crate) use visit::Visit;

mod menu;
mod terminal;
mod visit;

use terminal::{Terminal, say};

/// Does what the command line asks for.
pub(crate) fn run() -> Result<()> {
    let terminal = Terminal::open();
    match Cli::parse().command {
        Command::Run { binary, port, way_out } => Visit::begin(binary, port, way_out)?.go_on(&terminal),
        Command::House { way_out } => show_house(way_out, &terminal),
        Command::Fetch => fetch(),
    }
}

/// A house of network namespaces on this machine, to try Latchkey in; needs root, and leaves nothing behind
#[derive(Debug, Parser)]
#[command(name = "lab", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Build the house with Home Assistant and Latchkey in it, open the page on this machine, and be the phone
    ///
    /// Commands are read line by line, from the terminal or from a pipe; `?` lists them. Ctrl-C ends it.
    Run {
        /// The latchkey program [default: LATCHKEY_BIN, or the one that was built beside this program]
        #[arg(long, value_name = "PATH")]
        binary: Option<PathBuf>,
        /// Where to open the page on this machine's loopback; the next free port if it is taken
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// What is between the home's router and the internet
        #[arg(long, value_name = "KIND", default_value = "public")]
        way_out: WayOut,
    },
    /// Build the house alone, say how to get into its rooms, and wait for Enter
    House {
        /// What is between the home's router and the internet
        #[arg(long, value_name = "KIND", default_value = "public")]
        way_out: WayOut,
    },
    /// Fetch Home Assistant from PyPI, if that has not been done yet
    Fetch,
}

/// Says so only when there is something to do.
fn fetch() -> Result<()> {
    if !HomeAssistant::is_installed() {
        say("Fetching Home Assistant from PyPI, this once: about half a minute and 800 MB …");
    }

    HomeAssistant::install()
}

/// A router that opens ports, and an internet with all that the box asks there.
fn as_lived_in(way_out: WayOut) -> Options {
    Options { way_out, router: Router::MiniUpnpd, services: true, ..Options::default() }
}

fn show_house(way_out: WayOut, terminal: &Terminal) -> Result<()> {
    let house = House::build(as_lived_in(way_out))?;
    for room in house.rooms() {
        say(&format!("nsenter --net={}  # {}", room.path(), room.name()));
    }
    say("The house stands until you press Enter");
    terminal.line("");

    Ok(())
}
