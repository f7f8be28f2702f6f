//! The connections of one pool: as many as it may have, lent one by one, in the order in which they are asked for.
//!
//! A semaphore bounds the connections that are lent; those that are not lie in a list, the one that was used last on top. So a
//! connection that is free costs an atomic operation and a lock that nobody holds for long.

use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, TryAcquireError};
use tokio::time::timeout;

use super::chance;
use super::event::{CloseReason, PoolEvent, PoolStats, Watch};
use super::slot::Slot;
use super::upkeep;
use crate::db::PoolConfig;
use crate::error::{Error, ErrorKind, Result};

/// Makes connections, and judges those that were not used for a while.
pub(in crate::driver) trait Maker: Send + Sync + 'static {
    type Connection: Send + 'static;

    fn make(&self) -> impl Future<Output = Result<Self::Connection>> + Send;

    /// Asks a connection for a sign of life, where it may have died unseen.
    fn is_alive(&self, connection: &mut Self::Connection) -> impl Future<Output = bool> + Send;

    /// Takes leave, where that is usual.
    fn close(connection: Self::Connection) -> impl Future<Output = ()> + Send;

    /// The error when no connection was made in time.
    fn silent(&self, limit: Duration) -> Error;

    /// Whether the refusal is likely to pass: the server is starting, or has too many connections.
    fn will_pass(&self, refusal: &Error) -> bool;
}

/// The connections of one pool.
pub(in crate::driver) struct Slots<M: Maker>(Arc<Inner<M>>);

pub(super) struct Inner<M: Maker> {
    pub(super) maker: M,
    pub(super) config: PoolConfig,
    pub(super) watch: Arc<Watch>,
    /// The connections that may still be lent.
    pub(super) free: Semaphore,
    pub(super) state: Mutex<State<M::Connection>>,
    waiting: AtomicUsize,
    /// Connections of an earlier generation are tried before they are used: another one was lost.
    pub(super) generation: AtomicU64,
    /// Connections that were opened before this change are replaced.
    epoch: AtomicU64,
    /// Why no connection could be made the last time.
    refusal: Mutex<Option<String>>,
}

pub(super) struct State<C> {
    /// On the heap, since they are handed on again and again.
    #[allow(
        clippy::vec_box,
        reason = "they move between the list and those who use them"
    )]
    pub(super) idle: Vec<Box<Kept<C>>>,
    /// Connections that are lent, idle or being made.
    pub(super) total: usize,
    pub(super) closed: bool,
    /// Those that are watched because they may be kept for long.
    pub(super) long: BTreeMap<u64, Long>,
    pub(super) next_long: u64,
}

/// A connection that may be kept for long.
pub(super) struct Long {
    pub(super) since: Instant,
    pub(super) caller: &'static Location<'static>,
    pub(super) told: bool,
}

/// A connection, with what is known of it.
pub(super) struct Kept<C> {
    pub(super) connection: C,
    pub(super) born: Instant,
    pub(super) deadline: Instant,
    pub(super) idle_since: Instant,
    pub(super) generation: u64,
    epoch: u64,
}

impl<M: Maker> Inner<M> {
    pub(super) fn state(&self) -> MutexGuard<'_, State<M::Connection>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn refusal(&self) -> MutexGuard<'_, Option<String>> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn max(&self) -> usize {
        self.config.max_connections
    }

    fn stats(&self) -> PoolStats {
        let (total, idle) = {
            let state = self.state();
            (state.total, state.idle.len())
        };
        let mut stats = PoolStats {
            max: self.max(),
            min: self.config.min_connections.min(self.max()),
            total,
            idle,
            in_use: total - idle,
            waiting: self.waiting.load(Ordering::Relaxed),
            ..PoolStats::default()
        };
        self.watch.fill(&mut stats);
        stats
    }

    pub(super) fn closed(&self, reason: CloseReason, born: Instant) {
        let age = born.elapsed();
        self.watch.note(&PoolEvent::Closed { reason, age });
    }

