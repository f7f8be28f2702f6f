//! A pool of connections to a server.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::timeout;

use super::{Lease, Replicated, Server, Watcher};
use crate::db::PoolConfig;
use crate::driver::PoolStats;
use crate::driver::pool::{Maker, Slots, Watch};
use crate::error::{DatabaseError, Error, Result};

/// How long statements get to end after they were cancelled because the pool closes.
const GRACE: Duration = Duration::from_secs(1);

/// A pool of connections to a server.
pub(in crate::driver) struct Pool<S: Server> {
    slots: Slots<Connector<S>>,
}

/// Makes connections to a server.
pub(in crate::driver) struct Connector<S> {
    pub(super) server: Arc<S>,
    limit: Duration,
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

/// A connection, with what the server calls it.
pub(in crate::driver) struct Pooled<S: Server> {
    pub(super) connection: S::Connection,
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

impl<S: Server> Maker for Connector<S> {
    type Connection = Pooled<S>;

    async fn make(&self) -> Result<Pooled<S>> {
        let limit = self.limit;
        let (connection, number) = match timeout(limit, self.server.connect()).await {
            Ok(result) => result?,
            Err(_) => return Err(self.silent(limit)),
        };
        let entry = Entry {
            number,
            open: Arc::clone(&self.open),
        };
        self.open.with(|open| open.insert(number));
        Ok(Pooled { connection, entry })
    }

    async fn is_alive(&self, pooled: &mut Pooled<S>) -> bool {
        S::ping(&mut pooled.connection).await
    }

    async fn close(pooled: Pooled<S>) {
        S::close(pooled.connection).await;
    }

    fn silent(&self, limit: Duration) -> Error {
        super::unreachable(self.server.target(), format!("no answer within {limit:?}"))
    }

    fn will_pass(&self, refusal: &Error) -> bool {
        std::error::Error::source(refusal)
            .and_then(|source| source.downcast_ref::<DatabaseError>())
            .and_then(DatabaseError::code)
            .is_some_and(S::will_pass)
    }
}

impl<S: Server> Pool<S> {
    /// Makes the pool, and as many connections as it shall have at least.
    pub(in crate::driver) async fn connect(
        server: S,
        config: &PoolConfig,
        watch: Arc<Watch>,
    ) -> Result<Self> {
        let connector = Connector {
            server: Arc::new(server),
            limit: config.connect_timeout,
            open: Arc::default(),
        };
        let slots = Slots::open(connector, config, watch).await?;
        Ok(Self { slots })
    }

    /// Makes the pool, and no connection before one is asked for.
    pub(in crate::driver) fn new(server: S, config: &PoolConfig, watch: Arc<Watch>) -> Self {
        let connector = Connector {
            server: Arc::new(server),
            limit: config.connect_timeout,
            open: Arc::default(),
        };
        let slots = Slots::new(connector, config, watch);
        Self { slots }
    }

    /// A connection that is in order: a free one, a new one, or the next to be given back.
    pub(in crate::driver) async fn lease(&self) -> Result<Lease<S>> {
        self.slots.get().await.map(Lease::new)
    }

    /// Whether it gives out no connections any more.
    #[cfg(feature = "postgres")]
    pub(in crate::driver) fn is_closed(&self) -> bool {
        self.slots.is_closed()
    }

    /// How long opening a connection may take.
    #[cfg(feature = "postgres")]
    pub(in crate::driver) fn connect_timeout(&self) -> Duration {
        self.slots.maker().limit
    }

    /// The server that the connections lead to.
    pub(in crate::driver) fn server(&self) -> &S {
        &self.slots.maker().server
    }

    pub(in crate::driver) fn watch(&self) -> &Arc<Watch> {
        self.slots.watch()
    }

    pub(in crate::driver) fn renew(&self) {
        self.slots.renew();
    }

    /// Who asks the server for its role.
    pub(in crate::driver) fn watcher(&self) -> Watcher<S>
    where
        S: Replicated,
    {
        Watcher::new(Arc::clone(&self.slots.maker().server))
    }

    pub(in crate::driver) fn target(&self) -> String {
        self.server().target()
    }

    pub(in crate::driver) fn stats(&self) -> PoolStats {
        self.slots.stats()
    }

    /// Refuses new leases, waits for those that are out, and closes the connections.
    pub(in crate::driver) async fn close(&self, limit: Duration) {
        let begun = std::time::Instant::now();
        self.slots.close(limit).await;
        if self.drained(limit.saturating_sub(begun.elapsed())).await {
            return;
        }
        let Connector { server, open, .. } = self.slots.maker();
        let busy: Vec<u64> = open.with(|open| open.iter().copied().collect());
        let _ = timeout(GRACE, server.cancel(&busy)).await;
        self.drained(GRACE).await;
    }

    /// Waits until no connection is left, not even one that is outside of the pool while its statement is cancelled.
    async fn drained(&self, limit: Duration) -> bool {
        let open = &self.slots.maker().open;
        let empty = async {
            while open.with(|open| !open.is_empty()) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(limit, empty).await.is_ok()
    }
}
