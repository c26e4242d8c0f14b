use super::svg::{Anchor, Drawing, INK, PALE};

/// Which leg is which: of a lamp, of a resistor, of a button.
pub(super) fn draw() -> String {
    let mut drawing = Drawing::new(1000, 400, "The legs of a lamp, a resistor and a button");
    lamp(&mut drawing);
    resistor(&mut drawing);
    button(&mut drawing);

    drawing.finish()
}

fn lamp(drawing: &mut Drawing) {
    drawing.text((150, 34), 20, Anchor::Middle, INK, "Lamp (LED)");
    drawing
        .shape(&[(110, 150), (110, 100), (125, 76), (150, 66), (175, 76), (190, 100), (190, 150)], "#8fd19e");
    drawing.rect((100, 150), (100, 16), 2, "#6fb680", "none");
    drawing.line(&[(132, 168), (132, 330)], PALE, 6);
    drawing.line(&[(168, 168), (168, 280)], PALE, 6);
    drawing.text((120, 322), 16, Anchor::End, INK, "long leg:");
    drawing.text((120, 342), 16, Anchor::End, INK, "to the pin");
    drawing.text((180, 272), 16, Anchor::Start, INK, "short leg:");
    drawing.text((180, 292), 16, Anchor::Start, INK, "to the resistor");
    drawing.text((20, 384), 15, Anchor::Start, PALE, "The wrong way round it stays dark and takes no harm.");
}

fn resistor(drawing: &mut Drawing) {
    drawing.text((450, 34), 20, Anchor::Middle, INK, "Resistor, 330 Ω");
    drawing.line(&[(350, 130), (550, 130)], PALE, 5);
    drawing.rect((395, 108), (110, 44), 18, "#e8d5b0", PALE);
    for (x, ink) in [(412, "#e67e22"), (430, "#e67e22"), (448, "#7b4a21"), (484, "#c9a227")] {
        drawing.rect((x, 108), (9, 44), 0, ink, "none");
    }
    drawing.text((450, 190), 16, Anchor::Middle, INK, "orange, orange, brown, gold");
    drawing.text((450, 212), 16, Anchor::Middle, INK, "(or orange, orange, black, black, brown)");
    drawing.text((450, 246), 16, Anchor::Middle, PALE, "either way round");
}

fn button(drawing: &mut Drawing) {
    drawing.text((820, 34), 20, Anchor::Middle, INK, "Button, from above");
    for (x, y) in [(770, 90), (850, 90), (770, 220), (850, 220)] {
        drawing.rect((x, y), (20, 36), 2, "#c9ccd1", PALE);
    }
    drawing.rect((755, 110), (130, 126), 10, "#3c3f45", INK);
    drawing.circle((820, 173), 38, "#d8dadd", INK);
    drawing.line(&[(780, 96), (780, 250)], "#d0231f", 3);
    drawing.line(&[(860, 96), (860, 250)], "#d0231f", 3);
    drawing.circle((780, 90), 9, "#8e24aa", INK);
    drawing.circle((860, 256), 9, "#8e24aa", INK);
    drawing.text((820, 300), 16, Anchor::Middle, INK, "Legs with a red line are always joined.");
    drawing.text((820, 322), 16, Anchor::Middle, INK, "Two that lie across from corner to corner");
    drawing.text((820, 344), 16, Anchor::Middle, INK, "are joined only while somebody pushes.");
}