    /// Waits for its turn.
    async fn wait(&self) -> Result<()> {
        struct Waiting<'w>(&'w AtomicUsize);
        impl Drop for Waiting<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::Relaxed);
            }
        }
        self.watch.waited();
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waiting = Waiting(&self.waiting);
        let begun = Instant::now();
        match timeout(self.config.acquire_timeout, self.free.acquire()).await {
            Ok(Ok(permit)) => {
                permit.forget();
                let waited = begun.elapsed();
                if waited >= self.config.warn_after_waiting {
                    self.watch.note(&PoolEvent::WaitedLong { waited });
                }
                Ok(())
            }
            Ok(Err(_)) => Err(Error::new(ErrorKind::PoolClosed)),
            Err(_) => {
                let (in_use, waited) = (self.stats().in_use, begun.elapsed());
                self.watch.note(&PoolEvent::TimedOut { waited, in_use });
                let error = Error::new(ErrorKind::AcquireTimeout { in_use, waited });
                Err(match &*self.refusal() {
                    Some(refusal) => error.with_source(refusal.clone()),
                    None => error,
                })
            }
        }
    }

    /// Makes a connection, again and again where the refusal is likely to pass.
    pub(super) async fn make(&self, patience: Duration) -> Result<Box<Kept<M::Connection>>> {
        let begun = Instant::now();
        let mut attempt = 0;
        loop {
            let (born, generation, epoch) = (
                Instant::now(),
                self.generation.load(Ordering::Relaxed),
                self.epoch.load(Ordering::Relaxed),
            );
            match self.maker.make().await {
                Ok(connection) => {
                    *self.refusal() = None;
                    let now = Instant::now();
                    let took = now - born;
                    self.watch.note(&PoolEvent::Connected { took });
                    return Ok(Box::new(Kept {
                        connection,
                        born: now,
                        deadline: later(now, lifetime(self.config.max_lifetime)),
                        idle_since: now,
                        generation,
                        epoch,
                    }));
                }
                Err(error) => {
                    self.watch.note(&PoolEvent::ConnectFailed { error: &error });
                    *self.refusal() = Some(error.to_string());
                    attempt += 1;
                    let pause = chance::pause(Duration::from_millis(50), attempt);
                    if !self.maker.will_pass(&error)
                        || begun.elapsed() + pause >= patience
                        || self.free.is_closed()
                    {
                        return Err(error);
                    }
                    tokio::time::sleep(pause).await;
                }
            }
        }
    }

    /// Whether a connection from the list can be used.
    async fn judge(&self, kept: &mut Kept<M::Connection>) -> Result<(), CloseReason> {
        let now = Instant::now();
        if now >= kept.deadline {
            return Err(CloseReason::Lifetime);
        }
        if kept.epoch != self.epoch.load(Ordering::Relaxed) {
            return Err(CloseReason::Outdated);
        }
        let generation = self.generation.load(Ordering::Relaxed);
        if kept.generation == generation
            && now.saturating_duration_since(kept.idle_since) <= self.config.idle_check
        {
            return Ok(());
        }
        let alive = self.maker.is_alive(&mut kept.connection);
        if !timeout(self.config.ping_timeout, alive)
            .await
            .unwrap_or(false)
        {
            return Err(CloseReason::Dead);
        }
        kept.generation = generation;
        Ok(())
    }
}

/// A tenth of the time is left to chance, so that connections that were opened together are not closed together.
fn lifetime(limit: Duration) -> Duration {
    limit - (limit / 10_000) * u32::from(chance::below(1000))
}

/// A time that a clock can tell, however long the duration is.
fn later(now: Instant, duration: Duration) -> Instant {
    const LONG: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 30);
    now + duration.min(LONG)
}

impl<M: Maker> Slots<M> {
    /// A pool without connections, and its upkeep.
    pub(in crate::driver) fn new(maker: M, config: &PoolConfig, watch: Arc<Watch>) -> Self {
        let inner = Arc::new(Inner {
            maker,
            watch,
            free: Semaphore::new(config.max_connections),
            state: Mutex::new(State {
                idle: Vec::new(),
                total: 0,
                closed: false,
                long: BTreeMap::new(),
                next_long: 0,
            }),
            waiting: AtomicUsize::new(0),
            generation: AtomicU64::new(0),
            epoch: AtomicU64::new(0),
            refusal: Mutex::new(None),
            config: config.clone(),
        });
        upkeep::start(&inner);
        Self(inner)
    }

