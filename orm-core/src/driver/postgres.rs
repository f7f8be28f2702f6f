//! PostgreSQL.

mod bind;
mod connect;
pub(super) mod copy;
mod decode;
mod describe;
mod error;
mod listen;
mod numeric;
mod replication;
mod row;

use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_core::Stream;
use sqlx::postgres::{PgConnection, PgQueryResult, PgRow};
use sqlx::{AssertSqlSafe, Connection, Either, Executor};

use super::describe::{Catalog, Described, Undescribed};
use super::pool::Watch;
use super::server::{self, Outcome, Scope, Server, may_begin, next};
use super::{Done, PoolStats, Position, RowSink, Statement};
use crate::db::{Isolation, PoolConfig, TxOptions};
use crate::dialect::Dialect;
use crate::error::{Error, ErrorKind, Result};
pub(super) use connect::PostgresServer;
pub(crate) use listen::Listening;
use row::{Kinds, NamedColumns, Row};

/// What stops the statement of a connection.
pub(super) type Canceller = server::Canceller<PostgresServer>;

/// A pool of connections to a PostgreSQL server.
pub(crate) struct Pool(server::Pool<PostgresServer>);

impl Pool {
    pub(super) async fn connect(url: &str, config: &PoolConfig, watch: Arc<Watch>) -> Result<Self> {
        let server = PostgresServer::new(url, config)?;
        server::Pool::connect(server, config, watch).await.map(Self)
    }

    #[allow(clippy::unused_self, reason = "the same signature for each database")]
    pub(super) fn dialect(&self) -> &'static dyn Dialect {
        crate::dialect::POSTGRES
    }

    /// Makes the pool, and no connection yet.
    pub(super) fn open(url: &str, config: &PoolConfig, watch: Arc<Watch>) -> Result<Self> {
        let server = PostgresServer::new(url, config)?;
        Ok(Self(server::Pool::new(server, config, watch)))
    }

    pub(super) fn watcher(&self) -> server::Watcher<PostgresServer> {
        self.0.watcher()
    }

    pub(super) fn target(&self) -> String {
        self.0.target()
    }

    pub(super) async fn lease(&self) -> Result<Lease> {
        self.0.lease().await.map(Lease)
    }

    /// A connection beside the pool that listens to channels.
    pub(super) async fn listen(&self, channels: &[String]) -> Result<Listening> {
        self.0
            .server()
            .listen(self.0.connect_timeout(), channels)
            .await
    }

    pub(super) fn is_closed(&self) -> bool {
        self.0.is_closed()
    }

    pub(super) fn stats(&self) -> PoolStats {
        self.0.stats()
    }

    pub(super) fn watch(&self) -> &Arc<Watch> {
        self.0.watch()
    }

    pub(super) fn renew(&self) {
        self.0.renew();
    }

    pub(super) async fn close(&self, limit: Duration) {
        self.0.close(limit).await;
    }
}

/// A connection to a PostgreSQL server.
pub(crate) struct Lease(server::Lease<PostgresServer>);

impl Lease {
    pub(super) fn close_at_end(&mut self, closing: bool) {
        self.0.close_at_end(closing);
    }

    pub(super) fn keep_long(&mut self, caller: &'static Location<'static>) {
        self.0.keep_long(caller);
    }

    /// What stops a statement of this connection.
    pub(super) fn canceller(&self) -> Option<Canceller> {
        self.0.canceller()
    }

    pub(super) async fn position(&mut self) -> Result<Position> {
        self.0.position().await
    }

    pub(super) async fn reach(&mut self, position: &Position, limit: Duration) -> Result<bool> {
        self.0.reach(position, limit).await
    }

