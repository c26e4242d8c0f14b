use std::{
    env,
    ffi::OsStr,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};
use nix::fcntl::{Flock, FlockArg};

use crate::{Implementation, Kind};

mod crates_io;
mod debian;

/// Those that ours is compared with, fetched once into the project's cache.
#[derive(Debug, Clone)]
pub struct Peers {
    /// wireguard-go, the newest of Debian sid at the time when it was fetched.
    pub wireguard_go: Implementation,
    /// boringtun-cli, built from crates.io.
    pub boringtun: Implementation,
    /// gotatun-cli, built from crates.io.
    pub gotatun: Implementation,
}

impl Peers {
    /// Finds them in the cache, or fetches them, which takes some minutes the first time.
    ///
    /// # Errors
    /// When something cannot be fetched or built.
    pub fn fetch() -> Result<Self> {
        Ok(Self {
            wireguard_go: Self::wireguard_go()?,
            boringtun: Self::boringtun()?,
            gotatun: Self::gotatun()?,
        })
    }

    /// Finds wireguard-go, or fetches it from Debian.
    ///
    /// # Errors
    /// When it cannot be fetched.
    pub fn wireguard_go() -> Result<Implementation> {
        let program = once("wireguard-go", "usr/bin/wireguard-go", debian::fetch)?;

        Ok(Implementation::new(Kind::WireguardGo, program))
    }

    /// Finds boringtun-cli, or builds it.
    ///
    /// # Errors
    /// When it cannot be fetched or built.
    pub fn boringtun() -> Result<Implementation> {
        let program = crates_io::BORINGTUN.find_or_build()?;

        Ok(Implementation::new(Kind::Boringtun, program))
    }

    /// Finds gotatun-cli, or builds it.
    ///
    /// # Errors
    /// When it cannot be fetched or built.
    pub fn gotatun() -> Result<Implementation> {
        let program = crates_io::GOTATUN.find_or_build()?;

        Ok(Implementation::new(Kind::Gotatun, program))
    }
}

/// Has a folder of the cache filled if its program is not there; says where that is.
fn once(folder: &str, program: &str, fill: impl FnOnce(&Path) -> Result<()>) -> Result<PathBuf> {
    let peers = cache().join("peers");
    fs::create_dir_all(&peers)?;
    let folder = peers.canonicalize()?.join(folder);
    let program = folder.join(program);
    if !program.is_file() {
        let lock = File::create(peers.join("lock"))?;
        let _locked = Flock::lock(lock, FlockArg::LockExclusive).map_err(|(_, error)| error)?;
        // Another process may have done it while we waited.
        if !program.is_file() {
            fill(&folder)?;
        }
    }
    ensure!(program.is_file(), "{} has not come to be", program.display());

    Ok(program)
}

/// `LATCHKEY_CACHE`, or `.cache` in the project's folder.
fn cache() -> PathBuf {
    let in_project = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.cache");

    env::var_os("LATCHKEY_CACHE").map_or_else(in_project, PathBuf::from)
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("start {:?}", command.get_program()))?;
    let said = [output.stdout, output.stderr].concat();
    let line = [command.get_program()].into_iter().chain(command.get_args()).collect::<Vec<_>>();
    ensure!(
        output.status.success(),
        "{} failed:\n{}",
        line.join(OsStr::new(" ")).display(),
        String::from_utf8_lossy(&said)
    );

    Ok(())
}

#[expect(clippy::print_stderr, reason = "whoever waits wants to know what for")]
fn say(text: &str) {
    eprintln!("{text}");
}
