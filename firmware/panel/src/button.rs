use std::time::{Duration, Instant};

use model::Gesture;
use serde::{Deserialize, Serialize};

/// What the pushes of a button mean.
///
/// A gesture is decided when the button is let go, so that the hand passes the step of 3 s on its way to 10 s without
/// saying yes. Contacts bounce, and long wires catch sparks: a level counts once it has stayed for
/// [`Button::DEBOUNCE`], from the moment at which it came.
#[derive(Debug, Clone)]
pub struct Button {
    state: State,
    hand: Hand,
    /// A level other than the one that counts, and since when it has stayed.
    unsettled: Option<(Level, Instant)>,
}

impl Button {
    /// How long a level must stay: switches of this kind bounce for 1 to 10 ms when new and for longer when worn, and
    /// a hand cannot push and let go in less than about 50 ms.
    pub const DEBOUNCE: Duration = Duration::from_millis(30);
    /// From here on it is a hold.
    pub const HOLD: Duration = Duration::from_secs(3);
    /// From here on it is a long hold.
    pub const LONG_HOLD: Duration = Duration::from_secs(10);
    /// From here on nobody is holding it: something lies on it, or it is broken.
    pub const STUCK: Duration = Duration::from_secs(30);
    /// How long after a hold at power-on a press means a reset.
    pub const RESET_WINDOW: Duration = Duration::from_secs(10);

    /// The button as it is when the power comes on. Held down now and let go later, it makes a press that follows
    /// soon a reset.
    #[must_use]
    pub fn at_power_on(level: Level, now: Instant) -> Self {
        let state = match level {
            Level::Up => State::Released { armed_at: None },
            Level::Down => State::PoweringOn,
        };
        let unsettled = match level {
            Level::Up => None,
            Level::Down => Some((level, now)),
        };

        Self { state, hand: Hand::Up, unsettled }
    }

    /// Takes the level that the contact has from now on.
    pub fn handle_level(&mut self, level: Level, now: Instant) -> Option<Gesture> {
        let gesture = self.handle_timeout(now);
        match self.unsettled {
            Some((unsettled, _)) if unsettled == level => {}
            Some(_) | None if level == self.settled_level() => self.unsettled = None,
            Some(_) | None => self.unsettled = Some((level, now)),
        }
        if let (State::PoweringOn, None) = (&self.state, self.unsettled) {
            self.state = State::Released { armed_at: None };
        }

        gesture
    }

    /// When [`Self::handle_timeout`] wants to be called next, if no level changes before.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Instant> {
        let settles = self.unsettled.map(|(_, since)| since + Self::DEBOUNCE);
        let next_step = self.held_since().and_then(|since| match self.hand {
            Hand::Up => None,
            Hand::Down if self.is_held_since_power_on() => Some(since + Self::STUCK),
            Hand::Down => Some(since + Self::HOLD),
            Hand::Hold => Some(since + Self::LONG_HOLD),
            Hand::LongHold => Some(since + Self::STUCK),
            Hand::Stuck => None,
        });

