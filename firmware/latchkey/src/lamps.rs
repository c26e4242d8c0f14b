//! What the lamps say: the table of the front panel as one function.

use model::{Lamps, Pattern};

/// All that the lamps can tell.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Mood {
    /// Something is wrong; the page says what.
    pub fault: bool,
    /// A browser waits for the button.
    pub waiting: bool,
    /// Remote access is switched off.
    pub locked: bool,
    /// The home's address is another one than devices were told.
    pub moved: bool,
    /// The internet cannot reach the home at all.
    pub cut_off: bool,
    /// The router lets nobody in, as far as it says.
    pub shut: bool,
    /// Somebody is in from outside at this moment, whatever else is thought.
    pub visited: bool,
    /// Somebody came in from outside.
    pub proven: bool,
    /// A new device is being set up.
    pub pairing: bool,
    /// A new device has just come in.
    pub joined: bool,
    /// Guests are let in.
    pub guests: bool,
    /// Somebody is connected.
    pub connected: bool,
}

impl Mood {
    /// The lamps of a box that starts or stops.
    pub(crate) const STARTING: Lamps =
        Lamps { power: Pattern::SlowPulse, door: Pattern::Off, people: Pattern::Off };

    /// What the lamps show.
    pub(crate) fn lamps(self) -> Lamps {
        Lamps { power: self.power(), door: self.door(), people: self.people() }
    }

    /// A question to the owner goes before a fault: the owner stands in front of the box.
    fn power(self) -> Pattern {
        if self.waiting {
            Pattern::DoubleBlink
        } else if self.fault {
            Pattern::FastBlink
        } else {
            Pattern::Solid
        }
    }

    /// What has been proven goes before what the router says, which may not know of a port that somebody forwards by hand.
    fn door(self) -> Pattern {
        if self.locked {
            Pattern::Off
        } else if self.moved {
            Pattern::DoubleBlink
        } else if self.cut_off && !self.visited {
            Pattern::FastBlink
        } else if self.proven {
            Pattern::Solid
        } else if self.shut {
            Pattern::FastBlink
        } else {
            Pattern::SlowPulse
        }
    }

    /// What the owner is doing goes first, then what could be forgotten (guests), then who is there.
    fn people(self) -> Pattern {
        if self.joined {
            Pattern::DoubleBlink
        } else if self.pairing {
            Pattern::FastBlink
        } else if self.guests {
            Pattern::SlowPulse
        } else if self.connected {
            Pattern::Solid
        } else {
            Pattern::Off
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_healthy_box_that_was_never_reached_shines_and_pulses() {
        let lamps = Mood::default().lamps();

        assert_eq!(lamps, Lamps { power: Pattern::Solid, door: Pattern::SlowPulse, people: Pattern::Off });
    }

    #[test]
    fn a_question_to_the_owner_outshines_a_fault() {
        let mood = Mood { fault: true, waiting: true, ..Mood::default() };

        assert_eq!(mood.lamps().power, Pattern::DoubleBlink);
        assert_eq!(Mood { waiting: false, ..mood }.lamps().power, Pattern::FastBlink);
    }

    #[test]
    fn a_locked_door_is_dark_even_if_it_was_proven() {
        assert_eq!(Mood { locked: true, proven: true, ..Mood::default() }.lamps().door, Pattern::Off);
        assert_eq!(Mood { proven: true, ..Mood::default() }.lamps().door, Pattern::Solid);
    }

    #[test]
    fn a_port_that_was_forwarded_by_hand_and_works_is_as_good_as_one_that_the_router_opened() {
        let shut = Mood { shut: true, ..Mood::default() };

        assert_eq!(shut.lamps().door, Pattern::FastBlink);
        assert_eq!(Mood { proven: true, ..shut }.lamps().door, Pattern::Solid);
        assert_eq!(Mood { proven: true, cut_off: true, ..shut }.lamps().door, Pattern::FastBlink);
        assert_eq!(Mood { proven: true, visited: true, cut_off: true, ..shut }.lamps().door, Pattern::Solid);
        assert_eq!(Mood { proven: true, moved: true, ..shut }.lamps().door, Pattern::DoubleBlink);
    }

    #[test]
    fn guests_are_not_forgotten_while_somebody_is_connected() {
        let mood = Mood { guests: true, connected: true, ..Mood::default() };

        assert_eq!(mood.lamps().people, Pattern::SlowPulse);
        assert_eq!(Mood { guests: false, ..mood }.lamps().people, Pattern::Solid);
        assert_eq!(Mood { pairing: true, ..mood }.lamps().people, Pattern::FastBlink);
        assert_eq!(Mood { joined: true, pairing: true, ..mood }.lamps().people, Pattern::DoubleBlink);
    }
}
