//! Options of replicas.

use std::sync::Arc;
use std::time::Duration;

use super::cluster::Cluster;
use super::lag::Limits;
use crate::db::{Db, DbBuilder, PoolConfig};
use crate::driver::{self, Pool};
use crate::error::Result;

/// What is to be done with replicas.
#[derive(Debug, Clone)]
pub(crate) struct ReplicaConfig {
    pub(super) limits: Limits,
    /// How long a read waits for a replica to have what it must see.
    pub(super) wait: Duration,
    /// How often nodes are asked for their state.
    pub(super) every: Duration,
    /// Reads at most that the primary takes over at a time.
    pub(super) fallback: Option<usize>,
}

impl Default for ReplicaConfig {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            wait: Duration::from_millis(100),
            every: Duration::from_millis(500),
            fallback: None,
        }
    }
}

/// Replicas.
impl DbBuilder {
    /// A replica of the primary, which [`Db::read`] reads from. It need not be there when the program starts.
    ///
    /// ```no_run
    /// # use orm::Db;
    /// # async fn example() -> orm::Result<()> {
    /// let db = Db::builder("postgres://primary/app")
    ///     .replica("postgres://replica-1/app")
    ///     .replica("postgres://replica-2/app")
    ///     .max_lag(std::time::Duration::from_secs(5))
    ///     .connect()
    ///     .await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// Each node has a pool of its own, and one connection beside it by which its state is watched.
    pub fn replica(mut self, url: impl Into<String>) -> Self {
        self.replicas.push(url.into());
        self
    }

    /// How late a replica may be; a later one is not read from. Any lag is allowed unless it is set.
    pub fn max_lag(mut self, limit: Duration) -> Self {
        self.routing.limits.time = Some(limit);
        self
    }

    /// How many bytes of the primary's log a replica may have still to repeat. Any number is allowed unless it is set.
    pub fn max_lag_bytes(mut self, limit: u64) -> Self {
        self.routing.limits.amount = Some(limit);
        self
    }

    /// How long a read waits for a replica that has not repeated yet what the read must see, before it goes to the primary; 100 ms
    /// unless it is set.
    pub fn read_wait(mut self, limit: Duration) -> Self {
        self.routing.wait = limit;
        self
    }

    /// How many reads at a time the primary takes over when no replica can be used; half of its connections unless it is set. More
    /// reads than these wait, so that the primary keeps connections for what only it can do.
    pub fn fallback_limit(mut self, reads: usize) -> Self {
        self.routing.fallback = Some(reads.max(1));
        self
    }

    /// How often each node is asked for its role and position; every 500 ms unless it is set.
    pub fn watch_interval(mut self, interval: Duration) -> Self {
        self.routing.every = interval.max(Duration::from_millis(10));
        self
    }

    /// Opens the pools of a primary and of its replicas.
    pub(in crate::db) async fn connect_cluster(self, config: PoolConfig) -> Result<Db> {
        let in_bytes = self.routing.limits.amount.is_some();
        driver::check_replicas(&self.url, &self.replicas, in_bytes)?;
        let mut pools = Vec::with_capacity(self.replicas.len() + 1);
        let mut dialect = None;
        // The primary may be gone and a replica be the new one; then any of them can tell what the database is.
        let mut failure = None;
        for url in std::iter::once(&self.url).chain(&self.replicas) {
            let pool = if dialect.is_some() {
                Pool::open(url, &config)?
            } else {
                match Pool::connect(url, &config).await {
                    Ok(pool) => {
                        dialect = Some(pool.dialect());
                        pool
                    }
                    Err(error) if error.is_connection() => {
                        failure.get_or_insert(error);
                        Pool::open(url, &config)?
                    }
                    Err(error) => return Err(error),
                }
            };
            pools.push(Arc::new(pool));
        }
        match (dialect, failure) {
            (Some(dialect), _) => {
                let urls = std::iter::once(&self.url).chain(&self.replicas);
                let targets = urls.map(|url| driver::target(url, dialect.name()));
                let targets = targets.collect();
                let cluster = Cluster::start(pools, targets, self.routing, &config).await;
                cluster.check_limits(dialect.name())?;
                let limit = config.statement_timeout;
                Ok(Db::from_cluster(
                    cluster,
                    dialect,
                    limit,
                    &self.url,
                    self.observation,
                ))
            }
            (None, Some(error)) => Err(error),
            // invariant: without a dialect, connecting has failed at least once.
            (None, None) => Err(crate::Error::invalid_query(
                "there is no database to connect to",
            )),
        }
    }
}
