//! Identifiers: the only way by which a name enters SQL text.

/// A name of a table, column, index or constraint. It is always written quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ident<'a>(pub &'a str);

impl Ident<'_> {
    /// Appends the name between quotes, with quotes inside doubled.
    pub fn write(self, sql: &mut String, quote: char) {
        sql.push(quote);
        if self.0.contains(quote) {
            for c in self.0.chars() {
                if c == quote {
                    sql.push(quote);
                }
                sql.push(c);
            }
        } else {
            sql.push_str(self.0);
        }
        sql.push(quote);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_inside_a_name_cannot_end_it() {
        let mut sql = String::new();
        Ident("a\"; DROP TABLE b; --").write(&mut sql, '"');
        assert_eq!(sql, "\"a\"\"; DROP TABLE b; --\"");
    }
}
