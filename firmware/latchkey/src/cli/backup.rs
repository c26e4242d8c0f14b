//! `latchkey backup` and `latchkey restore`.

use std::{
    fs::{self, OpenOptions},
    io::{Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, ensure};
use backup::Contents;
use hyper::Method;
use serde_json::json;
use web_api::wire::{BackupFile, NewBackup, Restore, Restored};

use super::{
    output::{say, say_json},
    passphrase,
};
use crate::client::Client;

#[derive(Debug, clap::Args)]
pub(crate) struct BackupArgs {
    /// Where to write it; what is there already is left alone
    file: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RestoreArgs {
    /// The backup
    file: PathBuf,
    /// Put out all devices that this box has
    #[arg(long)]
    replace: bool,
}

pub(crate) async fn back_up(args: &BackupArgs, client: &Client, json: bool) -> anyhow::Result<()> {
    let new = NewBackup { passphrase: passphrase::ask_for_new()? };
    let file = client.fetch(Method::POST, "/api/backup", &new).await?;
    write(&args.file, &file).with_context(|| format!("write {}", args.file.display()))?;
    if json {
        return say_json(&json!({ "file": args.file, "bytes": file.len() }));
    }

    say(&format!(
        "The backup is in {}. Keep it and its passphrase in two places; nobody can open it without.",
        args.file.display()
    ))
}

pub(crate) async fn restore(args: &RestoreArgs, client: &Client, json: bool) -> anyhow::Result<()> {
    let file = read(&args.file).with_context(|| format!("read {}", args.file.display()))?;
    let wanted = Restore { file, passphrase: passphrase::ask()?, replace: args.replace };
    let restored = client.ask::<Restored>(Method::POST, "/api/restore", &wanted).await?;
    if json {
        return say_json(&restored);
    }

    say(&format!("The box is starting again; {} devices may come in as before", restored.peers))?;
    say(
        "Whoever was removed after the backup was made is among them; `latchkey peer remove` puts them out again",
    )?;
    for name in restored.names_without_secret {
        say(&format!("Type the token of {name} again: `latchkey name add`"))?;
    }

    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    if written.is_err() {
        // Half a backup would be found when it is needed.
        let _ = fs::remove_file(path);
    }

    Ok(written?)
}

fn read(path: &Path) -> anyhow::Result<BackupFile> {
    let mut bytes = Vec::new();
    let most = Contents::MOST_BYTES as u64;
    fs::File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    ensure!(bytes.len() <= Contents::MOST_BYTES, "no backup is as large as this");

    Ok(BackupFile(bytes))
}
