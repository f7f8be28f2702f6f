//! What the drivers are told about a pool.

use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use crate::driver::Listener;
use crate::error::Result;
#[cfg(any(feature = "postgres", feature = "mysql"))]
use crate::error::{Error, ErrorKind};

/// What the drivers are told about a pool.
#[derive(Debug, Clone)]
pub(crate) struct PoolConfig {
    pub max_connections: usize,
    pub min_connections: usize,
    pub acquire_timeout: Duration,
    pub connect_timeout: Duration,
    pub ping_timeout: Duration,
    pub idle_check: Duration,
    pub idle_timeout: Duration,
    pub max_lifetime: Duration,
    pub warn_after_waiting: Duration,
    pub warn_after_holding: Duration,
    pub statement_timeout: Option<Duration>,
    pub lock_timeout: Option<Duration>,
    pub tls: Tls,
    pub password: Option<Password>,
    pub listener: Option<Heard>,
}

impl Default for PoolConfig {
    fn default() -> Self {
        Self {
            max_connections: 10,
            min_connections: 0,
            acquire_timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            ping_timeout: Duration::from_secs(1),
            idle_check: Duration::from_millis(500),
            idle_timeout: Duration::from_secs(10 * 60),
            max_lifetime: Duration::from_secs(30 * 60),
            warn_after_waiting: Duration::from_secs(1),
            warn_after_holding: Duration::from_secs(60),
            statement_timeout: None,
            lock_timeout: None,
            tls: Tls::default(),
            password: None,
            listener: None,
        }
    }
}

/// How connections to a server are encrypted, where that is not left to the URL.
#[derive(Debug, Clone, Default)]
#[cfg_attr(
    not(any(feature = "postgres", feature = "mysql")),
    allow(dead_code, reason = "only servers are reached over a network")
)]
pub(crate) struct Tls {
    pub mode: Option<TlsMode>,
    pub root: Option<PathBuf>,
    pub client: Option<(PathBuf, PathBuf)>,
}

/// How connections to a server are encrypted. See [`DbBuilder::tls`](crate::DbBuilder::tls).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsMode {
    /// Not at all.
    Off,
    /// Encrypted, to whoever answers: it keeps out those who listen, and not those who pretend to be the server. With a root certificate,
    /// it is `VerifyCa`.
    Require,
    /// Encrypted, to a server whose certificate is signed by a known authority.
    VerifyCa,
    /// Encrypted, to a server whose certificate is signed by a known authority and names the host.
    VerifyFull,
}

type Asked = Pin<Box<dyn Future<Output = Result<String, Box<dyn StdError + Send + Sync>>> + Send>>;

/// Where the password of a new connection comes from.
#[cfg_attr(
    not(any(feature = "postgres", feature = "mysql")),
    allow(dead_code, reason = "only servers ask for it")
)]
#[derive(Clone)]
pub(crate) struct Password(Arc<dyn Fn() -> Asked + Send + Sync>);

impl Password {
    pub(crate) fn new<F, E>(ask: impl Fn() -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<String, E>> + Send + 'static,
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        Self(Arc::new(move || {
            let asked = ask();
            Box::pin(async move { asked.await.map_err(Into::into) })
        }))
    }

    /// The password of now, for a connection to this target.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(crate) async fn ask(&self, target: String) -> Result<String> {
        (self.0)()
            .await
            .map_err(|cause| Error::new(ErrorKind::Connect { target }).with_source(cause))
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Who listens to a pool's events.
#[derive(Clone)]
pub(crate) struct Heard(pub(crate) Listener);

impl fmt::Debug for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listener(…)")
    }
}
