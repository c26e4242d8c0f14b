//! Latchkey: a private door to Home Assistant.
//!
//! One binary, many commands. [`daemon`] is the box itself; the modules under [`cli`] are thin: they ask the running
//! daemon over its local socket, as the page does.

use std::process::ExitCode;

use clap::Parser as _;

mod activity;
mod arrivals;
mod cli;
mod client;
mod clock;
mod daemon;
mod faults;
mod ground;
mod home_assistant;
mod household;
mod lamps;
mod lan;
mod memory;
mod page;
mod plan;
mod present;
mod privileges;
mod rebirth;
mod reconcile;
mod safekeeping;
mod services;
mod shared;
mod way_in;

fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            cli::complain(&error);
            ExitCode::FAILURE
        }
    }
}
