use std::time::Duration;

use tokio::time::Instant;

/// When to ask the internet again, and how thoroughly.
#[derive(Debug)]
pub(crate) struct Rounds {
    next: (Instant, Round),
    /// When everybody was asked last.
    last_thorough: Option<Instant>,
    /// How often in a row nobody answered.
    fruitless: u32,
}

/// How to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Round {
    /// Ask everybody, and the routers on the way.
    Thorough,
    /// Ask one witness a family whether it is as it was.
    Glance,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The internet answered, and a glance found nothing new.
    Settled,
    /// A glance found something new.
    Changed,
    /// Nobody answered.
    Silence,
}

impl Rounds {
    /// The first is thorough, and due at once.
    pub(crate) fn new(now: Instant) -> Self {
        Self { next: (now, Round::Thorough), last_thorough: None, fruitless: 0 }
    }

    /// When the next round is due.
    pub(crate) fn due(&self) -> Instant {
        self.next.0
    }

    /// How to look then.
    pub(crate) fn begin(&mut self, now: Instant) -> Round {
        let round = self.next.1;
        if round == Round::Thorough {
            self.last_thorough = Some(now);
        }

        round
    }

    /// A round is over.
    pub(crate) fn end(&mut self, outcome: Outcome, now: Instant) {
        self.next = match outcome {
            Outcome::Settled => {
                self.fruitless = 0;
                self.settled(now)
            }
            Outcome::Changed => (now, Round::Thorough),
            Outcome::Silence => {
                let wait = FIRST_RETRY.saturating_mul(1 << self.fruitless.min(8)).min(GLANCE_EVERY);
                self.fruitless = self.fruitless.saturating_add(1);
                (now + wait, Round::Thorough)
            }
        };
    }

    /// The network at home is another one now.
    pub(crate) fn network_changed(&mut self, now: Instant) {
        let earliest = self.last_thorough.map_or(now, |last| last + BETWEEN_THOROUGH);
        self.fruitless = 0;
        self.next = (earliest.max(now), Round::Thorough);
    }

    /// Something speaks for another address outside.
    pub(crate) fn suspect(&mut self, now: Instant) {
        if self.next.1 == Round::Glance {
            self.next.0 = self.next.0.min(now);
        }
    }

    fn settled(&self, now: Instant) -> (Instant, Round) {
        let glance = now + GLANCE_EVERY;
        let thorough = self.last_thorough.map_or(now, |last| last + THOROUGH_EVERY);
        let round = if thorough <= glance { Round::Thorough } else { Round::Glance };

        (glance, round)
    }
}

/// A change of address is to be followed within two minutes, all told.
const GLANCE_EVERY: Duration = Duration::from_secs(60);
/// Often enough for what a glance does not see, and nothing that anybody who is asked would mind.
const THOROUGH_EVERY: Duration = Duration::from_secs(3600);
/// A router that has just come up takes some seconds; doubled until it is [`GLANCE_EVERY`].
const FIRST_RETRY: Duration = Duration::from_secs(5);
/// A network that comes and goes must not make us a nuisance.
const BETWEEN_THOROUGH: Duration = Duration::from_secs(5);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_a_first_thorough_look_there_are_glances_and_every_hour_a_thorough_one() {
        let start = Instant::now();
        let mut rounds = Rounds::new(start);

        let mut thorough = Vec::new();
        for minute in 0..150 {
            let now = start + Duration::from_secs(60) * minute;
            assert_eq!(rounds.due(), now, "minute {minute}");
            if rounds.begin(now) == Round::Thorough {
                thorough.push(minute);
            }
            rounds.end(Outcome::Settled, now);
        }

        assert_eq!(thorough, [0, 60, 120]);
    }

    #[test]
    fn what_a_glance_finds_is_looked_into_at_once() {
        let start = Instant::now();
        let mut rounds = Rounds::new(start);
        rounds.begin(start);
        rounds.end(Outcome::Settled, start);
        let later = rounds.due();

        assert_eq!(rounds.begin(later), Round::Glance);
        rounds.end(Outcome::Changed, later);

        assert_eq!((rounds.due(), rounds.begin(later)), (later, Round::Thorough));
    }

    #[test]
    fn without_internet_the_waits_grow_to_a_minute_and_start_anew_with_another_network() {
        let mut now = Instant::now();
        let mut rounds = Rounds::new(now);

        let mut waits = Vec::new();
        for _ in 0..6 {
            now = rounds.due();
            assert_eq!(rounds.begin(now), Round::Thorough);
            rounds.end(Outcome::Silence, now);
            waits.push((rounds.due() - now).as_secs());
        }
        assert_eq!(waits, [5, 10, 20, 40, 60, 60]);

        now += Duration::from_secs(30);
        rounds.network_changed(now);
        assert_eq!(rounds.due(), now);
    }

    #[test]
    fn a_network_that_comes_and_goes_is_asked_about_every_five_seconds_at_most() {
        let start = Instant::now();
        let mut rounds = Rounds::new(start);
        rounds.begin(start);
        rounds.end(Outcome::Settled, start);

        rounds.network_changed(start + Duration::from_secs(1));

        assert_eq!(rounds.due(), start + Duration::from_secs(5));
    }

    #[test]
    fn a_suspicion_brings_the_next_glance_forward_and_delays_nothing() {
        let start = Instant::now();
        let mut rounds = Rounds::new(start);
        rounds.begin(start);
        rounds.end(Outcome::Settled, start);
        let now = start + Duration::from_secs(10);

        rounds.suspect(now);

        assert_eq!((rounds.due(), rounds.begin(now)), (now, Round::Glance));
    }
}
