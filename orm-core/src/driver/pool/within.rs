//! Statements that have a limited time, and are stopped when it is up.

use std::pin::pin;
use std::time::Duration;

use tokio::time::timeout;

use super::{Done, Lease, PoolEvent, Result, RowSink, Statement, Watch};
use crate::db::TxOptions;
use crate::driver::Access;
use crate::error::{Error, ErrorKind};

/// How long a statement gets to end after it was cancelled. Then its connection is closed.
const GRACE: Duration = Duration::from_secs(1);

/// A limited time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limit {
    /// What is left of it.
    pub left: Duration,
    /// All of it.
    pub whole: Duration,
    pub of: LimitOf,
}

/// What has a limited time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LimitOf {
    Statement,
    Transaction,
}

impl Limit {
    /// The error when it is up.
    pub(crate) fn exceeded(self) -> Error {
        let limit = self.whole;
        Error::new(match self.of {
            LimitOf::Statement => ErrorKind::StatementTimeout { limit },
            LimitOf::Transaction => ErrorKind::TransactionTimeout { limit },
        })
    }
}

/// What stops the statement that runs on a connection.
enum Canceller {
    #[cfg(feature = "sqlite")]
    Sqlite(std::sync::Arc<std::sync::atomic::AtomicBool>),
    #[cfg(feature = "postgres")]
    Postgres(crate::driver::postgres::Canceller),
    #[cfg(feature = "mysql")]
    Mysql(crate::driver::mysql::Canceller),
    /// There is no connection any more.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    Nothing,
}

impl Canceller {
    /// Whether the database has been told.
    async fn stop(&self) -> bool {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(stop) => {
                stop.store(true, std::sync::atomic::Ordering::Relaxed);
                true
            }
            #[cfg(feature = "postgres")]
            Self::Postgres(canceller) => canceller.stop().await,
            #[cfg(feature = "mysql")]
            Self::Mysql(canceller) => canceller.stop().await,
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            Self::Nothing => true,
        }
    }
}

impl Lease {
    fn canceller(&self) -> Canceller {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(lease) => Canceller::Sqlite(lease.stop()),
            #[cfg(feature = "postgres")]
            Self::Postgres(lease) => lease
                .canceller()
                .map_or(Canceller::Nothing, Canceller::Postgres),
            #[cfg(feature = "mysql")]
            Self::Mysql(lease) => lease
                .canceller()
                .map_or(Canceller::Nothing, Canceller::Mysql),
            #[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
            Self::None(never) => match *never {},
        }
    }

    /// [`fetch`](Self::fetch), stopped when its time is up.
    pub(crate) async fn fetch_within<S: RowSink>(
        &mut self,
        statement: &Statement,
        sink: S,
        limit: Option<Limit>,
        watch: &Watch,
    ) -> (Option<S>, Result<Done>) {
        let Some(limit) = limit else {
            return self.fetch_keeping(statement, sink).await;
        };
        let canceller = self.canceller();
        let ended = stopped(
            self.fetch_keeping(statement, sink),
            &canceller,
            limit,
            watch,
        )
        .await;
        match ended {
            Ended::InTime(result) => result,
            Ended::Late(None) => (None, Err(limit.exceeded())),
            Ended::Late(Some((told, (sink, result)))) => {
                let cancelled = matches!(&result, Err(error) if is_cancelled(error));
                self.forget_after(told && cancelled);
                let result = match result {
                    // It was carried out after all. What a read gives is not trusted: some functions return early when they are cancelled.
                    Ok(done) if statement.access == Access::Write => Ok(done),
                    Err(error) if !cancelled && !error.is_connection() => Err(error),
                    _ => Err(limit.exceeded()),
                };
                (sink, result)
            }
        }
    }

    /// [`script`](Self::script), stopped when its time is up.
    pub(crate) async fn script_within(
        &mut self,
        sql: &str,
        limit: Option<Limit>,
        watch: &Watch,
    ) -> Result<()> {
        let Some(limit) = limit else {
            return self.script(sql).await;
        };
        let canceller = self.canceller();
        let ended = stopped(self.script(sql), &canceller, limit, watch).await;
        let late = matches!(ended, Ended::Late(_));
        let result = self.late(ended, limit);
        match result {
            // Some functions return early and without an error when they are stopped, so it is not known what was carried out.
            Ok(()) if late => Err(limit.exceeded()),
            result => result,
        }
    }

    /// [`begin`](Self::begin), stopped when its time is up.
    pub(crate) async fn begin_within(
        &mut self,
        options: &TxOptions,
        limit: Option<Limit>,
        watch: &Watch,
    ) -> Result<()> {
        let Some(limit) = limit else {
            return self.begin(options).await;
        };
        let canceller = self.canceller();
        let ended = stopped(self.begin(options), &canceller, limit, watch).await;
        self.late(ended, limit)
    }

    fn late(&mut self, ended: Ended<Result<()>>, limit: Limit) -> Result<()> {
        match ended {
            Ended::InTime(result) => result,
            Ended::Late(None) => Err(limit.exceeded()),
            Ended::Late(Some((told, result))) => {
                let cancelled = matches!(&result, Err(error) if is_cancelled(error));
                self.forget_after(told && cancelled);
                match result {
                    Err(error) if cancelled || error.is_connection() => Err(limit.exceeded()),
                    result => result,
                }
            }
        }
    }

    /// A cancellation that has met nothing could meet the next statement, so such a connection is not given back.
    fn forget_after(&mut self, met: bool) {
        if !met && !self.is_embedded() {
            self.close_at_end(true);
        }
    }

    /// Whether the database runs in this program, where a cancellation cannot be late.
    fn is_embedded(&self) -> bool {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => true,
            #[allow(unreachable_patterns, reason = "other databases may be left out")]
            _ => false,
        }
    }
}

/// How work with a limited time has ended.
enum Ended<T> {
    InTime(T),
    /// After it was cancelled, if it has ended at all; and whether the database was told.
    Late(Option<(bool, T)>),
}

async fn stopped<T>(
    work: impl Future<Output = T>,
    canceller: &Canceller,
    limit: Limit,
    watch: &Watch,
) -> Ended<T> {
    let mut work = pin!(work);
    if let Ok(result) = timeout(limit.left, work.as_mut()).await {
        return Ended::InTime(result);
    }
    let limit = limit.whole;
    watch.note(&PoolEvent::StatementCancelled { limit });
    // The work is not dropped but waited for: then the connection can be used on.
    let (told, result) = tokio::join!(timeout(GRACE, canceller.stop()), timeout(GRACE, work));
    Ended::Late(result.ok().map(|result| (told.unwrap_or(false), result)))
}

fn is_cancelled(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Cancelled)
}
