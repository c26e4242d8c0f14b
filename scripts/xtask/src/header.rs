//! The 40 pins of a Raspberry Pi's header, the same on every model since the B+.

/// What a pin of the header is joined to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Contact {
    /// The supply of 3.3 V.
    V3,
    /// The supply of 5 V.
    V5,
    /// The other end of every current.
    Ground,
    /// A pin that programs drive.
    Gpio(u8),
}

impl Contact {
    /// What is written beside it.
    pub(crate) fn name(self) -> String {
        match self {
            Self::V3 => "3.3 V".to_owned(),
            Self::V5 => "5 V".to_owned(),
            Self::Ground => "ground".to_owned(),
            Self::Gpio(number) => format!("GPIO {number}"),
        }
    }
}

/// What the pin with this number is, counted from 1; none if there is no such pin.
pub(crate) fn contact(pin: u8) -> Option<Contact> {
    HEADER.get(usize::from(pin).checked_sub(1)?).copied()
}

/// The pin that this GPIO is on; none if it is not on the header.
pub(crate) fn pin_of(gpio: u8) -> Option<u8> {
    let place = HEADER.iter().position(|contact| *contact == Gpio(gpio))?;

    u8::try_from(place + 1).ok()
}

/// Two rows of this many.
pub(crate) const COLUMNS: u8 = 20;

use Contact::{Gpio, Ground, V3, V5};

/// <https://www.raspberrypi.com/documentation/computers/raspberry-pi.html#gpio>; odd numbers are the row on the
/// inside of the board, even ones the row at its edge.
#[rustfmt::skip]
const HEADER: [Contact; 2 * COLUMNS as usize] = [
    V3,       V5,
    Gpio(2),  V5,
    Gpio(3),  Ground,
    Gpio(4),  Gpio(14),
    Ground,   Gpio(15),
    Gpio(17), Gpio(18),
    Gpio(27), Ground,
    Gpio(22), Gpio(23),
    V3,       Gpio(24),
    Gpio(10), Ground,
    Gpio(9),  Gpio(25),
    Gpio(11), Gpio(8),
    Ground,   Gpio(7),
    Gpio(0),  Gpio(1),
    Gpio(5),  Ground,
    Gpio(6),  Gpio(12),
    Gpio(13), Ground,
    Gpio(19), Gpio(16),
    Gpio(26), Gpio(20),
    Ground,   Gpio(21),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_gpio_from_0_to_27_is_on_one_pin() {
        for gpio in 0..=27 {
            let pin = pin_of(gpio).unwrap();

            assert_eq!(contact(pin), Some(Gpio(gpio)));
        }
        assert_eq!(pin_of(28), None);
        assert_eq!(contact(0), None);
        assert_eq!(contact(41), None);
    }

    #[test]
    fn the_grounds_are_where_everybody_knows_them() {
        let grounds = (1..=40).filter(|pin| contact(*pin) == Some(Ground)).collect::<Vec<_>>();

        assert_eq!(grounds, [6, 9, 14, 20, 25, 30, 34, 39]);
    }
}
