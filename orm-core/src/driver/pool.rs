//! The pools of the databases behind one face.

pub(crate) mod chance;
mod event;
mod slot;
mod slots;
mod upkeep;
mod within;

use std::ops::Range;
use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use super::describe::{Catalog, Described, Undescribed};
use super::lot::{Failure, Lot, Way};
#[cfg(feature = "otel")]
pub(crate) use event::Times;
pub use event::{CloseReason, PoolEvent, PoolStats};
pub(crate) use event::{Listener, Watch};
pub(super) use slot::Slot;
pub(super) use slots::{Maker, Slots};
pub(crate) use within::{Limit, LimitOf, Limits};

use super::url::{self, Scheme};
use super::{Done, RowSink, Statement};
use crate::db::{PoolConfig, TxOptions};
use crate::dialect::Dialect;
use crate::error::{Error, ErrorKind, Result};
use crate::model::ModelDef;

/// Names the same method of whichever database it is.
macro_rules! each {
    ($self:expr, $ty:ident :: $inner:ident => $body:expr) => {
        match $self {
            #[cfg(feature = "sqlite")]
            $ty::Sqlite($inner) => $body,
            #[cfg(feature = "postgres")]
            $ty::Postgres($inner) => $body,
            #[cfg(feature = "mysql")]
            $ty::Mysql($inner) => $body,
            #[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
            $ty::None(never) => match *never {},
        }
    };
}

/// A pool of connections to one database.
pub(crate) enum Pool {
    #[cfg(feature = "sqlite")]
    Sqlite(super::sqlite::Pool),
    #[cfg(feature = "postgres")]
    Postgres(super::postgres::Pool),
    #[cfg(feature = "mysql")]
    Mysql(super::mysql::Pool),
    #[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
    None(std::convert::Infallible),
}

impl Pool {
    /// Opens a pool for the database that the URL names, and makes one connection, so that a wrong URL is an error now.
    pub(crate) async fn connect(text: &str, config: &PoolConfig) -> Result<Self> {
        let watch = Arc::new(Watch::new(config.listener.clone().map(|l| l.0)));
        match url::scheme(text)? {
            #[cfg(feature = "sqlite")]
            Scheme::Sqlite => super::sqlite::Pool::connect(text, config, watch)
                .await
                .map(Self::Sqlite),
            #[cfg(feature = "postgres")]
            Scheme::Postgres => super::postgres::Pool::connect(text, config, watch)
                .await
                .map(Self::Postgres),
            #[cfg(feature = "mysql")]
            Scheme::Mysql => super::mysql::Pool::connect(text, config, watch)
                .await
                .map(Self::Mysql),
            #[allow(
                unreachable_patterns,
                reason = "with every feature on, each scheme has its arm"
            )]
            scheme => Err(url::not_compiled_in(scheme)),
        }
    }

    /// What the database's SQL looks like.
    pub(crate) fn dialect(&self) -> &'static dyn Dialect {
        each!(self, Self::pool => pool.dialect())
    }

    /// Waits for a connection, no longer than the configuration says.
    pub(crate) async fn lease(&self) -> Result<Lease> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(pool) => pool.lease().await.map(Lease::Sqlite),
            #[cfg(feature = "postgres")]
            Self::Postgres(pool) => pool.lease().await.map(Lease::Postgres),
            #[cfg(feature = "mysql")]
            Self::Mysql(pool) => pool.lease().await.map(Lease::Mysql),
            #[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
            Self::None(never) => match *never {},
        }
    }

    /// A connection beside the pool that listens to channels. It is asked for where the dialect has them.
    #[cfg_attr(
        not(feature = "postgres"),
        allow(unused_variables, reason = "no other database has channels")
    )]
    pub(crate) async fn listen(&self, channels: &[String]) -> Result<Listening> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(pool) => pool.listen(channels).await.map(Listening::Postgres),
            #[allow(unreachable_patterns, reason = "other databases may be left out")]
            _ => Err(crate::Error::unsupported("channels", self.dialect().name())),
        }
    }

    /// Whether a pool that has channels gives out no connections any more.
    pub(crate) fn is_closed(&self) -> bool {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(pool) => pool.is_closed(),
            #[allow(unreachable_patterns, reason = "other databases may be left out")]
            _ => false,
        }
    }

    pub(crate) fn stats(&self) -> PoolStats {
        each!(self, Self::pool => pool.stats())
    }

    /// Counts what happens to the pool, and tells it.
    pub(crate) fn watch(&self) -> &Arc<Watch> {
        each!(self, Self::pool => pool.watch())
    }

    /// Replaces the connections that are open now, each when it is not in use.
    pub(crate) fn renew(&self) {
        each!(self, Self::pool => pool.renew());
    }

    /// Refuses new leases, waits for those that are out, no longer than `limit`, and closes the connections.
    pub(crate) async fn close(&self, limit: Duration) {
        each!(self, Self::pool => pool.close(limit).await);
    }
}

/// A connection that listens to channels.
pub(crate) enum Listening {
    #[cfg(feature = "postgres")]
    Postgres(super::postgres::Listening),
    #[cfg(not(feature = "postgres"))]
    #[allow(dead_code, reason = "no other database has channels")]
    None(std::convert::Infallible),
}

impl Listening {
    /// The next message; `None` when the connection is lost. It may be dropped at any time.
    pub(crate) async fn receive(&mut self) -> Option<crate::db::Notification> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(listening) => listening.receive().await,
            #[cfg(not(feature = "postgres"))]
            Self::None(never) => match *never {},
        }
    }

    /// Asks the server for a sign of life, and waits no longer than this for it.
    #[cfg_attr(
        not(feature = "postgres"),
        allow(unused_variables, reason = "no other database has channels")
    )]
    pub(crate) async fn is_alive(&mut self, limit: std::time::Duration) -> bool {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(listening) => listening.is_alive(limit).await,
            #[cfg(not(feature = "postgres"))]
            Self::None(never) => match *never {},
        }
    }
}

