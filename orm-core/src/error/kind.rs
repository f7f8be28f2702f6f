//! The kinds of error, as structured data.

use std::borrow::Cow;
use std::fmt;

/// What went wrong. See [`Error`](crate::Error).
#[derive(Debug)]
#[non_exhaustive]
pub enum ErrorKind {
    /// `one` found no row.
    NotFound {
        /// The model or row type that was asked for.
        what: &'static str,
    },
    /// Fields were refused before anything was sent.
    Validation(FieldErrors),
    /// A primary key or unique constraint refused the row.
    UniqueViolation(Constraint),
    /// A foreign key refused the row.
    ForeignKeyViolation(Constraint),
    /// A check constraint refused the row.
    CheckViolation(Constraint),
    /// A NULL was given for a column that must have a value.
    NotNullViolation(Constraint),
    /// This database cannot do what was asked; nothing was sent.
    Unsupported {
        /// What was asked for.
        feature: String,
        /// The database that lacks it.
        backend: &'static str,
    },
    /// The query is wrong in itself; nothing was sent.
    InvalidQuery {
        /// What is wrong, and what to write instead.
        message: String,
    },
    /// A value cannot be stored without loss; nothing was sent.
    Encode {
        /// The field or binding that holds the value, as far as it is known.
        field: Cow<'static, str>,
        /// Why it cannot be stored.
        reason: Cow<'static, str>,
    },
    /// A row's value does not fit the Rust type that reads it.
    Decode {
        /// The result's column.
        column: String,
        /// The Rust type that was asked for.
        target: &'static str,
        /// Why it does not fit.
        reason: Cow<'static, str>,
    },
    /// A file that is imported or exported cannot be read or written, or is not what it should be.
    File {
        /// What is wrong, without what the file holds.
        message: String,
    },
    /// The URL or an option of the connection is wrong.
    Configuration {
        /// What is wrong, without credentials.
        message: String,
    },
    /// The database could not be reached or refused the login.
    Connect {
        /// The host or file, without credentials.
        target: String,
    },
    /// The connection was lost in the middle of a statement.
    ConnectionLost,
    /// The connection was lost while a transaction was being committed: it may or may not have been.
    OutcomeUnknown,
    /// No connection became free in time.
    AcquireTimeout {
        /// Connections in use when time ran out.
        in_use: usize,
        /// How long the caller waited.
        waited: std::time::Duration,
    },
    /// A lock was not granted in time, or not at once where that was asked for.
    LockTimeout,
    /// The statement took longer than it may, and was stopped.
    StatementTimeout {
        /// The time that it had.
        limit: std::time::Duration,
    },
    /// The transaction took longer than it may, and is rolled back.
    TransactionTimeout {
        /// The time that it had.
        limit: std::time::Duration,
    },
    /// The statement was cancelled, though not by this program.
    Cancelled,
    /// The server takes no changes, since it is a replica, or the transaction is one that only reads.
    ReadOnly,
    /// The transaction collided with another one; run it again.
    Serialization,
    /// The transaction was the victim of a deadlock; run it again.
    Deadlock,
    /// The transaction has ended already.
    TransactionEnded,
    /// The pool has been closed.
    PoolClosed,
    /// The server has ceased to be the primary; run the transaction again.
    NotPrimary {
        /// The server, without credentials.
        target: String,
    },
    /// There is no primary that could be written to.
    NoPrimary {
        /// Why not.
        reason: String,
    },
    /// Two servers take writes as if each were the only primary; writes to the one that was replaced are refused.
    SplitBrain {
        /// The server whose writes are refused, without credentials.
        target: String,
    },
    /// Migrations cannot be applied as they are; the source says why, and what to do.
    Migration,
    /// Any other error that the database reports.
    Database,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound { what } => write!(f, "no `{what}` was found"),
            Self::Validation(errors) => write!(f, "{errors}"),
            Self::UniqueViolation(c) => write!(f, "{c} must be unique, and its value is taken"),
            Self::ForeignKeyViolation(c) => {
                write!(f, "the foreign key {c} is broken: the row that is referred to is missing, or this row is still referred to")
            }
            Self::CheckViolation(c) => write!(f, "the check {c} refused the row"),
            Self::NotNullViolation(c) => write!(f, "{c} must have a value"),
            Self::Unsupported { feature, backend } => write!(f, "{backend} does not support {feature}"),
            Self::InvalidQuery { message } => f.write_str(message),
            Self::Migration => f.write_str("migrations"),
            Self::Encode { field, reason } => write!(f, "the value of {field} cannot be stored: {reason}"),
            Self::Decode { column, target, reason } => {
                write!(f, "column `{column}` cannot be read as `{target}`: {reason}")
            }
            Self::Configuration { message } | Self::File { message } => f.write_str(message),
            Self::Connect { target } => write!(f, "cannot connect to {target}"),
            Self::ConnectionLost => f.write_str("the connection to the database was lost"),
            Self::OutcomeUnknown => f.write_str(
                "the connection was lost during COMMIT, so it is not known whether the transaction was committed",
            ),
            Self::AcquireTimeout { in_use, waited } => {
                write!(f, "no connection became free within {waited:?} ({in_use} are in use)")
            }
            Self::LockTimeout => f.write_str("a lock was not granted in time"),
            Self::StatementTimeout { limit } => write!(f, "the statement took longer than {limit:?} and was stopped"),
            Self::TransactionTimeout { limit } => write!(f, "the transaction took longer than {limit:?} and is rolled back"),
            Self::ReadOnly => f.write_str("the server or the transaction takes no changes"),
            Self::Cancelled => f.write_str("the statement was cancelled"),
            Self::Serialization => f.write_str("the transaction collided with another one; run it again"),
            Self::Deadlock => f.write_str("the transaction was ended to resolve a deadlock; run it again"),
            Self::TransactionEnded => f.write_str("the transaction has ended; begin a new one"),
            Self::PoolClosed => f.write_str("the pool has been closed"),
            Self::NotPrimary { target } => {
                write!(f, "{target} has ceased to be the primary; run the transaction again")
            }
            Self::NoPrimary { reason } => write!(f, "nothing can be written now: {reason}"),
            Self::SplitBrain { target } => write!(
                f,
                "{target} takes writes though another server has become the primary, so writes to it are refused"
            ),
            Self::Database => f.write_str("the database reported an error"),
        }
    }
}

