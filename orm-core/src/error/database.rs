//! A driver's error with everything removed that could be a value.

use std::error::Error as StdError;
use std::fmt;

/// What the database or its driver said, without the values that it quoted.
///
/// Servers put values into their messages ("Duplicate entry 'ann@example.com' for key …"), and messages end in logs. So
/// this type shows the code and the cleaned message only, and keeps the original behind a name that says what it does.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// use std::error::Error as _;
///
/// let taken = User::create().username("ann").email("new@example.com").insert(&db).await.unwrap_err();
/// let said = taken.source().and_then(|source| source.downcast_ref::<orm::DatabaseError>()).expect("a database's error");
/// assert_eq!(said.code(), Some("2067"));
/// # Ok(()) }) }
/// ```
pub struct DatabaseError {
    code: Option<String>,
    message: String,
    at: Option<usize>,
    original: Box<dyn StdError + Send + Sync>,
}

impl DatabaseError {
    /// Wraps a driver's error; `message` must be free of values already.
    pub(crate) fn new(
        code: Option<String>,
        message: impl Into<String>,
        original: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self {
            code,
            message: message.into(),
            at: None,
            original: original.into(),
        }
    }

    /// The same error, with what helps.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(crate) fn with_advice(mut self, advice: Option<String>) -> Self {
        if let Some(advice) = advice {
            self.message.push_str("; ");
            self.message.push_str(&advice);
        }
        self
    }

    /// The same error, about what stands at this character of the statement, counted from 1.
    #[cfg(feature = "postgres")]
    pub(crate) fn with_place(mut self, at: Option<usize>) -> Self {
        self.at = at;
        self
    }

    /// The character of the statement that it is about, counted from 1.
    pub(crate) fn place(&self) -> Option<usize> {
        self.at
    }

    /// The database's own code: an SQLSTATE, an error number, or an extended result code.
    pub fn code(&self) -> Option<&str> {
        self.code.as_deref()
    }

    /// The database's message, with quoted values replaced by `…`.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The driver's own error, whose text **may hold values of the row**: do not log it.
    pub fn original_with_values(&self) -> &(dyn StdError + Send + Sync + 'static) {
        self.original.as_ref()
    }
}

impl fmt::Display for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{} (code {code})", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl fmt::Debug for DatabaseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatabaseError")
            .field("code", &self.code)
            .field("message", &self.message)
            .finish_non_exhaustive()
    }
}

impl StdError for DatabaseError {}
