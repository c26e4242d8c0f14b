//! The project's own chores, called by the scripts beside it.
//!
//! [`Floors`] checks that the crates depend only downwards; [`wiring`] makes code and pictures from the [`pin_map`].

use std::{env, path::Path, process::Command};

use anyhow::{Context as _, Result, ensure};
use clap::{Parser, Subcommand};

use floors::Floors;

mod floors;
mod header;
mod pin_map;
mod wiring;

fn main() -> Result<()> {
    match Cli::parse().command {
        Chore::Floors => check_floors(),
        Chore::Wiring => make_wiring(),
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
    /// Make code, pictures and tables from hardware/pins.toml
    Wiring,
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

#[expect(clippy::print_stdout, reason = "a program for people at a terminal")]
fn make_wiring() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for made in wiring::write(&root)? {
        println!("{}", made.path);
    }

    Ok(())
}
