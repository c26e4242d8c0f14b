use model::{Endpoint, Peer, PeerId, PresharedKey, PublicKey};
use rusqlite::{Connection, params};

use crate::{
    Change, RegistryError,
    snapshot::{maybe_one, peer},
};

impl Change<'_> {
    /// Hands out keys, and where to find the box, that take the place of a peer's own once it comes in with them. Those
    /// that were handed out before are good for nothing any more. Gives the peer as it will be.
    ///
    /// # Errors
    /// [`RegistryError::NoSuchPeer`], [`RegistryError::KeyTaken`].
    pub fn set_successor(
        &mut self,
        id: PeerId,
        key: PublicKey,
        preshared_key: &PresharedKey,
        endpoint: &Endpoint,
    ) -> Result<Peer, RegistryError> {
        self.peer(id)?;
        self.execute("DELETE FROM successor WHERE peer = ?", [id.0])?;
        self.key_is_free(&key, None)?;
        self.is_handed_to_nobody(&key)?;
        self.execute(
            "INSERT INTO successor (peer, public_key, preshared_key, endpoint) VALUES (?, ?, ?, ?)",
            params![id.0, key.to_string(), preshared_key.to_base64().as_str(), endpoint.to_string()],
        )?;

        self.successor(id)
    }

    /// The peer has come in with the keys that it was handed: they are its own, and the former ones are nobody's.
    ///
    /// # Errors
    /// [`RegistryError::NoSuchPeer`] when it was handed others meanwhile, or is gone.
    pub fn succeed(&mut self, id: PeerId, key: &PublicKey) -> Result<Peer, RegistryError> {
        let successor = self.successor(id)?;
        if successor.public_key != *key {
            return Err(RegistryError::NoSuchPeer);
        }
        self.execute("DELETE FROM successor WHERE peer = ?", [id.0])?;
        self.execute(
            "UPDATE peer SET public_key = ?2, preshared_key = ?3, endpoint = ?4 WHERE id = ?1",
            params![
                id.0,
                key.to_string(),
                successor.preshared_key.to_base64().as_str(),
                successor.endpoint.as_ref().map(ToString::to_string),
            ],
        )?;

        Ok(successor)
    }

    pub(crate) fn is_handed_to_nobody(&self, key: &PublicKey) -> Result<(), RegistryError> {
        if self.exists("SELECT 1 FROM successor WHERE public_key = ?", [key.to_string()])? {
            return Err(RegistryError::KeyTaken);
        }

        Ok(())
    }

    fn successor(&self, id: PeerId) -> Result<Peer, RegistryError> {
        let sql = format!("{SUCCESSORS} WHERE successor.peer = ?");

        maybe_one(self.connection(), &sql, [id.0], peer)?.ok_or(RegistryError::NoSuchPeer)
    }
}

pub(crate) fn successors(connection: &Connection) -> Result<Vec<Peer>, RegistryError> {
    let mut statement = connection.prepare_cached(&format!("{SUCCESSORS} ORDER BY peer.id"))?;

    statement.query_and_then([], peer)?.collect()
}

const SUCCESSORS: &str = "SELECT peer.id, name, role, successor.public_key, successor.preshared_key, host, \
                          successor.endpoint, created_at FROM successor JOIN peer ON peer.id = successor.peer";
