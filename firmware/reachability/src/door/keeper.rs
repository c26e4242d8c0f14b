use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use super::{
    epoch::Epoch,
    opening::{Opened, Opening, Shut},
    protocol::{Protocol, Protocols},
    task::{Answer, Claim, Failure, Grant, Lease, Task},
    why::{Refusal, Why},
};
use attempt::Attempt;
use held::Held;

mod attempt;
mod held;
#[cfg(test)]
mod tests;

/// Opens one port and keeps it open: which protocol to try, when to ask again, when to look whether it is still there,
/// and when to leave the router in peace. It holds no socket and reads no clock.
///
/// [`next`](Self::next) says what to do; what came of a task goes into [`answered`](Self::answered).
#[derive(Debug)]
pub(crate) struct Keeper {
    inside: SocketAddr,
    /// The protocols in the order in which to try them.
    order: Vec<Protocol>,
    state: State,
    /// The port outside that was given last: the one to ask for again.
    port: u16,
    shown: Opening,
    answered: Protocols,
    /// What may be open because of us.
    claims: Vec<Claim>,
    epoch: Option<Epoch>,
    has_restarted: bool,
    told_restart_at: Option<Instant>,
    /// The most telling failure of this round.
    complaint: Why,
    was_open: bool,
    /// Rounds since it was open last.
    failed_rounds: u32,
    round_began: Option<Instant>,
}

impl Keeper {
    /// Asks at once, by these protocols in this order, for this port outside if it is to be had.
    pub(crate) fn new(inside: SocketAddr, port: u16, order: Vec<Protocol>) -> Self {
        Self {
            inside,
            order,
            state: State::Asking(Attempt::first(port)),
            port,
            shown: Opening::Asking,
            answered: Protocols::NONE,
            claims: Vec::new(),
            epoch: None,
            has_restarted: false,
            told_restart_at: None,
            complaint: Why::NoAnswer,
            was_open: false,
            failed_rounds: 0,
            round_began: None,
        }
    }

    /// What to do now, or until when to wait.
    pub(crate) fn next(&mut self, now: Instant) -> Step {
        match self.state {
            State::Asking(attempt) => self.ask(attempt, now),
            State::Clearing(attempt) => Step::Do(Task::Close(attempt.claim(self.order[attempt.turn]))),
            State::Proving(held) => Step::Do(held.look()),
            State::Keeping(held) if held.check_at <= now => Step::Do(held.upkeep(now)),
            State::Keeping(held) => Step::Wait(Some(held.check_at)),
            State::Resting { until } if until <= now => {
                self.begin_round();
                self.next(now)
            }
            State::Resting { until } => Step::Wait(Some(until)),
            State::Idle => Step::Wait(None),
        }
    }

    /// Takes what came of the task that was the last [`Step::Do`].
    pub(crate) fn answered(&mut self, by: Protocol, answer: Answer, now: Instant) {
        match answer {
            Answer::Failed(Failure::NoAnswer | Failure::Unspoken) => {}
            Answer::Failed(
                Failure::Garbled | Failure::Refused(_) | Failure::Taken { .. } | Failure::PermanentOnly,
            )
            | Answer::Granted(_)
            | Answer::There { .. }
            | Answer::Missing
            | Answer::CannotTell
            | Answer::Closed => self.answered.insert(by),
        }
        match self.state {
            State::Asking(attempt) => self.asked(attempt, answer, now),
            // Whether or not the old one went away: asking again shows it.
            State::Clearing(attempt) => self.state = State::Asking(attempt),
            State::Proving(held) => self.proved(held, answer, now),
            State::Keeping(held) => self.looked(held, answer, now),
            State::Resting { .. } | State::Idle => {}
        }
    }

    /// The network, or something else about the router, has changed: a door that is shut is tried at once, one that is
    /// open is looked at, but not in a rush.
    pub(crate) fn knock(&mut self, now: Instant) {
        match &mut self.state {
            State::Keeping(held) => held.hurry(now),
            State::Resting { until } => {
                let soonest = self.round_began.map_or(now, |began| began + BETWEEN_ROUNDS);
                *until = (*until).min(soonest.max(now));
            }
            State::Asking(_) | State::Clearing(_) | State::Proving(_) | State::Idle => {}
        }
    }

    /// How the door stands.
    pub(crate) fn opening(&self) -> Opening {
        self.shown
    }

    /// By which protocols the router has answered.
    pub(crate) fn answered_by(&self) -> Protocols {
        self.answered
    }

    /// What may be open because of us, and has to be shut at the end.
    pub(crate) fn claims(&self) -> &[Claim] {
        &self.claims
    }

