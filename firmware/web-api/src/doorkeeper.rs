use std::time::{Duration, Instant};

use crate::{token::Token, wire::Waiting};

/// Who waits for the button, and for whom it was held. Holds no clock.
///
/// A browser that asks gets a random token made here, and none is ever taken from a browser. The same token becomes the
/// session's when the button is held: who could read it or plant it on plain HTTP could do so with a later one too, and
/// the *one* browser that waits is the one that asked.
#[derive(Default)]
pub(crate) struct Doorkeeper {
    waiters: Vec<Waiter>,
    sessions: Vec<Session>,
    /// Until when somebody still believes that he waits whom a crowd has pushed off the list.
    pushed_out_until: Option<Instant>,
    /// Until when holding the button confirms that the box is to forget everything.
    armed_until: Option<Instant>,
}

impl Doorkeeper {
    /// A browser asks for the button. It keeps the token that it has, or is given the fresh one.
    pub(crate) fn ask(&mut self, known: Option<Token>, fresh: Token, now: Instant) -> Token {
        self.handle_timeout(now);
        if let Some(known) = &known
            && self.sessions.iter().any(|session| session.token == *known)
        {
            return known.clone();
        }
        if let Some(waiter) = self.waiter(known.as_ref()) {
            waiter.refused = false;
            waiter.forgotten_at = now + PATIENCE;
            return waiter.token.clone();
        }
        if self.waiters.len() >= MOST_WAITERS {
            let pushed_out = self.waiters.remove(0);
            let until = Some(pushed_out.forgotten_at).filter(|_| !pushed_out.refused);
            self.pushed_out_until = self.pushed_out_until.max(until);
        }
        self.waiters.push(Waiter { token: fresh.clone(), refused: false, forgotten_at: now + PATIENCE });

        fresh
    }

    /// Where a browser stands.
    pub(crate) fn standing(&self, token: Option<&Token>, now: Instant) -> Standing {
        let Some(token) = token else {
            return Standing::Waiting(Waiting::No);
        };
        if let Some(session) = self.sessions.iter().find(|session| session.token == *token)
            && let Some(left) = session.ends_at.checked_duration_since(now).filter(|left| !left.is_zero())
        {
            return Standing::Session { left };
        }
        let alone = self.waiting(now) == 1 && self.reset_left(now).is_none();
        match self.waiters.iter().find(|waiter| waiter.token == *token && waiter.forgotten_at > now) {
            None => Standing::Waiting(Waiting::No),
            Some(waiter) if waiter.refused => Standing::Waiting(Waiting::Refused),
            Some(_) if alone => Standing::Waiting(Waiting::Alone),
            Some(_) => Standing::Waiting(Waiting::NotAlone),
        }
    }

    /// How many browsers wait for the button. While one was pushed off the list that would still wait, the others count one
    /// more: else a crowd that comes and goes would leave its last one alone in front of a hand that meant somebody else.
    pub(crate) fn waiting(&self, now: Instant) -> usize {
        let listed =
            self.waiters.iter().filter(|waiter| !waiter.refused && waiter.forgotten_at > now).count();
        let pushed_out = self.pushed_out_until.is_some_and(|until| until > now);

        if listed == 0 { 0 } else { listed + usize::from(pushed_out) }
    }

    /// A browser was seen again.
    pub(crate) fn see(&mut self, token: &Token, now: Instant) {
        self.handle_timeout(now);
        if let Some(waiter) = self.waiter(Some(token)) {
            waiter.forgotten_at = now + PATIENCE;
        }
    }

    /// For two minutes, a hold of the button means that the box shall forget everything.
    pub(crate) fn arm_reset(&mut self, now: Instant) {
        self.armed_until = Some(now + PATIENCE);
    }

    /// It does not any more.
    pub(crate) fn disarm_reset(&mut self) {
        self.armed_until = None;
    }

    /// For how much longer it does.
    pub(crate) fn reset_left(&self, now: Instant) -> Option<Duration> {
        self.armed_until?.checked_duration_since(now).filter(|left| !left.is_zero())
    }

    /// Whether the box waits for a hand on the button, whatever it is to mean.
    pub(crate) fn needs_a_hand(&self, now: Instant) -> bool {
        self.waiting(now) > 0 || self.reset_left(now).is_some()
    }

    /// The button was held. Where it could mean two things it means none.
    pub(crate) fn hold(&mut self, now: Instant) -> Answer {
        self.handle_timeout(now);
        let waiting = self.waiting(now);
        let armed = self.armed_until.take().is_some();
        match (waiting, armed) {
            (0, false) => Answer::NobodyWaiting,
            (0, true) => Answer::FactoryReset,
            (1, false) => {
                self.admit(now);
                Answer::Granted
            }
            (several, _) => {
                self.waiters.iter_mut().for_each(|waiter| waiter.refused = true);
                self.pushed_out_until = None;
                Answer::RefusedSeveral(several)
            }
        }
    }

    /// A browser signs out, or stops waiting.
    pub(crate) fn leave(&mut self, token: &Token) {
        self.waiters.retain(|waiter| waiter.token != *token);
        self.sessions.retain(|session| session.token != *token);
    }

    /// When to call [`handle_timeout`](Self::handle_timeout) next.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let forgotten = self.waiters.iter().map(|waiter| waiter.forgotten_at);
        let ends = self.sessions.iter().map(|session| session.ends_at);

        forgotten.chain(ends).chain(self.pushed_out_until).chain(self.armed_until).min()
    }

    /// Forgets whose time is up.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        self.waiters.retain(|waiter| waiter.forgotten_at > now);
        self.sessions.retain(|session| session.ends_at > now);
        self.pushed_out_until = self.pushed_out_until.filter(|until| *until > now);
        self.armed_until = self.armed_until.filter(|until| *until > now);
    }

    fn admit(&mut self, now: Instant) {
        let Some(at) = self.waiters.iter().position(|waiter| !waiter.refused) else {
            return;
        };
        let waiter = self.waiters.remove(at);
        if self.sessions.len() >= MOST_SESSIONS {
            self.sessions.remove(0);
        }
        self.sessions.push(Session { token: waiter.token, ends_at: now + SESSION });
    }

    fn waiter(&mut self, token: Option<&Token>) -> Option<&mut Waiter> {
        self.waiters.iter_mut().find(|waiter| Some(&waiter.token) == token)
    }
}

/// What holding the button did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The one browser that waited has a session now.
    Granted,
    /// So many browsers waited, or one beside a factory reset, and all were refused: nobody could tell whose the hand on the
    /// button was.
    RefusedSeveral(usize),
    /// An administrator asked for a factory reset, and nobody else for anything.
    FactoryReset,
    /// Nobody waited.
    NobodyWaiting,
}

/// Where a browser stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It has no session.
    Waiting(Waiting),
    /// It has a session, for so much longer.
    Session {
        /// Until it ends.
        left: Duration,
    },
}

struct Waiter {
    token: Token,
    refused: bool,
    forgotten_at: Instant,
}

struct Session {
    token: Token,
    ends_at: Instant,
}

/// How long a yes lasts: to let a family in, without leaving the door open for the evening.
const SESSION: Duration = Duration::from_secs(15 * 60);
/// How long a browser that says nothing is still taken to be waiting: a phone in the hand that reaches for the button is
/// often locked. And how long a factory reset waits.
const PATIENCE: Duration = Duration::from_secs(2 * 60);
/// More than a household has, and nothing for memory.
const MOST_WAITERS: usize = 32;
const MOST_SESSIONS: usize = 32;

#[cfg(test)]
mod tests;
