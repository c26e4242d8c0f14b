use std::{env, path::PathBuf, process::Command};

use anyhow::{Context as _, Result};

use super::{once, run, say};

/// A program from crates.io.
pub(super) struct Crate {
    name: &'static str,
    /// What was measured last and is known to run; to be raised by hand.
    version: &'static str,
    program: &'static str,
}

pub(super) const BORINGTUN: Crate =
    Crate { name: "boringtun-cli", version: "0.7.1", program: "boringtun-cli" };

pub(super) const GOTATUN: Crate = Crate { name: "gotatun-cli", version: "0.10.2", program: "gotatun" };

impl Crate {
    /// Finds it in the cache, or builds it there.
    pub(super) fn find_or_build(&self) -> Result<PathBuf> {
        let folder = format!("{}-{}", self.name, self.version);
        let program = format!("bin/{}", self.program);

        once(&folder, &program, |folder| {
            say(&format!("Building {} {} from crates.io: some minutes, this once", self.name, self.version));
            let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
            let mut command = Command::new(cargo);
            command
                .args(["install", "--quiet", "--locked", "--no-track", self.name, "--version"])
                .arg(format!("={}", self.version))
                .arg("--root")
                .arg(folder);
            // Whoever started us may have told cargo things that are meant for our own programs.
            command.env_remove("CARGO_TARGET_DIR").env_remove("RUSTFLAGS");

            run(&mut command).with_context(|| format!("build {}", self.name))
        })
    }
}
