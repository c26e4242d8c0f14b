use std::{
    io,
    path::{Path, PathBuf},
};

use rusqlite::ErrorCode;

/// Why a registry could not be opened. Nothing was overwritten.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Everybody may write in the directory.
    #[error("everybody may write in {}: give Latchkey a directory of its own", .0.display())]
    Shared(PathBuf),
    /// Another daemon has it open.
    #[error("{} is held by another Latchkey that is running: stop that one first", .0.display())]
    InUse(PathBuf),
    /// The file is no database, or another program's.
    #[error("{} was not made by Latchkey: move it away, or name another directory", .0.display())]
    Foreign(PathBuf),
    /// The file is a database that a later version of this program has migrated.
    #[error("{} was made by a newer Latchkey: install that version again", .0.display())]
    Newer(PathBuf),
    /// The database is cut off or inconsistent.
    #[error("{file} is damaged ({what}): put a backup in its place, or move it away and pair all devices anew", file = file.display())]
    Damaged {
        /// The database.
        file: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// A value in the database is none that this program would have written.
    #[error("{} is damaged: put a backup in its place, or move it away and pair all devices anew", file.display())]
    Value {
        /// The database.
        file: PathBuf,
        /// Which value.
        source: RegistryError,
    },
    /// A journal or a private key stands there without its database.
    #[error("{} belongs to a database that is gone: bring latchkey.db back, or move this file away too", .0.display())]
    Orphan(PathBuf),
    /// The database knows the box's public key, but the private one is not there.
    #[error("{} is missing: bring it back from where latchkey.db came, or move latchkey.db away and pair all devices anew", .0.display())]
    KeyMissing(PathBuf),
    /// The private key is not the one that belongs to the public key in the database.
    #[error("{} does not belong to latchkey.db: bring both from the same backup", .0.display())]
    KeyMismatch(PathBuf),
    /// The disk takes no more.
    #[error("the storage that holds {} is full: free some space", .0.display())]
    StorageFull(PathBuf),
    /// The operating system refused something.
    #[error(transparent)]
    File(FileError),
    /// SQLite refused something.
    #[error("read {}", file.display())]
    Sqlite {
        /// The database.
        file: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
}

impl From<FileError> for OpenError {
    fn from(error: FileError) -> Self {
        if is_full(&error.source) { Self::StorageFull(error.path) } else { Self::File(error) }
    }
}

/// Why a change or a reading was not done. Nothing was changed, and the registry goes on working.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// There is no peer of this number.
    #[error("there is no such peer")]
    NoSuchPeer,
    /// There are as many names as there may be.
    #[error("there are too many names")]
    TooManyNames,
    /// There is no name of this number.
    #[error("there is no such name")]
    NoSuchName,
    /// Another peer has this name, capitals aside.
    #[error("another peer has this name")]
    NameTaken,
    /// Another peer has this public key, or the box itself.
    #[error("another peer has this key")]
    KeyTaken,
    /// This box has peers, and they are not to be replaced.
    #[error("the box has peers already")]
    NotEmpty,
    /// A backup of another box was restored meanwhile.
    #[error("the registry has another box by now")]
    AnotherBox,
    /// All 253 addresses that peers can have are taken.
    #[error("all addresses in the tunnel are taken")]
    Full,
    /// The disk takes no more.
    #[error("the storage is full")]
    StorageFull,
    /// The database was damaged while it was open.
    #[error("the database is damaged")]
    Corrupt(#[source] rusqlite::Error),
    /// A value in the database is none that this program would have written.
    #[error("the database holds an invalid {column}")]
    Invalid {
        /// Which, as `table.column`.
        column: &'static str,
        /// What is wrong with it.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The registry was wiped.
    #[error("the registry was wiped")]
    Wiped,
    /// The operating system refused something.
    #[error(transparent)]
    File(FileError),
    /// SQLite refused something else.
    #[error("the database refused")]
    Sqlite(#[source] rusqlite::Error),
}

impl RegistryError {
    /// Reads a refusal of SQLite's, which hides a full disk behind other names when it could not even begin.
    pub(crate) fn from_write(error: rusqlite::Error, directory: &Path) -> Self {
        let hidden =
            matches!(error.sqlite_error_code(), Some(ErrorCode::SystemIoFailure | ErrorCode::CannotOpen));
        if hidden && takes_no_more(directory) {
            return Self::StorageFull;
        }

        error.into()
    }
}

impl From<rusqlite::Error> for RegistryError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::StorageFull,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt(error),
            _ => Self::Sqlite(error),
        }
    }
}

impl From<FileError> for RegistryError {
    fn from(error: FileError) -> Self {
        if is_full(&error.source) { Self::StorageFull } else { Self::File(error) }
    }
}

/// What the operating system would not do with a file.
#[derive(Debug, thiserror::Error)]
#[error("{doing} {}", path.display())]
pub struct FileError {
    doing: &'static str,
    path: PathBuf,
    source: io::Error,
}

impl FileError {
    /// For `map_err`: what was being done, and with which file.
    pub(crate) fn of(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self { doing, path: path.to_owned(), source }
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}

fn takes_no_more(directory: &Path) -> bool {
    tempfile_in(directory).is_err_and(|error| is_full(&error))
}

fn tempfile_in(directory: &Path) -> io::Result<()> {
    let probe = directory.join("probe");
    let written = std::fs::write(&probe, [0; PROBE_BYTES]);
    std::fs::remove_file(&probe).or_else(|error| match error.kind() {
        io::ErrorKind::NotFound => Ok(()),
        _ => Err(error),
    })?;

    written
}

/// More than a page of the database and of any usual file system.
const PROBE_BYTES: usize = 8192;
