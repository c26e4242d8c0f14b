use std::time::Duration;

use model::{Endpoint, Moment, Peer, PeerId, PresharedKey, PublicKey};
use rusqlite::{Connection, params};

use crate::{
    Change, RegistryError, Snapshot,
    column::{nanoseconds, seconds},
    snapshot::{maybe_one, moment, peer},
};

impl Snapshot {
    /// Whether it is time for [`Change::tidy_successors`].
    #[must_use]
    pub fn has_untidy_successors(&self, now: &Moment) -> bool {
        self.handed_out.iter().any(|handed_out| Fate::new(handed_out, now) != Fate::Stays)
    }
}

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

    /// Notes when keys were handed out, and forgets those with which nobody came in for a day: a code that somebody else
    /// has seen must not be good for ever. Gives the peers whose keys were forgotten, as they would have been.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn tidy_successors(&mut self, now: &Moment) -> Result<Vec<Peer>, RegistryError> {
        let handed_out = handed_out(self.connection())?;
        let mut forgotten = Vec::new();
        for (peer, handed_out) in successors(self.connection())?.into_iter().zip(handed_out) {
            match Fate::new(&handed_out, now) {
                Fate::Stays => {}
                Fate::Dates(from) => self.date_successor(peer.id, &from)?,
                Fate::IsForgotten => {
                    self.execute("DELETE FROM successor WHERE peer = ?", [peer.id.0])?;
                    forgotten.push(peer);
                }
            }
        }

        Ok(forgotten)
    }

    fn date_successor(&self, id: PeerId, from: &Moment) -> Result<(), RegistryError> {
        let Moment { boot_id, since_boot, unix_seconds, clock_is_set } = from;

        self.execute(
            "UPDATE successor SET boot_id = ?2, since_boot = ?3, unix_seconds = ?4, clock_is_set = ?5
             WHERE peer = ?1",
            params![id.0, boot_id, nanoseconds(*since_boot), seconds(*unix_seconds), clock_is_set],
        )
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

/// What becomes of a key that was handed out.
#[derive(Debug, PartialEq, Eq)]
enum Fate {
    /// It waits.
    Stays,
    /// It waits, from then on.
    Dates(Moment),
    /// It has waited for too long.
    IsForgotten,
}

impl Fate {
    fn new(handed_out: &Moment, now: &Moment) -> Self {
        if handed_out.boot_id.is_empty() {
            return Self::Dates(now.clone());
        }
        // However late it is, it was before this boot.
        let is_former_boot = handed_out.boot_id != now.boot_id;
        if is_former_boot && now.since_boot >= WAITS {
            return Self::IsForgotten;
        }
        match now.elapsed_since(handed_out) {
            Some(elapsed) if elapsed >= WAITS => Self::IsForgotten,
            // The next boot knows by this how long ago it was.
            Some(elapsed) if now.clock_is_set && !handed_out.clock_is_set => Self::Dates(Moment {
                unix_seconds: now.unix_seconds.saturating_sub(elapsed.as_secs()),
                clock_is_set: true,
                ..handed_out.clone()
            }),
            Some(_) | None => Self::Stays,
        }
    }
}

/// A new phone is often set up the next evening, and seldom later.
const WAITS: Duration = Duration::from_hours(24);

/// When it was, in the order of [`successors`].
pub(crate) fn handed_out(connection: &Connection) -> Result<Vec<Moment>, RegistryError> {
    let mut statement = connection.prepare_cached("SELECT * FROM successor ORDER BY peer")?;

    statement.query_and_then([], moment)?.collect()
}

pub(crate) fn successors(connection: &Connection) -> Result<Vec<Peer>, RegistryError> {
    let mut statement = connection.prepare_cached(&format!("{SUCCESSORS} ORDER BY peer.id"))?;

    statement.query_and_then([], peer)?.collect()
}

const SUCCESSORS: &str = "SELECT peer.id, name, role, successor.public_key, successor.preshared_key, host, \
                          successor.endpoint, created_at FROM successor JOIN peer ON peer.id = successor.peer";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_was_handed_out_waits_for_a_day() {
        let handed_out = at("a", 100, None);
        for (name, now, fate) in [
            ("a moment later", at("a", 101, None), Fate::Stays),
            ("after a day", at("a", 100 + DAY, None), Fate::IsForgotten),
            ("the clock was set", at("a", 160, Some(9060)), Fate::Dates(at("a", 100, Some(9000)))),
            ("another boot", at("b", 100, Some(9000)), Fate::Stays),
            ("a day after the next boot", at("b", DAY, None), Fate::IsForgotten),
        ] {
            assert_eq!(Fate::new(&handed_out, &now), fate, "{name}");
        }
    }

    #[test]
    fn the_clock_on_the_wall_counts_across_boots() {
        let handed_out = at("a", 100, Some(9000));
        for (name, now, fate) in [
            ("before a day", at("b", 5, Some(9000 + DAY - 1)), Fate::Stays),
            ("after a day", at("b", 5, Some(9000 + DAY)), Fate::IsForgotten),
            ("a clock that nobody has set", at("b", 5, None), Fate::Stays),
            ("a clock that goes backwards", at("b", 5, Some(8000)), Fate::Stays),
            ("the same after a day", at("b", DAY, Some(8000 + DAY)), Fate::IsForgotten),
            ("a clock that leaps", at("a", 105, Some(9000 + DAY)), Fate::Stays),
        ] {
            assert_eq!(Fate::new(&handed_out, &now), fate, "{name}");
        }
    }

    fn at(boot_id: &str, seconds: u64, clock: Option<u64>) -> Moment {
        Moment {
            boot_id: boot_id.to_owned(),
            since_boot: Duration::from_secs(seconds),
            unix_seconds: clock.unwrap_or_default(),
            clock_is_set: clock.is_some(),
        }
    }

    /// In seconds.
    const DAY: u64 = 86_400;
}