    /// Whether the router has been seen to restart; told once.
    pub(crate) fn take_restart(&mut self) -> bool {
        std::mem::take(&mut self.has_restarted)
    }

    fn ask(&mut self, attempt: Attempt, now: Instant) -> Step {
        let Some(&by) = self.order.get(attempt.turn) else {
            self.complaint = Why::NotAllowed;
            self.shut();
            self.state = State::Idle;
            return Step::Wait(None);
        };
        if attempt.turn == 0 {
            self.round_began = Some(now);
        }
        self.remember(attempt.claim(by));

        Step::Do(Task::Open { by, port: attempt.port, lease: attempt.lease })
    }

    fn asked(&mut self, attempt: Attempt, answer: Answer, now: Instant) {
        let by = self.order[attempt.turn];
        let failure = match answer {
            Answer::Granted(grant) if grant.lease != Some(Duration::ZERO) => {
                self.state = State::Proving(self.hold(attempt, by, grant, now));
                return;
            }
            Answer::Granted(_) => return self.give_up(attempt, Why::NoTime(by), now),
            Answer::Failed(failure) => failure,
            Answer::There { .. } | Answer::Missing | Answer::CannotTell | Answer::Closed => Failure::Garbled,
        };
        match failure {
            Failure::Taken { .. } | Failure::PermanentOnly | Failure::Unspoken => {
                self.forget(attempt.claim(by));
            }
            // What was opened earlier may still be open.
            Failure::NoAnswer | Failure::Garbled | Failure::Refused(_) => {}
        }
        match failure {
            Failure::PermanentOnly if attempt.lease == Lease::Limited => {
                self.state = State::Asking(Attempt { lease: Lease::Permanent, ..attempt });
            }
            Failure::Taken { by_us: true } if !attempt.has_cleared => {
                self.state = State::Clearing(Attempt { has_cleared: true, ..attempt });
            }
            Failure::Taken { .. } if attempt.others < OTHER_PORTS => {
                self.state = State::Asking(attempt.other_port());
            }
            Failure::Taken { .. } => {
                self.give_up(attempt, Why::Refused { by, reason: Refusal::PortTaken }, now);
            }
            Failure::NoAnswer | Failure::Unspoken => self.give_up(attempt, Why::NoAnswer, now),
            Failure::Garbled | Failure::PermanentOnly => self.give_up(attempt, Why::Garbled(by), now),
            Failure::Refused(reason) => self.give_up(attempt, Why::Refused { by, reason }, now),
        }
    }

    fn proved(&mut self, held: Held, answer: Answer, now: Instant) {
        let by = held.claim.by;
        match answer {
            Answer::Granted(grant)
                if grant.port == held.claim.port && grant.lease != Some(Duration::ZERO) =>
            {
                let held = self.hold(held.attempt, by, grant, now);
                self.keep(held, true);
            }
            Answer::There { address } => self.keep(Held { address: address.or(held.address), ..held }, true),
            Answer::CannotTell => self.keep(held, false),
            Answer::Granted(_) | Answer::Missing => self.give_up(held.attempt, Why::Lied(by), now),
            Answer::Failed(Failure::NoAnswer) => self.give_up(held.attempt, Why::NoAnswer, now),
            Answer::Failed(Failure::Refused(reason)) => {
                self.give_up(held.attempt, Why::Refused { by, reason }, now);
            }
            Answer::Failed(
                Failure::Garbled | Failure::Unspoken | Failure::Taken { .. } | Failure::PermanentOnly,
            )
            | Answer::Closed => self.give_up(held.attempt, Why::Garbled(by), now),
        }
    }

    fn looked(&mut self, held: Held, answer: Answer, now: Instant) {
        match answer {
            Answer::Granted(grant) if grant.lease == Some(Duration::ZERO) => self.begin_round(),
            Answer::Granted(grant) => {
                let same_port = grant.port == held.claim.port;
                let renewed = self.hold(held.attempt, held.claim.by, grant, now);
                if same_port {
                    self.keep(renewed, held.is_verified);
                } else {
                    self.state = State::Proving(renewed);
                }
            }
            Answer::There { address } => {
                let address = address.or(held.address);
                self.keep(Held { address, ..held.looked_at(now) }, true);
            }
            Answer::CannotTell => {
                self.keep(held.looked_at(now), held.is_verified);
            }
            Answer::Missing => {
                self.begin_round();
                self.state =
                    State::Asking(Attempt { lease: held.attempt.lease, ..Attempt::first(self.port) });
            }
            Answer::Failed(_) | Answer::Closed => self.begin_round(),
        }
    }

