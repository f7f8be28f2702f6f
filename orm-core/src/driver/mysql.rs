//! MySQL and MariaDB.

mod bind;
mod connect;
mod decode;
mod describe;
mod error;
mod replication;
mod row;

use std::panic::Location;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use futures_core::Stream;
use sqlx::mysql::{MySqlConnection, MySqlQueryResult, MySqlRow};
use sqlx::{AssertSqlSafe, Either, Executor};

use super::describe::{Catalog, Described, Undescribed};
use super::pool::Watch;
use super::server::{self, Outcome, Scope, Server, may_begin, next};
use super::{Done, PoolStats, Position, RowSink, Statement};
use crate::db::{Isolation, PoolConfig, TxOptions};
use crate::dialect::Dialect;
use crate::error::{Error, ErrorKind, Result};
pub(super) use connect::MysqlServer;
use row::{Form, Kinds, NamedColumns, Row};

/// A pool of connections to a MySQL or MariaDB server.
pub(crate) struct Pool {
    pool: server::Pool<MysqlServer>,
    dialect: &'static dyn Dialect,
}

impl Pool {
    pub(super) async fn connect(url: &str, config: &PoolConfig, watch: Arc<Watch>) -> Result<Self> {
        let (server, returning) = MysqlServer::new(url, config)?;
        let pool = server::Pool::connect(server, config, watch).await?;
        let mariadb = pool.server().is_mariadb();
        let dialect = match (mariadb, returning) {
            (true, true) => crate::dialect::MARIADB,
            (true, false) => crate::dialect::MARIADB_WITHOUT_RETURNING,
            (false, _) => crate::dialect::MYSQL,
        };
        Ok(Self { pool, dialect })
    }

    pub(super) fn dialect(&self) -> &'static dyn Dialect {
        self.dialect
    }

    /// Makes the pool, and no connection yet.
    pub(super) fn open(url: &str, config: &PoolConfig, watch: Arc<Watch>) -> Result<Self> {
        let (server, _) = MysqlServer::new(url, config)?;
        Ok(Self {
            pool: server::Pool::new(server, config, watch),
            // What its SQL looks like, the first server to answer says.
            dialect: crate::dialect::MYSQL,
        })
    }

    pub(super) fn watcher(&self) -> server::Watcher<MysqlServer> {
        self.pool.watcher()
    }

    pub(super) fn target(&self) -> String {
        self.pool.target()
    }

    pub(super) async fn lease(&self) -> Result<Lease> {
        self.pool.lease().await.map(Lease::new)
    }

    pub(super) fn stats(&self) -> PoolStats {
        self.pool.stats()
    }

    pub(super) fn watch(&self) -> &Arc<Watch> {
        self.pool.watch()
    }

    pub(super) fn renew(&self) {
        self.pool.renew();
    }

    pub(super) async fn close(&self, limit: Duration) {
        self.pool.close(limit).await;
    }
}

/// What stops the statement of a connection.
pub(super) type Canceller = server::Canceller<MysqlServer>;

/// A connection to a MySQL or MariaDB server.
pub(crate) struct Lease {
    lease: server::Lease<MysqlServer>,
    /// Whether the transaction waits for locks for a time of its own, which must end with it.
    lock_timeout: bool,
}

type Results<'c> = Pin<
    Box<dyn Stream<Item = Result<Either<MySqlQueryResult, MySqlRow>, sqlx::Error>> + Send + 'c>,
>;

impl Lease {
    fn new(lease: server::Lease<MysqlServer>) -> Self {
        Self {
            lease,
            lock_timeout: false,
        }
    }

    /// What ends a transaction, and what was set for it alone.
    fn end_with(&mut self, word: &'static str) -> String {
        let mut sql = String::from(word);
        if std::mem::take(&mut self.lock_timeout) {
            sql.push_str("; SET innodb_lock_wait_timeout = @orm_lock_wait");
        }
        sql
    }

    pub(super) fn close_at_end(&mut self, closing: bool) {
        self.lease.close_at_end(closing);
    }

    pub(super) fn keep_long(&mut self, caller: &'static Location<'static>) {
        self.lease.keep_long(caller);
    }

    /// What stops a statement of this connection.
    pub(super) fn canceller(&self) -> Option<Canceller> {
        self.lease.canceller()
    }

