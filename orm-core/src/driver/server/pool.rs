//! A pool of connections to a server.

use std::collections::BTreeSet;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use deadpool::managed::{
    self, Metrics, Object, PoolError, QueueMode, RecycleError, RecycleResult, TimeoutType, Timeouts,
};
use tokio::time::timeout;

use super::{Lease, Server};
use crate::db::PoolConfig;
use crate::driver::PoolStats;
use crate::error::{Error, ErrorKind, Result};

/// How long a connection may take to answer a ping.
const PING: Duration = Duration::from_secs(1);
/// How long statements get to end after they were cancelled because the pool closes.
const GRACE: Duration = Duration::from_secs(1);

/// Connections, unless the configuration says how many.
const MAX_CONNECTIONS: usize = 10;

/// A pool of connections to a server.
pub(in crate::driver) struct Pool<S: Server> {
    pool: managed::Pool<Manager<S>>,
    acquire_timeout: Duration,
}

/// Makes connections and judges those that were used.
pub(super) struct Manager<S> {
    server: Arc<S>,
    config: PoolConfig,
    open: Arc<OpenConnections>,
}

/// The numbers of the connections that are open.
#[derive(Default)]
struct OpenConnections(Mutex<BTreeSet<u64>>);

impl OpenConnections {
    fn with<T>(&self, work: impl FnOnce(&mut BTreeSet<u64>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A connection, with what the pool knows of it.
pub(super) struct Pooled<S: Server> {
    pub(super) connection: S::Connection,
    pub(super) server: Arc<S>,
    pub(super) idle_since: Instant,
    deadline: Instant,
    entry: Entry,
}

/// The connection's entry among the open ones.
struct Entry {
    number: u64,
    open: Arc<OpenConnections>,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.open.with(|open| open.remove(&self.number));
    }
}

impl<S: Server> Pooled<S> {
    pub(super) fn number(&self) -> u64 {
        self.entry.number
    }
}

impl<S: Server> managed::Manager for Manager<S> {
    type Type = Pooled<S>;
    type Error = Error;

    async fn create(&self) -> Result<Pooled<S>> {
        let limit = self.config.connect_timeout;
        let (connection, number) = match timeout(limit, self.server.connect()).await {
            Ok(result) => result?,
            Err(_) => {
                return Err(super::unreachable(
                    self.server.target(),
                    format!("no answer within {limit:?}"),
                ));
            }
        };
        let entry = Entry {
            number,
            open: Arc::clone(&self.open),
        };
        self.open.with(|open| open.insert(number));
        let now = Instant::now();
        let deadline = now + lifetime(self.config.max_lifetime);
        Ok(Pooled {
            connection,
            server: Arc::clone(&self.server),
            idle_since: now,
            deadline,
            entry,
        })
    }

    async fn recycle(&self, pooled: &mut Pooled<S>, _: &Metrics) -> RecycleResult<Error> {
        let now = Instant::now();
        if now >= pooled.deadline {
            return Err(RecycleError::message("it has grown old"));
        }
        if now.duration_since(pooled.idle_since) > self.config.idle_check
            && !timeout(PING, S::ping(&mut pooled.connection))
                .await
                .unwrap_or(false)
        {
            return Err(RecycleError::message("it does not answer"));
        }
        Ok(())
    }
}

/// A tenth of the time is left to chance, so that connections that were opened together are not closed together.
fn lifetime(limit: Duration) -> Duration {
    let chance = u32::try_from(RandomState::new().build_hasher().finish() % 1000).unwrap_or(0);
    limit - (limit / 10_000) * chance
}

impl<S: Server> Pool<S> {
    /// Makes the pool, and one connection.
    pub(in crate::driver) async fn connect(server: S, config: &PoolConfig) -> Result<Self> {
        let manager = Manager {
            server: Arc::new(server),
            config: config.clone(),
            open: Arc::default(),
        };
        let pool = managed::Pool::builder(manager)
            .max_size(config.max_connections.unwrap_or(MAX_CONNECTIONS))
            // The one that was used last is the likeliest to need no ping.
            .queue_mode(QueueMode::Lifo)
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|error| super::super::url::configuration(error.to_string()))?;
        let pool = Self {
            pool,
            acquire_timeout: config.acquire_timeout,
        };
        pool.lease().await?;
        Ok(pool)
    }

    /// A connection that is in order: a free one, a new one, or the next to be given back.
    pub(in crate::driver) async fn lease(&self) -> Result<Lease<S>> {
        // Without waiting first: that needs no timer.
        let mut result = self.get(Duration::ZERO).await;
        if matches!(result, Err(PoolError::Timeout(TimeoutType::Wait)))
            && !self.acquire_timeout.is_zero()
        {
            result = self.get(self.acquire_timeout).await;
        }
        match result {
            Ok(object) => Ok(Lease::new(object)),
            Err(PoolError::Backend(error)) => Err(error),
            Err(PoolError::Closed) => Err(Error::new(ErrorKind::PoolClosed)),
            Err(_) => {
                let stats = self.stats();
                Err(Error::new(ErrorKind::AcquireTimeout {
                    in_use: stats.total - stats.idle,
                    waited: self.acquire_timeout,
                }))
            }
        }
    }

    /// Whether it gives out no connections any more.
    #[cfg(feature = "postgres")]
    pub(in crate::driver) fn is_closed(&self) -> bool {
        self.pool.is_closed()
    }

    /// How long opening a connection may take.
    #[cfg(feature = "postgres")]
    pub(in crate::driver) fn connect_timeout(&self) -> Duration {
        self.pool.manager().config.connect_timeout
    }

    /// The server that the connections lead to.
    pub(in crate::driver) fn server(&self) -> &S {
        &self.pool.manager().server
    }

    async fn get(&self, wait: Duration) -> Result<Object<Manager<S>>, PoolError<Error>> {
        self.pool
            .timeout_get(&Timeouts {
                wait: Some(wait),
                create: None,
                recycle: None,
            })
            .await
    }

    pub(in crate::driver) fn stats(&self) -> PoolStats {
        let status = self.pool.status();
        PoolStats {
            max: status.max_size,
            total: status.size,
            idle: status.available.min(status.size),
            waiting: status.waiting,
        }
    }

    /// Refuses new leases, waits for those that are out, and closes the connections.
    pub(in crate::driver) async fn close(&self, limit: Duration) {
        let begun = Instant::now();
        let idle = self.pool.retain(|_, _| false).removed;
        self.pool.close();
        for pooled in idle {
            let left = limit.saturating_sub(begun.elapsed()).min(PING);
            let _ = timeout(left, S::close(pooled.connection)).await;
        }
        if self.drained(limit.saturating_sub(begun.elapsed())).await {
            return;
        }
        let manager = self.pool.manager();
        let busy: Vec<u64> = manager.open.with(|open| open.iter().copied().collect());
        let _ = timeout(GRACE, manager.server.cancel(&busy)).await;
        self.drained(GRACE).await;
    }

    /// Waits until no connection is left, not even one that is outside of the pool while its statement is cancelled.
    async fn drained(&self, limit: Duration) -> bool {
        let open = &self.pool.manager().open;
        let empty = async {
            while open.with(|open| !open.is_empty()) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(limit, empty).await.is_ok()
    }
}
