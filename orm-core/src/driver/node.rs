//! What a server says of itself as one of several: its role, how far it has come, and from when on it has what was written elsewhere.

mod position;

pub(crate) use position::Position;

use std::time::Duration;

use super::url::{self, Scheme};
use super::{Lease, Pool};
use crate::error::{Error, Result};

/// What a server says of itself.
#[cfg_attr(
    not(any(feature = "postgres", feature = "mysql")),
    allow(dead_code, reason = "only servers have replicas")
)]
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Whether it takes writes of its own, rather than repeat another server's.
    pub primary: bool,
    /// What is the same on a primary and on its replicas, and on nothing else; `None` where servers have no such number.
    pub system: Option<u64>,
    /// How often a replica has become the primary before this primary; 0 where servers do not count it.
    pub timeline: u32,
    /// How far it has written, or repeated what was written; `None` where that cannot be known.
    pub position: Option<Position>,
    /// For how long it has repeated nothing, which is no lag where nothing was written.
    pub quiet: Option<Duration>,
}

/// A connection beside the pool that asks a server for its facts, so that a full pool hides nothing.
pub(crate) struct Watcher(Asked);

enum Asked {
    #[cfg(feature = "postgres")]
    Postgres(super::server::Watcher<super::postgres::PostgresServer>),
    #[cfg(feature = "mysql")]
    Mysql(super::server::Watcher<super::mysql::MysqlServer>),
    #[cfg(not(any(feature = "postgres", feature = "mysql")))]
    #[allow(dead_code, reason = "without servers, nobody is asked")]
    None(std::convert::Infallible),
}

impl Watcher {
    /// What the server says; `None` when it says nothing for so long.
    pub(crate) async fn look(&mut self, limit: Duration) -> Result<Option<Facts>> {
        match &mut self.0 {
            #[cfg(feature = "postgres")]
            Asked::Postgres(watcher) => watcher.look(limit).await,
            #[cfg(feature = "mysql")]
            Asked::Mysql(watcher) => watcher.look(limit).await,
            #[cfg(not(any(feature = "postgres", feature = "mysql")))]
            Asked::None(never) => {
                let _ = limit;
                match *never {}
            }
        }
    }
}

/// Refuses what the database of these URLs has not, before anything is opened.
pub(crate) fn check_replicas(primary: &str, replicas: &[String], lag_in_bytes: bool) -> Result<()> {
    let scheme = url::scheme(primary)?;
    match scheme {
        Scheme::Sqlite => return Err(no_replicas("SQLite")),
        Scheme::Mysql if lag_in_bytes => {
            return Err(Error::unsupported(
                "a limit in bytes for how far a replica may be behind (use `max_lag`)",
                "MySQL",
            ));
        }
        Scheme::Mysql | Scheme::Postgres => {}
    }
    for replica in replicas {
        if url::scheme(replica)? != scheme {
            return Err(url::configuration(
                "a replica's URL names another kind of database than the primary's",
            ));
        }
    }
    Ok(())
}

fn no_replicas(backend: &'static str) -> Error {
    Error::unsupported("reading from replicas", backend)
}

impl Pool {
    /// Makes a pool for the database that the URL names, and no connection yet.
    pub(crate) fn open(text: &str, config: &crate::db::PoolConfig) -> Result<Self> {
        let scheme = url::scheme(text)?;
        #[cfg(any(feature = "postgres", feature = "mysql"))]
        let watch = std::sync::Arc::new(super::pool::Watch::new(
            config.listener.clone().map(|l| l.0),
        ));
        #[cfg(not(any(feature = "postgres", feature = "mysql")))]
        let _ = config;
        match scheme {
            #[cfg(feature = "postgres")]
            Scheme::Postgres => {
                super::postgres::Pool::open(text, config, watch).map(Self::Postgres)
            }
            #[cfg(feature = "mysql")]
            Scheme::Mysql => super::mysql::Pool::open(text, config, watch).map(Self::Mysql),
            Scheme::Sqlite => Err(no_replicas("SQLite")),
            #[allow(
                unreachable_patterns,
                reason = "with every feature on, each scheme has its arm"
            )]
            scheme => Err(url::not_compiled_in(scheme)),
        }
    }

    /// Who asks the server for its facts.
    pub(crate) fn watcher(&self) -> Option<Watcher> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(pool) => Some(Watcher(Asked::Postgres(pool.watcher()))),
            #[cfg(feature = "mysql")]
            Self::Mysql(pool) => Some(Watcher(Asked::Mysql(pool.watcher()))),
            #[allow(unreachable_patterns, reason = "other databases are no servers")]
            _ => None,
        }
    }

    /// The server in a reader's words, without credentials.
    pub(crate) fn target(&self) -> String {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(pool) => pool.target(),
            #[cfg(feature = "mysql")]
            Self::Mysql(pool) => pool.target(),
            #[allow(unreachable_patterns, reason = "other databases are no servers")]
            _ => String::new(),
        }
    }
}

impl Lease {
    /// How far a primary has written; nothing on a database that is a single one by nature.
    pub(crate) async fn position(&mut self) -> Result<Position> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(lease) => lease.position().await,
            #[cfg(feature = "mysql")]
            Self::Mysql(lease) => lease.position().await,
            #[allow(unreachable_patterns, reason = "other databases are no servers")]
            _ => Ok(Position::default()),
        }
    }

    /// Waits until a replica has repeated what was written up to a position, no longer than `limit`.
    pub(crate) async fn reach(&mut self, position: &Position, limit: Duration) -> Result<bool> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(lease) => lease.reach(position, limit).await,
            #[cfg(feature = "mysql")]
            Self::Mysql(lease) => lease.reach(position, limit).await,
            #[allow(unreachable_patterns, reason = "other databases are no servers")]
            _ => {
                let _ = (position, limit);
                Ok(true)
            }
        }
    }
}
