use super::svg::{Anchor, Drawing, INK, PALE, Point};
use crate::{
    header::COLUMNS,
    pin_map::{PinMap, Use},
};

/// The board from above, as it has to lie, so that the counting begins at the right corner.
pub(super) fn draw(map: &PinMap) -> String {
    let mut drawing = Drawing::new(830, 560, "Where pin 1 of the header is on the board");
    drawing.rect((60, 60), (700, 440), 24, "#dfeee2", "#2e6b3d");
    for (x, y) in [(90, 90), (730, 90), (90, 470), (730, 470)] {
        drawing.circle((x, y), 12, "#ffffff", PALE);
    }
    sockets(&mut drawing);
    pins(&mut drawing, &map.uses());
    drawing.line(&[(150, 190), (150, 138)], INK, 3);
    drawing.shape(&[(150, 128), (143, 142), (157, 142)], INK);
    drawing.text((130, 212), 19, Anchor::Start, INK, "Pin 1: the corner beside the memory card,");
    drawing.text((130, 236), 19, Anchor::Start, INK, "in the row away from the edge");
    drawing.text(
        (60, 535),
        17,
        Anchor::Start,
        PALE,
        "A Zero is smaller and has no big sockets; its header lies the same way.",
    );

    drawing.finish()
}

fn sockets(drawing: &mut Drawing) {
    drawing.rect((40, 230), (70, 110), 6, "#ffffff", PALE);
    drawing.text((75, 280), 15, Anchor::Middle, INK, "memory");
    drawing.text((75, 300), 15, Anchor::Middle, INK, "card");
    for (y, name) in [(110, "USB"), (240, "USB"), (370, "network")] {
        drawing.rect((660, y), (130, 100), 6, "#ffffff", PALE);
        drawing.text((725, y + 56), 17, Anchor::Middle, INK, name);
    }
    for (x, name) in [(130, "power"), (260, "HDMI"), (390, "HDMI")] {
        drawing.rect((x, 450), (100, 60), 6, "#ffffff", PALE);
        drawing.text((x + 50, 486), 17, Anchor::Middle, INK, name);
    }
}

fn pins(drawing: &mut Drawing, uses: &[Use]) {
    drawing.rect((135, 72), (i32::from(COLUMNS) * STEP + 10, 2 * STEP + 8), 4, "#333333", "#333333");
    for pin in 1..=2 * COLUMNS {
        let ink = uses.iter().find(|one| one.pin == pin).map_or("#d8c27a", |one| one.ink);
        let place = place(pin);
        drawing.circle(place, 7, ink, "#ffffff");
    }
}

/// Odd pins are in the row away from the edge, which is the lower one here.
fn place(pin: u8) -> Point {
    let column = i32::from((pin - 1) / 2);
    let row = i32::from(pin % 2);

    (152 + column * STEP, 88 + row * STEP)
}

const STEP: i32 = 24;
