//! `latchkey tunnel`.

use model::InterfaceName;
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

    Ok(tunnel::run_interface(&args.interface, mode)?)
}
