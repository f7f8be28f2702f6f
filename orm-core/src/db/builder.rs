//! Options of a pool.

use std::time::Duration;

use super::Db;
use crate::driver::Pool;
use crate::error::Result;

/// Options of a database handle, set before it connects.
///
/// ```no_run
/// # use orm::Db;
/// use std::time::Duration;
///
/// # async fn example() -> orm::Result<()> {
/// let db = Db::builder("postgres://localhost/app").max_connections(20).acquire_timeout(Duration::from_secs(2)).connect().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "call `connect` and await it"]
pub struct DbBuilder {
    url: String,
    config: PoolConfig,
}

/// What the drivers are told about a pool.
#[derive(Debug, Clone)]
pub(crate) struct PoolConfig {
    pub max_connections: Option<usize>,
    pub acquire_timeout: Duration,
    pub connect_timeout: Duration,
    pub idle_check: Duration,
    pub max_lifetime: Duration,
}

impl DbBuilder {
    pub(super) fn new(url: String) -> Self {
        let config = PoolConfig {
            max_connections: None,
            acquire_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            idle_check: Duration::from_millis(500),
            max_lifetime: Duration::from_secs(30 * 60),
        };
        Self { url, config }
    }

    /// Connections at most; 10 unless it is set.
    pub fn max_connections(mut self, connections: usize) -> Self {
        self.config.max_connections = Some(connections.max(1));
        self
    }

    /// How long a caller waits for a connection; 30 seconds unless it is set.
    pub fn acquire_timeout(mut self, limit: Duration) -> Self {
        self.config.acquire_timeout = limit;
        self
    }

    /// How long opening a connection may take; 10 seconds unless it is set.
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.config.connect_timeout = limit;
        self
    }

    /// After how much idleness a connection is tried before it is used; half a second unless it is set.
    pub fn idle_check(mut self, idle: Duration) -> Self {
        self.config.idle_check = idle;
        self
    }

    /// How old a connection to a server may grow; 30 minutes unless it is set.
    pub fn max_lifetime(mut self, age: Duration) -> Self {
        self.config.max_lifetime = age;
        self
    }

    /// Opens the pool and makes one connection.
    ///
    /// # Errors
    /// When the URL is wrong, its feature is not compiled in, or the database cannot be reached.
    pub async fn connect(self) -> Result<Db> {
        Pool::connect(&self.url, &self.config)
            .await
            .map(Db::from_pool)
    }
}

/// Shows no part of the URL, which may hold a password.
impl std::fmt::Debug for DbBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DbBuilder")
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
