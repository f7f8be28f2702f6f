//! The one error type, and the questions that a handler asks of it.

mod database;
mod kind;

use std::error::Error as StdError;
use std::fmt;

pub use database::DatabaseError;
pub use kind::{Constraint, ErrorKind, FieldError, FieldErrors};

/// What a fallible operation of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Anything that went wrong, as one opaque and small value.
///
/// Handlers ask it questions ([`is_not_found`](Error::is_not_found), [`is_unique_violation`](Error::is_unique_violation), …)
/// or match on its [`kind`](Error::kind). A value that was bound to a statement never appears in it.
///
/// ```
/// # use orm_core::{Error, ErrorKind};
/// fn status(error: &Error) -> u16 {
///     match error.kind() {
///         ErrorKind::NotFound { .. } => 404,
///         ErrorKind::UniqueViolation(_) => 409,
///         ErrorKind::Validation(_) => 422,
///         _ => 500,
///     }
/// }
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    sql: Option<String>,
    caller: Option<&'static std::panic::Location<'static>>,
    row: Option<u64>,
    hint: Option<String>,
    value: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl Error {
    /// An error of the given kind.
    #[cold]
    pub fn new(kind: ErrorKind) -> Self {
        Self(Box::new(Inner {
            kind,
            sql: None,
            caller: None,
            row: None,
            hint: None,
            value: None,
            source: None,
        }))
    }

    /// An error in what the program asked for, found before any SQL was sent.
    #[cold]
    pub fn invalid_query(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidQuery {
            message: message.into(),
        })
    }

    /// An error for something that this database cannot do.
    #[cold]
    pub fn unsupported(feature: impl Into<String>, backend: &'static str) -> Self {
        Self::new(ErrorKind::Unsupported {
            feature: feature.into(),
            backend,
        })
    }

    /// The same error, caused by `source`.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The same error, about the statement `sql` (whose text holds placeholders, never values).
    #[must_use]
    pub fn with_sql(mut self, sql: &str) -> Self {
        self.0.sql.get_or_insert_with(|| sql.to_owned());
        self
    }

    /// The same error, raised by the call at `caller`.
    #[must_use]
    pub fn with_caller(mut self, caller: &'static std::panic::Location<'static>) -> Self {
        self.0.caller.get_or_insert(caller);
        self
    }

    /// The same error, about the row with this number, counted from 1, of those that were given.
    #[must_use]
    pub fn with_row(mut self, row: u64) -> Self {
        self.0.row.get_or_insert(row);
        self
    }

    /// The same error, with what may be done about it.
    #[must_use]
    pub(crate) fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint.get_or_insert_with(|| hint.into());
        self
    }

    /// The same error, about a value of a hand-written statement: its name and kind, and nothing of the value itself.
    pub(crate) fn with_value(mut self, value: String) -> Self {
        self.0.value = Some(value);
        self
    }

    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(crate) fn map_kind(mut self, map: impl FnOnce(ErrorKind) -> ErrorKind) -> Self {
        self.0.kind = map(self.0.kind);
        self
    }

    /// What kind of error it is. See [`Error`].
    pub fn kind(&self) -> &ErrorKind {
        &self.0.kind
    }

    /// The statement that failed, with placeholders in place of values.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let missing = User::query().filter(sql!("no_such_column = 1").expr::<User, bool>()).all(&db).await.unwrap_err();
    /// assert!(missing.sql().is_some_and(|sql| sql.starts_with("SELECT")));
    /// assert!(missing.caller().is_some());
    /// # Ok(()) }) }
    /// ```
    pub fn sql(&self) -> Option<&str> {
        self.0.sql.as_deref()
    }

    /// Where in the program the failing call stands. See [`sql`](Error::sql).
    pub fn caller(&self) -> Option<&'static std::panic::Location<'static>> {
        self.0.caller
    }

    /// Which of the rows of an import it is about, counted from 1. See [`Model::import`](crate::Model::import).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let users = ["dan", "ann"].map(|name| User::create().username(name).email(format!("{name}@example.org")));
    /// let taken = User::import_iter(users).run(&db).await.unwrap_err();
    /// assert!(taken.is_unique_violation());
    /// assert_eq!(taken.row(), Some(2));
    /// # Ok(()) }) }
    /// ```
    pub fn row(&self) -> Option<u64> {
        self.0.row
    }

    /// Whether `one` found no row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// assert!(User::find(99).one(&db).await.is_err_and(|error| error.is_not_found()));
    /// # Ok(()) }) }
    /// ```
    pub fn is_not_found(&self) -> bool {
        matches!(self.0.kind, ErrorKind::NotFound { .. })
    }

    /// Whether a primary key or unique constraint refused the row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let taken = User::create().username("ann").email("new@example.com").insert(&db).await;
    /// assert!(taken.is_err_and(|error| error.is_unique_violation()));
    /// # Ok(()) }) }
    /// ```
    pub fn is_unique_violation(&self) -> bool {
        matches!(self.0.kind, ErrorKind::UniqueViolation(_))
    }

    /// Whether a foreign key refused the row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let orphan = Post::create().author_id(99).title("No author").insert(&db).await;
    /// assert!(orphan.is_err_and(|error| error.is_foreign_key_violation()));
    /// # Ok(()) }) }
    /// ```
    pub fn is_foreign_key_violation(&self) -> bool {
        matches!(self.0.kind, ErrorKind::ForeignKeyViolation(_))
    }

    /// Whether a check constraint refused the row. See [`is_unique_violation`](Error::is_unique_violation).
    pub fn is_check_violation(&self) -> bool {
        matches!(self.0.kind, ErrorKind::CheckViolation(_))
    }

    /// Whether a field was refused before anything was sent.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let refused = User::create().username("a".repeat(51)).email("new@example.com").insert(&db).await;
    /// assert!(refused.is_err_and(|error| error.is_validation()));
    /// # Ok(()) }) }
    /// ```
    pub fn is_validation(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Validation(_))
    }

    /// The refused fields, if this [is a validation error](Error::is_validation).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let refused = User::create().username("a".repeat(51)).email("new@example.com").insert(&db).await.unwrap_err();
    /// let errors = refused.field_errors().expect("refused fields");
    /// assert_eq!(errors.of("username").next().expect("one").message, "must have at most 50 characters");
    /// # Ok(()) }) }
    /// ```
    pub fn field_errors(&self) -> Option<&FieldErrors> {
        match &self.0.kind {
            ErrorKind::Validation(errors) => Some(errors),
            _ => None,
        }
    }

    /// The constraint that was violated, as far as the database named it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let taken = User::create().username("new").email("ann@example.com").insert(&db).await.unwrap_err();
    /// let constraint = taken.constraint().expect("a constraint");
    /// assert_eq!(constraint.model, Some("User"));
    /// assert!(constraint.is_on("email"));
    /// # Ok(()) }) }
    /// ```
    pub fn constraint(&self) -> Option<&Constraint> {
        match &self.0.kind {
            ErrorKind::UniqueViolation(c)
            | ErrorKind::ForeignKeyViolation(c)
            | ErrorKind::CheckViolation(c)
            | ErrorKind::NotNullViolation(c) => Some(c),
            _ => None,
        }
    }

    /// Whether running the whole transaction again may succeed: a serialization failure, a deadlock, or a change of the primary.
    ///
    /// ```
    /// /// What the caller of a service should do.
    /// fn advice(error: &orm::Error) -> &'static str {
    ///     match error {
    ///         error if error.is_retryable() || error.is_timeout() => "try again",
    ///         error if error.is_connection() => "try again later",
    ///         error if error.outcome_unknown() => "look whether it was done",
    ///         _ => "give up",
    ///     }
    /// }
    /// ```
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Serialization | ErrorKind::Deadlock | ErrorKind::NotPrimary { .. }
        )
    }

    /// Whether time ran out: for a connection, a lock, a statement or a transaction. See [`is_retryable`](Error::is_retryable).
    pub fn is_timeout(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::AcquireTimeout { .. }
                | ErrorKind::LockTimeout
                | ErrorKind::StatementTimeout { .. }
                | ErrorKind::TransactionTimeout { .. }
                | ErrorKind::Cancelled
        )
    }

    /// Whether the database could not be reached, or the connection was lost. See [`is_retryable`](Error::is_retryable).
    pub fn is_connection(&self) -> bool {
        matches!(
            self.0.kind,
            ErrorKind::Connect { .. } | ErrorKind::ConnectionLost | ErrorKind::NoPrimary { .. }
        )
    }

    /// Whether a server refuses this user, password or database, so that to try again is of no use.
    pub(crate) fn is_refused_login(&self) -> bool {
        let source = std::error::Error::source(self);
        let code = source
            .and_then(|source| source.downcast_ref::<DatabaseError>())
            .and_then(DatabaseError::code);
        matches!(self.0.kind, ErrorKind::Connect { .. })
            && code.is_some_and(|code| code.starts_with("28") || code == "3D000")
    }

    /// Whether a transaction may or may not have been committed: the connection was lost while it ended.
    /// See [`is_retryable`](Error::is_retryable).
    pub fn outcome_unknown(&self) -> bool {
        matches!(self.0.kind, ErrorKind::OutcomeUnknown)
    }

    /// Whether the database lacks what was asked for. See [`Query::for_update`](crate::Query::for_update).
    pub fn is_unsupported(&self) -> bool {
        matches!(self.0.kind, ErrorKind::Unsupported { .. })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.kind)?;
        if let Some(source) = &self.0.source {
            write!(f, ": {source}")?;
        }
        if let Some(row) = self.0.row {
            write!(f, "\n  row: {row}")?;
        }
        if let Some(hint) = &self.0.hint {
            write!(f, "\n  hint: {hint}")?;
        }
        if let Some(value) = &self.0.value {
            write!(f, "\n  value: {value}")?;
        }
        if let Some(sql) = &self.0.sql {
            write!(f, "\n  statement: {}", shortened(sql))?;
        }
        if let Some(caller) = self.0.caller {
            write!(
                f,
                "\n  called at: {}:{}:{}",
                caller.file(),
                caller.line(),
                caller.column()
            )?;
        }
        Ok(())
    }
}

/// A bulk insert's text may be long; its beginning says which statement it is.
fn shortened(sql: &str) -> std::borrow::Cow<'_, str> {
    const LIMIT: usize = 500;
    match sql.char_indices().nth(LIMIT) {
        Some((end, _)) => format!("{}… ({} bytes in all)", &sql[..end], sql.len()).into(),
        None => sql.into(),
    }
}

/// As [`Display`](fmt::Display) writes it, since a `main` that returns the error prints this; `{:#?}` shows the structure.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !f.alternate() {
            return fmt::Display::fmt(self, f);
        }
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("source", &self.0.source)
            .field("row", &self.0.row)
            .field("hint", &self.0.hint)
            .field("value", &self.0.value)
            .field("sql", &self.0.sql)
            .field("caller", &self.0.caller)
            .finish()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0
            .source
            .as_deref()
            .map(|e| e as &(dyn StdError + 'static))
    }
}
