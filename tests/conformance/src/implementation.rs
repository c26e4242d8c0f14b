use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use lab::Namespace;

use crate::clock::Clock;

/// The program under test, before it is started.
#[derive(Debug)]
pub(crate) enum Implementation {
    /// `latchkey tunnel`, from this program.
    Ours(PathBuf),
    /// Another one: the command line that makes an interface and stays in the foreground, up to the interface's name.
    Other(String),
}

impl Implementation {
    /// What `CONFORMANCE_IMPLEMENTATION` names, such as `wireguard-go -f`; without it, ours.
    pub(crate) fn chosen() -> Result<Self> {
        match env::var("CONFORMANCE_IMPLEMENTATION") {
            Ok(line) => Ok(Self::Other(line)),
            Err(_) => Ok(Self::Ours(binary()?)),
        }
    }

    /// Time for another program passes as it will: nobody knows whether it would let us move its clock.
    pub(crate) fn clock(&self, folder: &Path) -> Result<Clock> {
        match self {
            Self::Ours(_) => Clock::moved(folder),
            Self::Other(_) => Ok(Clock::Real),
        }
    }

    pub(crate) fn command(&self, room: &Namespace, interface: &str) -> Result<Command> {
        let mut command = match self {
            Self::Ours(binary) => {
                let mut command = room.command(binary);
                command.args(["tunnel", "-f"]);
                command
            }
            Self::Other(line) => {
                let mut words = line.split_whitespace();
                let mut command = room.command(words.next().context("CONFORMANCE_IMPLEMENTATION is empty")?);
                command.args(words);
                command
            }
        };
        command.arg(interface);

        Ok(command)
    }
}

/// `LATCHKEY_BIN`, or the `latchkey` that was built beside the running test.
fn binary() -> Result<PathBuf> {
    if let Some(path) = env::var_os("LATCHKEY_BIN") {
        return Ok(path.into());
    }
    let own = env::current_exe()?;

    own.ancestors()
        .skip(1)
        // Tests lie in target/PROFILE/deps.
        .take(2)
        .map(|folder| folder.join("latchkey"))
        .find(|path| path.is_file())
        .context("there is no latchkey program yet: run `cargo build -p latchkey`, or set LATCHKEY_BIN")
}
