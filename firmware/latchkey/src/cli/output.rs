//! The one place that writes to the terminal.

use std::io::{self, Write as _};

use anyhow::Context as _;
use serde::Serialize;

/// Writes a text and a line's end; a reader that has gone away (`| head`) is no error.
pub(crate) fn say(text: &str) -> anyhow::Result<()> {
    match writeln!(io::stdout(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(error).context("write to the terminal")
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes a value for programs.
pub(crate) fn say_json(value: &impl Serialize) -> anyhow::Result<()> {
    say(&serde_json::to_string_pretty(value).context("write JSON")?)
}

/// Writes a note beside the answer, where a program that reads the answer does not stumble over it.
pub(crate) fn warn(note: &str) {
    let _ = writeln!(io::stderr(), "latchkey: {note}");
}

/// Writes what went wrong, with its causes; nothing can be done if even that fails.
pub(crate) fn complain(error: &anyhow::Error) {
    let _ = writeln!(io::stderr(), "latchkey: {error:#}");
}

/// A table with aligned columns.
pub(crate) fn table<const N: usize>(rows: &[[String; N]]) -> String {
    let mut widths = [0; N];
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let line = |row: &[String; N]| {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect::<Vec<_>>();
        cells.join("  ").trim_end().to_owned()
    };

    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// "3 min", "2 h": the largest unit is enough for people.
pub(crate) fn rough_time(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86_400),
    }
}

/// "8 h": what is left is never told as less than it is.
pub(crate) fn rough_time_left(seconds: u64) -> String {
    match seconds {
        0..60 => rough_time(seconds),
        60..3600 => rough_time(seconds.next_multiple_of(60)),
        3600.. => rough_time(seconds.next_multiple_of(3600)),
    }
}

/// "1.4 MB": powers of ten, as phones count.
pub(crate) fn rough_bytes(bytes: u64) -> String {
    const UNITS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")];
    UNITS.iter().find(|(size, _)| bytes >= *size).map_or_else(
        || format!("{bytes} B"),
        |(size, unit)| {
            let tenths = bytes / (size / 10);
            format!("{}.{} {unit}", tenths / 10, tenths % 10)
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_are_told_as_people_do() {
        assert_eq!(
            [59, 60, 3599, 3600, 172_800].map(rough_time),
            ["59 s", "1 min", "59 min", "1 h", "2 days"]
        );
        assert_eq!([59, 61, 3541, 28_799].map(rough_time_left), ["59 s", "2 min", "1 h", "8 h"]);
        assert_eq!(
            [999, 1_000, 1_449_999, u64::MAX].map(rough_bytes),
            ["999 B", "1.0 kB", "1.4 MB", "18446744073.7 GB"]
        );
    }

    #[test]
    fn columns_stand_under_each_other() {
        let rows = [["Anna", "owner"], ["Grandma's tablet", "family"]].map(|row| row.map(str::to_owned));

        assert_eq!(table(&rows), "Anna              owner\nGrandma's tablet  family");
    }
}
