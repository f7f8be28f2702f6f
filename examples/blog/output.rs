//! What the examples print: headings, the code of a query, tables.

use std::fmt::Display;

/// Prints a heading.
pub(crate) fn heading(text: &str) {
    println!("\n{text}\n{}\n", "=".repeat(text.chars().count()));
}

/// Prints a sentence about what was found.
pub(crate) fn say(text: impl Display) {
    println!("  {text}");
}

/// Rows under headings, in aligned columns.
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<String>>,
}

struct Column {
    heading: &'static str,
    /// Whether its cells stand at the right, as numbers do.
    right: bool,
}

impl Table {
    /// An empty table; a heading that begins with `>` stands above numbers.
    pub(crate) fn new<const N: usize>(headings: [&'static str; N]) -> Self {
        let column = |heading: &'static str| match heading.strip_prefix('>') {
            Some(heading) => Column {
                heading,
                right: true,
            },
            None => Column {
                heading,
                right: false,
            },
        };
        Self {
            columns: headings.map(column).into(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub(crate) fn row<const N: usize>(&mut self, cells: [&dyn Display; N]) {
        self.rows
            .push(cells.iter().map(ToString::to_string).collect());
    }

    /// Prints the table.
    pub(crate) fn print(&self) {
        let headings: Vec<_> = self
            .columns
            .iter()
            .map(|column| column.heading.to_owned())
            .collect();
        let widths: Vec<_> = (0..self.columns.len())
            .map(|at| {
                let cells = self
                    .rows
                    .iter()
                    .chain([&headings])
                    .filter_map(|row| row.get(at));
                cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
            })
            .collect();
        self.line(&headings, &widths);
        let rules: Vec<_> = widths.iter().map(|width| "-".repeat(*width)).collect();
        self.line(&rules, &widths);
        for row in &self.rows {
            self.line(row, &widths);
        }
    }

    fn line(&self, cells: &[String], widths: &[usize]) {
        let mut line = String::from("  ");
        for ((column, cell), width) in self.columns.iter().zip(cells).zip(widths) {
            let cell = match column.right {
                true => format!("{cell:>width$}"),
                false => format!("{cell:<width$}"),
            };
            line.push_str(&cell);
            line.push_str("  ");
        }
        println!("{}", line.trim_end());
    }
}

/// Shows a value that may be missing.
pub(crate) fn or_dash<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |value| value.to_string())
}
