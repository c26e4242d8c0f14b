use std::time::{Duration, Instant};

use super::{
    Addresses, State,
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
            Wait::AtLeast(time) => (time.clamp(FIRST_RETRY, LAST_RETRY).mul_f64(1.0 + chance * SPREAD), true),
            Wait::ForTheOwner => (LAST_RETRY.mul_f64(1.0 + chance * SPREAD), false),
        };
        let next = now + pause;
        self.trouble =
            Some(Trouble { since, why: refusal.why, failures: failures + 1, next, firm, addresses });
    }

    pub(crate) fn state(&self) -> State {
        match (&self.trouble, &self.published, self.wanted) {
            (Some(trouble), _, Some(_)) => State::Failing {
                since: trouble.since,
                why: trouble.why.clone(),
                next: self.poll_timeout().unwrap_or(trouble.next),
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
    why: String,
    failures: u32,
    next: Instant,
    /// Whether even a new address has to wait.
    firm: bool,
    /// What was refused.
    addresses: Addresses,
}

/// The least time between two updates of an address that flaps; deSEC takes one a minute.
const GAP: Duration = Duration::from_secs(60);
/// After the first failure; a router that has just come up needs about as long.
const FIRST_RETRY: Duration = Duration::from_secs(30);
/// However long it fails: a provider that is well again is used within the hour.
const LAST_RETRY: Duration = Duration::from_secs(3600);
/// 30 s doubled seven times is more than an hour.
const MAX_DOUBLINGS: u32 = 7;
/// How much of a pause is up to chance.
const SPREAD: f64 = 0.2;

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);
    const DAY: Duration = Duration::from_secs(24 * 3600);

    #[test]
    fn nothing_is_said_before_anything_is_known() {
        let mut name = Played::new();

        assert_eq!(name.upkeep.state(), State::Waiting);
        assert_eq!(name.said_within(10 * DAY), 0);
    }

    #[test]
    fn a_new_address_is_said_at_once_and_then_once_a_day() {
        let mut name = Played::new();

        name.want("203.0.113.2");

        assert_eq!(name.upkeep.state(), State::Publishing);
        assert_eq!(name.said_within(Duration::ZERO), 1);
        assert_eq!(
            name.upkeep.state(),
            State::Published { addresses: addresses("203.0.113.2"), at: name.now }
        );
        assert_eq!(name.said_within(3 * DAY), 3);
    }

    #[test]
    fn the_same_address_again_is_not_said_again() {
        let mut name = Played::new();
        name.want("203.0.113.2");
        name.said_within(Duration::ZERO);

        for _ in 0..100 {
            name.want("203.0.113.2");
            assert_eq!(name.said_within(Duration::from_secs(60)), 0);
        }
    }

    #[test]
    fn an_address_that_flaps_is_said_once_a_minute_and_the_last_one_arrives() {
        let mut name = Played::new();
        let mut said = 0;

        for round in 0..600 {
            name.want(if round % 2 == 0 { "203.0.113.2" } else { "203.0.113.3" });
            said += name.said_within(Duration::from_secs(1));
        }
        name.want("203.0.113.4");
        said += name.said_within(GAP);

        assert!((9..=11).contains(&said), "{said} times in ten minutes");
        assert_eq!(name.at_provider, Some(addresses("203.0.113.4")));
    }

    #[test]
    fn who_fails_is_asked_again_for_ever_and_at_least_every_hour() {
        let mut name = Played::new();
        name.answers = Some(Wait::BackOff);
        name.want("203.0.113.2");

        assert_eq!(name.said_within(Duration::from_secs(20)), 1);
        assert_eq!(name.said_within(Duration::from_secs(12)), 1);
        let first_day = name.said_within(DAY);
        let later = name.said_within(30 * DAY);

        assert!((28..=40).contains(&first_day), "{first_day} times in a day");
        assert!((30 * 24..=30 * 30).contains(&later), "{later} times in 30 days");
        name.answers = None;
        assert_eq!(name.said_within(HOUR), 1);
        assert!(matches!(name.upkeep.state(), State::Published { .. }));
    }

    #[test]
    fn trouble_is_told_since_it_began_and_forgotten_when_it_is_over() {
        let mut name = Played::new();
        let began = name.now;
        name.answers = Some(Wait::BackOff);
        name.want("203.0.113.2");

        name.said_within(DAY);

        let State::Failing { since, why, next } = name.upkeep.state() else { panic!("it does not fail") };
        assert_eq!((since, why.as_str()), (began, "no"));
        assert!(next > name.now && next <= name.now + HOUR);
    }

    #[test]
    fn a_new_address_is_not_kept_waiting_by_old_trouble() {
        for wait in [Wait::BackOff, Wait::ForTheOwner] {
            let mut name = Played::new();
            name.answers = Some(wait);
            name.want("203.0.113.2");
            name.said_within(DAY);
            name.answers = None;

            name.want("203.0.113.3");

            assert_eq!(name.said_within(GAP), 1, "{wait:?}");
            assert_eq!(name.at_provider, Some(addresses("203.0.113.3")));
        }
    }

    #[test]
    fn who_asks_to_be_left_alone_is_even_when_there_is_something_new() {
        let mut name = Played::new();
        name.answers = Some(Wait::AtLeast(Duration::from_secs(600)));
        name.want("203.0.113.2");
        assert_eq!(name.said_within(Duration::from_secs(300)), 1);
        name.answers = None;

        name.want("203.0.113.3");

        assert_eq!(name.said_within(Duration::from_secs(299)), 0);
        assert_eq!(name.said_within(Duration::from_secs(200)), 1);
    }

    #[test]
    fn who_asks_to_be_left_alone_for_ever_is_asked_again_within_the_hour() {
        for (asked, least, most) in [(u64::MAX, 3600, 4400), (0, 30, 40), (120, 120, 150)] {
            let mut name = Played::new();
            name.answers = Some(Wait::AtLeast(Duration::from_secs(asked)));
            name.want("203.0.113.2");
            name.said_within(Duration::ZERO);

            let pause = name.upkeep.poll_timeout().unwrap() - name.now;

            assert!((least..=most).contains(&pause.as_secs()), "{pause:?} for {asked}");
        }
    }

    #[test]
    fn what_the_owner_must_mend_is_tried_once_an_hour() {
        let mut name = Played::new();
        name.answers = Some(Wait::ForTheOwner);
        name.want("203.0.113.2");

        let said = name.said_within(DAY);

        assert!((20..=24).contains(&said), "{said} times in a day");
    }

    #[test]
    fn what_was_said_is_remembered_until_its_removal_is_acknowledged() {
        let mut name = Played::new();
        name.want("203.0.113.2 2001:db8::2");
        assert_eq!(name.next_due().left, Left { v4: false, v6: false });
        name.yes();
        name.want("2001:db8::2");
        name.now += GAP;
        assert_eq!(name.next_due().left, Left { v4: true, v6: true });
        name.no(Wait::BackOff);
        name.now += GAP;
        assert_eq!(name.next_due().left, Left { v4: true, v6: true });
        name.yes();
        name.now += DAY;

        assert_eq!(name.next_due().left, Left { v4: false, v6: true });
    }

    #[test]
    fn when_nobody_knows_any_more_what_was_published_stays() {
        let mut name = Played::new();
        name.want("203.0.113.2");
        name.said_within(Duration::ZERO);

        name.upkeep.want(None);

        assert_eq!(name.said_within(10 * DAY), 0);
        assert!(matches!(name.upkeep.state(), State::Published { .. }));
    }

    #[test]
    fn an_address_that_changes_while_another_is_said_comes_next() {
        let mut name = Played::new();
        name.want("203.0.113.2");
        name.next_due();
        name.want("203.0.113.3");
        assert_eq!(name.upkeep.poll_timeout(), None);

        name.yes();

        assert_eq!(name.upkeep.state(), State::Publishing);
        assert_eq!(name.said_within(GAP), 1);
        assert_eq!(name.at_provider, Some(addresses("203.0.113.3")));
    }

    /// An account, and a provider that answers at once.
    struct Played {
        upkeep: Upkeep,
        now: Instant,
        answers: Option<Wait>,
        at_provider: Option<Addresses>,
    }

    impl Played {
        #[expect(clippy::disallowed_methods, reason = "the tests' own clock has to begin somewhere")]
        fn new() -> Self {
            let now = Instant::now();

            Self { upkeep: Upkeep::new(DAY, now), now, answers: None, at_provider: None }
        }

        fn want(&mut self, text: &str) {
            self.upkeep.want(Some(addresses(text)));
        }

        /// How often something is said while time passes.
        fn said_within(&mut self, time: Duration) -> usize {
            let end = self.now + time;
            let mut said = 0;
            while let Some(due) = self.upkeep.poll_timeout().filter(|due| *due <= end) {
                self.now = self.now.max(due);
                let due = self.next_due();
                said += 1;
                match self.answers {
                    Some(wait) => self.no(wait),
                    None => {
                        self.at_provider = Some(due.addresses);
                        self.yes();
                    }
                }
            }
            self.now = end;
            said
        }

        fn next_due(&mut self) -> Due {
            self.upkeep.handle_timeout(self.now).unwrap()
        }

        fn yes(&mut self) {
            self.upkeep.handle_yes(self.now);
        }

        fn no(&mut self, wait: Wait) {
            self.upkeep.handle_refusal(Refusal { why: "no".to_owned(), wait }, self.now, 0.5);
        }
    }

    fn addresses(text: &str) -> Addresses {
        Addresses {
            v4: text.split(' ').find_map(|word| word.parse().ok()),
            v6: text.split(' ').find_map(|word| word.parse().ok()),
        }
    }
}