    /// A pool with as many connections as it shall have at least, and one in any case, so that a wrong address is an error now.
    pub(in crate::driver) async fn open(
        maker: M,
        config: &PoolConfig,
        watch: Arc<Watch>,
    ) -> Result<Self> {
        let slots = Self::new(maker, config, watch);
        // However little patience callers will have.
        let first = slots.0.make(slots.0.config.connect_timeout).await?;
        {
            let mut state = slots.0.state();
            state.total += 1;
            state.idle.push(first);
        }
        slots.0.open_what_is_missing().await;
        Ok(slots)
    }

    /// A connection that is in order: a free one, a new one, or the next to be given back.
    pub(in crate::driver) async fn get(&self) -> Result<Slot<M>> {
        let begun = self.0.watch.clock();
        let mut slot = self.obtain().await?;
        if let Some(begun) = begun {
            let now = Instant::now();
            self.0.watch.time(|times| times.lent(now - begun));
            slot.lent = Some(now);
        }
        Ok(slot)
    }

    async fn obtain(&self) -> Result<Slot<M>> {
        let inner = &self.0;
        let mut begun = None;
        match inner.free.try_acquire() {
            Ok(permit) => permit.forget(),
            Err(TryAcquireError::Closed) => return Err(Error::new(ErrorKind::PoolClosed)),
            Err(TryAcquireError::NoPermits) => {
                begun = Some(Instant::now());
                inner.wait().await?;
            }
        }
        let mut slot = Slot {
            inner: Arc::clone(inner),
            kept: None,
            counted: false,
            long: None,
            lent: None,
        };
        loop {
            {
                let mut state = inner.state();
                slot.kept = state.idle.pop();
                if slot.kept.is_none() {
                    state.total += 1;
                }
                slot.counted = true;
            }
            let Some(kept) = &mut slot.kept else {
                // Counted already, so that nobody else makes one too many.
                return slot.filled(begun).await;
            };
            match inner.judge(kept).await {
                Ok(()) => return Ok(slot),
                Err(reason) => slot.replace(reason),
            }
        }
    }

    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(in crate::driver) fn maker(&self) -> &M {
        &self.0.maker
    }

    pub(in crate::driver) fn watch(&self) -> &Arc<Watch> {
        &self.0.watch
    }

    pub(in crate::driver) fn stats(&self) -> PoolStats {
        self.0.stats()
    }

    /// Whether it gives out no connections any more.
    #[cfg(feature = "postgres")]
    pub(in crate::driver) fn is_closed(&self) -> bool {
        self.0.free.is_closed()
    }

    /// Replaces the connections that are open now, each when it is not in use.
    pub(in crate::driver) fn renew(&self) {
        self.0.epoch.fetch_add(1, Ordering::Relaxed);
        let idle = self.0.take_idle(|_| true);
        for kept in idle {
            self.0.closed(CloseReason::Outdated, kept.born);
            if let Ok(runtime) = tokio::runtime::Handle::try_current() {
                runtime.spawn(timeout(
                    self.0.config.ping_timeout,
                    M::close(kept.connection),
                ));
            }
        }
    }

    /// Refuses new leases, closes what is idle, and waits until the others are given back, no longer than `limit`. Whether they were.
    pub(in crate::driver) async fn close(&self, limit: Duration) -> bool {
        let begun = Instant::now();
        self.0.free.close();
        self.0.state().closed = true;
        let idle = self.0.take_idle(|_| true);
        let leave = async {
            for kept in idle {
                self.0.closed(CloseReason::Shutdown, kept.born);
                let _ = timeout(self.0.config.ping_timeout, M::close(kept.connection)).await;
            }
        };
        let _ = timeout(limit, leave).await;
        self.drained(limit.saturating_sub(begun.elapsed())).await
    }

    /// Waits until no connection is lent.
    pub(in crate::driver) async fn drained(&self, limit: Duration) -> bool {
        let empty = async {
            while self.0.state().total > 0 {
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        };
        timeout(limit, empty).await.is_ok()
    }
}

impl<M: Maker> Inner<M> {
    /// Takes idle connections out of the pool.
    pub(super) fn take_idle(
        &self,
        mut which: impl FnMut(&Kept<M::Connection>) -> bool,
    ) -> Vec<Box<Kept<M::Connection>>> {
        let mut state = self.state();
        let taken: Vec<_> = state.idle.extract_if(.., |kept| which(kept)).collect();
        state.total -= taken.len();
        taken
    }
}
