//! Measures Latchkey's tunnel side by side with other userspace WireGuard implementations.
//!
//! A [`Plan`](plan::Plan) says what is measured, a [`Stand`](stand::Stand) is where, a
//! [`Workload`](workload::Workload) is how, and a [`Report`](report::Report) shows what came of it.

use std::process::ExitCode;

use clap::Parser as _;

mod bar;
mod cli;
mod clock;
mod crypto;
mod limits;
mod load;
mod metric;
mod plan;
mod programs;
mod report;
mod results;
mod runner;
mod samples;
mod setting;
mod stand;
mod workload;

/// Figures are no test: it fails only if something broke.
fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&format!("bench: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Tells whoever waits. What was measured goes to standard output instead.
#[expect(clippy::print_stderr, reason = "a program for people at a terminal")]
fn say(text: &str) {
    eprintln!("{text}");
}
