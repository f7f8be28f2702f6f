//! Watching what a program asks of its database: statistics, slow statements, repeated ones, and whoever else wants to know.
//!
//! Nothing is watched unless the handle was built with one of these: [`DbBuilder::statistics`], [`DbBuilder::slow_query`],
//! [`DbBuilder::warn_on_repeats`], [`DbBuilder::comments`] or [`DbBuilder::observer`]; the feature `tracing` adds spans for whoever
//! collects them. A bound value reaches none of it.
//!
//! [`DbBuilder::statistics`]: crate::DbBuilder::statistics
//! [`DbBuilder::slow_query`]: crate::DbBuilder::slow_query
//! [`DbBuilder::warn_on_repeats`]: crate::DbBuilder::warn_on_repeats
//! [`DbBuilder::comments`]: crate::DbBuilder::comments
//! [`DbBuilder::observer`]: crate::DbBuilder::observer

mod advice;
mod comment;
mod fingerprint;
mod histogram;
#[cfg(feature = "otel")]
mod otel;
mod request;
mod settings;
mod statistics;
mod target;
pub(crate) mod trace;

use std::panic::Location;
use std::time::Duration;

pub use comment::Comments;
#[cfg(feature = "otel")]
pub use otel::OpenTelemetry;
pub use request::{Repetition, Request};
pub(crate) use settings::{Observation, Repeats, Watched};
pub use statistics::StatementStats;
pub use target::Target;

use crate::driver::{Access, Statement};
use crate::error::{DatabaseError, Error, ErrorKind};

/// Hears of statements and transactions. All methods do nothing unless they are written.
///
/// They are called in line, before and after the statement, so they must be quick, and must not panic.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// use orm::observe::{Call, Ended, Observer};
/// use std::sync::{Arc, Mutex};
///
/// #[derive(Clone, Default)]
/// struct Log(Arc<Mutex<Vec<String>>>);
///
/// impl Observer for Log {
///     fn ended(&self, call: &Call<'_>, end: &Ended<'_>) {
///         self.0.lock().expect("a log").push(format!("{}: {} rows", call.summary(), end.rows));
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// let log = Log::default();
/// let db = Db::builder("sqlite::memory:").observer(log.clone()).connect().await?;
/// orm::create_tables_of(&db, &[User::def()]).await?;
/// User::query().all(&db).await?;
/// assert_eq!(log.0.lock().expect("a log").last().map(String::as_str), Some("SELECT users: 0 rows"));
/// # Ok(())
/// # }
/// ```
pub trait Observer: Send + Sync + 'static {
    /// A statement is about to be sent.
    fn began(&self, call: &Call<'_>) {
        let _ = call;
    }

    /// A statement has ended, in whatever way.
    fn ended(&self, call: &Call<'_>, end: &Ended<'_>) {
        let _ = (call, end);
    }

    /// A statement has taken as long as [`DbBuilder::slow_query`](crate::DbBuilder::slow_query) says, or longer.
    fn slow(&self, call: &Call<'_>, end: &Ended<'_>) {
        let _ = (call, end);
    }

    /// A place in the program has sent the same statement again and again within one request.
    fn repeated(&self, repetition: &Repetition<'_>) {
        let _ = repetition;
    }

    /// A transaction has begun or ended. One that is dropped, and so rolled back later, is not heard of.
    fn transaction(&self, step: &TransactionStep<'_>) {
        let _ = step;
    }
}

/// A statement on its way to the database.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Call<'c> {
    /// The text, with placeholders and without values.
    pub sql: &'c str,
    /// What it does: `SELECT`, `INSERT`, `UPDATE`, `DELETE`, or the first word of a hand-written statement.
    pub operation: &'c str,
    /// The table that it is about, as far as that is known without reading the text.
    pub collection: Option<&'static str>,
    /// A number for its text without the lengths of its lists: equal statements have equal ones.
    pub fingerprint: u64,
    /// Where in the program it was asked for.
    pub caller: Option<&'static Location<'static>>,
    /// The request that it is a part of. See [`Db::request`](crate::Db::request).
    pub request: Option<&'c Request>,
    /// The database that it goes to. With replicas, the server that was asked is known when it has ended.
    pub target: &'c Target,
    /// Whether it runs in a transaction, or on a connection that is held.
    pub in_session: bool,
}

impl<'c> Call<'c> {
    pub(crate) fn new(statement: &'c Statement, target: &'c Target) -> Self {
        Self {
            sql: &statement.sql,
            operation: operation(statement),
            collection: statement.model.map(|model| model.table),
            fingerprint: 0,
            caller: None,
            request: None,
            target,
            in_session: false,
        }
    }

