//! Running a transaction again.

use std::panic::Location;
use std::time::{Duration, Instant};

use super::{Db, Tx, TxOptions};
use crate::driver::{PoolEvent, chance};
use crate::error::{Error, ErrorKind, Result};

/// For how long a transaction is run again, unless its options say so.
const BUDGET: Duration = Duration::from_secs(30);

impl Db {
    /// Runs a closure in a transaction with options, and again as often as they allow, after what says that it may succeed then: a
    /// serialization failure, a deadlock, a connection that was lost before `COMMIT`. Between the runs is a pause that grows and differs.
    /// The closure must be free of effects outside the database.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// async fn publish(post: Id<Post>, db: &Db) -> orm::Result<Post> {
    ///     Post::find(post).one(db).await?.update().published(true).save(db).await
    /// }
    ///
    /// let options = TxOptions::serializable().retries(3);
    /// let post = db.transaction_with(options, |tx| async move { publish(Id::new(2), &tx).await }).await?;
    /// assert!(post.published);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// What the closure returned last, or an error of `BEGIN` or `COMMIT`.
    #[track_caller]
    pub fn transaction_with<T, E, F>(
        &self,
        options: TxOptions,
        work: impl Fn(Tx) -> F,
    ) -> impl Future<Output = Result<T, E>>
    where
        E: From<Error> + AsOrmError,
        F: Future<Output = Result<T, E>>,
    {
        self.transaction_again(options, Location::caller(), work)
    }

    async fn transaction_again<T, E, F>(
        &self,
        options: TxOptions,
        caller: &'static Location<'static>,
        work: impl Fn(Tx) -> F,
    ) -> Result<T, E>
    where
        E: From<Error> + AsOrmError,
        F: Future<Output = Result<T, E>>,
    {
        let begun = Instant::now();
        let budget = options.retry_for.unwrap_or(BUDGET);
        let mut attempt = 0;
        loop {
            let error = match self.attempt(&options, caller, &work).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            attempt += 1;
            let pause = chance::pause(Duration::from_millis(10), attempt);
            // A savepoint cannot be run again by itself: the whole transaction is lost.
            if attempt > options.retries
                || self.session.as_ref().is_some_and(|session| !session.held)
                || begun.elapsed() + pause > budget
                || !may_succeed(&error, &options)
            {
                return Err(error);
            }
            let event = PoolEvent::TransactionRetried { attempt, pause };
            self.shared.pool.watch().note(&event);
            tokio::time::sleep(pause).await;
        }
    }

    async fn attempt<T, E, F>(
        &self,
        options: &TxOptions,
        caller: &'static Location<'static>,
        work: impl Fn(Tx) -> F,
    ) -> Result<T, E>
    where
        E: From<Error> + AsOrmError,
        F: Future<Output = Result<T, E>>,
    {
        let tx = self.begin_at(options.clone(), caller).await?;
        let handle = tx.same();
        match work(tx).await {
            Ok(value) => handle.commit().await.map(|()| value).map_err(E::from),
            Err(error) => {
                let _ = handle.rollback().await;
                Err(error)
            }
        }
    }
}

/// Whether the transaction may succeed when it is run again. A commit whose outcome is not known is none of it.
fn may_succeed<E: AsOrmError>(error: &E, options: &TxOptions) -> bool {
    error.is_retryable()
        || error
            .as_orm_error()
            .is_some_and(|error| match error.kind() {
                // With the connection, what it did is undone.
                ErrorKind::ConnectionLost => true,
                ErrorKind::LockTimeout => options.retry_locks,
                _ => false,
            })
}

/// An error that may hold one of this crate, so that a retry can be decided on. Implement it for an application's own error type.
///
/// ```
/// # use orm_core::{Error, db::AsOrmError};
/// enum AppError { Orm(Error), Other }
/// impl AsOrmError for AppError {
///     fn as_orm_error(&self) -> Option<&Error> {
///         match self { AppError::Orm(error) => Some(error), AppError::Other => None }
///     }
/// }
/// ```
pub trait AsOrmError {
    /// The error of this crate inside.
    fn as_orm_error(&self) -> Option<&Error>;

    /// Whether running the whole transaction again may succeed.
    fn is_retryable(&self) -> bool {
        self.as_orm_error().is_some_and(Error::is_retryable)
    }
}

impl AsOrmError for Error {
    fn as_orm_error(&self) -> Option<&Error> {
        Some(self)
    }
}

impl AsOrmError for Box<dyn std::error::Error + Send + Sync> {
    fn as_orm_error(&self) -> Option<&Error> {
        self.downcast_ref()
    }
}
