//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::client::Client;

mod guest;
mod output;
mod panel;
mod peer;
mod run;
mod settings;
mod status;
mod tunnel;

pub(crate) use output::complain;

/// A private door to Home Assistant: a WireGuard gateway for people who are not admins.
#[derive(Debug, Parser)]
#[command(name = "latchkey", version, max_term_width = 100)]
pub(crate) struct Cli {
    /// Where the running daemon keeps its sockets
    #[arg(long, global = true, value_name = "DIR", default_value = "/run/latchkey")]
    run_dir: PathBuf,
    /// Answer in JSON, for programs
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Be the box: tunnel, page, firewall, lamps and button, until stopped
    Run(run::Args),
    /// Tell how the box is and who is in
    Status,
    /// List, add, rename or remove the devices that may come in
    #[command(subcommand)]
    Peer(peer::Command),
    /// Let guests in, or put them out
    #[command(subcommand)]
    Guest(guest::Command),
    /// Show or change what an owner may set
    Settings(settings::Args),
    /// Show the front panel in the terminal, with a key for the button
    Panel(panel::Args),
    /// Be a plain WireGuard interface for `wg` and `wg-quick`, without any of the rest
    Tunnel(tunnel::Args),
}

impl Cli {
    /// Does what was asked.
    pub(crate) fn run(self) -> anyhow::Result<()> {
        // A tunnel goes to the background by itself, which only a process without threads can do.
        if let Command::Tunnel(args) = self.command {
            return tunnel::run(&args);
        }

        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?
            .block_on(self.serve())
    }

    async fn serve(self) -> anyhow::Result<()> {
        let client = Client::new(&self.run_dir.join(API_SOCKET));
        match self.command {
            Command::Run(args) => run::run(args, self.run_dir).await,
            Command::Status => status::run(&client, self.json).await,
            Command::Peer(command) => peer::run(command, &client, self.json).await,
            Command::Guest(command) => guest::run(command, &client, self.json).await,
            Command::Settings(args) => settings::run(args, &client, self.json).await,
            Command::Panel(args) => panel::run(args).await,
            Command::Tunnel(args) => tunnel::run(&args),
        }
    }
}

/// The API's socket in the run directory.
pub(crate) const API_SOCKET: &str = "api.sock";
/// The simulated panel's socket in the run directory.
pub(crate) const PANEL_SOCKET: &str = "panel.sock";
