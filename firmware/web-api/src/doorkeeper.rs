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
        let alone = self.waiting(now) == 1;
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

    /// The button was held.
    pub(crate) fn hold(&mut self, now: Instant) -> Answer {
        self.handle_timeout(now);
        match self.waiting(now) {
            0 => Answer::NobodyWaiting,
            1 => {
                self.admit(now);
                Answer::Granted
            }
            several => {
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

        forgotten.chain(ends).chain(self.pushed_out_until).min()
    }

    /// Forgets whose time is up.
    pub(crate) fn handle_timeout(&mut self, now: Instant) {
        self.waiters.retain(|waiter| waiter.forgotten_at > now);
        self.sessions.retain(|session| session.ends_at > now);
        self.pushed_out_until = self.pushed_out_until.filter(|until| *until > now);
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
    /// So many browsers waited, and all were refused: nobody could tell whose the hand on the button was.
    RefusedSeveral(usize),
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
/// often locked.
const PATIENCE: Duration = Duration::from_secs(2 * 60);
/// More than a household has, and nothing for memory.
const MOST_WAITERS: usize = 32;
const MOST_SESSIONS: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_one_browser_that_waits_gets_a_session_when_the_button_is_held() {
        let (mut keeper, now) = keeper();
        let anna = keeper.ask(None, Token::generate(), now);
        assert_eq!(keeper.standing(Some(&anna), now), Standing::Waiting(Waiting::Alone));

        assert_eq!(keeper.hold(now), Answer::Granted);

        assert_eq!(keeper.standing(Some(&anna), now), Standing::Session { left: SESSION });
        assert_eq!(keeper.standing(None, now), Standing::Waiting(Waiting::No));
        assert_eq!(keeper.waiting(now), 0);
    }

    #[test]
    fn without_a_hold_there_is_no_session() {
        let (mut keeper, now) = keeper();
        let anna = keeper.ask(None, Token::generate(), now);

        assert_eq!(keeper.standing(Some(&anna), now + PATIENCE / 2), Standing::Waiting(Waiting::Alone));
        assert_eq!(keeper.standing(Some(&anna), now + PATIENCE), Standing::Waiting(Waiting::No));
    }

    #[test]
    fn a_hold_while_nobody_waits_is_not_kept_for_later() {
        let (mut keeper, now) = keeper();

        assert_eq!(keeper.hold(now), Answer::NobodyWaiting);
        let anna = keeper.ask(None, Token::generate(), now);

        assert_eq!(keeper.standing(Some(&anna), now), Standing::Waiting(Waiting::Alone));
    }

    #[test]
    fn two_browsers_that_wait_are_both_refused_until_they_ask_again() {
        let (mut keeper, now) = keeper();
        let anna = keeper.ask(None, Token::generate(), now);
        let mallory = keeper.ask(None, Token::generate(), now);
        assert_eq!(keeper.standing(Some(&anna), now), Standing::Waiting(Waiting::NotAlone));

        assert_eq!(keeper.hold(now), Answer::RefusedSeveral(2));
        assert_eq!(keeper.hold(now), Answer::NobodyWaiting);
        for token in [&anna, &mallory] {
            assert_eq!(keeper.standing(Some(token), now), Standing::Waiting(Waiting::Refused));
        }

        let again = keeper.ask(Some(anna.clone()), Token::generate(), now);
        assert!(again == anna);
        assert_eq!(keeper.hold(now), Answer::Granted);
        assert_eq!(keeper.standing(Some(&anna), now), Standing::Session { left: SESSION });
        assert_eq!(keeper.standing(Some(&mallory), now), Standing::Waiting(Waiting::Refused));
    }

    #[test]
    fn a_session_ends_after_fifteen_minutes_whatever_its_browser_does() {
        let (mut keeper, now) = keeper();
        let anna = keeper.ask(None, Token::generate(), now);
        keeper.hold(now);

        let last = now + SESSION - Duration::from_secs(1);
        keeper.see(&anna, last);
        assert!(keeper.ask(Some(anna.clone()), Token::generate(), last) == anna);
        assert_eq!(keeper.standing(Some(&anna), last), Standing::Session { left: Duration::from_secs(1) });
        assert_eq!(keeper.poll_timeout(), Some(now + SESSION));

        assert_eq!(keeper.standing(Some(&anna), now + SESSION), Standing::Waiting(Waiting::No));
        keeper.handle_timeout(now + SESSION);
        assert_eq!(keeper.poll_timeout(), None);
    }

    #[test]
    fn asking_twice_is_waiting_once() {
        let (mut keeper, now) = keeper();
        let anna = keeper.ask(None, Token::generate(), now);

        let again = keeper.ask(Some(anna.clone()), Token::generate(), now);

        assert!(anna == again);
        assert_eq!(keeper.waiting(now), 1);
    }

    #[test]
    fn a_token_that_a_browser_brings_along_is_never_made_ours() {
        let (mut keeper, now) = keeper();
        let planted = Token::generate();

        let given = keeper.ask(Some(planted.clone()), Token::generate(), now);
        keeper.hold(now);

        assert!(given != planted);
        assert_eq!(keeper.standing(Some(&planted), now), Standing::Waiting(Waiting::No));
    }

    #[test]
    fn a_browser_waits_for_as_long_as_it_is_seen() {
        let (mut keeper, now) = keeper();
        let anna = keeper.ask(None, Token::generate(), now);

        let later = now + PATIENCE - Duration::from_secs(1);
        keeper.see(&anna, later);

        assert_eq!(keeper.standing(Some(&anna), now + PATIENCE), Standing::Waiting(Waiting::Alone));
        assert_eq!(keeper.poll_timeout(), Some(later + PATIENCE));
    }

    #[test]
    fn who_signs_out_is_a_stranger_at_once() {
        let (mut keeper, now) = keeper();
        let anna = keeper.ask(None, Token::generate(), now);
        keeper.hold(now);

        keeper.leave(&anna);

        assert_eq!(keeper.standing(Some(&anna), now), Standing::Waiting(Waiting::No));
    }

    #[test]
    fn a_crowd_neither_fills_the_memory_nor_keeps_the_newest_out() {
        let (mut keeper, now) = keeper();
        let first = keeper.ask(None, Token::generate(), now);
        for _ in 0..10 * MOST_WAITERS {
            keeper.ask(None, Token::generate(), now);
        }
        let newest = keeper.ask(None, Token::generate(), now);

        assert_eq!(keeper.waiters.len(), MOST_WAITERS);
        assert_eq!(keeper.standing(Some(&first), now), Standing::Waiting(Waiting::No));
        assert_eq!(keeper.standing(Some(&newest), now), Standing::Waiting(Waiting::NotAlone));

        let (mut keeper, now) = self::keeper();
        for _ in 0..10 * MOST_SESSIONS {
            keeper.ask(None, Token::generate(), now);
            assert_eq!(keeper.hold(now), Answer::Granted);
        }
        assert_eq!(keeper.sessions.len(), MOST_SESSIONS);
    }

    #[test]
    fn nobody_becomes_the_only_one_by_pushing_the_others_out() {
        let (mut keeper, now) = keeper();
        let anna = keeper.ask(None, Token::generate(), now);
        let mut crowd = Vec::new();
        for _ in 0..MOST_WAITERS {
            crowd.push(keeper.ask(None, Token::generate(), now));
        }
        let mallory = crowd.pop().unwrap();
        crowd.iter().for_each(|token| keeper.leave(token));

        assert_eq!(keeper.standing(Some(&anna), now), Standing::Waiting(Waiting::No));
        assert_eq!(keeper.standing(Some(&mallory), now), Standing::Waiting(Waiting::NotAlone));
        assert_eq!(keeper.hold(now), Answer::RefusedSeveral(2));
        assert_eq!(keeper.standing(Some(&mallory), now), Standing::Waiting(Waiting::Refused));

        let again = keeper.ask(Some(anna), Token::generate(), now);
        assert_eq!(keeper.hold(now), Answer::Granted);
        assert_eq!(keeper.standing(Some(&again), now), Standing::Session { left: SESSION });
    }

    #[test]
    fn who_was_pushed_out_counts_for_no_longer_than_he_would_have_waited() {
        let (mut keeper, now) = keeper();
        keeper.ask(None, Token::generate(), now);
        let later = now + PATIENCE / 2;
        let crowd = (0..MOST_WAITERS).map(|_| keeper.ask(None, Token::generate(), later)).collect::<Vec<_>>();
        crowd[1..].iter().for_each(|token| keeper.leave(token));

        assert_eq!(keeper.poll_timeout(), Some(now + PATIENCE));
        assert_eq!(keeper.standing(Some(&crowd[0]), now + PATIENCE), Standing::Waiting(Waiting::Alone));
        assert_eq!(keeper.hold(now + PATIENCE), Answer::Granted);
        assert_eq!(keeper.waiting(now + PATIENCE), 0);
    }

    #[expect(clippy::disallowed_methods, reason = "a test's time has to begin somewhere")]
    fn keeper() -> (Doorkeeper, Instant) {
        (Doorkeeper::default(), Instant::now())
    }
}
