use std::time::Duration;

use model::{Event, Moment, Pause, PeerId};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::{
    Change, RegistryError,
    column::{nanoseconds, plain, seconds, unsigned},
    snapshot::{maybe_one, moment},
};

/// Something that happened, as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number: the newest line has the highest, and none is used again.
    pub number: u64,
    /// When it happened. Where nothing had set the clock by then, it may have been any other time.
    pub at: Moment,
    /// What happened.
    pub event: Event,
}

impl Line {
    /// How many are kept: more than a large household leaves in that time.
    pub const MOST: u32 = 20_000;
    /// For how long they are kept at least; a day more, until it is certain how late it is.
    pub const KEPT: Duration = Duration::from_hours(90 * 24);

    pub(crate) fn read(connection: &Connection, wanted: &Excerpt) -> Result<Vec<Self>, RegistryError> {
        let Excerpt { before, peer, most } = wanted;
        let before = before.map_or(i64::MAX, |before| i64::try_from(before).unwrap_or(i64::MAX));
        let mut statement = connection.prepare_cached(
            "SELECT * FROM activity WHERE id < ?1 AND (?2 IS NULL OR peer = ?2) ORDER BY id DESC LIMIT ?3",
        )?;

        statement.query_and_then(params![before, peer.map(|peer| peer.0), most], line)?.collect()
    }
}

/// Which lines are wanted, the newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Excerpt {
    /// Only lines with lower numbers than this.
    pub before: Option<u64>,
    /// Only lines about this peer.
    pub peer: Option<PeerId>,
    /// No more than this.
    pub most: u32,
}

