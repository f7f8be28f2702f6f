//! Options of a pool.

mod config;
mod observe;

use std::error::Error as StdError;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

#[cfg(any(feature = "postgres", feature = "mysql"))]
pub(crate) use config::Tls;
pub use config::TlsMode;
pub(crate) use config::{Heard, Password, PoolConfig};

use super::Db;
use super::route::ReplicaConfig;
use crate::driver::{Pool, PoolEvent};
use crate::error::Result;
use crate::observe::Observation;

/// Options of a database handle, set before it connects.
///
/// ```no_run
/// # use orm::Db;
/// use std::time::Duration;
///
/// # async fn example() -> orm::Result<()> {
/// let db = Db::builder("postgres://localhost/app")
///     .max_connections(20)
///     .acquire_timeout(Duration::from_secs(2))
///     .statement_timeout(Duration::from_secs(10))
///     .connect().await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "call `connect` and await it"]
pub struct DbBuilder {
    pub(super) url: String,
    config: PoolConfig,
    pub(super) replicas: Vec<String>,
    pub(super) routing: ReplicaConfig,
    pub(super) observation: Observation,
}

impl DbBuilder {
    pub(super) fn new(url: String) -> Self {
        Self {
            url,
            config: PoolConfig::default(),
            replicas: Vec::new(),
            routing: ReplicaConfig::default(),
            observation: Observation::default(),
        }
    }

    /// Connections at most; 10 unless it is set.
    pub fn max_connections(mut self, connections: usize) -> Self {
        // As many as a semaphore can count, which no server comes near.
        self.config.max_connections = connections.clamp(1, usize::MAX >> 3);
        self
    }

    /// Connections that are kept open even when nobody uses them; none unless it is set.
    pub fn min_connections(mut self, connections: usize) -> Self {
        self.config.min_connections = connections;
        self
    }

    /// How long a caller waits for a connection; 30 seconds unless it is set. Callers get connections in the order in which they came.
    pub fn acquire_timeout(mut self, limit: Duration) -> Self {
        self.config.acquire_timeout = limit;
        self
    }