    pub(super) async fn position(&mut self) -> Result<Position> {
        self.lease.position().await
    }

    pub(super) async fn reach(&mut self, position: &Position, limit: Duration) -> Result<bool> {
        self.lease.reach(position, limit).await
    }

    pub(super) async fn fetch<S: RowSink>(
        &mut self,
        statement: &Statement,
        sink: &mut S,
    ) -> Result<Done> {
        let alone = self.lease.scope() == Some(Scope::Alone);
        // They are known since the connection was made.
        let Some(types) = self.lease.server().and_then(MysqlServer::types) else {
            return Err(Error::new(ErrorKind::ConnectionLost));
        };
        let arguments = bind::arguments(&statement.binds, types)?;
        let query = sqlx::query_with(AssertSqlSafe(statement.sql.clone()), arguments)
            .persistent(statement.keep);
        let (connection, before) = self.lease.start()?;
        let mut taking = Taking {
            sink,
            form: Form::Binary,
            kinds: None,
            started: false,
            done: Done::default(),
        };
        let mut end = taking
            .all((&mut *connection).fetch_many(query), alone)
            .await;
        // Some statements cannot be prepared; they are sent as they are, if there are no values that would have to be part of the text.
        if let End::Failed(error) = &end
            && error::cannot_be_prepared(error)
            && statement.binds.is_empty()
        {
            taking.form = Form::Text;
            let plain = sqlx::raw_sql(AssertSqlSafe(statement.sql.clone()));
            end = taking
                .all((&mut *connection).fetch_many(plain), alone)
                .await;
        }
        let done = taking.done;
        let (mut outcome, failure) = match end {
            End::Received => (Outcome::Done, None),
            End::Failed(error) => {
                let (error, outcome) = error::map(error, statement.model);
                (outcome, Some(error))
            }
            End::Unwanted(outcome, error) => (outcome, error),
        };
        // A hand-written `START TRANSACTION` outside of a transaction would reach whoever has the connection next.
        if outcome == Outcome::Done
            && alone
            && statement.access.by_hand()
            && may_begin(&statement.sql)
        {
            outcome = undo(connection, outcome).await;
        }
        self.lease.end(before, outcome);
        failure.map_or(Ok(done), Err)
    }

    pub(super) async fn describe(&mut self, sql: &str) -> Result<Described, Undescribed> {
        let (connection, before) = self.lease.start()?;
        let (described, outcome) = describe::describe(connection, sql).await;
        self.lease.end(before, outcome);
        described
    }

    pub(super) async fn catalog(&mut self) -> Result<Catalog> {
        let (connection, before) = self.lease.start()?;
        let (catalog, outcome) = describe::catalog(connection).await;
        self.lease.end(before, outcome);
        catalog
    }

    pub(super) async fn script(&mut self, sql: &str) -> Result<()> {
        let alone = self.lease.scope() == Some(Scope::Alone);
        let (connection, before) = self.lease.start()?;
        let result = simple(connection, AssertSqlSafe(sql)).await;
        // A script may begin a transaction or lock tables, and end or fail before it gives them up.
        let outcome = match result {
            Ok(()) if alone && may_begin(sql) => undo(connection, Outcome::Done).await,
            Err((_, Outcome::Refused | Outcome::Undone)) if alone => {
                undo(connection, Outcome::Refused).await
            }
            Ok(()) => Outcome::Done,
            Err((_, outcome)) => outcome,
        };
        self.lease.end(before, outcome);
        result.map_err(|(error, _)| error)
    }

    pub(super) async fn begin(&mut self, options: &TxOptions) -> Result<()> {
        let sql = begin(options);
        self.lock_timeout = options.lock_timeout.is_some();
        let (connection, before) = self.lease.start()?;
        let result = simple(connection, AssertSqlSafe(sql)).await;
        // The first of its statements may have been carried out, which would change the next transaction.
        let result = result.map_err(|(error, _)| (error, Outcome::Lost));
        self.finish(before, result, Scope::Transaction)
    }