    pub(super) async fn fetch<S: RowSink>(
        &mut self,
        statement: &Statement,
        sink: &mut S,
    ) -> Result<Done> {
        let arguments = bind::arguments(&statement.binds)?;
        // The server's statement is found by the text alone, yet the types of its parameters are fixed. A hand-written text may come
        // again with values of other types, so they become a part of the text.
        let sql = if statement.loosely_typed && !statement.binds.is_empty() {
            bind::with_types(&statement.sql, &statement.binds)
        } else {
            statement.sql.clone()
        };
        let alone = self.0.scope() == Some(Scope::Alone);
        let (connection, before) = self.0.start()?;
        let mut done = Done::default();
        let query = sqlx::query_with(AssertSqlSafe(sql), arguments).persistent(statement.keep);
        let mut end = receive((&mut *connection).fetch_many(query), sink, &mut done, alone).await;
        if let End::Failed(error) = &end
            && error::is_stale(error)
        {
            end = match connection.clear_cached_statements().await {
                // Nothing was carried out. In a transaction, though, the failure has spoiled it.
                Ok(()) if alone => {
                    let query = sqlx::query_with(
                        AssertSqlSafe(statement.sql.clone()),
                        bind::arguments(&statement.binds)?,
                    )
                    .persistent(false);
                    receive((&mut *connection).fetch_many(query), sink, &mut done, alone).await
                }
                Ok(()) => end,
                Err(error) => End::Failed(error),
            };
        }
        let (mut outcome, failure) = match end {
            End::Received => (Outcome::Done, None),
            End::Failed(error) => {
                let (error, outcome) = error::map(error, statement.model);
                (outcome, Some(error))
            }
            End::Unwanted(outcome, error) => (outcome, error),
        };
        // A hand-written `BEGIN` outside of a transaction would reach whoever has the connection next.
        if outcome == Outcome::Done
            && alone
            && statement.access.by_hand()
            && may_begin(&statement.sql)
        {
            outcome = undo(connection, outcome).await;
        }
        self.0.end(before, outcome);
        failure.map_or(Ok(done), Err)
    }

    pub(super) async fn describe(&mut self, sql: &str) -> Result<Described, Undescribed> {
        let (connection, before) = self.0.start()?;
        let (described, outcome) = describe::describe(connection, sql).await;
        self.0.end(before, outcome);
        described
    }

    pub(super) async fn catalog(&mut self) -> Result<Catalog> {
        let (connection, before) = self.0.start()?;
        let (catalog, outcome) = describe::catalog(connection).await;
        self.0.end(before, outcome);
        catalog
    }

    pub(super) async fn script(&mut self, sql: &str) -> Result<()> {
        let alone = self.0.scope() == Some(Scope::Alone);
        let (connection, before) = self.0.start()?;
        let result = simple(connection, AssertSqlSafe(sql)).await;
        // A script may begin a transaction of its own, and end or fail within it.
        let outcome = match result {
            Ok(()) if alone && may_begin(sql) => undo(connection, Outcome::Done).await,
            Err((_, Outcome::Spoiled)) if alone => undo(connection, Outcome::Refused).await,
            Ok(()) => Outcome::Done,
            Err((_, outcome)) => outcome,
        };
        self.0.end(before, outcome);
        result.map_err(|(error, _)| error)
    }

    pub(super) async fn begin(&mut self, options: &TxOptions) -> Result<()> {
        let sql = begin(options);
        let (connection, before) = self.0.start()?;
        let result = simple(connection, AssertSqlSafe(sql)).await;
        self.finish(before, result, Scope::Transaction)
    }

    pub(super) async fn commit(&mut self) -> Result<()> {
        // The server would answer COMMIT with a rollback, and without an error.
        if self.0.scope() == Some(Scope::Spoiled) {
            self.rollback().await?;
            return Err(error::rolled_back());
        }
        let (connection, before) = self.0.start()?;
        let result = simple(connection, "COMMIT").await;
        self.finish(before, result, Scope::Alone).map_err(|error| {
            error.map_kind(|kind| {
                if matches!(kind, ErrorKind::ConnectionLost) {
                    ErrorKind::OutcomeUnknown
                } else {
                    kind
                }
            })
        })
    }

    pub(super) async fn rollback(&mut self) -> Result<()> {
        let (connection, before) = self.0.start()?;
        let result = simple(connection, "ROLLBACK").await;
        self.finish(before, result, Scope::Alone)
    }

