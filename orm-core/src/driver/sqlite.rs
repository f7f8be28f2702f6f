//! SQLite, through `rusqlite`.
//!
//! A statement runs on the calling thread when its history says that it is short, and on a thread of its own otherwise: a hop to
//! another thread costs several times what a query by key does, and a long query must not hold up the async runtime.

mod checkpoint;
mod connect;
mod decimal;
mod describe;
mod error;
mod foreign_key;
mod function;
mod history;
#[cfg(feature = "json")]
mod json;
mod lease;
mod load;
mod matcher;
mod replacer;
mod row;
mod run;
mod time;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

pub(super) use lease::Lease;

use crate::db::PoolConfig;
use crate::dialect::{self, Dialect};
use crate::driver::PoolStats;
use crate::driver::pool::{Maker, Slots, Watch};
use crate::error::{Error, Result};
use checkpoint::Checkpoint;
use connect::Options;
use history::History;
use run::{Connection, Shared};

/// How long statements get to end after they were stopped because the pool closes.
const GRACE: Duration = Duration::from_secs(1);

/// A pool of connections to one file, or to one database in memory.
pub(crate) struct Pool {
    slots: Slots<Opener>,
    shared: Arc<Shared>,
}

/// Opens connections.
pub(super) struct Opener {
    options: Arc<Options>,
    shared: Arc<Shared>,
}

impl Maker for Opener {
    type Connection = Connection;

    async fn make(&self) -> Result<Connection> {
        let options = Arc::clone(&self.options);
        let shared = Arc::clone(&self.shared);
        run::on_thread(move || options.open().map(|db| Connection::new(db, shared))).await?
    }

    async fn is_alive(&self, _: &mut Connection) -> bool {
        // A lease rolls back what it leaves open, and a file needs no ping.
        true
    }

    async fn close(_: Connection) {}

    fn silent(&self, limit: Duration) -> Error {
        self.options
            .failed(format!("it was not opened within {limit:?}"))
    }

    fn will_pass(&self, _: &Error) -> bool {
        false
    }
}

impl Pool {
    pub(super) async fn connect(url: &str, config: &PoolConfig, watch: Arc<Watch>) -> Result<Self> {
        let mut options = Options::parse(url)?;
        if let Some(limit) = config.lock_timeout {
            options.set_busy_timeout(limit);
        }
        let options = Arc::new(options);
        let opened = Arc::clone(&options);
        let connection = run::on_thread(move || opened.open()).await??;
        let shared = Arc::new(Shared {
            history: History::new(),
            checkpoint: Arc::new(Checkpoint::new(connection)),
            busy_timeout: options.busy_timeout(),
            closing: Arc::default(),
        });
        let opener = Opener {
            options,
            shared: Arc::clone(&shared),
        };
        let config = PoolConfig {
            // A connection to a file does not age, and needs no trial.
            max_lifetime: Duration::MAX,
            idle_check: Duration::MAX,
            ..config.clone()
        };
        let slots = Slots::open(opener, &config, watch).await?;
        Ok(Self { slots, shared })
    }

    pub(super) fn dialect(&self) -> &'static dyn Dialect {
        dialect::SQLITE
    }

    pub(super) async fn lease(&self) -> Result<Lease> {
        self.slots.get().await.map(Lease::new)
    }

    pub(super) fn watch(&self) -> &Arc<Watch> {
        self.slots.watch()
    }

    pub(super) fn renew(&self) {
        self.slots.renew();
    }

    pub(super) fn stats(&self) -> PoolStats {
        self.slots.stats()
    }

    pub(super) async fn close(&self, limit: Duration) {
        if !self.slots.close(limit).await {
            // What still runs is stopped.
            self.shared.closing.store(true, Ordering::Relaxed);
            self.slots.drained(GRACE).await;
        }
        self.shared.checkpoint.close();
    }
}
