use std::time::{Duration, Instant};

use model::{Lamps, Pattern};
use serde::{Deserialize, Serialize};

use crate::{Hand, Light};

/// The front of the box: three lights, which go dark together when the hand on the button reaches a step.
#[derive(Debug, Clone)]
pub struct Front {
    power: Light,
    door: Light,
    people: Light,
    dark_until: Option<Instant>,
}

impl Front {
    /// How long the lamps are dark at a step: long enough to be seen, and unlike any pattern.
    pub const BLINK: Duration = Duration::from_millis(300);

    /// All lamps off.
    #[must_use]
    pub fn new(now: Instant) -> Self {
        let off = Light::new(Pattern::Off, now);

        Self { power: off, door: off, people: off, dark_until: None }
    }

    /// Shows these patterns from now on; a lamp whose pattern stays is not disturbed.
    pub fn set_lamps(&mut self, lamps: Lamps, now: Instant) {
        let Lamps { power, door, people } = lamps;
        for (light, pattern) in [(&mut self.power, power), (&mut self.door, door), (&mut self.people, people)]
        {
            if light.pattern() != pattern {
                *light = Light::new(pattern, now);
            }
        }
    }

    /// Takes what the hand has just begun to do.
    pub fn handle_hand(&mut self, hand: Hand, now: Instant) {
        match hand {
            Hand::Hold | Hand::LongHold => self.dark_until = Some(now + Self::BLINK),
            Hand::Up | Hand::Down | Hand::Stuck => {}
        }
    }

    /// Which lamps are lit now.
    #[must_use]
    pub fn lit(&self, now: Instant) -> Lit {
        if self.is_dark(now) {
            return Lit::default();
        }

        Lit { power: self.power.is_lit(now), door: self.door.is_lit(now), people: self.people.is_lit(now) }
    }

    /// When [`Self::lit`] may answer differently next; never, if all is steady.
    #[must_use]
    pub fn next_change(&self, now: Instant) -> Option<Instant> {
        if self.is_dark(now) {
            return self.dark_until;
        }

        [self.power, self.door, self.people].iter().filter_map(|light| light.next_change(now)).min()
    }

    fn is_dark(&self, now: Instant) -> bool {
        self.dark_until.is_some_and(|until| now < until)
    }
}

/// Which lamps are lit at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
pub struct Lit {
    /// How the box is.
    pub power: bool,
    /// How the way in from outside is.
    pub door: bool,
    /// Who is there.
    pub people: bool,
}

#[cfg(test)]
#[expect(
    clippy::disallowed_methods,
    reason = "a test may begin at any time; from there on time is a variable"
)]
mod tests {
    use super::*;

    const ALL_SOLID: Lamps = Lamps { power: Pattern::Solid, door: Pattern::Solid, people: Pattern::Solid };
    const ALL_LIT: Lit = Lit { power: true, door: true, people: true };

    #[test]
    fn all_lamps_go_dark_for_a_blink_at_each_step_and_at_no_other_time() {
        let start = Instant::now();
        for (hand, dark) in [
            (Hand::Down, false),
            (Hand::Hold, true),
            (Hand::LongHold, true),
            (Hand::Stuck, false),
            (Hand::Up, false),
        ] {
            let mut front = Front::new(start);
            front.set_lamps(ALL_SOLID, start);

            front.handle_hand(hand, start);

            assert_eq!(front.lit(start), if dark { Lit::default() } else { ALL_LIT }, "{hand:?}");
            assert_eq!(front.next_change(start), dark.then_some(start + Front::BLINK), "{hand:?}");
            assert_eq!(front.lit(start + Front::BLINK), ALL_LIT, "{hand:?}");
        }
    }

    #[test]
    fn a_lamp_whose_pattern_stays_keeps_its_rhythm() {
        let start = Instant::now();
        let pulse = Lamps { power: Pattern::SlowPulse, ..Lamps::default() };
        let mut front = Front::new(start);
        front.set_lamps(pulse, start);

        let later = start + Duration::from_millis(1500);
        front.set_lamps(Lamps { door: Pattern::Solid, ..pulse }, later);

        assert_eq!(front.lit(later), Lit { power: false, door: true, people: false });
        assert_eq!(front.next_change(later), Some(start + Duration::from_secs(2)));
    }

    #[test]
    fn the_earliest_of_the_lamps_wakes_the_driver() {
        let start = Instant::now();
        let mut front = Front::new(start);
        assert_eq!(front.next_change(start), None);

        let lamps = Lamps { power: Pattern::SlowPulse, door: Pattern::FastBlink, people: Pattern::Solid };
        front.set_lamps(lamps, start);

        assert_eq!(front.next_change(start), Some(start + Duration::from_millis(100)));
    }
}