        match (settles, next_step) {
            // While the contact is open, nothing is held any longer; the next step would wait in vain.
            (Some(settles), _) => Some(settles),
            (None, next_step) => next_step,
        }
    }

    /// Lets time pass. Too early a call does no harm.
    pub fn handle_timeout(&mut self, now: Instant) -> Option<Gesture> {
        let gesture = match self.unsettled {
            Some((level, since)) if now >= since + Self::DEBOUNCE => {
                self.unsettled = None;
                self.settle(level, since)
            }
            Some(_) | None => None,
        };
        self.hand = self.hand_at(now);

        gesture
    }

    /// What the hand is doing, as of the last call with a time. A lamp can say so, and the hand needs no clock.
    #[must_use]
    pub fn hand(&self) -> Hand {
        self.hand
    }

    /// Whether the button has been down for longer than a hand holds it; until it is let go.
    #[must_use]
    pub fn is_stuck(&self) -> bool {
        self.hand == Hand::Stuck
    }

    fn settle(&mut self, level: Level, at: Instant) -> Option<Gesture> {
        let (state, gesture) = match (&self.state, level) {
            (State::PoweringOn, Level::Down) => (State::HeldSincePowerOn { since: at }, None),
            (State::Released { armed_at }, Level::Down) => {
                let resets =
                    armed_at.is_some_and(|armed_at| at.duration_since(armed_at) <= Self::RESET_WINDOW);
                (State::Held { since: at, resets }, None)
            }
            (State::Held { since, resets }, Level::Up) => {
                (State::Released { armed_at: None }, gesture_after(at.duration_since(*since), *resets))
            }
            (State::HeldSincePowerOn { since }, Level::Up) => {
                let by_hand = at.duration_since(*since) < Self::STUCK;
                (State::Released { armed_at: by_hand.then_some(at) }, None)
            }
            (State::PoweringOn | State::Released { .. }, Level::Up)
            | (State::Held { .. } | State::HeldSincePowerOn { .. }, Level::Down) => return None,
        };
        self.state = state;

        gesture
    }

    fn hand_at(&self, now: Instant) -> Hand {
        let Some(since) = self.held_since() else {
            return Hand::Up;
        };
        let let_go = self.unsettled.map(|(_, since)| since);
        let held = let_go.unwrap_or(now).duration_since(since);

        match held {
            _ if held >= Self::STUCK => Hand::Stuck,
            _ if self.is_held_since_power_on() => Hand::Down,
            _ if held >= Self::LONG_HOLD => Hand::LongHold,
            _ if held >= Self::HOLD => Hand::Hold,
            _ => Hand::Down,
        }
    }

    fn settled_level(&self) -> Level {
        match self.state {
            State::PoweringOn | State::Released { .. } => Level::Up,
            State::Held { .. } | State::HeldSincePowerOn { .. } => Level::Down,
        }
    }

    fn held_since(&self) -> Option<Instant> {
        match self.state {
            State::PoweringOn | State::Released { .. } => None,
            State::Held { since, .. } | State::HeldSincePowerOn { since } => Some(since),
        }
    }

    fn is_held_since_power_on(&self) -> bool {
        match self.state {
            State::HeldSincePowerOn { .. } => true,
            State::PoweringOn | State::Released { .. } | State::Held { .. } => false,
        }
    }
}

/// Whether the contact of a button is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Nobody pushes.
    Up,
    /// Somebody pushes.
    Down,
}

/// What the hand on the button is doing, and which step it has reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Hand {
    /// There is none.
    #[default]
    Up,
    /// It pushes; letting go now is a press.
    Down,
    /// It has held for 3 s; letting go now is a hold.
    Hold,
    /// It has held for 10 s; letting go now is a long hold.
    LongHold,
    /// It has held for 30 s, so that it is no hand; letting go means nothing.
    Stuck,
}

impl Hand {
    /// For how long a hand has to push to come this far.
    #[must_use]
    pub fn takes(self) -> Duration {
        match self {
            Self::Up | Self::Down => Button::DEBOUNCE,
            Self::Hold => Button::HOLD,
            Self::LongHold => Button::LONG_HOLD,
            Self::Stuck => Button::STUCK,
        }
    }
}

#[derive(Debug, Clone)]
enum State {
    /// Down when power came on, for too short a time to count yet.
    PoweringOn,
    /// Up; `armed_at` is when a hold at power-on was let go.
    Released { armed_at: Option<Instant> },
    /// Down.
    Held { since: Instant, resets: bool },
    /// Down since power came on.
    HeldSincePowerOn { since: Instant },
}

fn gesture_after(held: Duration, resets: bool) -> Option<Gesture> {
    match held {
        _ if held >= Button::STUCK => None,
        _ if held >= Button::LONG_HOLD => Some(Gesture::LongHold),
        _ if held >= Button::HOLD => Some(Gesture::Hold),
        _ if resets => Some(Gesture::Reset),
        _ => Some(Gesture::Press),
    }
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "a test may begin at any time; from there on time is a variable"
)]
mod tests;
