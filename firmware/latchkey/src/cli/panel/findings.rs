use std::collections::BTreeMap;

use panel::{
    Driver, Lit,
    wiring::{self, Wire},
};
use serde::Serialize;

/// What a test of the panel has shown so far, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Findings {
    /// Who drives the pins.
    pub(super) driver: Driver,
    pub(super) lamps: BTreeMap<LampName, Sight>,
    pub(super) button: Option<Touch>,
}

impl Findings {
    pub(super) fn new(driver: Driver) -> Self {
        Self { driver, lamps: BTreeMap::new(), button: None }
    }

    /// Whether nothing is known to be wrong.
    pub(super) fn are_good(&self) -> bool {
        let is_bad = |sight: &Sight| matches!(sight, Sight::Dark | Sight::Another);

        !self.lamps.values().any(is_bad) && self.button == Some(Touch::Felt)
    }

    /// What to do, a paragraph for each thing that is wrong.
    pub(super) fn advice(&self) -> Vec<String> {
        let dark = self.lamps.iter().filter(|(_, sight)| **sight == Sight::Dark).map(|(lamp, _)| *lamp);
        let dark = dark.collect::<Vec<_>>();
        let are_all_dark = dark.len() == LampName::ALL.len();
        let lamps = if are_all_dark { vec![all_dark()] } else { dark.into_iter().map(dark_lamp).collect() };
        let swapped = self.lamps.values().any(|sight| *sight == Sight::Another).then(swapped);
        let button = match self.button {
            Some(Touch::NotFelt) => Some(button_not_felt()),
            Some(Touch::AlwaysDown) => Some(button_always_down()),
            Some(Touch::NotLetGo) => Some(button_not_let_go()),
            Some(Touch::Felt) | None => None,
        };

        lamps.into_iter().chain(swapped).chain(button).collect()
    }
}

/// One of the three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum LampName {
    Power,
    Door,
    People,
}

impl LampName {
    pub(super) const ALL: [Self; 3] = [Self::Power, Self::Door, Self::People];

    pub(super) fn label(self) -> &'static str {
        match self {
            Self::Power => "POWER",
            Self::Door => "DOOR",
            Self::People => "PEOPLE",
        }
    }

    /// This lamp lit, and no other.
    pub(super) fn alone(self) -> Lit {
        match self {
            Self::Power => Lit { power: true, ..Lit::default() },
            Self::Door => Lit { door: true, ..Lit::default() },
            Self::People => Lit { people: true, ..Lit::default() },
        }
    }

    pub(super) fn wire(self) -> Wire {
        match self {
            Self::Power => wiring::POWER,
            Self::Door => wiring::DOOR,
            Self::People => wiring::PEOPLE,
        }
    }
}

/// What somebody sees while one lamp is to be lit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sight {
    /// That lamp is lit, and no other.
    Lit,
    /// No lamp is lit.
    Dark,
    /// Another lamp is lit.
    Another,
    /// There was nobody to ask.
    NotAsked,
}

impl Sight {
    /// Reads an answer; none if it is not understood.
    pub(super) fn from_answer(answer: &str) -> Option<Self> {
        match answer.trim().to_lowercase().as_str() {
            "y" | "yes" => Some(Self::Lit),
            "n" | "no" => Some(Self::Dark),
            "o" | "other" | "another" => Some(Self::Another),
            _ => None,
        }
    }
}

/// What comes from the button.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Touch {
    /// A push, and its end.
    Felt,
    /// Nothing.
    NotFelt,
    /// It was down before anybody was asked to push.
    AlwaysDown,
    /// A push without an end.
    NotLetGo,
}

fn dark_lamp(lamp: LampName) -> String {
    let (name, pin) = (lamp.label(), lamp.wire().header_pin);

    format!(
        "{name} stays dark. Most likely its lamp is the wrong way round: the long leg belongs to the wire from \
         pin {pin}, the short one to the resistor. Else look whether that wire is on pin {pin} of the header, \
         whether the resistor reaches the ground line, and try the lamp in the place of another one."
    )
}

