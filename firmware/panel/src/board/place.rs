use std::str::FromStr;

use crate::wiring;

/// Where the panel's pins are: on which chip, and which lines of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The chip's label, name or path; none for the one behind a Raspberry Pi's header.
    chip: Option<String>,
    power: u32,
    door: u32,
    people: u32,
    button: u32,
}

impl Place {
    /// Whether it is the Raspberry Pi's own header.
    pub(crate) fn is_the_headers(&self) -> bool {
        self.chip.is_none()
    }

    /// Whether it is on the chip that goes by these names.
    pub(crate) fn is_on(&self, names: &[&str]) -> bool {
        match &self.chip {
            Some(chip) => names.contains(&chip.as_str()),
            None => names.iter().any(|name| wiring::CHIPS.contains(name)),
        }
    }

    /// The chip, for people.
    pub(crate) fn chip_names(&self) -> String {
        self.chip.clone().unwrap_or_else(|| wiring::CHIPS.join(" or "))
    }

    /// The lines of POWER, DOOR and PEOPLE.
    pub(crate) fn lamps(&self) -> [u32; 3] {
        [self.power, self.door, self.people]
    }

    /// The button's line.
    pub(crate) fn button(&self) -> u32 {
        self.button
    }

    /// Every line.
    pub(crate) fn all(&self) -> [u32; 4] {
        [self.power, self.door, self.people, self.button]
    }
}

impl Default for Place {
    /// The header of a Raspberry Pi, as `hardware/pins.toml` has it.
    fn default() -> Self {
        Self {
            chip: None,
            power: wiring::POWER.gpio,
            door: wiring::DOOR.gpio,
            people: wiring::PEOPLE.gpio,
            button: wiring::BUTTON.gpio,
        }
    }
}

/// `CHIP:POWER,DOOR,PEOPLE,BUTTON`: a chip's label, name or path, and four different numbers of its lines.
impl FromStr for Place {
    type Err = InvalidPlace;

    fn from_str(text: &str) -> Result<Self, InvalidPlace> {
        // A label may have colons of its own.
        let (chip, lines) = text.rsplit_once(':').ok_or(InvalidPlace)?;
        let lines =
            lines.split(',').map(str::parse).collect::<Result<Vec<u32>, _>>().map_err(|_| InvalidPlace)?;
        let [power, door, people, button] = lines[..] else { return Err(InvalidPlace) };
        let all = [power, door, people, button];
        let is_twice = all.iter().enumerate().any(|(at, line)| all[at + 1..].contains(line));
        if chip.is_empty() || is_twice {
            return Err(InvalidPlace);
        }

        Ok(Self { chip: Some(chip.to_owned()), power, door, people, button })
    }
}

/// What was said is no place for a panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "say CHIP:POWER,DOOR,PEOPLE,BUTTON, a GPIO chip and four of its lines, like pinctrl-bcm2711:17,27,22,5"
)]
pub struct InvalidPlace;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_word_it_is_the_header_of_a_raspberry_pi() {
        let place = Place::default();

        assert!(place.is_the_headers());
        for label in ["pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1"] {
            assert!(place.is_on(&["gpiochip4", label]), "{label}");
        }
        assert!(!place.is_on(&["gpiochip0", "INT33FF:00"]));
        assert!(!place.is_on(&["gpiochip1", "raspberrypi-exp-gpio"]));
    }

    #[test]
    fn another_board_is_said_with_its_chip_and_lines() {
        let place: Place = "9030000.pl061:4,5,6,2".parse().unwrap();

        assert!(!place.is_the_headers());
        assert!(place.is_on(&["9030000.pl061"]));
        assert!(!place.is_on(&["pinctrl-bcm2711"]));
        assert_eq!(place.lamps(), [4, 5, 6]);
        assert_eq!(place.button(), 2);
    }

    #[test]
    fn a_chip_may_have_colons_in_its_name() {
        assert!("INT33FF:00:1,2,3,4".parse::<Place>().unwrap().is_on(&["INT33FF:00"]));
    }

    #[test]
    fn what_is_no_place_is_refused() {
        for text in
            ["", "chip", "chip:", "chip:1,2,3", "chip:1,2,3,4,5", "chip:1,2,3,x", ":1,2,3,4", "chip:1,2,3,1"]
        {
            assert_eq!(text.parse::<Place>(), Err(InvalidPlace), "{text}");
        }
    }
}
