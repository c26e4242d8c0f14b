//! The project's own chores, called by the scripts beside it.
//!
//! [`Floors`] checks that the crates depend only downwards.

use std::{env, process::Command};

use anyhow::{Context as _, Result, ensure};
use clap::{Parser, Subcommand};

use floors::Floors;

mod floors;

fn main() -> Result<()> {
    match Cli::parse().command {
        Chore::Floors => check_floors(),
    }
}

#[derive(Debug, Parser)]
#[command(name = "xtask", about = "The project's own chores")]
struct Cli {
    #[command(subcommand)]
    command: Chore,
}

#[derive(Debug, Subcommand)]
enum Chore {
    /// Check that the crates depend only downwards, and never sideways
    Floors,
}

#[expect(clippy::print_stdout, reason = "a program for people at a terminal")]
fn check_floors() -> Result<()> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo).args(["metadata", "--no-deps", "--format-version", "1"]).output();
    let output = output.context("start cargo metadata")?;
    ensure!(output.status.success(), "cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr));

    let floors = Floors::parse(&output.stdout).context("read what cargo metadata says")?;
    let faults = floors.faults();
    ensure!(faults.is_empty(), "the floors do not hold:\n  {}", faults.join("\n  "));
    println!("The floors hold: {} crates, each depends only downwards", floors.len());

    Ok(())
}
