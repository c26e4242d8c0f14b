//! The command line.

use std::{path::PathBuf, time::Duration};

use clap::{Parser, Subcommand};

use crate::{client::Client, privileges};

mod activity;
mod backup;
mod check;
mod guest;
mod lock;
mod name;
mod output;
mod panel;
mod passphrase;
mod peer;
mod reset;
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
    /// Be a plain WireGuard interface for `wg` and `wg-quick`, without any of the rest
    #[command(display_order = 100)]
    Tunnel(tunnel::Args),
    #[command(flatten)]
    Box(BoxCommand),
}

/// What is about the box, as opposed to a plain tunnel.
#[derive(Debug, Subcommand)]
enum BoxCommand {
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
    /// Switch remote access off, for everybody and at once
    Lock,
    /// Switch remote access on again
    Unlock,
    /// Tell what happened, the newest first
    Activity(activity::Args),
    /// Look why somebody cannot get in, or what else is open
    Check(check::Args),
    /// List, add or remove the names that follow the home's address
    #[command(subcommand)]
    Name(name::Command),
    /// Show or change what an owner may set
    Settings(settings::Args),
    /// Write what makes this box into an encrypted file, from which a new card takes over
    Backup(backup::BackupArgs),
    /// Become the box that was backed up
    Restore(backup::RestoreArgs),
    /// Forget everything, once the button on the box is held
    Reset,
    /// Show the front panel in the terminal, with a key for the button, or try a wired one
    Panel(panel::Args),
}

impl Cli {
    /// Does what was asked.
    pub(crate) fn run(self) -> anyhow::Result<()> {
        match self.command {
            // It goes to the background by itself, which only a process without threads can do.
            Command::Tunnel(args) => tunnel::run(&args),
            Command::Box(command) => {
                // A capability is a thread's: it is given up before there are others.
                if matches!(command, BoxCommand::Run(_)) {
                    privileges::drop_all_but_needed()?;
                }
                let runtime =
                    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
                let outcome = runtime.block_on(command.run(self.run_dir, self.json));
                // Names are looked up on threads that nobody can interrupt, and that may take half a minute.
                runtime.shutdown_timeout(Duration::from_secs(1));

                outcome
            }
        }
    }
}

impl BoxCommand {
    async fn run(self, run_dir: PathBuf, json: bool) -> anyhow::Result<()> {
        let client = Client::new(&run_dir.join(API_SOCKET));
        match self {
            Self::Run(args) => run::run(args, run_dir).await,
            Self::Status => status::run(&client, json).await,
            Self::Peer(command) => peer::run(command, &client, json).await,
            Self::Guest(command) => guest::run(command, &client, json).await,
            Self::Lock => lock::run(true, &client, json).await,
            Self::Unlock => lock::run(false, &client, json).await,
            Self::Activity(args) => activity::run(args, &client, json).await,
            Self::Check(args) => check::run(&args, &client, json).await,
            Self::Name(command) => name::run(command, &client, json).await,
            Self::Settings(args) => settings::run(args, &client, json).await,
            Self::Backup(args) => backup::back_up(&args, &client, json).await,
            Self::Restore(args) => backup::restore(&args, &client, json).await,
            Self::Reset => reset::run(&client).await,
            Self::Panel(args) => panel::run(args).await,
        }
    }
}

/// The API's socket in the run directory.
pub(crate) const API_SOCKET: &str = "api.sock";
/// The simulated panel's socket in the run directory.
pub(crate) const PANEL_SOCKET: &str = "panel.sock";