fn all_dark() -> String {
    let ground = wiring::LAMPS_GROUND;

    format!(
        "All lamps stay dark. Most likely the wire from the ground line is not on pin {ground} of the header. \
         Count from the corner beside the memory card: pin 1 is there, in the row away from the board's edge."
    )
}

fn swapped() -> String {
    let pins =
        LampName::ALL.map(|lamp| format!("{} on pin {}", lamp.label(), lamp.wire().header_pin)).join(", ");

    format!("Two wires are swapped. On the header belong: {pins}.")
}

fn button_not_felt() -> String {
    let (pin, ground) = (wiring::BUTTON.header_pin, wiring::BUTTON_GROUND);

    format!(
        "Nothing came from the button. Look whether its wires are on pins {pin} and {ground} of the header, which \
         face each other. A button with four legs has two pairs that are always joined: use two legs that lie \
         across from corner to corner."
    )
}

fn button_always_down() -> String {
    let pin = wiring::BUTTON.header_pin;

    format!(
        "The button is down although nobody pushes. A button with four legs has two pairs that are always joined: \
         use two legs that lie across from corner to corner. Else the wire from pin {pin} touches ground, or \
         something lies on the button. To find out, pull the wire off pin {pin} and test again: now nothing comes \
         from the button."
    )
}

fn button_not_let_go() -> String {
    "The button was pushed and did not come up again. Something lies on it, or it sticks.".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_on_which_all_works_needs_no_advice() {
        let findings = Findings {
            lamps: BTreeMap::from(LampName::ALL.map(|lamp| (lamp, Sight::Lit))),
            button: Some(Touch::Felt),
            ..nothing()
        };

        assert!(findings.are_good());
        assert_eq!(findings.advice(), [""; 0]);
    }

    #[test]
    fn a_test_that_was_broken_off_is_not_good() {
        assert!(!nothing().are_good());
    }

    #[test]
    fn what_is_wrong_is_told_with_its_pin() {
        let lamps = |sights: [Sight; 3]| Findings {
            lamps: LampName::ALL.into_iter().zip(sights).collect(),
            button: Some(Touch::Felt),
            ..nothing()
        };
        let button = |touch| Findings { button: Some(touch), ..nothing() };
        for (findings, beginning, pins) in [
            (lamps([Sight::Lit, Sight::Dark, Sight::Lit]), "DOOR stays dark", "pin 13"),
            (lamps([Sight::Dark; 3]), "All lamps stay dark", "pin 9"),
            (
                lamps([Sight::Another, Sight::Another, Sight::Lit]),
                "Two wires are swapped",
                "POWER on pin 11, DOOR on pin 13, PEOPLE on pin 15",
            ),
            (button(Touch::NotFelt), "Nothing came", "pins 29 and 30"),
            (button(Touch::AlwaysDown), "The button is down", "pin 29"),
            (button(Touch::NotLetGo), "The button was pushed", ""),
        ] {
            let advice = findings.advice();

            assert!(!findings.are_good());
            assert_eq!(advice.len(), 1, "{advice:?}");
            assert!(advice[0].starts_with(beginning), "{advice:?}");
            assert!(advice[0].contains(pins), "{advice:?}");
        }
    }

    #[test]
    fn answers_are_understood_in_short_and_in_full() {
        for (answer, sight) in [
            ("y\n", Some(Sight::Lit)),
            ("Yes", Some(Sight::Lit)),
            ("n", Some(Sight::Dark)),
            (" other ", Some(Sight::Another)),
            ("", None),
            ("perhaps", None),
        ] {
            assert_eq!(Sight::from_answer(answer), sight, "{answer:?}");
        }
    }

    fn nothing() -> Findings {
        Findings::new(Driver::Gpiocdev)
    }
}
