use std::time::{Duration, Instant};

use web_api::wire::Finding;

/// What was seen at the last looks, by whom it was told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Looked {
    router: Source,
    home_assistant: Source,
}

/// What came of asking one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Word {
    /// There is nobody to ask, or it is not allowed.
    NotAsked,
    /// No answer, or none that says anything.
    Silence,
    /// What is open that should not be.
    Told(Vec<Finding>),
}

impl Looked {
    /// Takes over what came of a look. Who is silent once has not closed anything.
    pub(super) fn note(&mut self, router: Word, home_assistant: Word, now: Instant) {
        self.router.note(router, now);
        self.home_assistant.note(home_assistant, now);
    }

    /// What is open that should not be.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        self.router.findings.iter().chain(&self.home_assistant.findings).cloned().collect()
    }

    /// How long until the next look.
    pub(super) fn pause(&self, now: Instant) -> Duration {
        let is_worth_it = |source: &Source| source.silent.is_some_and(|since| now < since + PATIENCE);

        if is_worth_it(&self.router) || is_worth_it(&self.home_assistant) { AGAIN } else { WEEK }
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Source {
    findings: Vec<Finding>,
    silent: Option<Instant>,
}

impl Source {
    fn note(&mut self, word: Word, now: Instant) {
        match word {
            Word::NotAsked => *self = Self::default(),
            Word::Told(findings) => *self = Self { findings, silent: None },
            Word::Silence => {
                let since = *self.silent.get_or_insert(now);
                if now >= since + PATIENCE {
                    self.findings.clear();
                }
            }
        }
    }
}

const WEEK: Duration = Duration::from_hours(7 * 24);
/// After a look at which somebody was silent.
const AGAIN: Duration = Duration::from_hours(1);
/// A router that restarts is back by then; one that has stopped telling may have stopped opening, too.
const PATIENCE: Duration = Duration::from_hours(24);

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::clock;

    #[test]
    fn what_was_open_stays_open_while_the_router_is_silent_for_up_to_a_day() {
        let mut now = clock::instant();
        let mut looked = Looked::default();
        looked.note(Word::Told(vec![finding("web_forwarded")]), Word::NotAsked, now);
        assert_eq!(looked.pause(now), WEEK);

        let mut looks = 0;
        now += WEEK;
        loop {
            looked.note(Word::Silence, Word::NotAsked, now);
            if looked.findings().is_empty() {
                break;
            }
            looks += 1;
            now += looked.pause(now);
        }

        assert_eq!((looks, looked.pause(now)), (24, WEEK));
    }

    #[test]
    fn a_first_look_that_fails_is_repeated_within_the_hour() {
        let now = clock::instant();
        let mut looked = Looked::default();

        looked.note(Word::NotAsked, Word::Silence, now);
        assert_eq!(looked.pause(now), AGAIN);
        looked.note(Word::NotAsked, Word::Told(vec![finding("login_not_needed")]), now);

        assert_eq!(looked.pause(now), WEEK);
        assert_eq!(looked.findings(), [finding("login_not_needed")]);
    }

    #[test]
    fn each_has_a_say_in_what_is_its_own() {
        let now = clock::instant();
        let mut looked = Looked::default();
        let (router, login) = (vec![finding("web_forwarded")], vec![finding("login_not_needed")]);

        looked.note(Word::Told(router.clone()), Word::Told(login.clone()), now);
        looked.note(Word::Silence, Word::Told(Vec::new()), now);
        assert_eq!(looked.findings(), router);
        looked.note(Word::Told(Vec::new()), Word::Told(login.clone()), now);
        assert_eq!(looked.findings(), login);
        looked.note(Word::NotAsked, Word::NotAsked, now);
        assert_eq!(looked.findings(), []);
    }

    fn finding(code: &str) -> Finding {
        Finding { code: code.to_owned(), sentence: String::new(), advice: None, values: BTreeMap::new() }
    }
}
