use super::{
    code::contact_name,
    svg::{Anchor, Drawing, INK, PALE, Point},
};
use crate::{
    header::{self, COLUMNS},
    pin_map::{PinMap, Use},
};

/// All pins of the header with their numbers, and which of them are used for what.
pub(super) fn draw(map: &PinMap) -> String {
    let mut drawing = Drawing::new(1000, 420, "The pins of the header that are used");
    let uses = map.uses();
    drawing.text(
        (20, 34),
        20,
        Anchor::Start,
        INK,
        "The header from above, the board's edge at the top, the memory card to the left",
    );
    drawing.rect((84, 146), (i32::from(COLUMNS) * STEP + 8, 2 * STEP + 8), 6, "#eeeeee", PALE);
    for pin in 1..=2 * COLUMNS {
        contact(&mut drawing, pin, &uses);
    }
    // The first from the right is the nearest, so that no line crosses a text.
    for (level, one) in (0..).zip(uses.iter().rev().filter(|one| is_inner(one.pin))) {
        label(&mut drawing, one, 276 + 30 * level);
    }
    for (level, one) in (0..).zip(uses.iter().rev().filter(|one| !is_inner(one.pin))) {
        label(&mut drawing, one, 112 - 30 * level);
    }

    drawing.finish()
}

fn contact(drawing: &mut Drawing, pin: u8, uses: &[Use]) {
    let (x, y) = place(pin);
    let used = uses.iter().find(|one| one.pin == pin);
    let (fill, ink) = match (used, header::contact(pin)) {
        (Some(one), _) => (one.ink, "#ffffff"),
        (None, Some(header::Contact::V3 | header::Contact::V5)) => ("#f6c9c4", "#a02020"),
        (None, _) => ("#ffffff", PALE),
    };
    drawing.circle((x, y), 17, fill, if used.is_some() { INK } else { PALE });
    drawing.text((x, y + 5), 14, Anchor::Middle, ink, &pin.to_string());
}

/// What a pin is for, with a line to it.
fn label(drawing: &mut Drawing, one: &Use, y: i32) {
    let (x, from) = place(one.pin);
    let side = if y > from { 1 } else { -1 };
    drawing.line(&[(x, from + side * 18), (x, y - 6), (x + 12, y - 6)], one.ink, 2);
    let what = match header::contact(one.pin) {
        Some(header::Contact::Ground) => format!("pin {}: {}", one.pin, one.name),
        _ => format!("pin {}: {} ({})", one.pin, one.name, contact_name(one)),
    };
    drawing.text((x + 18, y), 18, Anchor::Start, one.ink, &what);
}

fn is_inner(pin: u8) -> bool {
    pin % 2 == 1
}

fn place(pin: u8) -> Point {
    let column = i32::from((pin - 1) / 2);
    let row = i32::from(pin % 2);

    (110 + column * STEP, 172 + row * STEP)
}

const STEP: i32 = 40;
