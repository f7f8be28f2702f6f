//! How far a transaction is kept apart from others, how long it may take, and how often it is run again.

use std::time::Duration;

/// How far a transaction is kept apart from others. See [`TxOptions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Isolation {
    /// It may see what others have not committed.
    ReadUncommitted,
    /// Each statement sees what was committed before it.
    ReadCommitted,
    /// All statements see what was committed before the first one.
    RepeatableRead,
    /// As if transactions ran one after the other.
    Serializable,
}

/// Options of a transaction.
///
/// ```
/// use orm::{Isolation, TxOptions};
///
/// let report = TxOptions::new().isolation(Isolation::RepeatableRead).read_only();
/// let transfer = TxOptions::serializable().retries(3);
/// ```
#[derive(Debug, Clone, Default)]
#[must_use]
pub struct TxOptions {
    pub(crate) isolation: Option<Isolation>,
    pub(crate) read_only: bool,
    pub(crate) retries: u32,
    pub(crate) retry_for: Option<Duration>,
    pub(crate) retry_locks: bool,
    pub(crate) timeout: Option<Duration>,
    pub(crate) lock_timeout: Option<Duration>,
}

impl TxOptions {
    /// The database's usual isolation, for reading and writing, without retries.
    pub fn new() -> Self {
        Self::default()
    }

    /// As if transactions ran one after the other; some must be run again for that, so allow [`retries`](Self::retries).
    pub fn serializable() -> Self {
        Self::new().isolation(Isolation::Serializable)
    }

    /// How far the transaction is kept apart from others.
    pub fn isolation(mut self, isolation: Isolation) -> Self {
        self.isolation = Some(isolation);
        self
    }

    /// Refuses writes.
    pub fn read_only(mut self) -> Self {
        self.read_only = true;
        self
    }

    /// How often the closure of [`Db::transaction_with`](crate::Db::transaction_with) is run again after a serialization failure or a
    /// deadlock, or when the connection was lost before `COMMIT`, with which nothing was kept.
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }
    /// For how long a transaction that failed is run again, counted from its first beginning; 30 seconds unless it is set. It ends the
    /// [`retries`](Self::retries) when a database is so busy that they would only add to it.
    pub fn retry_for(mut self, budget: Duration) -> Self {
        self.retry_for = Some(budget);
        self
    }

    /// Lets [`retries`](Self::retries) count for locks that were not granted in time, too.
    pub fn retry_lock_timeouts(mut self) -> Self {
        self.retry_locks = true;
        self
    }

    /// How long the transaction may take, from its beginning until it is committed. A statement that runs at the end of that time is
    /// stopped, and what comes later is refused: `ErrorKind::TransactionTimeout`. With [`retries`](Self::retries) it holds for each run.
    pub fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// How long a statement of the transaction waits for a lock; then it is `ErrorKind::LockTimeout`. MySQL and MariaDB count in whole
    /// seconds, and no fewer than are given here.
    pub fn lock_timeout(mut self, limit: Duration) -> Self {
        self.lock_timeout = Some(limit);
        self
    }
}