    fn finish(
        &mut self,
        before: server::Before,
        result: Result<(), (Error, Outcome)>,
        next: Scope,
    ) -> Result<()> {
        match result {
            Ok(()) => {
                self.0.end(before, Outcome::Done);
                self.0.enter(next);
                Ok(())
            }
            Err((error, outcome)) => {
                self.0.end(before, outcome);
                Err(error)
            }
        }
    }
}

type Results<'c> =
    Pin<Box<dyn Stream<Item = Result<Either<PgQueryResult, PgRow>, sqlx::Error>> + Send + 'c>>;

/// How receiving a result ended.
enum End {
    Received,
    Failed(sqlx::Error),
    /// The reader wants no more, because of the error if there is one.
    Unwanted(Outcome, Option<Error>),
}

/// Hands the rows of a result to a sink.
async fn receive<S: RowSink>(
    mut results: Results<'_>,
    sink: &mut S,
    done: &mut Done,
    alone: bool,
) -> End {
    // How the columns' cells are read, looked up once for a result.
    let mut kinds: Option<Kinds> = None;
    while let Some(result) = next(&mut results).await {
        let row = match result {
            Ok(Either::Right(row)) => row,
            Ok(Either::Left(result)) => {
                done.affected += result.rows_affected();
                continue;
            }
            Err(error) => return End::Failed(error),
        };
        let taken = take(&row, &mut kinds, sink);
        done.rows += 1;
        let wanted = match &taken {
            Ok(()) if S::STREAMS && sink.is_full() => sink.drain().await,
            taken => taken.is_ok(),
        };
        if !wanted {
            return End::Unwanted(skip_rest(alone, &mut results).await, taken.err());
        }
    }
    End::Received
}

#[inline]
fn take<S: RowSink>(row: &PgRow, kinds: &mut Option<Kinds>, sink: &mut S) -> Result<()> {
    let kinds = match kinds {
        Some(kinds) => kinds,
        None => {
            sink.start(&NamedColumns(sqlx::Row::columns(row)))?;
            kinds.insert(row::kinds(row))
        }
    };
    sink.row(&Row { row, kinds })
}

/// Receives the rows that nobody wants. In a transaction there is no other way to keep it; otherwise a long rest is cheaper to cancel.
async fn skip_rest(alone: bool, results: &mut Results<'_>) -> Outcome {
    const FEW: usize = 1000;
    let mut skipped = 0;
    loop {
        match next(results).await {
            None => return Outcome::Done,
            Some(Err(error)) => return error::map(error, None).1,
            Some(Ok(_)) => skipped += 1,
        }
        if skipped >= FEW && alone {
            return Outcome::Abandoned;
        }
    }
}

/// Sends a text by the simple protocol: one round trip for any number of statements.
async fn simple(
    connection: &mut PgConnection,
    sql: impl sqlx::SqlSafeStr,
) -> Result<(), (Error, Outcome)> {
    let mut results = connection.fetch_many(sqlx::raw_sql(sql));
    while let Some(result) = next(&mut results).await {
        result.map_err(|error| error::map(error, None))?;
    }
    Ok(())
}

/// Ends a transaction that a script may have left open.
async fn undo(connection: &mut PgConnection, outcome: Outcome) -> Outcome {
    if PostgresServer::roll_back(connection).await {
        outcome
    } else {
        Outcome::Lost
    }
}

fn begin(options: &TxOptions) -> String {
    let mut sql = String::from("BEGIN");
    if let Some(isolation) = options.isolation {
        sql.push_str(match isolation {
            Isolation::ReadUncommitted => " ISOLATION LEVEL READ UNCOMMITTED",
            Isolation::ReadCommitted => " ISOLATION LEVEL READ COMMITTED",
            Isolation::RepeatableRead => " ISOLATION LEVEL REPEATABLE READ",
            Isolation::Serializable => " ISOLATION LEVEL SERIALIZABLE",
        });
    }
    if options.read_only {
        sql.push_str(" READ ONLY");
    }
    if let Some(limit) = options.lock_timeout {
        // It ends with the transaction, and both go in one message.
        sql.push_str("; SET LOCAL lock_timeout = '");
        sql.push_str(&connect::millis(limit));
        sql.push('\'');
    }
    sql
}