    fn hold(&mut self, attempt: Attempt, by: Protocol, grant: Grant, now: Instant) -> Held {
        let claim = Claim { by, port: grant.port, pinhole: grant.pinhole };
        self.forget(attempt.claim(by));
        self.remember(claim);
        self.port = grant.port;
        if let Some(seconds) = grant.epoch {
            self.note_epoch(Epoch::new(by, seconds, now), now);
        }

        Held::new(attempt, claim, grant, now)
    }

    /// A clock that is always wrong shall not have the whole door looked at all the time.
    fn note_epoch(&mut self, epoch: Epoch, now: Instant) {
        let is_lost = self.epoch.replace(epoch).is_some_and(|before| before.is_lost(epoch));
        let is_news = self.told_restart_at.is_none_or(|told| now >= told + BETWEEN_RESTARTS);
        if is_lost && is_news {
            self.has_restarted = true;
            self.told_restart_at = Some(now);
        }
    }

    fn keep(&mut self, held: Held, is_verified: bool) {
        let Claim { by, port, .. } = held.claim;
        let Held { address, lease, .. } = held;
        self.shown = Opening::Open(Opened { by, port, address, lease, verified: is_verified });
        self.was_open = true;
        self.failed_rounds = 0;
        // What has worked is tried first from now on.
        self.order.retain(|protocol| *protocol != by);
        self.order.insert(0, by);
        let attempt = Attempt { turn: 0, ..held.attempt };
        self.state = State::Keeping(Held { attempt, is_verified, ..held });
    }

    /// Leaves this protocol for the next, or rests when there is none.
    fn give_up(&mut self, attempt: Attempt, why: Why, now: Instant) {
        if why.says_more_than(self.complaint) {
            self.complaint = why;
        }
        let turn = attempt.turn + 1;
        if turn < self.order.len() {
            self.state = State::Asking(Attempt { turn, ..Attempt::first(self.port) });
            return;
        }
        self.shut();
        self.state = State::Resting { until: now + self.rest() };
        self.failed_rounds += 1;
    }

    fn begin_round(&mut self) {
        self.complaint = Why::NoAnswer;
        self.state = State::Asking(Attempt::first(self.port));
    }

    fn shut(&mut self) {
        self.shown = Opening::Shut(Shut { why: self.complaint, inside: self.inside });
    }

    /// A router that had opened the door is probably starting again, and people want to come in.
    fn rest(&self) -> Duration {
        let patient = if self.was_open { PATIENT_ROUNDS } else { 0 };
        match self.failed_rounds.checked_sub(patient) {
            None => REST_AFTER_OPEN,
            Some(rounds) => SHORTEST_REST.saturating_mul(1 << rounds.min(6)).min(LONGEST_REST),
        }
    }

    fn remember(&mut self, claim: Claim) {
        self.forget(claim);
        if self.claims.len() >= MAX_CLAIMS {
            self.claims.remove(0);
        }
        self.claims.push(claim);
    }

    fn forget(&mut self, claim: Claim) {
        self.claims.retain(|known| !known.is_shut_with(claim));
    }
}

/// What to do next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// This; then say what came of it.
    Do(Task),
    /// Nothing until then, or until a knock.
    Wait(Option<Instant>),
}

#[derive(Debug, Clone, Copy)]
enum State {
    /// A protocol is asked to open.
    Asking(Attempt),
    /// What we left behind earlier is taken away before.
    Clearing(Attempt),
    /// It said yes; did it mean it?
    Proving(Held),
    /// Open.
    Keeping(Held),
    /// Shut; the router is left in peace.
    Resting { until: Instant },
    /// There is nothing to try.
    Idle,
}

/// The rest after a round in vain, which doubles until the longest.
const SHORTEST_REST: Duration = Duration::from_secs(60);
const LONGEST_REST: Duration = Duration::from_secs(3600);
/// The rest where the door was open before, for the first [`PATIENT_ROUNDS`]: ten minutes.
const REST_AFTER_OPEN: Duration = Duration::from_secs(30);
const PATIENT_ROUNDS: u32 = 20;
/// However often somebody knocks, rounds begin no sooner after each other.
const BETWEEN_ROUNDS: Duration = Duration::from_secs(10);
/// No router is up again sooner.
const BETWEEN_RESTARTS: Duration = Duration::from_secs(60);
/// How many other ports to ask for when somebody has the one that was wished for.
const OTHER_PORTS: u8 = 4;
/// More than one router gets to see at a time; one that gives ever other ports shall not fill the memory.
const MAX_CLAIMS: usize = 8;
