use super::svg::{Anchor, Drawing, INK, PALE, Point};
use crate::pin_map::{BUTTON_INK, Colour, GROUND_INK, PinMap, Use};

/// Where every part sticks in a breadboard.
pub(super) fn draw(map: &PinMap) -> String {
    let mut drawing = Drawing::new(1000, 560, "Lamps, resistors and button on a breadboard");
    let uses = map.uses();
    empty_board(&mut drawing);
    for (place, (name, lamp)) in (0..).zip(map.lamps()) {
        let column = 4 + 6 * place;
        put_lamp(&mut drawing, column, lamp.colour);
        lead(&mut drawing, &uses, name, hole(column, 0));
    }
    ground_wire(&mut drawing, &uses, "ground of the lamps", (hole(0, 0).0, RAIL));
    put_button(&mut drawing, 23);
    lead(&mut drawing, &uses, "BUTTON", hole(23, 0));
    ground_wire(&mut drawing, &uses, "ground of the button", hole(25, 9));
    drawing.text(
        (30, 542),
        17,
        Anchor::Start,
        PALE,
        "The five holes of half a column are joined, and so is the whole blue line. Nothing else is.",
    );

    drawing.finish()
}

fn empty_board(drawing: &mut Drawing) {
    drawing.rect((30, 80), (940, 390), 10, "#fafafa", PALE);
    drawing.rect((40, 232), (920, 30), 0, "#e6e6e6", "none");
    for column in 0..COLUMNS {
        for row in 0..10 {
            drawing.circle(hole(column, row), 4, "#d5d5d5", "none");
        }
        drawing.circle((hole(column, 0).0, RAIL), 4, "#d5d5d5", "none");
    }
    drawing.line(&[(50, RAIL + 16), (950, RAIL + 16)], "#1f6fd1", 3);
    drawing.text((80, RAIL + 36), 15, Anchor::Start, "#1f6fd1", "blue line: ground");
}

/// A lamp over two columns, and its resistor from the short leg down to the blue line.
fn put_lamp(drawing: &mut Drawing, column: i32, colour: Colour) {
    let (long, short) = (hole(column, 3), hole(column + 1, 3));
    let (top, bottom) = (hole(column + 1, 4), (hole(column + 1, 0).0, RAIL));
    drawing.line(&[top, bottom], PALE, 4);
    let middle = i32::midpoint(top.1, bottom.1);
    drawing.rect((top.0 - 9, middle - 40), (18, 80), 7, "#e8d5b0", PALE);
    drawing.text((top.0 + 16, middle + 5), 15, Anchor::Start, INK, "330 Ω");
    drawing.line(&[long, short], PALE, 4);
    drawing.circle((i32::midpoint(long.0, short.0), long.1 - 4), 19, colour.ink(), INK);
    drawing.text((long.0 - 26, long.1 - 12), 13, Anchor::End, INK, "long");
    drawing.text((long.0 - 26, long.1 + 2), 13, Anchor::End, INK, "leg");
}

/// A button astride the gap.
fn put_button(drawing: &mut Drawing, column: i32) {
    let (left, right) = (hole(column, 4), hole(column + 2, 5));
    drawing.rect(
        (left.0 - 10, left.1 - 8),
        (right.0 - left.0 + 20, right.1 - left.1 + 16),
        6,
        "#3c3f45",
        INK,
    );
    let middle = (i32::midpoint(left.0, right.0), i32::midpoint(left.1, right.1));
    drawing.circle(middle, 16, "#d8dadd", INK);
    for corner in [left, (right.0, left.1), (left.0, right.1), right] {
        drawing.circle(corner, 5, "#c9ccd1", INK);
    }
}

/// A wire from a pin of the header, which lies beyond the upper edge, to this hole.
fn lead(drawing: &mut Drawing, uses: &[Use], name: &str, end: Point) {
    let Some(one) = uses.iter().find(|one| one.name == name) else { return };
    drawing.wire(&[(end.0, 34), end], one.ink);
    drawing.text((end.0 + 10, 54), 17, Anchor::Start, one.ink, &format!("{name}: to pin {}", one.pin));
}

fn ground_wire(drawing: &mut Drawing, uses: &[Use], name: &str, end: Point) {
    let Some(one) = uses.iter().find(|one| one.name == name) else { return };
    let ink = if name.ends_with("button") { BUTTON_INK } else { GROUND_INK };
    drawing.wire(&[(end.0, 490), end], GROUND_INK);
    drawing.text(
        (end.0, 512),
        17,
        if end.0 > 500 { Anchor::Middle } else { Anchor::Start },
        ink,
        &format!("{name}: to pin {}", one.pin),
    );
}

/// Rows 0 to 4 are above the gap, 5 to 9 below.
fn hole(column: i32, row: i32) -> Point {
    let gap = if row > 4 { 36 } else { 0 };

    (58 + column * STEP, 112 + row * 26 + gap)
}

const COLUMNS: i32 = 30;
const STEP: i32 = 30;
/// Where the blue line's holes are.
const RAIL: i32 = 420;
