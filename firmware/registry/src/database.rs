use std::{fs::OpenOptions, os::unix::fs::OpenOptionsExt as _, path::Path, time::Duration};

use rusqlite::{Connection, ErrorCode, OpenFlags};

use crate::{
    FileError, OpenError,
    directory::{DATABASE, Directory, JOURNAL, KEY, NEW_DATABASE, NEW_JOURNAL},
    header::Header,
    schema,
};

/// Opens the database, made anew where there is none, checked and migrated.
pub(crate) fn open(directory: &Directory) -> Result<Connection, OpenError> {
    let file = directory.file(DATABASE);
    if !file.exists() {
        create(directory)?;
    }
    let header = Header::read(&file)?;
    header.check_origin(&file)?;
    if !directory.file(JOURNAL).exists() {
        header.check_length(&file)?;
    }
    let mut connection = connect(&file).map_err(explain(&file))?;
    check(&connection, &file)?;
    schema::migrate(&mut connection).map_err(explain(&file))?;

    Ok(connection)
}

/// Makes the database under another name, so that one that is there is whole, and an empty file is never ours.
fn create(directory: &Directory) -> Result<(), OpenError> {
    for orphan in [JOURNAL, KEY].map(|name| directory.file(name)) {
        // SQLite would play the journal of the lost database into the new one.
        if orphan.exists() {
            return Err(OpenError::Orphan(orphan));
        }
    }
    directory.remove(NEW_DATABASE)?;
    directory.remove(NEW_JOURNAL)?;
    let file = directory.file(NEW_DATABASE);
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&file)
        .map_err(FileError::of("create", &file))?;
    let mut connection = connect(&file).map_err(explain(&file))?;
    schema::migrate(&mut connection).map_err(explain(&file))?;
    connection.close().map_err(|(_, error)| explain(&file)(error))?;
    directory.rename(NEW_DATABASE, DATABASE)?;

    Ok(())
}

fn connect(file: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open_with_flags(
        file,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.execute_batch(PRAGMAS)?;

    Ok(connection)
}

fn check(connection: &Connection, file: &Path) -> Result<(), OpenError> {
    let found = connection
        .query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0))
        .map_err(explain(file))?;
    if found != "ok" {
        return Err(OpenError::Damaged { file: file.to_owned(), what: found });
    }

    Ok(())
}

fn explain(file: &Path) -> impl Fn(rusqlite::Error) -> OpenError {
    let file = file.to_owned();
    move |error| match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            OpenError::Damaged { file: file.clone(), what: error.to_string() }
        }
        Some(ErrorCode::DiskFull) => OpenError::StorageFull(file.clone()),
        _ => OpenError::Sqlite { file: file.clone(), source: error },
    }
}

/// A rollback journal rather than a write-ahead log: between two changes there is one file, which can be copied, and
/// in which nothing is left of what was removed. `EXTRA` is `FULL` and also syncs the directory once the journal is
/// gone; without that, a power cut could bring the journal back and take back a change that was acknowledged.
const PRAGMAS: &str = "
    PRAGMA trusted_schema = OFF;
    PRAGMA foreign_keys = ON;
    PRAGMA cell_size_check = ON;
    PRAGMA secure_delete = ON;
    PRAGMA synchronous = EXTRA;
    PRAGMA journal_mode = DELETE;
";

/// How long somebody who looks into the database with a tool of SQLite's may hold us up.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
