use std::fmt;

/// Text in rows and columns, as Markdown has it, with columns that are aligned in a terminal, too.
#[derive(Debug)]
pub struct Table {
    /// All as long as the first, which is the heading.
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new(heading: Vec<String>) -> Self {
        Self { rows: vec![heading] }
    }

    /// Adds a row; what it lacks stays empty.
    pub fn add(&mut self, mut row: Vec<String>) {
        row.resize(self.rows[0].len(), String::new());
        self.rows.push(row);
    }

    fn widths(&self) -> Vec<usize> {
        let width =
            |column: usize| self.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();

        (0..self.rows[0].len()).map(width).collect()
    }
}

impl fmt::Display for Table {
    /// Words are at the left, which is the first column; figures are at the right.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let widths = self.widths();
        let line = |f: &mut fmt::Formatter<'_>, row: &[String]| {
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                match column {
                    0 => write!(f, "| {cell:<width$} ")?,
                    1.. => write!(f, "| {cell:>width$} ")?,
                }
            }
            writeln!(f, "|")
        };
        line(f, &self.rows[0])?;
        for (column, width) in widths.iter().enumerate() {
            match column {
                0 => write!(f, "|{}", "-".repeat(width + 2))?,
                1.. => write!(f, "|{}:", "-".repeat(width + 1))?,
            }
        }
        writeln!(f, "|")?;

        self.rows[1..].iter().try_for_each(|row| line(f, row))
    }
}

/// With three digits that mean something.
#[must_use]
pub fn figure(value: f64) -> String {
    match value.abs() {
        0.0..10.0 => format!("{value:.2}"),
        10.0..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell() {
        let mut table = Table::new(["what", "a"].map(str::to_owned).to_vec());
        table.add(["TCP", "12.5"].map(str::to_owned).to_vec());
        table.add(vec!["µ".to_owned()]);

        let expected = "\
| what |    a |
|------|-----:|
| TCP  | 12.5 |
| µ    |      |
";
        assert_eq!(table.to_string(), expected);
    }

    #[test]
    fn a_figure_has_three_digits() {
        let figures = [0.123, 1.256, 12.34, 1234.5].map(figure);

        assert_eq!(figures, ["0.12", "1.26", "12.3", "1234"]);
    }
}
