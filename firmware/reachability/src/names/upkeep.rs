use std::time::{Duration, Instant};

use super::{
    Addresses, Reason, State,
    dialogue::{Refusal, Wait},
};

/// When to tell a provider what, for one account: at once when something is new, then not too often, and for ever
/// again while it fails.
#[derive(Debug)]
pub(crate) struct Upkeep {
    /// How long what was published is good without being said again.
    refresh: Duration,
    since: Instant,
    wanted: Option<Addresses>,
    published: Option<Published>,
    /// Which families of records we may have left at the provider.
    left: Left,
    sent: Option<Instant>,
    under_way: Option<Addresses>,
    trouble: Option<Trouble>,
}

/// What is to be said now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Due {
    pub(crate) addresses: Addresses,
    pub(crate) left: Left,
}

/// Which families of records may stand at a provider because we said so.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Left {
    pub(crate) v4: bool,
    pub(crate) v6: bool,
}

impl Upkeep {
    pub(crate) fn new(refresh: Duration, now: Instant) -> Self {
        Self {
            refresh,
            since: now,
            wanted: None,
            published: None,
            left: Left::default(),
            sent: None,
            under_way: None,
            trouble: None,
        }
    }

    /// The provider has said yes to this before.
    pub(crate) fn remember(&mut self, addresses: Addresses, at: Instant) {
        self.left = Left { v4: addresses.v4.is_some(), v6: addresses.v6.is_some() };
        self.published = Some(Published { addresses, at });
    }

    /// What the name is to say from now on; none leaves it as it is.
    pub(crate) fn want(&mut self, addresses: Option<Addresses>) {
        self.wanted = addresses;
    }

    /// When [`handle_timeout`](Self::handle_timeout) has something to say.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        let wanted = self.wanted?;
        if self.under_way.is_some() {
            return None;
        }
        let soonest = self.sent.map_or(self.since, |sent| sent + GAP);
        let due = match (&self.trouble, &self.published) {
            (Some(trouble), _) if trouble.firm || trouble.addresses == wanted => trouble.next,
            (Some(trouble), _) => trouble.next.min(soonest),
            (None, Some(published)) if published.addresses == wanted => published.at + self.refresh,
            (None, Some(_) | None) => soonest,
        };

        Some(due)
    }

    /// What to say now, if it is time. An answer or a refusal must follow.
    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Option<Due> {
        let addresses = self.wanted?;
        if self.poll_timeout()? > now {
            return None;
        }
        let due = Due { addresses, left: self.left };
        self.left.v4 |= addresses.v4.is_some();
        self.left.v6 |= addresses.v6.is_some();
        self.sent = Some(now);
        self.under_way = Some(addresses);

        Some(due)
    }

    /// The provider has said yes.
    pub(crate) fn handle_yes(&mut self, now: Instant) {
        let Some(addresses) = self.under_way.take() else { return };
        self.left = Left { v4: addresses.v4.is_some(), v6: addresses.v6.is_some() };
        self.published = Some(Published { addresses, at: now });
        self.trouble = None;
    }

    /// The provider has said no, or nothing. Chance lies between 0 and 1, so that not everybody comes back at once.
    pub(crate) fn handle_refusal(&mut self, refusal: Refusal, now: Instant, chance: f64) {
        let Some(addresses) = self.under_way.take() else { return };
        let (since, failures) =
            self.trouble.as_ref().map_or((now, 0), |trouble| (trouble.since, trouble.failures));
        let doubled = FIRST_RETRY * 2_u32.saturating_pow(failures.min(MAX_DOUBLINGS));
        let (pause, firm) = match refusal.wait {
            Wait::BackOff => (doubled.min(LAST_RETRY).mul_f64(1.0 - chance * SPREAD), false),
            Wait::AtLeast(time) => {
                (time.clamp(FIRST_RETRY, LONGEST_ASKED_FOR).mul_f64(1.0 + chance * SPREAD), true)
            }
            Wait::ForTheOwner => (LAST_RETRY.mul_f64(1.0 + chance * SPREAD), false),
        };
        self.trouble = Some(Trouble {
            since,
            reason: refusal.reason,
            why: refusal.why,
            failures: failures + 1,
            next: now + pause,
            firm,
            for_the_owner: refusal.wait == Wait::ForTheOwner,
            addresses,
        });
    }

    pub(crate) fn state(&self) -> State {
        match (&self.trouble, &self.published, self.wanted) {
            (Some(trouble), _, Some(_)) => State::Failing {
                since: trouble.since,
                reason: trouble.reason,
                why: trouble.why.clone(),
                next: self.poll_timeout().unwrap_or(trouble.next),
                for_the_owner: trouble.for_the_owner,
            },
            (_, Some(published), wanted) if wanted.is_none_or(|wanted| wanted == published.addresses) => {
                State::Published { addresses: published.addresses, at: published.at }
            }
            (_, Some(_) | None, Some(_)) => State::Publishing,
            (Some(_) | None, _, None) => State::Waiting,
        }
    }
}

#[derive(Debug)]
struct Published {
    addresses: Addresses,
    at: Instant,
}

#[derive(Debug)]
struct Trouble {
    since: Instant,
    reason: Reason,
    why: String,
    failures: u32,
    next: Instant,
    /// Whether even a new address has to wait.
    firm: bool,
    for_the_owner: bool,
    /// What was refused.
    addresses: Addresses,
}

/// The least time between two updates of an address that flaps; deSEC takes one a minute, by its own clock.
const GAP: Duration = Duration::from_secs(62);
/// After the first failure; a router that has just come up needs about as long.
const FIRST_RETRY: Duration = Duration::from_secs(30);
/// However long it fails: a provider that is well again is used within the hour.
const LAST_RETRY: Duration = Duration::from_secs(3600);
/// A provider that limits how often it is told something does it by the day at most (deSEC: 300 a day).
const LONGEST_ASKED_FOR: Duration = Duration::from_hours(24);
/// 30 s doubled seven times is more than an hour.
const MAX_DOUBLINGS: u32 = 7;
/// How much of a pause is up to chance.
const SPREAD: f64 = 0.2;

#[cfg(test)]
mod tests;
