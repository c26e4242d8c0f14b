use std::{fs, path::Path, process::Command};

use anyhow::{Context as _, Result};

use super::{run, say};

/// Fetches the newest wireguard-go of Debian sid, whatever this machine's own release is, and unpacks it into a folder.
///
/// Stable's may be years old, and sid's needs nothing but a C library. `apt-get` gets sources and a state of its own, so
/// that the machine's stay as they are; it checks the archive's signature and the sums.
pub(super) fn fetch(folder: &Path) -> Result<()> {
    say("Fetching wireguard-go from Debian sid: 12 MB, this once");
    let apt = tempfile::tempdir()?;
    let sources = apt.path().join("sid.sources");
    fs::write(&sources, SOURCES)?;
    for folder in ["lists/partial", "cache/archives/partial"] {
        fs::create_dir_all(apt.path().join(folder))?;
    }
    let settings = [
        format!("Dir::Etc::SourceList={}", sources.display()),
        "Dir::Etc::SourceParts=-".to_owned(),
        format!("Dir::State::Lists={}", apt.path().join("lists").display()),
        format!("Dir::Cache={}", apt.path().join("cache").display()),
        // The user that apt changes to could not write here.
        "APT::Sandbox::User=root".to_owned(),
        // A mirror that is some days behind will do.
        "Acquire::Check-Valid-Until=false".to_owned(),
        "Acquire::Languages=none".to_owned(),
    ];
    let apt_get = |command: &mut Command, words: &[&str]| {
        let settings = settings.iter().flat_map(|setting| ["-o", setting]);
        run(command.current_dir(&apt).args(settings).args(words))
    };
    apt_get(&mut Command::new("apt-get"), &["update"])?;
    apt_get(&mut Command::new("apt-get"), &["download", "wireguard-go"])?;

    unpack(apt.path(), folder).context("unpack wireguard-go")
}

fn unpack(from: &Path, folder: &Path) -> Result<()> {
    let package = fs::read_dir(from)?
        .flatten()
        .map(|entry| entry.path())
        .find(|path| path.extension().is_some_and(|extension| extension == "deb"));
    let package = package.context("apt-get left no package")?;

    run(Command::new("dpkg-deb").arg("--extract").arg(package).arg(folder))
}

const SOURCES: &str = "\
Types: deb
URIs: http://deb.debian.org/debian
Suites: sid
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
";
