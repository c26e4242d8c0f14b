use std::{str::FromStr, time::Duration};

use rusqlite::{Row, types::FromSql};

use crate::RegistryError;

/// Reads a column, named as `table.column`, as SQLite has it.
pub(crate) fn plain<T: FromSql>(row: &Row<'_>, column: &'static str) -> Result<T, RegistryError> {
    let (_, name) = column.split_once('.').unwrap_or(("", column));
    match row.get(name) {
        Err(
            error @ (rusqlite::Error::InvalidColumnType(..) | rusqlite::Error::IntegralValueOutOfRange(..)),
        ) => Err(RegistryError::Invalid { column, source: error.into() }),
        value => Ok(value?),
    }
}

/// Reads a text and parses it.
pub(crate) fn parsed<T>(row: &Row<'_>, column: &'static str) -> Result<T, RegistryError>
where
    T: FromStr<Err: Into<Box<dyn std::error::Error + Send + Sync>>>,
{
    let text = plain::<String>(row, column)?;

    text.parse().map_err(invalid(column))
}

/// Reads a text that may be missing and parses it.
pub(crate) fn maybe_parsed<T>(row: &Row<'_>, column: &'static str) -> Result<Option<T>, RegistryError>
where
    T: FromStr<Err: Into<Box<dyn std::error::Error + Send + Sync>>>,
{
    let text = plain::<Option<String>>(row, column)?;

    text.map(|text| text.parse().map_err(invalid(column))).transpose()
}

/// Reads a number that is never negative.
pub(crate) fn unsigned(row: &Row<'_>, column: &'static str) -> Result<u64, RegistryError> {
    u64::try_from(plain::<i64>(row, column)?).map_err(invalid(column))
}

/// For `map_err`: the value in this column is none that we wrote.
pub(crate) fn invalid<E: Into<Box<dyn std::error::Error + Send + Sync>>>(
    column: &'static str,
) -> impl FnOnce(E) -> RegistryError {
    move |error| RegistryError::Invalid { column, source: error.into() }
}

/// Seconds as they are written; SQLite has no larger numbers.
pub(crate) fn seconds(unix: u64) -> i64 {
    i64::try_from(unix).unwrap_or(i64::MAX)
}

/// Likewise a duration.
pub(crate) fn nanoseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_nanos()).unwrap_or(i64::MAX)
}
