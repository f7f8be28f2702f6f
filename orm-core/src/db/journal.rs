//! The statements that a handle has sent, for tests that hold them against an expectation.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Db;

/// The texts of the statements that were sent through a handle of [`Db::journaled`], without their values.
///
/// What opens and ends a transaction is not among them: it asks for no rows, and which of it is sent depends on the database.
#[derive(Debug, Clone, Default)]
pub struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    /// How many statements were sent.
    pub fn len(&self) -> usize {
        self.texts().len()
    }

    /// Whether none was sent.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Gives the texts of the statements, in the order in which they were sent, and begins anew.
    #[must_use]
    pub fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.texts())
    }

    pub(super) fn add(&self, sql: &str) {
        self.texts().push(sql.to_owned());
    }

    fn texts(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Db {
    /// A handle on the same pool or transaction, and the journal of what is sent through it: by it, by its clones, and by the
    /// transactions that they begin.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let (db, journal) = db.journaled();
    /// User::query().count(&db).await?;
    /// assert_eq!(journal.len(), 1);
    /// # Ok(()) }) }
    /// ```
    #[must_use]
    pub fn journaled(&self) -> (Self, Journal) {
        let journal = Journal::default();
        let db = Self {
            journal: Some(journal.clone()),
            ..self.clone()
        };
        (db, journal)
    }

    /// Notes a statement that is about to be sent.
    pub(super) fn note(&self, sql: &str) {
        if let Some(journal) = &self.journal {
            journal.add(sql);
        }
    }
}
