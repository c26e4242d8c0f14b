//! Activity as a table, for spreadsheets.

use crate::wire::ActivityLine;

/// The names of the columns. What goes before them tells spreadsheets that this is UTF-8.
pub(crate) const HEADING: &str = "\u{feff}time,clock,code,device,sentence\r\n";

/// One line, as RFC 4180 has it.
pub(crate) fn row(line: &ActivityLine) -> String {
    let code = serde_json::to_value(&line.event).ok();
    let code = code.as_ref().and_then(|event| event["code"].as_str()).unwrap_or_default();
    let clock = if line.clock_is_set { "set" } else { "not set" };
    let device = line.event.device().map_or("", |device| device.name.as_str());
    let cells = [&line.time(), clock, code, device, &line.sentence].map(cell);

    cells.join(",") + "\r\n"
}

/// Spreadsheets take a cell for a formula that begins like one (OWASP, "CSV injection"), but not after an apostrophe.
fn cell(text: &str) -> String {
    let guard = if text.starts_with(FORMULA) { "'" } else { "" };
    // Where a comma is a decimal point, spreadsheets part cells at semicolons.
    if text.contains(['"', ',', ';', '\r', '\n']) {
        return format!("\"{guard}{}\"", text.replace('"', "\"\""));
    }

    format!("{guard}{text}")
}

/// The wide ones are formulas to Japanese and Chinese spreadsheets.
const FORMULA: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

#[cfg(test)]
mod tests {
    use model::{Device, Event, PeerId, Place};

    use super::*;

    #[test]
    fn a_row_tells_when_who_and_what() {
        let line = ActivityLine::new(7, 1_709_210_096, false, came_in("Anna"));

        assert_eq!(row(&line), "2024-02-29T12:34:56Z,not set,came_in,Anna,Anna came in from outside\r\n");
    }

    #[test]
    fn a_name_that_looks_like_a_formula_is_none() {
        for name in ["+1 (Anna)", "-1", "+A1"] {
            let row = row(&ActivityLine::new(7, 0, true, came_in(name)));

            assert!(row.contains(&format!(",'{name},'{name} came in")), "{row}");
        }
        for text in ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "＝1", "＋1", "－1", "＠SUM"] {
            assert_eq!(cell(text), format!("'{text}"));
        }
        assert_eq!(cell("\r=1"), "\"'\r=1\"");
    }

    #[test]
    fn what_would_end_a_cell_does_not() {
        assert_eq!(cell("a,b"), "\"a,b\"");
        assert_eq!(cell("a;=1"), "\"a;=1\"");
        assert_eq!(cell("a \"b\""), "\"a \"\"b\"\"\"");
        assert_eq!(cell("=\"a\"\n"), "\"'=\"\"a\"\"\n\"");
        assert_eq!(cell("plain"), "plain");
    }

    fn came_in(name: &str) -> Event {
        let device = Device { id: PeerId(1), name: name.parse().unwrap() };

        Event::CameIn { device, from: Place::Outside }
    }
}