    /// How long opening a connection may take; 10 seconds unless it is set, and no longer than
    /// [`acquire_timeout`](Self::acquire_timeout).
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.config.connect_timeout = limit;
        self
    }

    /// After how much idleness a connection is tried before it is used; half a second unless it is set.
    pub fn idle_check(mut self, idle: Duration) -> Self {
        self.config.idle_check = idle;
        self
    }

    /// How long a connection that is tried may take to answer; one second unless it is set. Then it is replaced.
    pub fn ping_timeout(mut self, limit: Duration) -> Self {
        self.config.ping_timeout = limit;
        self
    }

    /// After how much idleness a connection is closed, down to [`min_connections`](Self::min_connections); 10 minutes unless it is set.
    pub fn idle_timeout(mut self, idle: Duration) -> Self {
        self.config.idle_timeout = idle;
        self
    }

    /// How old a connection to a server may grow; 30 minutes unless it is set. Up to a tenth of it is left to chance, so that connections
    /// that were opened together are not closed together.
    pub fn max_lifetime(mut self, age: Duration) -> Self {
        self.config.max_lifetime = age;
        self
    }

    /// How long a statement may run; without end unless it is set. Then the database is told to stop it, and the error is
    /// `ErrorKind::StatementTimeout`. Where rows are handed on while the statement runs (streams, exports), it is the time until the database
    /// gives the first row, and each further one; in an import, the time of each lot. See [`Db::statement_timeout`] for single calls.
    pub fn statement_timeout(mut self, limit: Duration) -> Self {
        self.config.statement_timeout = Some(limit);
        self
    }

    /// How long a statement waits for a lock; as long as the database says unless it is set, and five seconds on SQLite. Then the error is
    /// `ErrorKind::LockTimeout`. MySQL and MariaDB count in whole seconds, and no fewer than are given here.
    pub fn lock_timeout(mut self, limit: Duration) -> Self {
        self.config.lock_timeout = Some(limit);
        self
    }

    /// How connections are encrypted; as the URL says unless it is set. It needs the feature `tls`.
    ///
    /// ```no_run
    /// # use orm::Db;
    /// # async fn example() -> orm::Result<()> {
    /// let db = Db::builder("postgres://app@db.example/app")
    ///     .tls(orm::db::TlsMode::VerifyFull)
    ///     .root_certificate("/etc/app/ca.pem")
    ///     .client_certificate("/etc/app/client.pem", "/etc/app/client.key")
    ///     .connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn tls(mut self, mode: TlsMode) -> Self {
        self.config.tls.mode = Some(mode);
        self
    }

    /// The file with the certificates of the authorities that the server's certificate may be signed by, beside those that are known to
    /// everybody. With [`TlsMode::Require`], these are asked as with [`TlsMode::VerifyCa`]. See [`tls`](Self::tls), which must be called
    /// as well: a certificate that nobody looks at is an error.
    pub fn root_certificate(mut self, file: impl Into<PathBuf>) -> Self {
        self.config.tls.root = Some(file.into());
        self
    }

    /// The files with the certificate and the key by which this program shows who it is. See [`tls`](Self::tls), which must be called
    /// as well.
    pub fn client_certificate(
        mut self,
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Self {
        self.config.tls.client = Some((certificate.into(), key.into()));
        self
    }

    /// Asks for the password whenever a connection is opened, so that it may change while the program runs.
    ///
    /// ```no_run
    /// # use orm::Db;
    /// # async fn example() -> orm::Result<()> {
    /// let db = Db::builder("postgres://app@localhost/app")
    ///     .password(|| async { std::fs::read_to_string("/run/secrets/database") })
    ///     .connect().await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn password<F, E>(mut self, ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<String, E>> + Send + 'static,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        self.config.password = Some(Password::new(ask));
        self
    }

    /// Calls the function whenever something happens to the pool. It runs inside of the caller's work, so it should be short.
    ///
    /// ```
    /// # use orm::Db;
    /// use std::sync::Arc;
    /// use std::sync::atomic::{AtomicU32, Ordering};
    ///
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> orm::Result<()> {
    /// let opened = Arc::new(AtomicU32::new(0));
    /// let counter = Arc::clone(&opened);
    /// let db = Db::builder("sqlite::memory:").on_pool_event(move |event| {
    ///     if let orm::db::PoolEvent::Connected { .. } = event {
    ///         counter.fetch_add(1, Ordering::Relaxed);
    ///     }
    /// }).connect().await?;
    /// assert_eq!(opened.load(Ordering::Relaxed), 1);
    /// # Ok(()) }
    /// ```
    pub fn on_pool_event(
        mut self,
        listener: impl Fn(&PoolEvent<'_>) + Send + Sync + 'static,
    ) -> Self {
        self.config.listener = Some(Heard(Arc::new(listener)));
        self
    }

    /// After how long a wait for a connection is told as `PoolEvent::WaitedLong`; one second unless it is set.
    pub fn warn_after_waiting(mut self, limit: Duration) -> Self {
        self.config.warn_after_waiting = limit;
        self
    }

    /// After how long a transaction, or a connection that is held, is told as `PoolEvent::Leaked`; one minute unless it is set.
    pub fn warn_after_holding(mut self, limit: Duration) -> Self {
        self.config.warn_after_holding = limit;
        self
    }

    /// Opens the pool and makes [`min_connections`](Self::min_connections), and one connection in any case.
    ///
    /// # Errors
    /// When the URL is wrong, its feature is not compiled in, or the database cannot be reached.
    pub async fn connect(self) -> Result<Db> {
        if !self.replicas.is_empty() {
            let config = self.config.clone();
            return Box::pin(self.connect_cluster(config)).await;
        }
        let pool = Pool::connect(&self.url, &self.config).await?;
        let limit = self.config.statement_timeout;
        Ok(Db::from_pool(pool, &self.url, limit, self.observation))
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
