//! Enum types, and labels in rows.

use super::super::{Db, check_name, statement, text};
use crate::error::Result;
use crate::schema::ColumnType;

/// Adds a label to an enum type, before another one or at the end.
///
/// # Errors
/// None today.
pub fn add_value(dialect: Db, name: &str, label: &str, before: Option<&str>) -> Result<String> {
    statement(dialect, |w| {
        w.push("ALTER TYPE ");
        w.ident(name);
        w.push(" ADD VALUE IF NOT EXISTS ");
        dialect.text_literal(w, label);
        if let Some(before) = before {
            w.push(" BEFORE ");
            dialect.text_literal(w, before);
        }
    })
}

/// Renames a label of an enum type.
///
/// # Errors
/// None today.
pub fn rename_value(dialect: Db, name: &str, from: &str, to: &str) -> Result<String> {
    statement(dialect, |w| {
        w.push("ALTER TYPE ");
        w.ident(name);
        w.push(" RENAME VALUE ");
        dialect.text_literal(w, from);
        w.push(" TO ");
        dialect.text_literal(w, to);
    })
}

/// Renames an enum type.
///
/// # Errors
/// When the database cannot have the name.
pub fn rename_type(dialect: Db, from: &str, to: &str) -> Result<String> {
    statement(dialect, |w| {
        check_name(w, to);
        w.push("ALTER TYPE ");
        w.ident(from);
        w.push(" RENAME TO ");
        w.ident(to);
    })
}

/// A column's labels with some of them replaced.
///
/// # Errors
/// None today.
pub fn replace_labels(dialect: Db, column: &str, replaced: &[(String, String)]) -> Result<String> {
    statement(dialect, |w| {
        if replaced.is_empty() {
            return w.ident(column);
        }
        w.push("CASE ");
        w.ident(column);
        for (from, to) in replaced {
            w.push(" WHEN ");
            dialect.text_literal(w, from);
            w.push(" THEN ");
            dialect.text_literal(w, to);
        }
        w.push(" ELSE ");
        w.ident(column);
        w.push(" END");
    })
}

/// A column of an old enum type as one of a new one with fewer labels, some of which stand for others.
///
/// # Errors
/// None today.
pub fn set_enum(
    dialect: Db,
    column: &str,
    ty: &ColumnType,
    name: &str,
    replaced: &[(String, String)],
) -> Result<String> {
    let list = matches!(ty, ColumnType::Array(_));
    let mut labels = Vec::new();
    for (from, to) in replaced {
        labels.push((text(dialect, from)?, text(dialect, to)?));
    }
    statement(dialect, |w| {
        if list {
            for _ in &labels {
                w.push("array_replace(");
            }
            w.ident(column);
            w.push("::text[]");
            for (from, to) in &labels {
                w.push(", ");
                w.push(from);
                w.push(", ");
                w.push(to);
                w.push(")");
            }
        } else if labels.is_empty() {
            w.ident(column);
            w.push("::text");
        } else {
            w.push("(CASE ");
            w.ident(column);
            w.push("::text");
            for (from, to) in &labels {
                w.push(" WHEN ");
                w.push(from);
                w.push(" THEN ");
                w.push(to);
            }
            w.push(" ELSE ");
            w.ident(column);
            w.push("::text END)");
        }
        w.push("::");
        w.ident(name);
        if list {
            w.push("[]");
        }
    })
}
