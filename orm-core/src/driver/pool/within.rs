//! Statements that have a limited time, and are stopped when it is up.

mod pace;

use std::ops::Range;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::{Done, Failure, Lease, Lot, PoolEvent, Result, RowSink, Statement, Watch, Way};
use crate::db::TxOptions;
use crate::driver::Access;
use crate::error::{Error, ErrorKind};
use crate::model::ModelDef;
use pace::{Pace, Paced};

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

/// What bounds a statement: its own time, and its transaction's.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limits {
    pub statement: Option<Limit>,
    pub transaction: Option<Limit>,
}

impl Limits {
    /// The one that is up first.
    pub(crate) fn first(self) -> Option<Limit> {
        match (self.statement, self.transaction) {
            (Some(statement), Some(transaction)) if transaction.left < statement.left => {
                Some(transaction)
            }
            (statement, transaction) => statement.or(transaction),
        }
    }

    /// Waits until one of them is up. A statement that streams has its own time for each row.
    async fn late(self, pace: &Pace) -> Limit {
        let statement = async {
            match self.statement {
                Some(limit) => {
                    pace.stands_still(limit.whole).await;
                    limit
                }
                None => std::future::pending().await,
            }
        };
        let transaction = async {
            match self.transaction {
                Some(limit) => limit.late().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            limit = statement => limit,
            limit = transaction => limit,
        }
    }
}

impl Limit {
    /// Waits until it is up.
    async fn late(self) -> Self {
        sleep(self.left).await;
        self
    }

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

    /// Runs a statement and gives its rows to the sink, stopped when its time is up. Where rows are handed on while the statement runs, its own time is that for the
    /// first row and for each further one, and the reader's time does not count.
    pub(crate) async fn fetch_within<S: RowSink>(
        &mut self,
        statement: &Statement,
        sink: S,
        limits: Limits,
        watch: &Watch,
    ) -> (Option<S>, Result<Done>) {
        let Some(limit) = limits.first() else {
            return self.fetch_keeping(statement, sink).await;
        };
        let canceller = self.canceller();
        if S::STREAMS {
            let pace = Arc::new(Pace::default());
            let ended = {
                let sink = Paced::new(sink, Arc::clone(&pace));
                let work = pin!(self.fetch_keeping(statement, sink));
                stopped(work, &canceller, limits.late(&pace), watch).await
            };
            let (sink, result) = self.fetched(ended, statement.access);
            return (sink.map(Paced::into_inner), result);
        }
        let ended = {
            let work = pin!(self.fetch_keeping(statement, sink));
            stopped(work, &canceller, limit.late(), watch).await
        };
        self.fetched(ended, statement.access)
    }

    fn fetched<S>(
        &mut self,
        ended: Ended<(Option<S>, Result<Done>)>,
        access: Access,
    ) -> (Option<S>, Result<Done>) {
        match ended {
            Ended::InTime(result) => result,
            Ended::Late(limit, None) => (None, Err(limit.exceeded())),
            Ended::Late(limit, Some((told, (sink, result)))) => {
                let cancelled = matches!(&result, Err(error) if is_cancelled(error));
                self.forget_after(told && cancelled);
                let result = match result {
                    // It was carried out after all. What a read gives is not trusted: some functions return early when they are cancelled.
                    Ok(done) if access == Access::Write => Ok(done),
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
        let ended = {
            let work = pin!(self.script(sql));
            stopped(work, &canceller, limit.late(), watch).await
        };
        let late = matches!(ended, Ended::Late(..));
        let result = self.ended(ended, |error| error);
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
        let ended = {
            let work = pin!(self.begin(options));
            stopped(work, &canceller, limit.late(), watch).await
        };
        self.ended(ended, |error| error)
    }

    /// [`way`](Self::way), stopped when its time is up: the database may have to wait for a lock before it can say.
    pub(crate) async fn way_within(
        &mut self,
        model: &'static ModelDef,
        columns: &[usize],
        limit: Option<Limit>,
        watch: &Watch,
    ) -> Result<Way> {
        let Some(limit) = limit else {
            return self.way(model, columns).await;
        };
        let canceller = self.canceller();
        let ended = {
            let work = pin!(self.way(model, columns));
            stopped(work, &canceller, limit.late(), watch).await
        };
        self.ended(ended, |error| error)
    }

    /// [`load`](Self::load), stopped when its time is up.
    pub(crate) async fn load_within(
        &mut self,
        sql: &str,
        lot: &Arc<Lot>,
        range: Range<usize>,
        limit: Option<Limit>,
        watch: &Watch,
    ) -> Result<(), Failure> {
        let Some(limit) = limit else {
            return self.load(sql, lot, range).await;
        };
        let canceller = self.canceller();
        let ended = {
            let work = pin!(self.load(sql, lot, range));
            stopped(work, &canceller, limit.late(), watch).await
        };
        self.ended(ended, |failure| &failure.error)
    }

    /// The result of work that was not stopped, or came to its end all the same.
    fn ended<T, E: From<Error>>(
        &mut self,
        ended: Ended<Result<T, E>>,
        cause: impl Fn(&E) -> &Error,
    ) -> Result<T, E> {
        match ended {
            Ended::InTime(result) => result,
            Ended::Late(limit, None) => Err(limit.exceeded().into()),
            Ended::Late(limit, Some((told, result))) => {
                let cancelled = matches!(&result, Err(error) if is_cancelled(cause(error)));
                self.forget_after(told && cancelled);
                match result {
                    Err(error) if cancelled || cause(&error).is_connection() => {
                        Err(limit.exceeded().into())
                    }
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
    Late(Limit, Option<(bool, T)>),
}

/// Waits for work with a limited time. It is pinned already: an argument that is pinned inside would be there twice.
async fn stopped<T>(
    mut work: Pin<&mut impl Future<Output = T>>,
    canceller: &Canceller,
    late: impl Future<Output = Limit>,
    watch: &Watch,
) -> Ended<T> {
    let limit = tokio::select! {
        biased;
        result = work.as_mut() => return Ended::InTime(result),
        limit = late => limit,
    };
    watch.note(&PoolEvent::StatementCancelled { limit: limit.whole });
    // The work is not dropped but waited for: then the connection can be used on. To stop it takes a connection of its own, whose making
    // would be the largest part of every statement's future.
    let stop = Box::pin(canceller.stop());
    let (told, result) = tokio::join!(timeout(GRACE, stop), timeout(GRACE, work));
    Ended::Late(
        limit,
        result.ok().map(|result| (told.unwrap_or(false), result)),
    )
}

fn is_cancelled(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Cancelled)
}