    pub(super) async fn commit(&mut self) -> Result<()> {
        if self.lease.scope() == Some(Scope::Undone) {
            self.rollback().await?;
            return Err(error::undone());
        }
        let sql = self.end_with("COMMIT");
        let (connection, before) = self.lease.start()?;
        let result = simple(connection, AssertSqlSafe(sql)).await;
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
        if self.lease.scope() == Some(Scope::Undone) {
            self.lease.enter(Scope::Transaction);
        }
        let sql = self.end_with("ROLLBACK");
        let (connection, before) = self.lease.start()?;
        let result = simple(connection, AssertSqlSafe(sql)).await;
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
                self.lease.end(before, Outcome::Done);
                self.lease.enter(next);
                Ok(())
            }
            Err((error, outcome)) => {
                self.lease.end(before, outcome);
                Err(error)
            }
        }
    }
}

/// How receiving a result ended.
enum End {
    Received,
    Failed(sqlx::Error),
    /// The reader wants no more, because of the error if there is one.
    Unwanted(Outcome, Option<Error>),
}

/// Hands the rows of a result to a sink.
struct Taking<'s, S> {
    sink: &'s mut S,
    form: Form,
    /// How the columns' cells are read, looked up once for a result.
    kinds: Option<Kinds>,
    started: bool,
    done: Done,
}

impl<S: RowSink> Taking<'_, S> {
    async fn all(&mut self, mut results: Results<'_>, alone: bool) -> End {
        while let Some(result) = next(&mut results).await {
            let row = match result {
                Ok(Either::Right(row)) => row,
                Ok(Either::Left(result)) => {
                    self.finish(&result);
                    continue;
                }
                Err(error) => return End::Failed(error),
            };
            let taken = self.row(&row);
            self.done.rows += 1;
            let wanted = match &taken {
                Ok(()) if S::STREAMS && self.sink.is_full() => self.sink.drain().await,
                taken => taken.is_ok(),
            };
            if !wanted {
                return End::Unwanted(skip_rest(alone, &mut results).await, taken.err());
            }
        }
        End::Received
    }

    #[inline]
    fn row(&mut self, row: &MySqlRow) -> Result<()> {
        let kinds = match &mut self.kinds {
            Some(kinds) => kinds,
            none => {
                if !std::mem::replace(&mut self.started, true) {
                    self.sink.start(&NamedColumns(sqlx::Row::columns(row)))?;
                }
                none.insert(row::kinds(row))
            }
        };
        self.sink.row(&Row {
            row,
            kinds,
            form: self.form,
        })
    }

    fn finish(&mut self, result: &MySqlQueryResult) {
        self.done.affected += result.rows_affected();
        if self.done.inserted.is_none() {
            self.done.inserted = i64::try_from(result.last_insert_id())
                .ok()
                .filter(|number| *number > 0);
        }
        // A procedure gives several results, with columns of their own.
        self.kinds = None;
    }
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

/// Sends a text as it is: one round trip for any number of statements.
async fn simple(
    connection: &mut MySqlConnection,
    sql: impl sqlx::SqlSafeStr,
) -> Result<(), (Error, Outcome)> {
    let mut results = connection.fetch_many(sqlx::raw_sql(sql));
    while let Some(result) = next(&mut results).await {
        result.map_err(|error| error::map(error, None))?;
    }
    Ok(())
}

/// Ends what a script may have left open.
async fn undo(connection: &mut MySqlConnection, outcome: Outcome) -> Outcome {
    if MysqlServer::roll_back(connection).await {
        outcome
    } else {
        Outcome::Lost
    }
}

fn begin(options: &TxOptions) -> String {
    let mut sql = String::new();
    if let Some(limit) = options.lock_timeout {
        let limit = connect::seconds(limit);
        sql.push_str(&format!(
            "SET @orm_lock_wait = @@innodb_lock_wait_timeout, innodb_lock_wait_timeout = {limit}; "
        ));
    }
    if let Some(isolation) = options.isolation {
        // It holds for the next transaction of this connection alone.
        sql.push_str(match isolation {
            Isolation::ReadUncommitted => "SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED; ",
            Isolation::ReadCommitted => "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; ",
            Isolation::RepeatableRead => "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; ",
            Isolation::Serializable => "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; ",
        });
    }
    sql.push_str(if options.read_only {
        "START TRANSACTION READ ONLY"
    } else {
        "START TRANSACTION"
    });
    sql
}
