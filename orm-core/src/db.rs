//! The handle on a database, and transactions.

mod advisory;
mod builder;
mod execute;
pub(crate) mod explain;
mod graph;
mod held;
mod identity;
mod import;
mod insert;
mod insert_from;
mod journal;
mod limits;
mod link;
mod load;
mod lots;
mod notify;
mod observed;
mod plain;
mod returning;
mod route;
mod sink;
mod transaction;
mod upsert;

use std::sync::Arc;
use std::time::Duration;

pub use crate::driver::{CloseReason, PoolEvent, PoolStats};
pub use advisory::{AdvisoryGuard, AdvisoryLock};
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) use builder::Password;
pub(crate) use builder::PoolConfig;
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) use builder::Tls;
pub use builder::{DbBuilder, TlsMode};
pub use held::Held;
#[doc(hidden)]
pub use journal::Journal;
pub use notify::{Channel, Listener, Notice, Notification, Notifications, Payload};
pub use route::{NodeHealth, NodeRole, NodeStats, ReadToken};
pub use transaction::{AsOrmError, Isolation, Tx, TxOptions};

use crate::dialect::Dialect;
use crate::driver::Pool;
use crate::error::Result;

/// A database: a cheap handle on a pool of connections, or on one transaction.
///
/// Clone it freely. Functions that take a `&Db` work inside a transaction as well, since a [`Tx`] dereferences to it.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// async fn drafts(db: &Db) -> orm::Result<u64> {
///     Post::query().filter(Post::published.eq(false)).count(db).await
/// }
///
/// assert_eq!(drafts(&db).await?, 1);
/// let tx = db.begin().await?;
/// assert_eq!(drafts(&tx).await?, 1);
/// # Ok(()) }) }
/// ```
#[derive(Clone)]
pub struct Db {
    shared: Arc<Shared>,
    session: Option<Arc<transaction::Session>>,
    journal: Option<Journal>,
    /// How long a statement may run.
    limit: Option<Duration>,
    /// Where reads go, if not to the primary.
    route: Option<route::Route>,
    /// The part of the program's work that its statements belong to.
    request: Option<crate::observe::Request>,
    /// The call of the program that its statements are for, while one is under way.
    caller: Option<&'static std::panic::Location<'static>>,
    /// The node that a statement has gone to, where there are several and somebody watches.
    goes_to: Option<Arc<std::sync::atomic::AtomicUsize>>,
}

struct Shared {
    pool: Arc<Pool>,
    dialect: &'static dyn Dialect,
    /// Where there are replicas.
    cluster: Option<Arc<route::Cluster>>,
    target: crate::observe::Target,
    observation: Option<crate::observe::Observation>,
}

impl Db {
    /// Opens a pool for the database that the URL names, and makes one connection.
    ///
    /// `sqlite://app.db` is a file that is created where it is missing, `sqlite::memory:` a database that lives as long as the pool;
    /// `postgres://user:password@host:5432/name` and `mysql://…` are servers.
    ///
    /// ```no_run
    /// # use orm::Db;
    /// # async fn example() -> orm::Result<()> {
    /// let db = Db::connect("sqlite://blog.db").await?;        // or postgres://…, mysql://…
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the URL is wrong, its feature is not compiled in, or the database cannot be reached.
    pub async fn connect(url: &str) -> Result<Self> {
        Self::builder(url).connect().await
    }

    /// Sets options before connecting. See [`DbBuilder`].
    pub fn builder(url: impl Into<String>) -> DbBuilder {
        DbBuilder::new(url.into())
    }

    pub(crate) fn from_pool(
        pool: Pool,
        url: &str,
        limit: Option<Duration>,
        observation: crate::observe::Observation,
    ) -> Self {
        let dialect = pool.dialect();
        Self {
            shared: Arc::new(Shared {
                pool: Arc::new(pool),
                dialect,
                cluster: None,
                target: crate::driver::target(url, dialect.name()),
                observation: observation.is_any().then_some(observation),
            }),
            session: None,
            journal: None,
            limit,
            route: None,
            request: None,
            caller: None,
            goes_to: None,
        }
    }

    pub(crate) fn from_cluster(
        cluster: Arc<route::Cluster>,
        dialect: &'static dyn Dialect,
        limit: Option<Duration>,
        url: &str,
        observation: crate::observe::Observation,
    ) -> Self {
        Self {
            shared: Arc::new(Shared {
                pool: cluster.first_pool(),
                dialect,
                cluster: Some(cluster),
                target: crate::driver::target(url, dialect.name()),
                observation: observation.is_any().then_some(observation),
            }),
            session: None,
            journal: None,
            limit,
            route: None,
            request: None,
            caller: None,
            goes_to: None,
        }
    }

    /// What this database's SQL looks like, and what it can do.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// assert_eq!(db.dialect().name(), "SQLite");
    /// # Ok(()) }) }
    /// ```
    pub fn dialect(&self) -> &'static dyn Dialect {
        self.shared.dialect
    }

    /// How the pool stands; with replicas, the primary's. For all of them, see [`nodes`](Self::nodes).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let stats = db.pool_stats();
    /// assert!(stats.idle <= stats.total && stats.total <= stats.max);
    /// # Ok(()) }) }
    /// ```
    pub fn pool_stats(&self) -> PoolStats {
        self.shared.primary_pool().stats()
    }

    /// Replaces the connections that are open now, each when it is not in use: after passwords or certificates have changed, or when the
    /// address leads to another server.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// db.renew_connections();
    /// assert_eq!(User::query().count(&db).await?, 3);
    /// # Ok(()) }) }
    /// ```
    pub fn renew_connections(&self) {
        match &self.shared.cluster {
            None => self.shared.pool.renew(),
            Some(cluster) => cluster.renew(),
        }
    }

    /// Refuses new work, waits for what is under way, no longer than `limit`, and closes the connections. It always returns.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// db.shutdown(std::time::Duration::from_secs(5)).await;
    /// assert!(User::query().count(&db).await.is_err());
    /// # Ok(()) }) }
    /// ```
    pub async fn shutdown(&self, limit: Duration) {
        match &self.shared.cluster {
            None => self.shared.pool.close(limit).await,
            Some(cluster) => cluster.close(limit).await,
        }
    }

    /// Runs several statements without values or rows: a schema, a fixture, a `PRAGMA`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// db.execute_script("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('one'), ('two');").await?;
    /// assert_eq!(sql!("SELECT count(*) FROM notes").one::<i64>(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// Whatever the database reports; the statements before the failing one may have been carried out.
    pub async fn execute_script(&self, sql: &str) -> Result<()> {
        self.note(sql);
        match self.is_watched() {
            true => self.script_watched(sql).await,
            false => self.send_script(sql).await,
        }
    }

    async fn send_script(&self, sql: &str) -> Result<()> {
        let watch = self.shared.pool.watch();
        self.with_lease(async |lease| lease.script_within(sql, self.limit(), watch).await)
            .await
    }
}

impl std::fmt::Debug for Db {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Db")
            .field("backend", &self.shared.dialect.name())
            .field("in_transaction", &self.session.is_some())
            .finish_non_exhaustive()
    }
}
