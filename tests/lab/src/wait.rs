use std::{
    fmt::Display,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, bail};

use crate::Response;

/// Looks again and again until there is an outcome.
///
/// # Errors
/// When there is none in time, or somebody calls [`interrupt`]; says what was waited for and what was seen last.
pub fn wait_until<O: Outcome>(
    what: &str,
    patience: Duration,
    mut look: impl FnMut() -> O,
) -> Result<O::News> {
    let deadline = now() + patience;
    loop {
        let complaint = match look().outcome() {
            Ok(news) => return Ok(news),
            Err(complaint) => complaint,
        };
        if is_interrupted() {
            bail!("interrupted while waiting until {what}");
        }
        if now() >= deadline {
            bail!("waited {patience:?} in vain until {what}{complaint}");
        }
        thread::sleep(PAUSE);
    }
}

/// Ends every [`wait_until`] of this process, now and later: somebody wants it to stop.
pub fn interrupt() {
    INTERRUPTED.store(true, Ordering::Relaxed);
}

/// Whether somebody has called [`interrupt`].
pub fn is_interrupted() -> bool {
    INTERRUPTED.load(Ordering::Relaxed)
}

/// What looking may give.
pub trait Outcome {
    /// What is known once it is there.
    type News;

    /// The news, or what to add to the complaint when there never is any.
    ///
    /// # Errors
    /// When it is not there yet.
    fn outcome(self) -> Result<Self::News, String>;
}

impl Outcome for bool {
    type News = ();

    fn outcome(self) -> Result<(), String> {
        if self { Ok(()) } else { Err(String::new()) }
    }
}

impl<T> Outcome for Option<T> {
    type News = T;

    fn outcome(self) -> Result<T, String> {
        self.ok_or_else(String::new)
    }
}

/// What failed is looked at again, and what has succeeded may still have no outcome: `Ok(false)` is none.
impl<O: Outcome, E: Display> Outcome for Result<O, E> {
    type News = O::News;

    fn outcome(self) -> Result<O::News, String> {
        self.map_err(|error| format!("; last: {error:#}"))?.outcome()
    }
}

impl Outcome for Response {
    type News = Self;

    fn outcome(self) -> Result<Self, String> {
        Ok(self)
    }
}

/// Short enough that nobody feels it, long enough that looking costs nothing.
const PAUSE: Duration = Duration::from_millis(20);

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

#[expect(clippy::disallowed_methods, reason = "the lab acts on real processes, which take real time")]
fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_outcome_ends_the_wait() {
        let mut looks = 0;

        let news = wait_until("it is there", Duration::from_secs(5), || {
            looks += 1;
            (looks == 3).then_some("here")
        });

        assert_eq!((news.unwrap(), looks), ("here", 3));
    }

    #[test]
    fn an_answer_of_no_is_no_outcome() {
        let error = wait_until("the kettle boils", Duration::ZERO, || Ok::<_, String>(false)).unwrap_err();

        assert_eq!(error.to_string(), "waited 0ns in vain until the kettle boils");
    }

    #[test]
    fn a_wait_in_vain_says_what_for_and_what_was_seen_last() {
        let error = wait_until("the kettle boils", Duration::ZERO, || Err::<bool, _>("21 °C")).unwrap_err();

        assert_eq!(error.to_string(), "waited 0ns in vain until the kettle boils; last: 21 °C");
    }
}
