use std::time::{Duration, Instant};

use mock_instant::MockClock;

/// The time that a device is told and the time that boringtun reads by itself, as one; there is one a thread.
///
/// It goes on only when it is told to.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// Begins at zero, and with it the whole thread.
    #[must_use]
    pub fn start() -> Self {
        MockClock::set_time(Duration::ZERO);

        Self { start: real_time() }
    }

    /// The present.
    #[must_use]
    pub fn now(&self) -> Instant {
        self.start + self.elapsed()
    }

    /// Time since the start.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        MockClock::time()
    }

    /// Goes on.
    pub fn advance(&mut self, by: Duration) {
        MockClock::advance(by);
    }

    /// Goes on to a time; stays if that has been already.
    pub fn advance_to(&mut self, time: Instant) {
        self.advance(time.saturating_duration_since(self.now()));
    }

    /// Makes something whose handshakes are to be dated like everybody else's.
    ///
    /// boringtun dates them by the real time at which a session's keeper was made, plus the virtual time since. What is made
    /// later has to be made as if it were the start, or it would lag behind by all the virtual time until then.
    pub fn dated<T>(&self, make: impl FnOnce() -> T) -> T {
        let present = MockClock::time();
        MockClock::set_time(Duration::ZERO);
        let made = make();
        MockClock::set_time(present);

        made
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "an instant can be had from the real clock only; it is never asked again"
)]
fn real_time() -> Instant {
    Instant::now()
}
