//! `latchkey tunnel`.

use model::InterfaceName;
use tracing_subscriber::EnvFilter;
use tunnel::Mode;

#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The name of the interface to make
    interface: InterfaceName,
    /// Stay in the foreground, until the interface is removed
    #[arg(short, long)]
    foreground: bool,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let mode = if args.foreground { Mode::Foreground } else { Mode::Background };
    let level = std::env::var("LOG_LEVEL").unwrap_or_default();
    tracing_subscriber::fmt().with_env_filter(filter(&level)).with_writer(std::io::stderr).init();

    Ok(tunnel::run_interface(&args.interface, mode)?)
}

/// What is logged at a level of `wireguard-go`, of which there are three.
fn filter(level: &str) -> EnvFilter {
    EnvFilter::new(match level {
        "verbose" | "debug" => "debug,boringtun=off",
        "silent" => "off",
        _ => "warn,boringtun=off",
    })
}
