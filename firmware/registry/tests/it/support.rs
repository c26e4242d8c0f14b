use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use model::{PresharedKey, PrivateKey, TunnelRange};
use registry::{Change, Identity, NewPeer, Registry, RegistryError};
use tempfile::TempDir;

/// A directory that does not exist yet, in one that goes with the test.
pub(crate) fn fresh() -> (TempDir, PathBuf) {
    let parent = tempfile::tempdir().unwrap();
    let directory = parent.path().join("data");

    (parent, directory)
}

pub(crate) fn change<T>(
    registry: &Registry,
    change: impl FnOnce(&mut Change<'_>) -> Result<T, RegistryError>,
) -> Result<T, RegistryError> {
    registry.change(change)
}

pub(crate) fn new_peer(name: &str) -> NewPeer {
    NewPeer {
        name: name.parse().unwrap(),
        role: model::Role::Family,
        public_key: PrivateKey::generate().public_key(),
        preshared_key: PresharedKey::generate(),
        created_at: 1_700_000_000,
    }
}

pub(crate) fn identity() -> Identity {
    Identity { private_key: PrivateKey::generate(), range: TunnelRange::pick(&[]), port: 51820 }
}

/// Runs SQL as somebody with a tool of SQLite's would.
pub(crate) fn meddle(directory: &Path, sql: &str) {
    rusqlite::Connection::open(directory.join("latchkey.db")).unwrap().execute_batch(sql).unwrap();
}

/// This very test once more, as a process of its own that finds `directory` in [`CHILD`].
pub(crate) fn this_test_again(name: &str, directory: &Path, wrapper: &[&str]) -> Command {
    let program = std::env::current_exe().unwrap();
    let whole = wrapper.iter().map(Path::new).chain([program.as_path()]).collect::<Vec<_>>();
    let mut command = Command::new(whole[0]);
    command
        .args(&whole[1..])
        .args(["--exact", name, "--nocapture"])
        .env(CHILD, directory)
        .stdout(Stdio::piped());
    command
}

/// The directory to work in, when this process is the child.
pub(crate) fn child_directory() -> Option<PathBuf> {
    std::env::var_os(CHILD).map(PathBuf::from)
}

const CHILD: &str = "LATCHKEY_REGISTRY_TEST_CHILD";
