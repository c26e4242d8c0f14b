use std::path::Path;

use anyhow::{Context as _, Result};
use bench::{Implementation, Kind};

/// The programs that are measured.
#[derive(Debug)]
pub(crate) struct Programs(Vec<Implementation>);

impl Programs {
    /// Finds or fetches those of other people, and builds nothing of ours.
    pub(crate) fn fetch(kinds: &[Kind], latchkey: Option<&Path>) -> Result<Self> {
        let of = |kind: &Kind| Implementation::find(*kind, latchkey);

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
