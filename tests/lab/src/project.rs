use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

/// Where what is fetched once is kept: `LATCHKEY_CACHE`, or `.cache` in the project's folder.
pub(crate) fn cache() -> PathBuf {
    let in_project = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.cache");

    env::var_os("LATCHKEY_CACHE").map_or_else(in_project, PathBuf::from)
}

/// The program under test: `LATCHKEY_BIN`, or the `latchkey` that was built beside the running program.
pub(crate) fn binary() -> Result<PathBuf> {
    if let Some(path) = env::var_os("LATCHKEY_BIN") {
        return Ok(path.into());
    }
    let own = env::current_exe()?;

    own.ancestors()
        .skip(1)
        // Tests lie in target/PROFILE/deps, programs in target/PROFILE.
        .take(2)
        .map(|folder| folder.join("latchkey"))
        .find(|path| path.is_file())
        .context("there is no latchkey program yet: run `cargo build -p latchkey`, or set LATCHKEY_BIN")
}
