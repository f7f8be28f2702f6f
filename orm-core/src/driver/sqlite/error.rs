//! What SQLite's errors mean.

use super::foreign_key;
use crate::driver::Statement;
use crate::driver::classify::{self, Class};
use crate::driver::constraint::{self, Violation};
use crate::error::{Constraint, DatabaseError, Error, ErrorKind};

/// The error without values. SQLite's own messages name tables, columns and constraints, never what a row holds.
pub(super) fn driver(error: rusqlite::Error) -> DatabaseError {
    match &error {
        rusqlite::Error::SqliteFailure(code, message) => {
            let message = message.clone().unwrap_or_else(|| code.to_string());
            DatabaseError::new(Some(code.extended_code.to_string()), message, error)
        }
        rusqlite::Error::SqlInputError {
            error: code, msg, ..
        } => DatabaseError::new(Some(code.extended_code.to_string()), msg.clone(), error),
        _ => {
            let message = error.to_string();
            DatabaseError::new(None, message, error)
        }
    }
}

pub(super) fn script(error: rusqlite::Error, sql: &str) -> Error {
    let kind = kind(&error, None, None);
    let located = match &error {
        _ if sql.len() <= 500 => Some(sql.to_owned()),
        // The whole script would bury the place.
        rusqlite::Error::SqlInputError {
            offset, sql: text, ..
        } => {
            let at = usize::try_from(*offset)
                .ok()
                .and_then(|at| text.get(at..))
                .unwrap_or(text);
            Some(at.chars().take(200).collect::<String>())
        }
        _ => None,
    };
    let error = Error::new(kind).with_source(driver(error));
    match located {
        Some(sql) => error.with_sql(&sql),
        None => error,
    }
}

pub(super) fn query(
    error: rusqlite::Error,
    statement: &Statement,
    connection: &rusqlite::Connection,
) -> Error {
    let kind = kind(&error, Some(statement), Some(connection));
    Error::new(kind).with_source(driver(error))
}

fn kind(
    error: &rusqlite::Error,
    statement: Option<&Statement>,
    connection: Option<&rusqlite::Connection>,
) -> ErrorKind {
    let (code, message) = match error {
        rusqlite::Error::SqliteFailure(code, message) => {
            (code.extended_code, message.as_deref().unwrap_or_default())
        }
        rusqlite::Error::SqlInputError { error, msg, .. } => (error.extended_code, msg.as_str()),
        rusqlite::Error::InvalidParameterCount(given, wanted) => {
            return ErrorKind::InvalidQuery {
                message: format!(
                    "the statement has {wanted} placeholders, and {given} values are bound"
                ),
            };
        }
        _ => return ErrorKind::Database,
    };
    let model = statement.and_then(|s| s.model);
    match classify::sqlite(code) {
        Class::Unique => ErrorKind::UniqueViolation(named(message, model)),
        Class::NotNull => ErrorKind::NotNullViolation(named(message, model)),
        Class::Check => {
            let name = message
                .strip_prefix("CHECK constraint failed: ")
                .map(str::to_owned);
            ErrorKind::CheckViolation(by_name(name, model))
        }
        Class::ForeignKey => {
            let found = statement
                .zip(connection)
                .and_then(|(s, c)| foreign_key::find(s, c));
            ErrorKind::ForeignKeyViolation(found.unwrap_or_else(|| by_name(None, model)))
        }
        Class::Serialization => ErrorKind::Serialization,
        Class::Deadlock => ErrorKind::Deadlock,
        Class::Cancelled => ErrorKind::Cancelled,
        Class::LockTimeout => ErrorKind::LockTimeout,
        Class::ReadOnly => ErrorKind::ReadOnly,
        Class::Lost | Class::NotNow | Class::Permanent => ErrorKind::Database,
    }
}

/// From `UNIQUE constraint failed: users.first, users.last`, or `… index 'name'` for an index over expressions.
fn named(message: &str, model: Option<&'static crate::model::ModelDef>) -> Constraint {
    let list = message.split_once("failed: ").map_or("", |(_, list)| list);
    if let Some(name) = list
        .strip_prefix("index '")
        .and_then(|n| n.strip_suffix('\''))
    {
        return by_name(Some(name.to_owned()), model);
    }
    let mut table = None;
    let mut columns = Vec::new();
    for part in list.split(", ") {
        if let Some((t, column)) = part.rsplit_once('.') {
            table = Some(t.to_owned());
            columns.push(column.to_owned());
        }
    }
    constraint::resolve(
        Violation {
            name: None,
            table,
            columns,
        },
        model,
    )
}

fn by_name(name: Option<String>, model: Option<&'static crate::model::ModelDef>) -> Constraint {
    constraint::resolve(
        Violation {
            name,
            ..Violation::default()
        },
        model,
    )
}