/// A connection that this caller alone has until it is dropped.
///
/// Dropped in the middle of a statement, or with an open transaction, it never reaches the next borrower in that state: the
/// statement is cancelled, the transaction rolled back, or the connection closed.
pub(crate) enum Lease {
    #[cfg(feature = "sqlite")]
    Sqlite(super::sqlite::Lease),
    #[cfg(feature = "postgres")]
    Postgres(super::postgres::Lease),
    #[cfg(feature = "mysql")]
    Mysql(super::mysql::Lease),
    #[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
    None(std::convert::Infallible),
}

impl Lease {
    /// Whether the connection is closed when the lease is dropped, rather than given back: its session has a state of its own.
    pub(crate) fn close_at_end(&mut self, closing: bool) {
        each!(self, Self::lease => lease.close_at_end(closing));
    }

    /// Watches how long the connection is kept, where somebody wants to know.
    pub(crate) fn keep_long(&mut self, caller: &'static Location<'static>) {
        each!(self, Self::lease => lease.keep_long(caller));
    }

    /// Runs a statement and gives its rows to the sink, for as long as it takes.
    #[cfg(all(test, any(feature = "postgres", feature = "mysql")))]
    pub(crate) async fn fetch<S: RowSink>(
        &mut self,
        statement: &Statement,
        sink: S,
    ) -> Result<(S, Done)> {
        both(self.fetch_keeping(statement, sink).await)
    }

    /// Runs a statement and gives its rows to the sink, which comes back after an error as well, if it is still there.
    async fn fetch_keeping<S: RowSink>(
        &mut self,
        statement: &Statement,
        sink: S,
    ) -> (Option<S>, Result<Done>) {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(lease) => match lease.fetch(statement, sink).await {
                Ok((sink, done)) => (Some(sink), Ok(done)),
                Err(error) => (None, Err(error)),
            },
            #[cfg(feature = "postgres")]
            Self::Postgres(lease) => {
                let mut sink = sink;
                let result = lease.fetch(statement, &mut sink).await;
                (Some(sink), result)
            }
            #[cfg(feature = "mysql")]
            Self::Mysql(lease) => {
                let mut sink = sink;
                let result = lease.fetch(statement, &mut sink).await;
                (Some(sink), result)
            }
            #[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
            Self::None(never) => match *never {},
        }
    }

    /// Prepares a statement, and says what the database knows of it.
    pub(crate) async fn describe(
        &mut self,
        sql: &str,
    ) -> std::result::Result<Described, Undescribed> {
        each!(self, Self::lease => lease.describe(sql).await)
    }

    /// The tables that statements can name.
    pub(crate) async fn catalog(&mut self) -> Result<Catalog> {
        each!(self, Self::lease => lease.catalog().await)
    }

    /// Runs several statements without values or rows, such as a migration or `SAVEPOINT a`.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<()> {
        each!(self, Self::lease => lease.script(sql).await)
    }

    /// How many rows that give these columns go into the table best.
    #[allow(unused_variables, reason = "not every database wants to know")]
    pub(crate) async fn way(&mut self, model: &'static ModelDef, columns: &[usize]) -> Result<Way> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) if columns.is_empty() => Ok(Way::Statements),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => Ok(Way::Each),
            #[cfg(feature = "postgres")]
            Self::Postgres(lease) => lease.way(model, columns).await,
            #[cfg(feature = "mysql")]
            Self::Mysql(_) => Ok(Way::Statements),
            #[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
            Self::None(never) => match *never {},
        }
    }

    /// Inserts some rows of a lot by the way that it has; `sql` is the text for one of them.
    #[allow(unused_variables, reason = "not every database has such a way")]
    pub(crate) async fn load(
        &mut self,
        sql: &str,
        lot: &Arc<Lot>,
        range: Range<usize>,
    ) -> Result<(), Failure> {
        match self {
            #[cfg(feature = "sqlite")]
            Self::Sqlite(lease) => lease.load(sql, lot, range).await,
            #[cfg(feature = "postgres")]
            Self::Postgres(lease) => lease.load(lot, range).await,
            #[cfg(feature = "mysql")]
            Self::Mysql(_) => Err(Error::invalid_query("these rows go by statements").into()),
            #[cfg(not(any(feature = "sqlite", feature = "postgres", feature = "mysql")))]
            Self::None(never) => match *never {},
        }
    }

    /// Begins a transaction; from now on a dropped lease rolls back.
    pub(crate) async fn begin(&mut self, options: &TxOptions) -> Result<()> {
        each!(self, Self::lease => lease.begin(options).await)
    }

    /// Ends the transaction and keeps what it did.
    pub(crate) async fn commit(&mut self) -> Result<()> {
        each!(self, Self::lease => lease.commit().await)
    }

    /// Ends the transaction and undoes what it did.
    pub(crate) async fn rollback(&mut self) -> Result<()> {
        each!(self, Self::lease => lease.rollback().await)
    }
}

/// What a statement has given, if it was carried out; a sink is there then.
pub(crate) fn both<S>((sink, result): (Option<S>, Result<Done>)) -> Result<(S, Done)> {
    let done = result?;
    sink.map(|sink| (sink, done))
        .ok_or_else(|| Error::new(ErrorKind::ConnectionLost))
}
