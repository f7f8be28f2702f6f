//! SQLite, through `rusqlite`.
//!
//! A statement runs on the calling thread when its history says that it is short, and on a thread of its own otherwise: a hop to
//! another thread costs several times what a query by key does, and a long query must not hold up the async runtime.

mod checkpoint;
mod connect;
mod decimal;
mod error;
mod foreign_key;
mod function;
mod history;
#[cfg(feature = "json")]
mod json;
mod lease;
mod load;
mod matcher;
mod row;
mod run;
mod time;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use deadpool::managed::{self, Metrics, Object, PoolError, QueueMode, RecycleResult, Timeouts};

pub(super) use lease::Lease;

use crate::db::PoolConfig;
use crate::dialect::{self, Dialect};
use crate::driver::PoolStats;
use crate::error::{Error, ErrorKind, Result};
use checkpoint::Checkpoint;
use connect::Options;
use history::History;
use run::{Connection, Shared};

/// A pool of connections to one file, or to one database in memory.
pub(crate) struct Pool {
    inner: managed::Pool<Manager>,
    acquire_timeout: Duration,
    waiting: AtomicUsize,
    shared: Arc<Shared>,
}

pub(super) struct Manager {
    options: Arc<Options>,
    shared: Arc<Shared>,
}

impl managed::Manager for Manager {
    type Type = Connection;
    type Error = Error;

    async fn create(&self) -> Result<Connection> {
        let options = Arc::clone(&self.options);
        let shared = Arc::clone(&self.shared);
        run::on_thread(move || options.open().map(|db| Connection::new(db, shared))).await?
    }

    async fn recycle(&self, _: &mut Connection, _: &Metrics) -> RecycleResult<Error> {
        // A lease rolls back what it leaves open, and a file needs no ping.
        Ok(())
    }
}

impl Pool {
    pub(super) async fn connect(url: &str, config: &PoolConfig) -> Result<Self> {
        let options = Arc::new(Options::parse(url)?);
        let opened = Arc::clone(&options);
        let connection = run::on_thread(move || opened.open()).await??;
        let shared = Arc::new(Shared {
            history: History::new(),
            checkpoint: Arc::new(Checkpoint::new(connection)),
            busy_timeout: options.busy_timeout(),
        });
        let inner = managed::Pool::builder(Manager { options, shared: Arc::clone(&shared) })
            .max_size(config.max_connections.unwrap_or(10))
            // The one that was used last has its statements and pages at hand.
            .queue_mode(QueueMode::Lifo)
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|e| super::url::configuration(e.to_string()))?;
        let pool = Self {
            inner,
            acquire_timeout: config.acquire_timeout,
            waiting: AtomicUsize::new(0),
            shared,
        };
        drop(pool.lease().await?);
        Ok(pool)
    }

    pub(super) fn dialect(&self) -> &'static dyn Dialect {
        dialect::SQLITE
    }

    pub(super) async fn lease(&self) -> Result<Lease> {
        // Without any wait, there is no need for a clock.
        let now = Timeouts {
            wait: Some(Duration::ZERO),
            create: None,
            recycle: None,
        };
        match self.inner.timeout_get(&now).await {
            Ok(object) => Ok(Lease::new(object)),
            Err(PoolError::Timeout(_)) => self.wait().await.map(Lease::new),
            Err(error) => Err(pool_error(error, 0, Duration::ZERO)),
        }
    }

    async fn wait(&self) -> Result<Object<Manager>> {
        let started = Instant::now();
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let limits = Timeouts {
            wait: Some(self.acquire_timeout),
            create: None,
            recycle: None,
        };
        let result = self.inner.timeout_get(&limits).await;
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        result.map_err(|e| pool_error(e, self.inner.status().size, started.elapsed()))
    }

    pub(super) fn stats(&self) -> PoolStats {
        let status = self.inner.status();
        PoolStats {
            max: status.max_size,
            total: status.size,
            idle: status.available,
            waiting: self.waiting.load(Ordering::Relaxed),
        }
    }

    pub(super) async fn close(&self, limit: Duration) {
        self.inner.close();
        let deadline = Instant::now() + limit;
        while self.inner.status().size > 0 && Instant::now() < deadline {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        self.shared.checkpoint.close();
    }
}

fn pool_error(error: PoolError<Error>, in_use: usize, waited: Duration) -> Error {
    match error {
        PoolError::Backend(error) => error,
        PoolError::Closed => Error::new(ErrorKind::PoolClosed),
        _ => Error::new(ErrorKind::AcquireTimeout { in_use, waited }),
    }
}
