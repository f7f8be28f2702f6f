//! What a PostgreSQL server's errors mean.

use sqlx::postgres::{PgDatabaseError, PgErrorPosition, PgSeverity};

use crate::driver::classify::{self, Class};
use crate::driver::constraint::{self, Violation};
use crate::driver::redact;
use crate::driver::server::Outcome;
use crate::error::{DatabaseError, Error, ErrorKind};
use crate::model::ModelDef;

/// The error in the program's words, and what it means for the connection.
#[cold]
pub(super) fn map(error: sqlx::Error, model: Option<&'static ModelDef>) -> (Error, Outcome) {
    let (kind, outcome) = match database(&error) {
        Some(error) => {
            let ended = matches!(error.severity(), PgSeverity::Fatal | PgSeverity::Panic);
            (
                kind(error, ended, model),
                if ended {
                    Outcome::Lost
                } else {
                    Outcome::Spoiled
                },
            )
        }
        None => match &error {
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => {
                (ErrorKind::ConnectionLost, Outcome::Lost)
            }
            // Where it stopped is not known, so neither is what the server will send next.
            _ => (ErrorKind::Database, Outcome::Lost),
        },
    };
    (Error::new(kind).with_source(cleaned(error)), outcome)
}

/// A transaction was to be committed in which a statement had failed.
pub(super) fn rolled_back() -> Error {
    let message = "an earlier statement of the transaction failed, so nothing of it was kept";
    Error::new(ErrorKind::Database).with_source(DatabaseError::new(
        Some("25P02".into()),
        message,
        message,
    ))
}

/// The error with everything removed that could be a value.
pub(super) fn cleaned(error: sqlx::Error) -> DatabaseError {
    let (code, message) = match database(&error) {
        Some(error) => (
            Some(error.code().to_owned()),
            redact::postgres(error.code(), error.message()),
        ),
        None => (None, error.to_string()),
    };
    let at = database(&error).and_then(|error| match error.position() {
        Some(PgErrorPosition::Original(at)) => Some(at),
        _ => None,
    });
    DatabaseError::new(code, message, error).with_place(at)
}

/// Whether a statement was prepared before the tables changed, or the server has forgotten it. Nothing was carried out then.
pub(super) fn is_stale(error: &sqlx::Error) -> bool {
    database(error).is_some_and(|e| {
        e.code() == "26000" || e.code() == "0A000" && e.routine() == Some("RevalidateCachedQuery")
    })
}

fn database(error: &sqlx::Error) -> Option<&PgDatabaseError> {
    error
        .as_database_error()
        .and_then(|e| e.try_downcast_ref::<PgDatabaseError>())
}

fn kind(error: &PgDatabaseError, ended: bool, model: Option<&'static ModelDef>) -> ErrorKind {
    let constraint = || constraint::resolve(violation(error), model);
    match classify::postgres(error.code()) {
        Class::Unique => ErrorKind::UniqueViolation(constraint()),
        Class::ForeignKey => ErrorKind::ForeignKeyViolation(constraint()),
        Class::Check => ErrorKind::CheckViolation(constraint()),
        Class::NotNull => ErrorKind::NotNullViolation(constraint()),
        Class::Serialization => ErrorKind::Serialization,
        Class::Deadlock => ErrorKind::Deadlock,
        Class::LockTimeout => ErrorKind::LockTimeout,
        Class::Cancelled => ErrorKind::Cancelled,
        Class::ReadOnly => ErrorKind::ReadOnly,
        Class::Lost | Class::NotNow => ErrorKind::ConnectionLost,
        Class::Permanent if ended => ErrorKind::ConnectionLost,
        Class::Permanent => ErrorKind::Database,
    }
}

fn violation(error: &PgDatabaseError) -> Violation {
    let detail = error.detail().unwrap_or_default();
    // When a row is still referred to, the detail names the columns of the table that is referred to, not of the one that has the key.
    let columns = match error.column() {
        Some(column) => vec![column.to_owned()],
        None if detail.contains("is still referenced") => Vec::new(),
        None => key_columns(detail),
    };
    Violation {
        name: error.constraint().map(Into::into),
        table: error.table().map(Into::into),
        columns,
    }
}

/// The columns in `Key (a, "b c")=(1, 2) already exists.`; an expression is left out.
fn key_columns(detail: &str) -> Vec<String> {
    let Some((columns, _)) = detail
        .strip_prefix("Key (")
        .and_then(|rest| rest.split_once(")=("))
    else {
        return Vec::new();
    };
    columns
        .split(", ")
        .filter(|column| !column.contains('('))
        .map(|column| column.trim_matches('"').replace("\"\"", "\""))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_gives_the_columns_and_never_the_values() {
        assert_eq!(
            key_columns("Key (email)=(ann@example.org) already exists."),
            ["email"]
        );
        assert_eq!(
            key_columns("Key (a, \"b c\")=(1, secret) already exists."),
            ["a", "b c"]
        );
        assert_eq!(
            key_columns("Key (lower(email))=(ann@example.org) already exists."),
            Vec::<String>::new()
        );
        assert_eq!(
            key_columns("Failing row contains (secret)."),
            Vec::<String>::new()
        );
    }
}
