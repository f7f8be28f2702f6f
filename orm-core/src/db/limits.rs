//! How long statements and transactions may take.

use std::time::{Duration, Instant};

use super::Db;
use crate::driver::{Limit, LimitOf, Limits};

impl Db {
    /// A handle on the same pool or transaction whose statements may take no longer than this. A statement that takes longer is stopped by
    /// the database, and the error is `ErrorKind::StatementTimeout`.
    ///
    /// A stream or an export may go on for as long as rows come: its time is that until the database gives the first row, and each
    /// further one (or an eighth longer), and what the reader does in between does not count. In an import, it is the time of each lot.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let hurried = db.statement_timeout(std::time::Duration::from_millis(50));
    /// assert_eq!(User::query().count(&hurried).await?, 3);
    ///
    /// let endless = sql!("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n");
    /// let error = endless.one::<i64>(&hurried).await.unwrap_err();
    /// assert!(error.is_timeout());
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn statement_timeout(&self, limit: Duration) -> Self {
        Self {
            limit: Some(limit),
            ..self.clone()
        }
    }

    /// What the next statement may take: its own time, and no more than what is left of its transaction's.
    pub(super) fn limit(&self) -> Option<Limit> {
        self.limits().first()
    }

    /// What bounds the next statement.
    pub(super) fn limits(&self) -> Limits {
        Limits {
            statement: self.limit.map(|whole| Limit {
                left: whole,
                whole,
                of: LimitOf::Statement,
            }),
            transaction: self.session.as_ref().and_then(|session| session.limit()),
        }
    }
}

/// When a transaction's time is up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    at: Option<Instant>,
    whole: Duration,
}

impl Deadline {
    pub(super) fn after(whole: Duration) -> Self {
        Self {
            at: Instant::now().checked_add(whole),
            whole,
        }
    }

    pub(super) fn limit(self) -> Limit {
        Limit {
            left: self.at.map_or(self.whole, |at| {
                at.saturating_duration_since(Instant::now())
            }),
            whole: self.whole,
            of: LimitOf::Transaction,
        }
    }
}
