use crate::{
    header,
    pin_map::{PinMap, Use},
};

/// The firmware's constants, as rustfmt would write them.
pub(super) fn of(map: &PinMap) -> String {
    let lamps = map.lamps().map(|(name, lamp)| wire(name, "lamp", lamp.gpio));
    let button = wire("BUTTON", "button", map.button.gpio);
    let grounds =
        [ground("LAMPS", "lamps'", map.ground.lamps), ground("BUTTON", "button's", map.ground.button)];
    let chips = names("CHIPS", "What the kernel calls the chip behind the header.", &map.chips);
    let leds = names("BOARD_LEDS", "What the kernel calls the board's own LED.", &map.board_leds);

    [HEAD.to_owned(), lamps.concat(), button, grounds.concat(), chips, leds].concat()
}

/// How a use is written in the guide's table and in the pictures: "GPIO 17".
pub(super) fn contact_name(one: &Use) -> String {
    header::contact(one.pin).map(header::Contact::name).unwrap_or_default()
}

fn wire(name: &str, kind: &str, gpio: u8) -> String {
    let header_pin = header::pin_of(gpio).unwrap_or_default();
    let what = if kind == "lamp" { format!("The lamp {name}.") } else { "The button.".to_owned() };

    format!("/// {what}\npub const {name}: Wire = Wire {{ gpio: {gpio}, header_pin: {header_pin} }};\n")
}

fn ground(name: &str, whose: &str, pin: u8) -> String {
    format!("/// The pin of the header that is the {whose} ground.\npub const {name}_GROUND: u8 = {pin};\n")
}

fn names(name: &str, what: &str, values: &[String]) -> String {
    let count = values.len();
    let values = values.iter().map(|value| format!("{value:?}")).collect::<Vec<_>>().join(", ");

    format!("/// {what}\npub(crate) const {name}: [&str; {count}] = [{values}];\n")
}

const HEAD: &str =
    "// Made from hardware/pins.toml by `cargo run -p xtask -- wiring`; change that and not this.

use super::Wire;

";
