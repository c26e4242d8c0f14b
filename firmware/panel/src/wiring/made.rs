// Made from hardware/pins.toml by `cargo run -p xtask -- wiring`; change that and not this.

use super::Wire;

/// The lamp POWER.
pub const POWER: Wire = Wire { gpio: 17, header_pin: 11 };
/// The lamp DOOR.
pub const DOOR: Wire = Wire { gpio: 27, header_pin: 13 };
/// The lamp PEOPLE.
pub const PEOPLE: Wire = Wire { gpio: 22, header_pin: 15 };
/// The button.
pub const BUTTON: Wire = Wire { gpio: 5, header_pin: 29 };
/// The pin of the header that is the lamps' ground.
pub const LAMPS_GROUND: u8 = 9;
/// The pin of the header that is the button's ground.
pub const BUTTON_GROUND: u8 = 30;
/// What the kernel calls the chip behind the header.
pub(crate) const CHIPS: [&str; 3] = ["pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1"];
/// What the kernel calls the board's own LED.
pub(crate) const BOARD_LEDS: [&str; 2] = ["ACT", "led0"];
