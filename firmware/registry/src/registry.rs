use std::{
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use model::{Event, Moment, PrivateKey};
use rusqlite::{Connection, TransactionBehavior};

use crate::{
    Change, Excerpt, Line, OpenError, RegistryError, Snapshot, database,
    directory::{DATABASE, Directory},
    key_file::KeyFile,
    snapshot::public_key,
};

/// What the box knows. Clones are handles on the same registry; every call blocks for as long as the disk takes.
#[derive(Debug, Clone)]
pub struct Registry(Arc<Mutex<Option<Open>>>);

impl Registry {
    /// Opens the registry in `directory`, which is created where there is none. Only one process at a time can.
    ///
    /// # Errors
    /// When what is there is not a whole registry that this version can read; it is left as it is.
    pub fn open(directory: &Path) -> Result<Self, OpenError> {
        let directory = Directory::claim(directory)?;
        let connection = database::open(&directory)?;
        let value_error = |source| OpenError::Value { file: directory.file(DATABASE), source };
        let key = KeyFile(&directory).load(public_key(&connection).map_err(value_error)?)?;
        KeyFile(&directory).discard()?;
        Snapshot::read(&connection, key.as_ref()).map_err(value_error)?;

        Ok(Self(Arc::new(Mutex::new(Some(Open { connection, directory, key })))))
    }

    /// All that the box knows, at one time.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn snapshot(&self) -> Result<Snapshot, RegistryError> {
        let mut guard = self.lock();
        let Open { connection, key, .. } = guard.as_mut().ok_or(RegistryError::Wiped)?;
        let transaction = connection.transaction()?;

        Snapshot::read(&transaction, key.as_ref())
    }

    /// Makes a change, whole or not at all. When this returns `Ok`, a power cut cannot take it back.
    ///
    /// # Errors
    /// What `change` returned, or why the database would not take it. Then nothing was changed.
    pub fn change<T, E: From<RegistryError>>(
        &self,
        change: impl FnOnce(&mut Change<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut guard = self.lock();
        let open = guard.as_mut().ok_or(RegistryError::Wiped)?;

        open.change(change)
    }

    /// [`change`](Self::change) that also tells what happened, which is written down with it. Where there is room for the
    /// change and not for the lines, they are lost: `change` is then asked once more, and has to do the same again.
    ///
    /// # Errors
    /// As for [`change`](Self::change).
    pub fn change_and_note<T>(
        &self,
        now: &Moment,
        change: impl Fn(&mut Change<'_>) -> Result<(T, Vec<Event>), RegistryError>,
    ) -> Result<T, RegistryError> {
        let noted = self.change(|changing| {
            let (value, events) = change(changing)?;
            events.iter().try_for_each(|event| changing.note(event, now))?;
            Ok(value)
        });
        match noted {
            Err(RegistryError::StorageFull) => {
                self.change(|changing| change(changing).map(|(value, _)| value))
            }
            noted => noted,
        }
    }

    /// Some lines of what happened, the newest first.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn activity(&self, wanted: &Excerpt) -> Result<Vec<Line>, RegistryError> {
        let guard = self.lock();
        let Open { connection, .. } = guard.as_ref().ok_or(RegistryError::Wiped)?;

        Line::read(connection, wanted)
    }

    /// Forgets everything, for good: factory reset. All handles on the registry are dead afterwards.
    ///
    /// # Errors
    /// When a file could not be removed. The next [`Self::open`] goes on with it.
    pub fn wipe(&self) -> Result<(), RegistryError> {
        let Open { connection, directory, key: _ } = self.lock().take().ok_or(RegistryError::Wiped)?;
        drop(connection);

        Ok(directory.wipe()?)
    }

    fn lock(&self) -> MutexGuard<'_, Option<Open>> {
        // A change that panicked was rolled back when its transaction was dropped.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Forgets all that is in a directory whose registry need not even open any more.
///
/// # Errors
/// When a daemon has it open, or a file could not be removed.
pub fn wipe(directory: &Path) -> Result<(), OpenError> {
    Ok(Directory::claim(directory)?.wipe()?)
}

#[derive(Debug)]
struct Open {
    connection: Connection,
    directory: Directory,
    key: Option<PrivateKey>,
}

impl Open {
    fn change<T, E: From<RegistryError>>(
        &mut self,
        change: impl FnOnce(&mut Change<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let path = self.directory.path();
        let refused = |error| RegistryError::from_write(error, path);
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(refused)?;
        let mut changing = Change::new(&transaction, &self.directory, self.key.clone());
        let value = change(&mut changing)?;
        let new_key = changing.into_new_key();
        transaction.commit().map_err(refused)?;
        if let Some(key) = new_key {
            self.key = Some(key);
            // The change is made already: the staged key is found at the next opening, too.
            if let Err(error) = KeyFile(&self.directory).promote() {
                tracing::warn!(?error, "Left the new private key under its temporary name");
            }
        }

        Ok(value)
    }
}
