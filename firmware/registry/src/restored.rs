use model::{Peer, PublicKey};
use rusqlite::params;

use crate::{
    Change, Identity, RegistryError, Settings, StoredName, change::folded, column::seconds,
    snapshot::public_key,
};

/// All that makes a box the one that its devices know, to be taken over by this one.
#[derive(Debug, Clone)]
pub struct Restored {
    /// Who it was.
    pub identity: Identity,
    /// Who may come in. They get new numbers, in this order.
    pub peers: Vec<Peer>,
    /// Those of them that were handed new keys, at the same places in the tunnel, as they will be.
    pub successors: Vec<Peer>,
    /// The port that its router gave outside last, which its devices were told.
    pub port_outside: Option<u16>,
    /// What its owner has set.
    pub settings: Settings,
    /// The names that follow the home's address. They get new numbers, too.
    pub names: Vec<StoredName>,
}

impl Change<'_> {
    /// Sees that this is still the box of that key, which a restore could have changed.
    ///
    /// # Errors
    /// [`RegistryError::AnotherBox`].
    pub fn expect_box(&self, key: PublicKey) -> Result<(), RegistryError> {
        if public_key(self.connection())? != Some(key) {
            return Err(RegistryError::AnotherBox);
        }

        Ok(())
    }

    /// Becomes that box. Nothing of what this one was stays but the lines of its activity, and whether it is locked: that
    /// is its button's to say.
    ///
    /// # Errors
    /// [`RegistryError::NotEmpty`] when this box has peers and they are not to be replaced; [`RegistryError::KeyTaken`],
    /// [`RegistryError::NameTaken`] or [`RegistryError::Full`] when no box could be like that one.
    pub fn restore(&mut self, restored: &Restored, replace: bool) -> Result<(), RegistryError> {
        if !replace && self.exists("SELECT 1 FROM peer", [])? {
            return Err(RegistryError::NotEmpty);
        }
        for table in FORGOTTEN {
            self.execute(&format!("DELETE FROM {table}"), [])?;
        }
        self.set_identity(&restored.identity)?;
        for peer in &restored.peers {
            self.put_peer(peer)?;
        }
        for successor in &restored.successors {
            self.put_successor(successor)?;
        }
        let last = restored.peers.last().map_or(1, |peer| peer.host.get());
        self.execute("UPDATE box SET last_host = ?, port_outside = ?", params![last, restored.port_outside])?;
        self.set_settings(&restored.settings)?;
        for name in &restored.names {
            self.put_name(name)?;
        }

        Ok(())
    }

    fn put_peer(&self, peer: &Peer) -> Result<(), RegistryError> {
        self.name_is_free(&peer.name, None)?;
        self.key_is_free(&peer.public_key, None)?;
        if self.exists("SELECT 1 FROM peer WHERE host = ?", [peer.host.get()])? {
            return Err(RegistryError::Full);
        }

        self.execute(
            "INSERT INTO peer (name, folded_name, role, public_key, preshared_key, host, endpoint, created_at)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                peer.name.as_str(),
                folded(&peer.name),
                peer.role.as_str(),
                peer.public_key.to_string(),
                peer.preshared_key.to_base64().as_str(),
                peer.host.get(),
                peer.endpoint.as_ref().map(ToString::to_string),
                seconds(peer.created_at),
            ],
        )
    }

    fn put_successor(&mut self, successor: &Peer) -> Result<(), RegistryError> {
        let Peer { host, public_key, preshared_key, endpoint: Some(endpoint), .. } = successor else {
            return Ok(());
        };
        let peers = self.snapshot()?.peers;
        let peer = peers.iter().find(|peer| peer.host == *host).ok_or(RegistryError::NoSuchPeer)?;

        self.set_successor(peer.id, *public_key, preshared_key, endpoint).map(drop)
    }
}

/// What the box knew of itself, of others and of where it stands.
const FORGOTTEN: [&str; 7] =
    ["successor", "peer", "guest_access", "home_assistant", "proof", "public_address", "name"];
