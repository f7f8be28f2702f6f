//! A new table that takes the place of an old one.

use super::super::{Db, statement, text};
use crate::error::Result;
use crate::schema::TableName;

/// Copies the rows of one table to another: to each column, what the expression over the old table gives.
///
/// # Errors
/// When a table has a name that the database cannot have.
pub fn copy_rows(
    dialect: Db,
    from: &TableName,
    to: &TableName,
    columns: &[(String, String)],
) -> Result<String> {
    statement(dialect, |w| {
        w.push("INSERT INTO ");
        dialect.table_name(w, to);
        w.push(" (");
        w.list(columns, |w, (column, _)| w.ident(column));
        w.push(")\nSELECT ");
        w.list(columns, |w, (_, expression)| w.push(expression));
        w.push("\nFROM ");
        dialect.table_name(w, from);
    })
}

/// Lets a new table number its rows from where the old one stopped, also when the last rows were deleted.
///
/// # Errors
/// None today.
pub fn keep_numbering(dialect: Db, from: &str, to: &str) -> Result<Vec<String>> {
    let Some(numbers) = dialect.numbering_table() else {
        return Ok(Vec::new());
    };
    let (from, to) = (text(dialect, from)?, text(dialect, to)?);
    let forget = statement(dialect, |w| {
        w.push("DELETE FROM ");
        w.push(numbers);
        w.push(" WHERE name = ");
        w.push(&to);
    })?;
    let take = statement(dialect, |w| {
        w.push("INSERT INTO ");
        w.push(numbers);
        w.push(" (name, seq) SELECT ");
        w.push(&to);
        w.push(", seq FROM ");
        w.push(numbers);
        w.push(" WHERE name = ");
        w.push(&from);
    })?;
    Ok(vec![forget, take])
}

/// Renames a table and nothing else: what refers to the new name already goes on to do so, and is not looked at.
///
/// # Errors
/// When a table has a name that the database cannot have.
pub fn rename_strictly(dialect: Db, from: &TableName, to: &TableName) -> Result<Vec<String>> {
    let set = |value: &str| {
        statement(dialect, |w| {
            w.push("PRAGMA legacy_alter_table = ");
            w.push(value);
        })
    };
    Ok(vec![
        set("ON")?,
        super::rename_table(dialect, from, to)?,
        set("OFF")?,
    ])
}
