use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _, Write as _},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
};

use model::{PrivateKey, PublicKey};
use zeroize::Zeroizing;

use crate::{
    FileError, OpenError,
    directory::{Directory, KEY, NEW_KEY},
};

/// The box's private key, in a file of its own beside the database.
///
/// A new key is first staged beside the old one. The database's transaction then decides which of the two counts, and
/// whichever matches the public key in there is the right one after a power cut.
pub(crate) struct KeyFile<'a>(pub(crate) &'a Directory);

impl KeyFile<'_> {
    /// The private key that belongs to `public_key`, which is what the database knows.
    pub(crate) fn load(&self, public_key: Option<PublicKey>) -> Result<Option<PrivateKey>, OpenError> {
        let file = self.0.file(KEY);
        let Some(public_key) = public_key else {
            return if file.exists() { Err(OpenError::Orphan(file)) } else { Ok(None) };
        };
        let current = read(&file)?;
        let is_right = |key: &PrivateKey| key.public_key() == public_key;
        if let Found::Key(key) = &current
            && is_right(key)
        {
            return Ok(Some(key.clone()));
        }
        if let Found::Key(key) = read(&self.0.file(NEW_KEY))?
            && is_right(&key)
        {
            self.promote()?;
            return Ok(Some(key));
        }

        Err(match current {
            Found::Nothing => OpenError::KeyMissing(file),
            Found::Key(_) | Found::Rubbish => OpenError::KeyMismatch(file),
        })
    }

    /// Writes a key down beside the one that counts.
    pub(crate) fn stage(&self, key: &PrivateKey) -> Result<(), FileError> {
        let file = self.0.file(NEW_KEY);
        self.0.remove(NEW_KEY)?;
        write(&file, key).map_err(FileError::of("write", &file))?;

        self.0.sync()
    }

    /// Puts the staged key in the place of the one that counts.
    pub(crate) fn promote(&self) -> Result<(), FileError> {
        self.0.rename(NEW_KEY, KEY)
    }

    /// Forgets the staged key.
    pub(crate) fn discard(&self) -> Result<(), FileError> {
        self.0.remove(NEW_KEY)
    }
}

enum Found {
    Nothing,
    Rubbish,
    Key(PrivateKey),
}

/// 44 characters of base64 and a line feed; a longer file is no key.
const MAX_BYTES: usize = 64;

fn read(file: &Path) -> Result<Found, FileError> {
    let opened = match File::open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(FileError::of("open", file)(error)),
    };
    let mut bytes = Zeroizing::new(Vec::with_capacity(MAX_BYTES));
    opened.take(MAX_BYTES as u64).read_to_end(&mut bytes).map_err(FileError::of("read", file))?;
    let key = str::from_utf8(&bytes).ok().and_then(|text| text.trim_end().parse().ok());

    Ok(key.map_or(Found::Rubbish, Found::Key))
}

fn write(file: &Path, key: &PrivateKey) -> io::Result<()> {
    let mut created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(file)?;
    created.write_all(key.to_base64().as_bytes())?;
    created.write_all(b"\n")?;

    created.sync_all()
}
