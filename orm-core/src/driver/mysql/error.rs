//! What the errors of a MySQL or MariaDB server mean. The number is what counts: the SQLSTATE is too coarse.

use sqlx::mysql::MySqlDatabaseError;

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
        Some(error) => kind(error, model),
        None => match &error {
            sqlx::Error::Io(_) | sqlx::Error::Tls(_) => (ErrorKind::ConnectionLost, Outcome::Lost),
            // Where it stopped is not known, so neither is what the server will send next.
            _ => (ErrorKind::Database, Outcome::Lost),
        },
    };
    (Error::new(kind).with_source(cleaned(error)), outcome)
}

/// A transaction was to be committed that the server has undone.
pub(super) fn undone() -> Error {
    let cause = "the server has undone the transaction because of an earlier error, so nothing of it was kept";
    Error::new(ErrorKind::TransactionEnded).with_source(cause)
}

/// The error with everything removed that could be a value.
pub(super) fn cleaned(error: sqlx::Error) -> DatabaseError {
    let (code, message) = match database(&error) {
        Some(error) => (
            Some(error.number().to_string()),
            redact::mysql(error.number(), error.message()),
        ),
        None => (None, error.to_string()),
    };
    DatabaseError::new(code, message, error)
}

/// Whether the server refuses to prepare such a statement at all.
pub(super) fn cannot_be_prepared(error: &sqlx::Error) -> bool {
    database(error).is_some_and(|e| e.number() == 1295)
}

fn database(error: &sqlx::Error) -> Option<&MySqlDatabaseError> {
    error
        .as_database_error()
        .and_then(|e| e.try_downcast_ref::<MySqlDatabaseError>())
}

fn kind(error: &MySqlDatabaseError, model: Option<&'static ModelDef>) -> (ErrorKind, Outcome) {
    let constraint = || constraint::resolve(violation(error.number(), error.message()), model);
    let kind = match classify::mysql(error.number(), error.code().unwrap_or_default()) {
        Class::Unique => ErrorKind::UniqueViolation(constraint()),
        Class::ForeignKey => ErrorKind::ForeignKeyViolation(constraint()),
        Class::Check => ErrorKind::CheckViolation(constraint()),
        Class::NotNull => ErrorKind::NotNullViolation(constraint()),
        // The server has undone the transaction.
        Class::Deadlock => return (ErrorKind::Deadlock, Outcome::Undone),
        Class::Serialization => return (ErrorKind::Serialization, Outcome::Undone),
        Class::LockTimeout => ErrorKind::LockTimeout,
        Class::Cancelled => ErrorKind::Cancelled,
        Class::ReadOnly => ErrorKind::ReadOnly,
        Class::Lost | Class::NotNow => return (ErrorKind::ConnectionLost, Outcome::Lost),
        Class::Permanent => ErrorKind::Database,
    };
    (kind, Outcome::Refused)
}

/// What the message says of the constraint. Values in it are not looked at.
fn violation(number: u16, message: &str) -> Violation {
    match number {
        1062 | 1586 | 1859 => duplicate(message),
        1216 | 1217 | 1451 | 1452 => foreign_key(message),
        1048 | 1364 => Violation {
            columns: first(message, '\'').into_iter().collect(),
            ..Violation::default()
        },
        3819 => Violation {
            name: first(message, '\''),
            ..Violation::default()
        },
        4025 => Violation {
            name: first(message, '`'),
            table: last(message, '`'),
            columns: Vec::new(),
        },
        _ => Violation::default(),
    }
}

/// `Duplicate entry 'x' for key 'users_email_key'`, or `… for key 'users.users_email_key'`.
fn duplicate(message: &str) -> Violation {
    let Some((_, key)) = message.rsplit_once(" for key ") else {
        return Violation::default();
    };
    let key = key.trim_matches('\'');
    match key.split_once('.') {
        Some((table, name)) => Violation {
            name: Some(name.into()),
            table: Some(table.into()),
            columns: Vec::new(),
        },
        None => Violation {
            name: Some(key.into()),
            ..Violation::default()
        },
    }
}

/// ``… fails (`app`.`posts`, CONSTRAINT `name` FOREIGN KEY (`user_id`, `b`) REFERENCES `users` (`id`, `b`) …)``.
fn foreign_key(message: &str) -> Violation {
    let Some((table, rest)) = message.split_once(", CONSTRAINT ") else {
        return Violation::default();
    };
    let (name, rest) = rest.split_once(" FOREIGN KEY (").unwrap_or((rest, ""));
    let columns = rest
        .split_once(") REFERENCES ")
        .map_or("", |(columns, _)| columns);
    Violation {
        name: first(name, '`'),
        table: last(table, '`'),
        columns: columns
            .split(", ")
            .filter_map(|column| first(column, '`'))
            .collect(),
    }
}

/// The first quoted part.
fn first(text: &str, quote: char) -> Option<String> {
    text.split(quote).nth(1).map(Into::into)
}

/// The last quoted part.
fn last(text: &str, quote: char) -> Option<String> {
    text.rsplit(quote).nth(1).map(Into::into)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(number: u16, message: &str) -> (Option<String>, Option<String>, Vec<String>) {
        let violation = violation(number, message);
        (violation.name, violation.table, violation.columns)
    }

    #[test]
    fn messages_give_the_names_and_never_the_values() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(
            parts(1062, "Duplicate entry 'a' for key 'b' for key 'k'"),
            (some("k"), None, vec![])
        );
        assert_eq!(
            parts(1062, "Duplicate entry 'a' for key 'users.PRIMARY'"),
            (some("PRIMARY"), some("users"), vec![])
        );
        let message = "Cannot add or update a child row: a foreign key constraint fails (`app`.`posts`, CONSTRAINT `posts_user_id_fkey` \
                       FOREIGN KEY (`user_id`, `b`) REFERENCES `users` (`id`, `b`) ON DELETE CASCADE)";
        assert_eq!(
            parts(1452, message),
            (
                some("posts_user_id_fkey"),
                some("posts"),
                vec!["user_id".into(), "b".into()]
            )
        );
        assert_eq!(
            parts(1048, "Column 'email' cannot be null"),
            (None, None, vec!["email".into()])
        );
        assert_eq!(
            parts(1364, "Field 'email' doesn't have a default value"),
            (None, None, vec!["email".into()])
        );
        assert_eq!(
            parts(3819, "Check constraint 'users_age_check' is violated."),
            (some("users_age_check"), None, vec![])
        );
        assert_eq!(
            parts(4025, "CONSTRAINT `users.age` failed for `app`.`users`"),
            (some("users.age"), some("users"), vec![])
        );
        assert_eq!(parts(1062, "garbled"), (None, None, vec![]));
    }
}
