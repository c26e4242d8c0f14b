use std::collections::BTreeSet;

use serde::Deserialize;

use crate::header::{self, Contact};

/// What `hardware/pins.toml` says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PinMap {
    /// What the kernel calls the chip behind the header.
    pub(crate) chips: Vec<String>,
    /// What the kernel calls the board's own LED.
    pub(crate) board_leds: Vec<String>,
    pub(crate) power: Lamp,
    pub(crate) door: Lamp,
    pub(crate) people: Lamp,
    pub(crate) button: Button,
    pub(crate) ground: Ground,
}

impl PinMap {
    /// Reads the file.
    pub(crate) fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The lamps, from left to right.
    pub(crate) fn lamps(&self) -> [(&'static str, &Lamp); 3] {
        [("POWER", &self.power), ("DOOR", &self.door), ("PEOPLE", &self.people)]
    }

    /// What each pin of the header is for, by its number; the pins that are not used are left out.
    pub(crate) fn uses(&self) -> Vec<Use> {
        let lamps = self.lamps().map(|(name, lamp)| Use::new(lamp.gpio, name, lamp.colour.ink()));
        let button = Use::new(self.button.gpio, "BUTTON", BUTTON_INK);
        let grounds =
            [(self.ground.lamps, "ground of the lamps"), (self.ground.button, "ground of the button")];
        let grounds = grounds.map(|(pin, name)| Use { pin, name, ink: GROUND_INK });
        let mut uses = lamps.into_iter().chain([button]).flatten().chain(grounds).collect::<Vec<_>>();
        uses.sort_by_key(|one| one.pin);

        uses
    }

    /// What is against the rules, a sentence each.
    pub(crate) fn faults(&self) -> Vec<String> {
        let lamps = self.lamps().map(|(name, lamp)| (name, lamp.gpio));
        let dark = lamps.iter().filter(|(_, gpio)| !PULLED_DOWN.contains(gpio));
        let dark = dark
            .map(|(name, gpio)| format!("{name} is on GPIO {gpio}, which is not pulled down at power-on"));
        let button = self.button.gpio;
        let up = (!PULLED_UP.contains(&button))
            .then(|| format!("BUTTON is on GPIO {button}, which is not pulled up at power-on"));
        let all = lamps.iter().copied().chain([("BUTTON", button)]).collect::<Vec<_>>();
        let reserved = all.iter().filter_map(|(name, gpio)| {
            let (_, whose) = RESERVED.iter().find(|(pins, _)| pins.contains(gpio))?;
            Some(format!("{name} is on GPIO {gpio}, which is {whose}"))
        });
        let distinct = all.iter().map(|(_, gpio)| gpio).collect::<BTreeSet<_>>().len() == all.len();
        let twice = (!distinct).then(|| "a pin is used twice".to_owned());
        let grounds = [self.ground.lamps, self.ground.button].into_iter();
        let live = grounds.filter(|pin| header::contact(*pin) != Some(Contact::Ground));
        let live = live.map(|pin| format!("pin {pin} of the header is no ground"));

        dark.chain(up).chain(reserved).chain(twice).chain(live).collect()
    }
}

/// A lamp.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Lamp {
    pub(crate) gpio: u8,
    pub(crate) colour: Colour,
}

/// The button.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Button {
    pub(crate) gpio: u8,
}

/// The pins of the header where the currents come back.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ground {
    pub(crate) lamps: u8,
    pub(crate) button: u8,
}

/// The colour of a lamp, which only helps: place and pattern carry the meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Colour {
    Red,
    Yellow,
    Green,
    Blue,
    White,
}

impl Colour {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Blue => "blue",
            Self::White => "white",
        }
    }

    /// How it is drawn: dark enough to be seen on white.
    pub(crate) fn ink(self) -> &'static str {
        match self {
            Self::Red => "#c62828",
            Self::Yellow => "#d99a00",
            Self::Green => "#2e8b3d",
            Self::Blue => "#1f6fd1",
            Self::White => "#8a8f98",
        }
    }
}

/// What a pin of the header is for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Use {
    pub(crate) pin: u8,
    pub(crate) name: &'static str,
    pub(crate) ink: &'static str,
}

impl Use {
    fn new(gpio: u8, name: &'static str, ink: &'static str) -> Option<Self> {
        Some(Self { pin: header::pin_of(gpio)?, name, ink })
    }
}

pub(crate) const BUTTON_INK: &str = "#8e24aa";
pub(crate) const GROUND_INK: &str = "#222222";

/// BCM2835 ARM Peripherals, table 6-31 ("Pull" column); the same on later chips.
const PULLED_UP: std::ops::RangeInclusive<u8> = 0..=8;
const PULLED_DOWN: std::ops::RangeInclusive<u8> = 9..=27;

/// What other things on the header may need.
const RESERVED: [(std::ops::RangeInclusive<u8>, &str); 4] = [
    (0..=1, "for the identity of a HAT"),
    (2..=3, "I2C's"),
    (7..=11, "SPI's"),
    (14..=15, "the serial port's"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pins_keep_the_rules() {
        let map = PinMap::parse(include_str!("../../../hardware/pins.toml")).unwrap();

        assert_eq!(map.faults(), [""; 0]);
    }

    #[test]
    fn each_rule_is_looked_after() {
        let good = PinMap::parse(include_str!("../../../hardware/pins.toml")).unwrap();
        let faults = |change: fn(&mut PinMap)| {
            let mut map = good.clone();
            change(&mut map);
            map.faults()
        };

        assert_eq!(
            faults(|map| map.power.gpio = 6),
            ["POWER is on GPIO 6, which is not pulled down at power-on"]
        );
        assert_eq!(
            faults(|map| map.button.gpio = 23),
            ["BUTTON is on GPIO 23, which is not pulled up at power-on"]
        );
        assert_eq!(faults(|map| map.door.gpio = 14), ["DOOR is on GPIO 14, which is the serial port's"]);
        assert_eq!(faults(|map| map.button.gpio = 3), ["BUTTON is on GPIO 3, which is I2C's"]);
        assert_eq!(
            faults(|map| map.button.gpio = 1),
            ["BUTTON is on GPIO 1, which is for the identity of a HAT"]
        );
        assert_eq!(faults(|map| map.people.gpio = 10), ["PEOPLE is on GPIO 10, which is SPI's"]);
        assert_eq!(faults(|map| map.door.gpio = 17), ["a pin is used twice"]);
        assert_eq!(faults(|map| map.ground.lamps = 1), ["pin 1 of the header is no ground"]);
    }

    #[test]
    fn what_nobody_knows_is_refused() {
        assert!(PinMap::parse("fan = 3").is_err());
    }
}
