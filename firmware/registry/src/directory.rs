use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError},
    io,
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
};

use crate::{FileError, OpenError};

/// The directory with all that the box knows, claimed for this process.
#[derive(Debug)]
pub(crate) struct Directory {
    path: PathBuf,
    /// Held for as long as the directory is ours; the kernel gives it back when the process dies.
    _lock: File,
}

impl Directory {
    /// Creates the directory if need be, keeps everybody else out of it, and finishes a wipe that was interrupted.
    pub(crate) fn claim(path: &Path) -> Result<Self, OpenError> {
        create(path)?;
        restrict_directory(path)?;
        let directory = Self { path: path.to_owned(), _lock: lock(&path.join(LOCK))? };
        if directory.file(WIPING).exists() {
            directory.wipe()?;
        }
        for name in SECRET {
            directory.restrict(name)?;
        }

        Ok(directory)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Makes a file that was created, renamed or removed stay so through a power cut.
    pub(crate) fn sync(&self) -> Result<(), FileError> {
        sync(&self.path)
    }

    pub(crate) fn rename(&self, from: &str, to: &str) -> Result<(), FileError> {
        let from = self.file(from);
        fs::rename(&from, self.file(to)).map_err(FileError::of("rename", &from))?;

        self.sync()
    }

    pub(crate) fn remove(&self, name: &str) -> Result<(), FileError> {
        let path = self.file(name);
        fs::remove_file(&path).or_else(absent_is_fine).map_err(FileError::of("remove", &path))
    }

    /// Removes all that the box knows. Interrupted at any point, it is finished by the next [`Self::claim`].
    pub(crate) fn wipe(&self) -> Result<(), FileError> {
        let marker = self.file(WIPING);
        create_new_or_open(&marker).map_err(FileError::of("create", &marker))?;
        self.sync()?;
        for name in SECRET {
            self.remove(name)?;
        }
        self.sync()?;
        self.remove(WIPING)?;

        self.sync()
    }

    fn restrict(&self, name: &str) -> Result<(), FileError> {
        let path = self.file(name);
        let Ok(metadata) = fs::symlink_metadata(&path) else {
            return Ok(());
        };
        if !metadata.is_file() || metadata.permissions().mode() & OTHERS == 0 {
            return Ok(());
        }

        fs::set_permissions(&path, Permissions::from_mode(0o600)).map_err(FileError::of("restrict", &path))
    }
}

/// The database.
pub(crate) const DATABASE: &str = "latchkey.db";
/// What SQLite needs to take back a change that was interrupted.
pub(crate) const JOURNAL: &str = "latchkey.db-journal";
/// A database that is being made.
pub(crate) const NEW_DATABASE: &str = "latchkey.db.new";
/// The journal of that one.
pub(crate) const NEW_JOURNAL: &str = "latchkey.db.new-journal";
/// The private key of the box.
pub(crate) const KEY: &str = "private-key";
/// A private key whose public half is about to be written into the database.
pub(crate) const NEW_KEY: &str = "private-key.new";

/// All that nobody else may read, in the order in which a wipe removes it.
const SECRET: [&str; 6] = [KEY, NEW_KEY, DATABASE, JOURNAL, NEW_DATABASE, NEW_JOURNAL];
const LOCK: &str = "lock";
const WIPING: &str = "wiping";
/// The permissions of group and others.
const OTHERS: u32 = 0o077;
/// The permissions of a place that everybody uses, such as /tmp, which is not ours to close: written by all, or sticky.
const EVERYBODY: u32 = 0o1002;

fn create(path: &Path) -> Result<(), FileError> {
    if path.is_dir() {
        return Ok(());
    }
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(FileError::of("create", path))?;

    path.parent().filter(|parent| !parent.as_os_str().is_empty()).map_or(Ok(()), sync)
}

fn restrict_directory(path: &Path) -> Result<(), OpenError> {
    let metadata = fs::metadata(path).map_err(FileError::of("look at", path))?;
    let mode = metadata.permissions().mode();
    if mode & EVERYBODY != 0 {
        return Err(OpenError::Shared(path.to_owned()));
    }
    if mode & OTHERS != 0 {
        fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(FileError::of("restrict", path))?;
    }

    Ok(())
}

fn lock(path: &Path) -> Result<File, OpenError> {
    let file = create_new_or_open(path).map_err(FileError::of("open", path))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(path.to_owned())),
        Err(TryLockError::Error(error)) => Err(FileError::of("lock", path)(error).into()),
    }
}

fn create_new_or_open(path: &Path) -> io::Result<File> {
    OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(path)
}

fn sync(path: &Path) -> Result<(), FileError> {
    File::open(path).and_then(|directory| directory.sync_all()).map_err(FileError::of("sync", path))
}

fn absent_is_fine(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}
