//! Tables whose columns stand below each other.

use crate::style::{Style, Tone};

/// A table without lines around it.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Vec<(String, Tone)>>,
}

impl Table {
    pub(crate) fn new(titles: &[&str]) -> Self {
        let titles = titles.iter().map(|t| ((*t).to_owned(), Tone::Faint));
        Self {
            rows: vec![titles.collect()],
        }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = (String, Tone)>) {
        self.rows.push(cells.into_iter().collect());
    }

    pub(crate) fn text(&self, style: Style) -> String {
        let width = |at: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(at));
            cells
                .map(|(text, _)| text.chars().count())
                .max()
                .unwrap_or(0)
        };
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut out = String::new();
        for row in &self.rows {
            let mut line = String::new();
            for (at, (text, tone)) in row.iter().enumerate() {
                let blanks = widths[at].saturating_sub(text.chars().count());
                line.push_str(&style.paint(*tone, text));
                // Nothing behind the last thing in a line.
                if row[at + 1..].iter().any(|(text, _)| !text.is_empty()) {
                    line.push_str(&" ".repeat(blanks + 2));
                }
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_below_each_other_with_and_without_colours() {
        let mut table = Table::new(&["migration", "state"]);
        table.row([
            ("1_ä".to_owned(), Tone::Plain),
            ("applied".to_owned(), Tone::Good),
        ]);
        table.row([
            ("20_long_name".to_owned(), Tone::Plain),
            (String::new(), Tone::Plain),
        ]);
        let plain = "migration     state\n1_ä           applied\n20_long_name\n";
        assert_eq!(table.text(Style { colors: false }), plain);
        let coloured = table.text(Style { colors: true });
        assert!(coloured.contains("1_ä           \x1b[32mapplied\x1b[0m\n"));
    }
}
