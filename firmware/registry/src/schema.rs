use rusqlite::{Connection, TransactionBehavior};

/// Marks a database as Latchkey's: "LKey".
pub(crate) const APPLICATION_ID: u32 = 0x4c4b_6579;

/// The schema that this program writes, kept in `user_version`.
pub(crate) const VERSION: u32 = MIGRATIONS.len() as u32;

/// Brings a database to [`VERSION`], all steps or none.
pub(crate) fn migrate(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version = transaction.pragma_query_value(None, "user_version", |row| row.get::<_, u32>(0))?;
    if version >= VERSION {
        return Ok(());
    }
    for migration in MIGRATIONS.iter().skip(version as usize) {
        transaction.execute_batch(migration)?;
    }
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", VERSION)?;

    transaction.commit()
}

/// Each takes the schema one version further; what was released is never edited.
const MIGRATIONS: [&str; 4] = [
    include_str!("schema/1.sql"),
    include_str!("schema/2.sql"),
    include_str!("schema/3.sql"),
    include_str!("schema/4.sql"),
];