/// A violated constraint, in the database's and in the model's words. See [`Error::constraint`](crate::Error::constraint).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Constraint {
    /// The constraint's name, where the database gives it.
    pub name: Option<String>,
    /// The table, where the database gives it.
    pub table: Option<String>,
    /// The columns, where the database gives them.
    pub columns: Vec<String>,
    /// The model of that table, if the program has one.
    pub model: Option<&'static str>,
    /// The model's fields for those columns.
    pub fields: Vec<&'static str>,
}

impl Constraint {
    /// Whether the constraint is about this field of the model.
    ///
    /// ```
    /// fn message(error: &orm::Error) -> &'static str {
    ///     match error.constraint() {
    ///         Some(constraint) if constraint.is_on("email") => "this address is taken",
    ///         _ => "something went wrong",
    ///     }
    /// }
    /// ```
    pub fn is_on(&self, field: &str) -> bool {
        self.fields.contains(&field)
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.model, self.fields.as_slice()) {
            (Some(model), [field]) => write!(f, "`{model}::{field}`"),
            (Some(model), []) => match &self.name {
                Some(name) => write!(f, "`{name}` of `{model}`"),
                None => write!(f, "of `{model}`"),
            },
            (Some(model), fields) => write!(f, "`{model}::({})`", fields.join(", ")),
            (None, _) => match (&self.name, &self.table) {
                (Some(name), _) => write!(f, "`{name}`"),
                (None, Some(table)) if self.columns.is_empty() => write!(f, "of table `{table}`"),
                (None, Some(table)) => write!(f, "`{table}({})`", self.columns.join(", ")),
                (None, None) => f.write_str("of a table that the database does not name"),
            },
        }
    }
}

/// The fields that were refused before a row was written, all of them at once.
///
/// ```
/// let mut errors = orm::FieldErrors::default();
/// errors.add("email", "email", "is not an address");
/// assert_eq!(errors.of("email").count(), 1);
///
/// let of_a_list = errors.under("users[3]");
/// assert_eq!(of_a_list.to_string(), "1 field is not valid: `users[3].email`: is not an address");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors {
    errors: Vec<FieldError>,
}

/// One refused field. See [`FieldErrors`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldError {
    /// The path of the field, such as `email` or `posts[0].title`.
    pub path: Cow<'static, str>,
    /// The rule that failed, such as `email` or `length`.
    pub code: Cow<'static, str>,
    /// What a person can be told.
    pub message: Cow<'static, str>,
}

impl FieldErrors {
    /// Adds one refused field.
    pub fn add(
        &mut self,
        path: impl Into<Cow<'static, str>>,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) {
        self.errors.push(FieldError {
            path: path.into(),
            code: code.into(),
            message: message.into(),
        });
    }

    /// Whether no field was refused.
    pub fn is_empty(&self) -> bool {
        self.errors.is_empty()
    }

    /// All refused fields, in the order of the model's fields.
    pub fn iter(&self) -> impl Iterator<Item = &FieldError> {
        self.errors.iter()
    }

    /// The errors of the field at `path`.
    pub fn of<'a>(&'a self, path: &'a str) -> impl Iterator<Item = &'a FieldError> {
        self.errors.iter().filter(move |e| e.path == path)
    }

    /// The same errors, for an element of a larger input: `email` becomes `users[3].email`.
    #[must_use]
    pub fn under(mut self, prefix: &str) -> Self {
        for error in &mut self.errors {
            error.path = format!("{prefix}.{}", error.path).into();
        }
        self
    }

    /// The same errors, with other paths where `path` gives one.
    pub(crate) fn with_paths(mut self, path: impl Fn(&str) -> Option<String>) -> Self {
        for error in &mut self.errors {
            if let Some(path) = path(&error.path) {
                error.path = path.into();
            }
        }
        self
    }

    pub(crate) fn extend(&mut self, other: Self) {
        self.errors.extend(other.errors);
    }

    pub(crate) fn into_result(self) -> super::Result<()> {
        if self.is_empty() {
            Ok(())
        } else {
            Err(super::Error::new(ErrorKind::Validation(self)))
        }
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fields = if self.errors.len() == 1 {
            "1 field is"
        } else {
            return self.list(f);
        };
        write!(f, "{fields} not valid: ")?;
        self.list_items(f)
    }
}

impl FieldErrors {
    fn list(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} fields are not valid: ", self.errors.len())?;
        self.list_items(f)
    }

    fn list_items(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.errors.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            write!(f, "`{}`: {}", error.path, error.message)?;
        }
        Ok(())
    }
}
