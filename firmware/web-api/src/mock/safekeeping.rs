use std::collections::BTreeMap;

use model::Passphrase;

use crate::{
    Refusal,
    wire::{BackupFile, Finding, Name, NameState, Restore, Restored, State},
};

/// Begins like a real one, protects nothing, and nobody but a mock can read it.
pub(super) fn write(state: &State, passphrase: &Passphrase) -> BackupFile {
    let text = serde_json::to_string(state).expect("a state is JSON");

    BackupFile(format!("{HEADER}{}\n{text}", passphrase.expose()).into_bytes())
}

/// Takes over what stays of a box that moves to another card.
pub(super) fn restore(state: &mut State, wanted: &Restore) -> Result<Restored, Refusal> {
    let file = String::from_utf8_lossy(&wanted.file.0).into_owned();
    let rest = file
        .strip_prefix(HEADER)
        .ok_or_else(|| refused("not_a_backup", "This file is no backup of Latchkey"))?;
    let (passphrase, text) = rest.split_once('\n').unwrap_or_default();
    if passphrase != wanted.passphrase.expose() {
        let sentence = "This passphrase does not open the backup; look for a slip of the finger";
        return Err(refused("wrong_passphrase", sentence));
    }
    let damaged = |_| {
        refused("damaged_backup", "This backup is damaged: it was cut off or changed; use another copy of it")
    };
    let backup = serde_json::from_str::<State>(text).map_err(damaged)?;
    if !state.peers.is_empty() && !wanted.replace {
        return Err(Refusal::NotEmpty);
    }
    state.peers = backup.peers;
    state.settings = backup.settings;
    state.status.public_key = backup.status.public_key;
    state.way_in.names = backup.way_in.names.into_iter().map(without_secret).collect();

    Ok(Restored {
        peers: state.peers.len(),
        names_without_secret: state.way_in.names.iter().map(|name| name.name.clone()).collect(),
    })
}

fn without_secret(name: Name) -> Name {
    let finding = Finding {
        code: "secret_missing".to_owned(),
        sentence: "The box has no token for this name, since none is ever in a backup".to_owned(),
        advice: Some("Add the name again with its token or password".to_owned()),
        values: BTreeMap::new(),
    };

    Name { state: NameState::Failing, finding, ..name }
}

fn refused(code: &'static str, sentence: &str) -> Refusal {
    Refusal::Backup { code, sentence: sentence.to_owned() }
}

const HEADER: &str = "latchkey-backup 1\n";
