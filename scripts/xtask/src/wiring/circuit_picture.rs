use super::{
    code::contact_name,
    svg::{Anchor, Drawing, INK, PALE},
};
use crate::pin_map::{BUTTON_INK, GROUND_INK, PinMap, Use};

/// Which current flows where, for those who read circuits.
pub(super) fn draw(map: &PinMap) -> String {
    let mut drawing = Drawing::new(960, 470, "The circuit: three lamps with a resistor each, and a button");
    let uses = map.uses();
    let pin_of = |name: &str| uses.iter().find(|one| one.name == name);
    for (place, (name, lamp)) in (0..).zip(map.lamps()) {
        let x = 120 + 180 * place;
        if let Some(one) = pin_of(name) {
            terminal(&mut drawing, x, one);
        }
        branch(&mut drawing, x, lamp.colour.ink(), lamp.colour.name());
    }
    drawing.line(&[(120, 380), (480, 380)], GROUND_INK, 5);
    button(&mut drawing);
    if let Some(one) = pin_of("BUTTON") {
        terminal(&mut drawing, 720, one);
    }
    ground(&mut drawing, 300, map.ground.lamps);
    ground(&mut drawing, 720, map.ground.button);

    drawing.finish()
}

fn terminal(drawing: &mut Drawing, x: i32, one: &Use) {
    drawing.text((x, 34), 19, Anchor::Middle, one.ink, one.name);
    drawing.text((x, 58), 16, Anchor::Middle, INK, &format!("pin {} ({})", one.pin, contact_name(one)));
    drawing.circle((x, 80), 7, one.ink, INK);
}

/// From the pin through the lamp and the resistor to the ground.
fn branch(drawing: &mut Drawing, x: i32, ink: &str, colour: &str) {
    drawing.line(&[(x, 88), (x, 380)], ink, 5);
    drawing.rect((x - 26, 134), (52, 52), 4, "#ffffff", "none");
    drawing.line(&[(x, 130), (x, 138)], ink, 5);
    drawing.shape(&[(x - 24, 138), (x + 24, 138), (x, 180)], ink);
    drawing.line(&[(x - 24, 182), (x + 24, 182)], ink, 6);
    drawing.text((x + 36, 156), 16, Anchor::Start, INK, colour);
    drawing.text((x + 36, 176), 16, Anchor::Start, INK, "LED");
    drawing.rect((x - 14, 240), (28, 80), 2, "#ffffff", INK);
    drawing.text((x + 24, 286), 16, Anchor::Start, INK, RESISTOR);
}

/// From the pin through the contact to the ground; what pulls the pin up is inside of the chip.
fn button(drawing: &mut Drawing) {
    drawing.line(&[(720, 88), (720, 200)], BUTTON_INK, 5);
    drawing.circle((720, 206), 6, "#ffffff", INK);
    drawing.circle((720, 274), 6, "#ffffff", INK);
    drawing.line(&[(736, 204), (736, 276)], INK, 6);
    drawing.line(&[(736, 240), (764, 240)], INK, 4);
    drawing.line(&[(764, 226), (764, 254)], INK, 6);
    drawing.text((782, 246), 16, Anchor::Start, INK, "button");
    drawing.line(&[(720, 280), (720, 380)], GROUND_INK, 5);
    drawing.line(&[(720, 110), (810, 110)], PALE, 2);
    drawing.text((816, 104), 14, Anchor::Start, PALE, "in the chip:");
    drawing.text((816, 124), 14, Anchor::Start, PALE, "50 kΩ to 3.3 V");
}

fn ground(drawing: &mut Drawing, x: i32, pin: u8) {
    drawing.line(&[(x, 380), (x, 410)], GROUND_INK, 5);
    for (step, half) in [(0, 24), (1, 15), (2, 6)] {
        drawing.line(&[(x - half, 410 + 9 * step), (x + half, 410 + 9 * step)], GROUND_INK, 4);
    }
    drawing.text((x + 34, 426), 16, Anchor::Start, INK, &format!("ground: pin {pin}"));
}

const RESISTOR: &str = "330 Ω";