impl Change<'_> {
    /// Writes down what happened, and lets the lines go that are too many or too old.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn note(&mut self, event: &Event, now: &Moment) -> Result<(), RegistryError> {
        self.put_right(now)?;
        let Moment { boot_id, since_boot, unix_seconds, clock_is_set } = now;
        self.execute(
            "INSERT INTO activity (boot_id, since_boot, unix_seconds, clock_is_set, peer, event)
             VALUES (?, ?, ?, ?, ?, ?)",
            params![
                boot_id,
                nanoseconds(*since_boot),
                seconds(*unix_seconds),
                clock_is_set,
                event.device().map(|device| device.id.0),
                text(event)?,
            ],
        )?;
        self.trim(now)
    }

    /// Writes down that the box has begun to work. A program that starts over and over leaves one line.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn note_start(&mut self, now: &Moment) -> Result<(), RegistryError> {
        let before = self.last_boot()?;
        let is_same_boot = before.as_ref() == Some(&now.boot_id);
        let after = if is_same_boot { Pause::Restart } else { Pause::PowerOff };
        let newest =
            maybe_one(self.connection(), "SELECT * FROM activity ORDER BY id DESC LIMIT 1", [], line)?;
        if let Some(Line { number, event: Event::Started { after: Pause::Restart }, .. }) = newest
            && is_same_boot
        {
            self.execute("DELETE FROM activity WHERE id = ?", [seconds(number)])?;
        }
        self.execute("INSERT OR REPLACE INTO last_start (id, boot_id) VALUES (1, ?)", [&now.boot_id])?;

        self.note(&Event::Started { after }, now)
    }

    /// Writes down that so many more attempts were refused, in the one line that a day has for them.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn note_refused(&mut self, more: u64, now: &Moment) -> Result<(), RegistryError> {
        let sql = "SELECT * FROM activity WHERE event ->> 'code' = 'refused' ORDER BY id DESC LIMIT 1";
        let last = maybe_one(self.connection(), sql, [], line)?;
        if let Some(Line { number, at, event: Event::Refused { attempts } }) = last
            && is_same_day(&at, now)
        {
            let event = text(&Event::Refused { attempts: attempts.saturating_add(more) })?;
            return self
                .execute("UPDATE activity SET event = ? WHERE id = ?", params![event, seconds(number)]);
        }

        self.note(&Event::Refused { attempts: more }, now)
    }

    /// Puts the times right that can be, and lets the lines go that are too many or too old, though nothing has happened.
    ///
    /// # Errors
    /// When the database refuses.
    pub fn tidy_activity(&mut self, now: &Moment) -> Result<(), RegistryError> {
        self.put_right(now)?;

        self.trim(now)
    }

    /// Once something has set the clock, it is known when that was which was written down before.
    fn put_right(&self, now: &Moment) -> Result<(), RegistryError> {
        if !now.clock_is_set {
            return Ok(());
        }

        self.execute(
            "UPDATE activity SET unix_seconds = max(0, ?2 - (?3 - since_boot) / 1000000000), clock_is_set = 1
             WHERE clock_is_set = 0 AND boot_id = ?1",
            params![now.boot_id, seconds(now.unix_seconds), nanoseconds(now.since_boot)],
        )
    }

    fn last_boot(&self) -> Result<Option<String>, RegistryError> {
        let boot = self.connection().query_row("SELECT boot_id FROM last_start", [], |row| row.get(0));

        Ok(boot.optional()?)
    }

    /// A line whose time is in doubt is too old once one is that was written down after it. While the clock is in doubt
    /// only the number of lines counts.
    fn trim(&self, now: &Moment) -> Result<(), RegistryError> {
        self.execute("DELETE FROM activity WHERE id <= (SELECT max(id) FROM activity) - ?", [Line::MOST])?;
        let Some(cutoff) = self.cutoff(now)? else {
            return Ok(());
        };

        self.execute(
            "DELETE FROM activity WHERE clock_is_set AND unix_seconds < ?1 OR NOT clock_is_set AND id <
             (SELECT max(id) FROM activity WHERE clock_is_set AND unix_seconds < ?1)",
            [cutoff],
        )
    }

    /// Before when lines are too old, by a clock that has said so for a day of one boot. Who can forge the time of a network
    /// for a moment must not make the box forget what happened.
    fn cutoff(&self, now: &Moment) -> Result<Option<i64>, RegistryError> {
        if !now.clock_is_set {
            return Ok(None);
        }
        let cutoff = seconds(now.unix_seconds.saturating_sub(Line::KEPT.as_secs()));
        let sql = "SELECT since_boot, cutoff FROM too_old WHERE boot_id = ?";
        let said = maybe_one(self.connection(), sql, [&now.boot_id], |row| {
            let since_boot = Duration::from_nanos(unsigned(row, "too_old.since_boot")?);
            Ok((since_boot, plain::<i64>(row, "too_old.cutoff")?))
        })?;
        let said = said.filter(|(_, said)| *said <= cutoff);
        let is_certain = |since| now.since_boot.saturating_sub(since) >= CERTAIN;
        if said.is_none_or(|(since, _)| is_certain(since)) {
            self.execute(
                "INSERT OR REPLACE INTO too_old (id, boot_id, since_boot, cutoff) VALUES (1, ?, ?, ?)",
                params![now.boot_id, nanoseconds(now.since_boot), cutoff],
            )?;
        }

        Ok(said.filter(|(since, _)| is_certain(*since)).map(|(_, said)| said))
    }
}

fn text(event: &Event) -> Result<String, RegistryError> {
    serde_json::to_string(event)
        .map_err(|error| RegistryError::Invalid { column: "activity.event", source: error.into() })
}

/// What cannot be read is said to be unknown: one such line must not keep the others from being read.
fn line(row: &Row<'_>) -> Result<Line, RegistryError> {
    let event = plain::<String>(row, "activity.event")?;
    let event = serde_json::from_str(&event).unwrap_or_else(|error| {
        tracing::debug!(%error, "Cannot read a line of the activity");
        Event::Unknown
    });

    Ok(Line { number: unsigned(row, "activity.id")?, at: moment(row)?, event })
}

/// What clocks say that nobody has set can only be compared within one boot.
fn is_same_day(at: &Moment, now: &Moment) -> bool {
    let can_be_compared = at.clock_is_set && now.clock_is_set || at.boot_id == now.boot_id;

    can_be_compared && at.unix_seconds / DAY == now.unix_seconds / DAY
}

/// For how long a clock has to say how late it is, before that counts.
const CERTAIN: Duration = Duration::from_hours(24);
/// In seconds.
const DAY: u64 = 86_400;
