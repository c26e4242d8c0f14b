use std::collections::HashSet;

use model::{
    Endpoint, GuestAccess, HostNumber, Moment, Peer, PeerId, PeerName, PresharedKey, PrivateKey, Proof,
    Proofs, PublicKey, Role,
};
use rusqlite::{Connection, Params, params};

use crate::{
    FoundHomeAssistant, Identity, PublicAddress, RegistryError, Settings, Snapshot,
    column::{nanoseconds, seconds},
    directory::Directory,
    key_file::KeyFile,
    snapshot::{maybe_one, peer, public_key},
};

/// A change of what the box knows, while it is being made. Nothing of it counts before all of it does.
#[derive(Debug)]
pub struct Change<'a> {
    connection: &'a Connection,
    directory: &'a Directory,
    key: Option<PrivateKey>,
    key_is_new: bool,
}

impl<'a> Change<'a> {
    pub(crate) fn new(connection: &'a Connection, directory: &'a Directory, key: Option<PrivateKey>) -> Self {
        Self { connection, directory, key, key_is_new: false }
    }

    /// What the box knows now, with what was changed so far.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn snapshot(&self) -> Result<Snapshot, RegistryError> {
        Snapshot::read(self.connection, self.key.as_ref())
    }

    /// Makes the box somebody.
    ///
    /// # Errors
    /// [`RegistryError::KeyTaken`] when a peer has this key.
    pub fn set_identity(&mut self, identity: &Identity) -> Result<(), RegistryError> {
        let Identity { private_key, range, port } = identity;
        let key = private_key.public_key();
        if self.exists("SELECT 1 FROM peer WHERE public_key = ?", [key.to_string()])? {
            return Err(RegistryError::KeyTaken);
        }
        KeyFile(self.directory).stage(private_key)?;
        self.execute(
            "INSERT OR REPLACE INTO identity (id, public_key, range_v4, range_v6, port) VALUES (1, ?, ?, ?, ?)",
            params![key.to_string(), range.v4().to_string(), range.v6().to_string(), port],
        )?;
        self.key = Some(private_key.clone());
        self.key_is_new = true;

        Ok(())
    }

    /// Lets a peer in, at the next free place in the tunnel. The first peer ever becomes an owner, whatever it was
    /// meant to be: somebody has to be.
    ///
    /// # Errors
    /// [`RegistryError::NameTaken`], [`RegistryError::KeyTaken`], [`RegistryError::Full`].
    pub fn add_peer(&mut self, new: NewPeer) -> Result<Peer, RegistryError> {
        self.name_is_free(&new.name, None)?;
        self.key_is_free(&new.public_key, None)?;
        self.is_handed_to_nobody(&new.public_key)?;
        let role = if self.had_peers()? { new.role } else { Role::Owner };
        let host = self.next_host()?;
        self.execute(
            "INSERT INTO peer (name, folded_name, role, public_key, preshared_key, host, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?)",
            params![
                new.name.as_str(),
                folded(&new.name),
                role.as_str(),
                new.public_key.to_string(),
                new.preshared_key.to_base64().as_str(),
                host.get(),
                seconds(new.created_at),
            ],
        )?;
        let id = self.connection.last_insert_rowid();
        self.execute("UPDATE box SET last_host = ?", [host.get()])?;

        self.peer(PeerId(u32::try_from(id).map_err(|_| RegistryError::Full)?))
    }

    /// Calls a peer something else.
    ///
    /// # Errors
    /// [`RegistryError::NoSuchPeer`], [`RegistryError::NameTaken`].
    pub fn rename_peer(&mut self, id: PeerId, name: &PeerName) -> Result<Peer, RegistryError> {
        self.name_is_free(name, Some(id))?;
        self.execute_on_peer(
            "UPDATE peer SET name = ?2, folded_name = ?3 WHERE id = ?1",
            params![id.0, name.as_str(), folded(name)],
        )?;

        self.peer(id)
    }

    /// Lets a peer do something else.
    ///
    /// # Errors
    /// [`RegistryError::NoSuchPeer`].
    pub fn set_role(&mut self, id: PeerId, role: Role) -> Result<Peer, RegistryError> {
        self.execute_on_peer("UPDATE peer SET role = ?2 WHERE id = ?1", params![id.0, role.as_str()])?;

        self.peer(id)
    }

    /// Remembers where a peer was told to find the box.
    ///
    /// # Errors
    /// [`RegistryError::NoSuchPeer`].
    pub fn set_endpoint(&mut self, id: PeerId, endpoint: &Endpoint) -> Result<Peer, RegistryError> {
        self.execute_on_peer(
            "UPDATE peer SET endpoint = ?2 WHERE id = ?1",
            params![id.0, endpoint.to_string()],
        )?;

        self.peer(id)
    }

    /// Puts a peer out for good, and says who it was.
    ///
    /// # Errors
    /// [`RegistryError::NoSuchPeer`].
    pub fn remove_peer(&mut self, id: PeerId) -> Result<Peer, RegistryError> {
        let peer = self.peer(id)?;
        self.execute_on_peer("DELETE FROM peer WHERE id = ?", [id.0])?;

        Ok(peer)
    }

    /// Lets guests in, or puts them out.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn set_guest_access(&mut self, access: &GuestAccess) -> Result<(), RegistryError> {
        match access {
            GuestAccess::Off => self.execute("DELETE FROM guest_access", []),
            GuestAccess::On { since, length } => self.execute(
                "INSERT OR REPLACE INTO guest_access (id, boot_id, since_boot, unix_seconds, clock_is_set, length)
                 VALUES (1, ?, ?, ?, ?, ?)",
                params![
                    since.boot_id,
                    nanoseconds(since.since_boot),
                    seconds(since.unix_seconds),
                    since.clock_is_set,
                    nanoseconds(*length)
                ],
            ),
        }
    }

    /// Writes down what the owner has set.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn set_settings(&mut self, settings: &Settings) -> Result<(), RegistryError> {
        self.execute(
            "UPDATE box SET endpoint_host = ?, home_assistant = ?, guest_hours = ?, port_mapping = ?,
             address_lookup = ?",
            params![
                settings.endpoint_host.as_ref().map(ToString::to_string),
                settings.home_assistant.map(|address| address.to_string()),
                settings.guest_hours.get(),
                settings.port_mapping,
                settings.address_lookup,
            ],
        )
    }

    /// Switches remote access off, or on again.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn set_locked(&mut self, locked: bool) -> Result<(), RegistryError> {
        self.execute("UPDATE box SET locked = ?", [locked])
    }

    /// Writes down what mDNS found.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn set_home_assistant(&mut self, found: Option<&FoundHomeAssistant>) -> Result<(), RegistryError> {
        let Some(FoundHomeAssistant { uuid, name, service }) = found else {
            return self.execute("DELETE FROM home_assistant", []);
        };

        self.execute(
            "INSERT OR REPLACE INTO home_assistant (id, uuid, name, v4, v6) VALUES (1, ?, ?, ?, ?)",
            params![uuid, name, service.v4.map(|v4| v4.to_string()), service.v6.map(|v6| v6.to_string())],
        )
    }

    /// Writes down that somebody came in from outside. Where there is no proof, what was written before stays.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn set_proofs(&mut self, proofs: &Proofs) -> Result<(), RegistryError> {
        for (ip_version, proof) in [(4, &proofs.v4), (6, &proofs.v6)] {
            let Some(Proof { at }) = proof else { continue };
            let Moment { boot_id, since_boot, unix_seconds, clock_is_set } = at;
            self.execute(
                "INSERT OR REPLACE INTO proof (ip_version, boot_id, since_boot, unix_seconds, clock_is_set)
                 VALUES (?, ?, ?, ?, ?)",
                params![ip_version, boot_id, nanoseconds(*since_boot), seconds(*unix_seconds), clock_is_set],
            )?;
        }

        Ok(())
    }

    /// Forgets that somebody came in from outside.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn remove_proofs(&mut self) -> Result<(), RegistryError> {
        self.execute("DELETE FROM proof", [])
    }

    /// Writes down what the address of the home is.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn set_public_address(&mut self, address: &PublicAddress) -> Result<(), RegistryError> {
        let PublicAddress { v4, v6 } = address;

        self.execute(
            "INSERT OR REPLACE INTO public_address (id, v4, v6) VALUES (1, ?, ?)",
            params![v4.map(|v4| v4.to_string()), v6.map(|v6| v6.to_string())],
        )
    }

    /// Writes down which port the router gave outside.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn set_port_outside(&mut self, port: u16) -> Result<(), RegistryError> {
        self.execute("UPDATE box SET port_outside = ?", [port])
    }

    /// The key that the box has after this change, if the change was one of it.
    pub(crate) fn into_new_key(self) -> Option<PrivateKey> {
        self.key.filter(|_| self.key_is_new)
    }

    pub(crate) fn peer(&self, id: PeerId) -> Result<Peer, RegistryError> {
        maybe_one(self.connection, "SELECT * FROM peer WHERE id = ?", [id.0], peer)?
            .ok_or(RegistryError::NoSuchPeer)
    }

    pub(crate) fn name_is_free(&self, name: &PeerName, except: Option<PeerId>) -> Result<(), RegistryError> {
        let sql = "SELECT 1 FROM peer WHERE folded_name = ? AND id IS NOT ?";
        if self.exists(sql, params![folded(name), except.map(|id| id.0)])? {
            return Err(RegistryError::NameTaken);
        }

        Ok(())
    }

    pub(crate) fn key_is_free(&self, key: &PublicKey, except: Option<PeerId>) -> Result<(), RegistryError> {
        let sql = "SELECT 1 FROM peer WHERE public_key = ? AND id IS NOT ?";
        let of_a_peer = self.exists(sql, params![key.to_string(), except.map(|id| id.0)])?;
        if of_a_peer || public_key(self.connection)? == Some(*key) {
            return Err(RegistryError::KeyTaken);
        }

        Ok(())
    }

    fn had_peers(&self) -> Result<bool, RegistryError> {
        // SQLite's own record of the numbers that it gave out; it stays when the last peer goes.
        self.exists("SELECT 1 FROM sqlite_sequence WHERE name = 'peer'", [])
    }

    /// The free place that follows the one given away last: an address that was just freed rests for as long as it
    /// can, since the phone that had it may still try.
    fn next_host(&self) -> Result<HostNumber, RegistryError> {
        let last = self.connection.query_row("SELECT last_host FROM box", [], |row| row.get::<_, u8>(0))?;
        let mut statement = self.connection.prepare_cached("SELECT host FROM peer")?;
        let taken = statement.query_map([], |row| row.get::<_, u8>(0))?.collect::<Result<HashSet<_>, _>>()?;
        let after = HostNumber::peers().filter(|host| host.get() > last);

        after.chain(HostNumber::peers()).find(|host| !taken.contains(&host.get())).ok_or(RegistryError::Full)
    }

    pub(crate) fn exists(&self, sql: &str, params: impl Params) -> Result<bool, RegistryError> {
        Ok(self.connection.prepare_cached(sql)?.exists(params)?)
    }

    pub(crate) fn connection(&self) -> &Connection {
        self.connection
    }

    pub(crate) fn execute(&self, sql: &str, params: impl Params) -> Result<(), RegistryError> {
        self.count(sql, params).map(drop)
    }

    fn execute_on_peer(&self, sql: &str, params: impl Params) -> Result<(), RegistryError> {
        if self.count(sql, params)? == 0 {
            return Err(RegistryError::NoSuchPeer);
        }

        Ok(())
    }

    fn count(&self, sql: &str, params: impl Params) -> Result<usize, RegistryError> {
        self.connection
            .execute(sql, params)
            .map_err(|error| RegistryError::from_write(error, self.directory.path()))
    }
}

/// A peer to let in.
#[derive(Debug, Clone)]
pub struct NewPeer {
    /// What its owner calls it.
    pub name: PeerName,
    /// What it may do.
    pub role: Role,
    /// Who it proves to be.
    pub public_key: PublicKey,
    /// The secret that it shares with the box.
    pub preshared_key: PresharedKey,
    /// Seconds since 1970 by the box's clock.
    pub created_at: u64,
}

/// What is compared of a name: "ANNA" and "Anna" would be one and the same at dinner.
pub(crate) fn folded(name: &PeerName) -> String {
    name.as_str().to_lowercase()
}