    /// A script, whose text may hold anything.
    pub(crate) fn script(target: &'c Target) -> Self {
        Self {
            sql: "",
            operation: "SCRIPT",
            collection: None,
            fingerprint: 0,
            caller: None,
            request: None,
            target,
            in_session: false,
        }
    }

    /// The operation and the table: `SELECT users`.
    pub fn summary(&self) -> String {
        match self.collection {
            Some(collection) => format!("{} {collection}", self.operation),
            None => self.operation.to_owned(),
        }
    }
}

fn operation(statement: &Statement) -> &str {
    let word = statement
        .sql
        .split(|c: char| !c.is_ascii_alphabetic())
        .find(|word| !word.is_empty())
        .unwrap_or_default();
    match statement.access {
        Access::Read if word != "SELECT" => "SELECT",
        _ => word,
    }
}

/// How a statement ended.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Ended<'e> {
    /// How long it took, the wait for a connection included.
    pub duration: Duration,
    /// How many rows it gave, or changed if it gave none.
    pub rows: u64,
    /// What became of it.
    pub outcome: Outcome<'e>,
}

/// What became of a statement or of a step of a transaction.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Outcome<'e> {
    /// It was carried out.
    Done,
    /// It failed.
    Failed(&'e Error),
    /// Its future was dropped before it had ended.
    Dropped,
}

impl Outcome<'_> {
    /// A short name for the kind of failure, for `error.type`.
    pub fn error_type(&self) -> Option<&'static str> {
        match self {
            Self::Done => None,
            Self::Failed(error) => Some(error_type(error.kind())),
            Self::Dropped => Some("dropped"),
        }
    }

    /// The database's own code for the failure, such as an SQLSTATE.
    pub fn status_code(&self) -> Option<&str> {
        let Self::Failed(error) = self else {
            return None;
        };
        let source = std::error::Error::source(*error)?;
        source.downcast_ref::<DatabaseError>()?.code()
    }
}

fn error_type(kind: &ErrorKind) -> &'static str {
    match kind {
        ErrorKind::NotFound { .. } => "not_found",
        ErrorKind::Validation(_) => "validation",
        ErrorKind::UniqueViolation(_) => "unique_violation",
        ErrorKind::ForeignKeyViolation(_) => "foreign_key_violation",
        ErrorKind::CheckViolation(_) => "check_violation",
        ErrorKind::NotNullViolation(_) => "not_null_violation",
        ErrorKind::Unsupported { .. } => "unsupported",
        ErrorKind::InvalidQuery { .. } => "invalid_query",
        ErrorKind::Encode { .. } => "encode",
        ErrorKind::Decode { .. } => "decode",
        ErrorKind::Connect { .. } => "connect",
        ErrorKind::ConnectionLost => "connection_lost",
        ErrorKind::OutcomeUnknown => "outcome_unknown",
        ErrorKind::AcquireTimeout { .. } => "acquire_timeout",
        ErrorKind::LockTimeout => "lock_timeout",
        ErrorKind::Cancelled => "cancelled",
        ErrorKind::Serialization => "serialization",
        ErrorKind::Deadlock => "deadlock",
        ErrorKind::TransactionEnded => "transaction_ended",
        ErrorKind::PoolClosed => "pool_closed",
        ErrorKind::Database => "database",
        ErrorKind::File { .. } => "file",
        ErrorKind::Configuration { .. } => "configuration",
        ErrorKind::StatementTimeout { .. } => "statement_timeout",
        ErrorKind::TransactionTimeout { .. } => "transaction_timeout",
        ErrorKind::ReadOnly => "read_only",
        ErrorKind::NotPrimary { .. } => "not_primary",
        ErrorKind::NoPrimary { .. } => "no_primary",
        ErrorKind::SplitBrain { .. } => "split_brain",
        ErrorKind::Migration => "migration",
    }
}

/// A step of a transaction that was taken.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct TransactionStep<'e> {
    /// Which one.
    pub step: Step,
    /// Whether it is about a savepoint, which a transaction within a transaction is.
    pub savepoint: bool,
    /// How long it took.
    pub duration: Duration,
    /// What became of it.
    pub outcome: Outcome<'e>,
}

/// A step of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Step {
    /// It has begun.
    Begin,
    /// It has ended, and what it did is kept.
    Commit,
    /// It has ended, and what it did is undone.
    Rollback,
}
