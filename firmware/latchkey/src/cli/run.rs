//! `latchkey run`.

use std::path::PathBuf;

use anyhow::bail;
use clap::ValueEnum;
use model::{InterfaceName, Service};
use panel::{Driver, Place, Wish};
use tracing_subscriber::EnvFilter;

use crate::daemon::{self, Firewall, Options};

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Where the registry and the box's key are kept
    #[arg(long, value_name = "DIR", default_value = "/var/lib/latchkey")]
    data_dir: PathBuf,
    /// An interface that leads home; may be given more than once [default: those with a default route]
    #[arg(long, value_name = "INTERFACE")]
    lan: Vec<InterfaceName>,
    /// The name of the tunnel's interface
    #[arg(long, value_name = "NAME", default_value = "latchkey0")]
    interface: InterfaceName,
    /// The TCP port of the page
    #[arg(long, value_name = "PORT", default_value_t = 80, value_parser = page_port)]
    page_port: u16,
    /// A host and port that the page may also be called by, when something forwards to it
    #[arg(long, value_name = "HOST:PORT")]
    extra_host: Vec<String>,
    /// Who drives the lamps and the button; the last one given counts
    #[arg(long, value_enum, default_value_t = PanelArg::Auto, overrides_with = "panel")]
    panel: PanelArg,
    /// Where lamps and button are, on a board that is no Raspberry Pi: a GPIO chip and four of its lines
    #[arg(long, value_name = "CHIP:POWER,DOOR,PEOPLE,BUTTON")]
    pins: Option<Place>,
    /// Start with the button held down, as for a factory reset
    #[arg(long)]
    button_held: bool,
    /// How much of this machine's firewall is the daemon's; the last one given counts
    #[arg(long, value_enum, default_value_t = FirewallArg::Shared, overrides_with = "firewall")]
    firewall: FirewallArg,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PanelArg {
    /// The first of the others that fits this machine
    Auto,
    /// The chip's registers, on the kernel of Raspberry Pi OS
    Rppal,
    /// The kernel's GPIO character device, on any kernel
    Gpiocdev,
    /// No pins: lamps and button are in `latchkey panel`, and what is wired to this machine is left alone
    Simulated,
}

impl PanelArg {
    fn wish(self) -> Wish {
        match self {
            Self::Auto => Wish::Auto,
            Self::Rppal => Wish::Only(Driver::Rppal),
            Self::Gpiocdev => Wish::Only(Driver::Gpiocdev),
            Self::Simulated => Wish::Only(Driver::Simulated),
        }
    }
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum FirewallArg {
    /// All of it, for a machine that is nothing but the box: what Latchkey does not need is dropped, SSH too
    Appliance,
    /// Only what concerns the tunnel: SSH, Docker and the rest of this machine stay as they are
    Shared,
}

pub(crate) async fn run(args: Args, run_dir: PathBuf) -> anyhow::Result<()> {
    let filter = EnvFilter::try_from_env("LATCHKEY_LOG").unwrap_or_else(|_| EnvFilter::new(QUIET));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();

    daemon::run(Options {
        data_dir: args.data_dir,
        run_dir,
        lan: args.lan,
        interface: args.interface,
        page_port: args.page_port,
        extra_hosts: args.extra_host,
        panel: args.panel.wish(),
        place: args.pins.unwrap_or_default(),
        button_held: args.button_held,
        firewall: match args.firewall {
            FirewallArg::Appliance => Firewall::Appliance,
            FirewallArg::Shared => Firewall::Shared,
        },
    })
    .await
}

/// Any but the one on the tunnel's address that leads to Home Assistant.
fn page_port(text: &str) -> anyhow::Result<u16> {
    match text.parse() {
        Ok(0) | Err(_) => bail!("a TCP port is a number from 1 to 65535"),
        Ok(Service::PORT) => bail!("port {} leads to Home Assistant; choose another", Service::PORT),
        Ok(port) => Ok(port),
    }
}

/// boringtun takes an idle phone for an error, and mdns-sd tells what every neighbour says.
const QUIET: &str = "info,boringtun=off,mdns_sd=warn";
