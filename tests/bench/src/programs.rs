use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use bench::{Implementation, Kind, Peers};

/// The programs that are measured.
#[derive(Debug)]
pub(crate) struct Programs(Vec<Implementation>);

impl Programs {
    /// Finds or fetches those of other people, and builds nothing of ours.
    pub(crate) fn fetch(kinds: &[Kind], latchkey: Option<&Path>) -> Result<Self> {
        let of = |kind: &Kind| match kind {
            Kind::Latchkey => Ok(Implementation::new(Kind::Latchkey, ours(latchkey)?)),
            Kind::WireguardGo => Peers::wireguard_go(),
            Kind::Boringtun => Peers::boringtun(),
            Kind::Gotatun => Peers::gotatun(),
        };

        Ok(Self(kinds.iter().map(of).collect::<Result<_>>()?))
    }

    #[cfg(test)]
    pub(crate) fn of(programs: Vec<Implementation>) -> Self {
        Self(programs)
    }

    pub(crate) fn get(&self, kind: Kind) -> Result<&Implementation> {
        self.0.iter().find(|program| program.kind() == kind).with_context(|| format!("{kind} is not there"))
    }

    /// What each says of itself.
    pub(crate) fn versions(&self) -> Vec<(Kind, String)> {
        self.0.iter().map(|program| (program.kind(), program.version())).collect()
    }
}

fn ours(path: Option<&Path>) -> Result<PathBuf> {
    if let Some(path) = path.map(Path::to_owned).or_else(|| env::var_os("LATCHKEY_BIN").map(PathBuf::from)) {
        return path.canonicalize().with_context(|| format!("find {}", path.display()));
    }
    let beside = env::current_exe()?.with_file_name("latchkey");

    beside.canonicalize().context("find our own program: run `cargo build --release -p latchkey`")
}
