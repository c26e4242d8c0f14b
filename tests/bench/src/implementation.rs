use std::{
    env, fmt,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};
use lab::Namespace;
use model::InterfaceName;

use crate::{Peers, Tunnel};

/// A program that does what `wireguard-go IFNAME` does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Implementation {
    kind: Kind,
    program: PathBuf,
}

impl Implementation {
    /// A program of this kind. The others are found by [`Peers`](crate::Peers).
    #[must_use]
    pub fn new(kind: Kind, program: impl Into<PathBuf>) -> Self {
        Self { kind, program: program.into() }
    }

    /// Finds a program of this kind: ours at `latchkey`, at `LATCHKEY_BIN`, or beside this program; others in the cache,
    /// or where they come from.
    ///
    /// # Errors
    /// When ours is not built yet, or another one cannot be fetched or built.
    pub fn find(kind: Kind, latchkey: Option<&Path>) -> Result<Self> {
        match kind {
            Kind::Latchkey => Ok(Self::new(kind, ours(latchkey)?)),
            Kind::WireguardGo => Peers::wireguard_go(),
            Kind::Boringtun => Peers::boringtun(),
            Kind::Gotatun => Peers::gotatun(),
        }
    }

    /// Which one it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Where it lies.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// What it says its version is.
    #[must_use]
    pub fn version(&self) -> String {
        let output = Command::new(&self.program).arg("--version").output();
        let said =
            output.map(|output| String::from_utf8_lossy(&output.stdout).into_owned()).unwrap_or_default();

        version_in(&said).unwrap_or("of unknown version").to_owned()
    }

    /// Starts it in a room, and waits until it answers `wg`. What it says is added to the log.
    ///
    /// # Errors
    /// When it does not start, or ends, or does not answer within ten seconds.
    pub fn start(&self, room: &Namespace, interface: &InterfaceName, log: &Path) -> Result<Tunnel> {
        Tunnel::start(self, room, interface, log)
    }

    /// What starts it there, in the foreground.
    #[must_use]
    pub fn command(&self, room: &Namespace, interface: &InterfaceName) -> Command {
        let mut command = room.command(&self.program);
        match self.kind {
            Kind::Latchkey => command.args(["tunnel", "--foreground"]),
            Kind::WireguardGo => command.arg("--foreground").env("LOG_LEVEL", "error"),
            Kind::Boringtun | Kind::Gotatun => {
                command.args(["--foreground", "--disable-drop-privileges", "--verbosity", "error"])
            }
        };
        command.arg(interface.as_str());

        command
    }
}

/// The implementations that are known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum Kind {
    /// Ours.
    Latchkey,
    /// Debian's wireguard-go.
    WireguardGo,
    /// Cloudflare's boringtun-cli.
    Boringtun,
    /// Mullvad's gotatun-cli.
    Gotatun,
}

impl Kind {
    /// All, ours first.
    pub const ALL: [Self; 4] = [Self::Latchkey, Self::WireguardGo, Self::Boringtun, Self::Gotatun];

    /// What it is called in tables and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Latchkey => "latchkey",
            Self::WireguardGo => "wireguard-go",
            Self::Boringtun => "boringtun",
            Self::Gotatun => "gotatun",
        }
    }
}

fn ours(path: Option<&Path>) -> Result<PathBuf> {
    if let Some(path) = path.map(Path::to_owned).or_else(|| env::var_os("LATCHKEY_BIN").map(PathBuf::from)) {
        return path.canonicalize().with_context(|| format!("find {}", path.display()));
    }
    let beside = env::current_exe()?.with_file_name("latchkey");

    beside.canonicalize().context("find our own program: run `cargo build --release -p latchkey`")
}

/// The first word with a digit in the first line: `wireguard-go v0.0.20230223`, `boringtun 0.7.1`.
fn version_in(said: &str) -> Option<&str> {
    said.lines().next()?.split_whitespace().find(|word| word.contains(|c: char| c.is_ascii_digit()))
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}
