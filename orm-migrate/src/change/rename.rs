//! Names inside of expressions in SQL, and what follows from a rename.

use orm_core::schema::{ForeignKey, Index, IndexPart, Schema, Table, TableName};

/// The expression with each mention of the column `from` replaced by `to`. Texts between single quotes stay, and so do the names of
/// functions.
pub(crate) fn in_expression(sql: &str, from: &str, to: &str) -> String {
    map_expression(sql, |name| {
        let same = name.eq_ignore_ascii_case(from);
        same.then(|| to.to_owned())
    })
}

/// The same for several columns at once. `to` gives the new name of a column.
pub(crate) fn map_expression(sql: &str, to: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(sql.len());
    for token in tokens(sql) {
        match token {
            Token::Word { text, call: true } | Token::Other(text) => out.push_str(text),
            Token::Word { text, call: false } => match to(text) {
                Some(name) => out.push_str(&name),
                None => out.push_str(text),
            },
            Token::Quoted { text, quote } => {
                let name = to(text);
                out.push(quote);
                out.push_str(name.as_deref().unwrap_or(text));
                out.push(quote);
            }
        }
    }
    out
}

/// Whether the expression names the column.
pub(crate) fn mentions(sql: &str, column: &str) -> bool {
    tokens(sql).any(|token| match token {
        Token::Word { text, call } => !call && text.eq_ignore_ascii_case(column),
        Token::Quoted { text, .. } => text == column,
        Token::Other(_) => false,
    })
}

/// Whether two expressions differ in white space alone.
pub(crate) fn same_expression(a: &str, b: &str) -> bool {
    a == b || {
        let parts = |sql| {
            tokens(sql)
                .map(|token| match token {
                    Token::Word { text, .. } | Token::Quoted { text, .. } => text.to_owned(),
                    Token::Other(text) => text.trim().to_owned(),
                })
                .filter(|text| !text.is_empty())
                .collect::<Vec<_>>()
        };
        parts(a) == parts(b)
    }
}

enum Token<'s> {
    /// A name or keyword, and whether a bracket follows.
    Word { text: &'s str, call: bool },
    /// A quoted name.
    Quoted { text: &'s str, quote: char },
    /// Everything else, texts in single quotes among it.
    Other(&'s str),
}

fn tokens(sql: &str) -> impl Iterator<Item = Token<'_>> {
    let mut rest = sql;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (token, end) = match first {
            '\'' => {
                let end = closing(rest, '\'');
                (Token::Other(&rest[..end]), end)
            }
            '"' | '`' => {
                let end = closing(rest, first);
                match rest.get(1..end.saturating_sub(1)) {
                    Some(text) if end >= 2 => (Token::Quoted { text, quote: first }, end),
                    _ => (Token::Other(&rest[..end]), end),
                }
            }
            c if is_word(c) => {
                let end = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                let call = rest[end..].trim_start().starts_with('(');
                (
                    Token::Word {
                        text: &rest[..end],
                        call,
                    },
                    end,
                )
            }
            c => {
                let end = c.len_utf8();
                (Token::Other(&rest[..end]), end)
            }
        };
        rest = &rest[end..];
        Some(token)
    })
}

/// Where a quoted part ends; a doubled quote is not its end.
fn closing(sql: &str, quote: char) -> usize {
    let mut chars = sql.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote {
            match chars.peek() {
                Some((_, next)) if *next == quote => {
                    chars.next();
                }
                _ => return at + c.len_utf8(),
            }
        }
    }
    sql.len()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Renames a column in everything that the table says, and in the foreign keys of all tables that lead to it.
pub(crate) fn column(schema: &mut Schema, table: &TableName, from: &str, to: &str) {
    for other in &mut schema.tables {
        for key in other.foreign_keys.iter_mut().filter(|k| k.target == *table) {
            replace(&mut key.target_columns, from, to);
        }
    }
    if let Some(table) = schema.tables.iter_mut().find(|t| t.name == *table) {
        in_table(table, from, to);
    }
}

fn in_table(table: &mut Table, from: &str, to: &str) {
    let expression = |sql: &mut String| *sql = in_expression(sql, from, to);
    for column in &mut table.columns {
        if column.name == from {
            to.clone_into(&mut column.name);
        }
        column.check.iter_mut().for_each(expression);
        column
            .generated
            .iter_mut()
            .for_each(|g| expression(&mut g.expression));
    }
    if let Some(key) = &mut table.primary_key {
        replace(&mut key.columns, from, to);
    }
    for unique in &mut table.uniques {
        replace(&mut unique.columns, from, to);
    }
    for ForeignKey { columns, .. } in &mut table.foreign_keys {
        replace(columns, from, to);
    }
    for check in &mut table.checks {
        expression(&mut check.expression);
    }
    for Index {
        parts,
        include,
        condition,
        ..
    } in &mut table.indexes
    {
        replace(include, from, to);
        condition.iter_mut().for_each(expression);
        for part in parts {
            match part {
                IndexPart::Column { name, .. } if name == from => to.clone_into(name),
                IndexPart::Column { .. } => {}
                IndexPart::Expression(sql) => expression(sql),
            }
        }
    }
}

/// Renames a table, and the target of the foreign keys that lead to it.
pub(crate) fn table(schema: &mut Schema, from: &TableName, to: &TableName) {
    for table in &mut schema.tables {
        if table.name == *from {
            table.name = to.clone();
        }
        for key in table.foreign_keys.iter_mut().filter(|k| k.target == *from) {
            key.target = to.clone();
        }
    }
}

fn replace(names: &mut [String], from: &str, to: &str) {
    for name in names.iter_mut().filter(|n| *n == from) {
        to.clone_into(name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_replaced_where_it_is_a_column() {
        let sql = r#"name <> 'name' AND "name" > lower(name) AND Name(1) = surname"#;
        assert_eq!(
            in_expression(sql, "name", "title"),
            r#"title <> 'name' AND "title" > lower(title) AND Name(1) = surname"#
        );
        assert_eq!(in_expression("'it''s a' || a", "a", "b"), "'it''s a' || b");
        assert!(mentions("`a` + 1", "a") && !mentions("'a' + ab", "a"));
    }

    #[test]
    fn white_space_makes_no_other_expression() {
        assert!(same_expression("a  > 0", " a > 0 "));
        assert!(!same_expression("a > 'x  y'", "a > 'x y'"));
    }
}
