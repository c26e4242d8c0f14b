use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
};

use model::Moment;
use rusqlite::{Connection, Row, params};
use zeroize::Zeroizing;

use crate::{
    Change, RegistryError,
    column::{maybe_parsed, nanoseconds, plain, seconds, unsigned},
    snapshot::{maybe_one, moment},
};

/// A name that follows the home's address, word for word as it was written down.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredName {
    /// Its number, never used again.
    pub id: u32,
    /// Who keeps it.
    pub provider: String,
    /// The name.
    pub name: String,
    /// Where the provider's server is, if that was typed.
    pub server: Option<String>,
    /// Who we are there, if that was typed.
    pub user: Option<String>,
    /// What proves that the name is ours.
    pub secret: Zeroizing<String>,
    /// What the provider has said yes to last.
    pub published: Option<Published>,
}

/// What a provider has said yes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The A record, if there is one.
    pub v4: Option<Ipv4Addr>,
    /// The AAAA record, if there is one.
    pub v6: Option<Ipv6Addr>,
    /// When.
    pub at: Moment,
}

/// Everything but the secret.
impl fmt::Debug for StoredName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, provider, name, server, user, secret: _, published } = self;

        f.debug_struct("StoredName")
            .field("id", id)
            .field("provider", provider)
            .field("name", name)
            .field("server", server)
            .field("user", user)
            .field("published", published)
            .finish_non_exhaustive()
    }
}

impl StoredName {
    /// How many there may be.
    pub const MOST: usize = 16;

    pub(crate) fn read_all(connection: &Connection) -> Result<Vec<Self>, RegistryError> {
        let mut statement = connection.prepare_cached("SELECT * FROM name ORDER BY id")?;

        statement.query_and_then([], stored_name)?.collect()
    }
}

impl Change<'_> {
    /// Has a name follow the home's address. One that is there already is another one from now on, with all that is new
    /// and a new number: whoever has given it up as hopeless begins anew.
    ///
    /// # Errors
    /// [`RegistryError::TooManyNames`] when there are [`StoredName::MOST`].
    pub fn put_name(&mut self, new: &StoredName) -> Result<StoredName, RegistryError> {
        let StoredName { id: _, provider, name, server, user, secret, published: _ } = new;
        let of_this_name = "SELECT * FROM name WHERE name = ?";
        let known = maybe_one(self.connection(), of_this_name, [name], stored_name)?;
        if known.is_none() && StoredName::read_all(self.connection())?.len() >= StoredName::MOST {
            return Err(RegistryError::TooManyNames);
        }
        self.execute(
            "INSERT OR REPLACE INTO name (provider, name, server, user, secret) VALUES (?, ?, ?, ?, ?)",
            params![provider, name, server, user, secret.as_str()],
        )?;

        maybe_one(self.connection(), of_this_name, [name], stored_name)?.ok_or(RegistryError::NoSuchName)
    }

    /// Writes down what a name's provider has said yes to. A name that is gone stays gone.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn set_published(&mut self, id: u32, published: &Published) -> Result<(), RegistryError> {
        let Published { v4, v6, at } = published;
        let Moment { boot_id, since_boot, unix_seconds, clock_is_set } = at;

        self.execute(
            "UPDATE name SET v4 = ?, v6 = ?, boot_id = ?, since_boot = ?, unix_seconds = ?, clock_is_set = ?
             WHERE id = ?",
            params![
                v4.map(|v4| v4.to_string()),
                v6.map(|v6| v6.to_string()),
                boot_id,
                nanoseconds(*since_boot),
                seconds(*unix_seconds),
                clock_is_set,
                id
            ],
        )
    }

    /// Lets a name go, and says which it was.
    ///
    /// # Errors
    /// [`RegistryError::NoSuchName`].
    pub fn remove_name(&mut self, id: u32) -> Result<StoredName, RegistryError> {
        let known = maybe_one(self.connection(), "SELECT * FROM name WHERE id = ?", [id], stored_name)?;
        self.execute("DELETE FROM name WHERE id = ?", [id])?;

        known.ok_or(RegistryError::NoSuchName)
    }
}

fn stored_name(row: &Row<'_>) -> Result<StoredName, RegistryError> {
    let id = unsigned(row, "name.id")?;

    Ok(StoredName {
        id: u32::try_from(id).map_err(crate::column::invalid("name.id"))?,
        provider: plain(row, "name.provider")?,
        name: plain(row, "name.name")?,
        server: plain(row, "name.server")?,
        user: plain(row, "name.user")?,
        secret: Zeroizing::new(plain(row, "name.secret")?),
        published: published(row)?,
    })
}

fn published(row: &Row<'_>) -> Result<Option<Published>, RegistryError> {
    if plain::<Option<String>>(row, "name.boot_id")?.is_none() {
        return Ok(None);
    }

    Ok(Some(Published {
        v4: maybe_parsed(row, "name.v4")?,
        v6: maybe_parsed(row, "name.v6")?,
        at: moment(row)?,
    }))
}
