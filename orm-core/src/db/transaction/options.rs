//! How far a transaction is kept apart from others, and how often it is run again.

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

    /// How often the closure of [`Db::transaction_with`](crate::Db::transaction_with) is run again after a serialization failure or a deadlock.
    pub fn retries(mut self, retries: u32) -> Self {
        self.retries = retries;
        self
    }
}
