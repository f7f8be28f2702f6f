//! What happens to a pool's connections: counted, and told to whoever listens.

use std::fmt;
use std::panic::Location;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use crate::error::Error;

/// How a pool stands, and what has happened to it since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct PoolStats {
    /// Connections at most.
    pub max: usize,
    /// Connections that are kept open even when nobody uses them.
    pub min: usize,
    /// Connections that are open, or being opened.
    pub total: usize,
    /// Connections that nobody uses.
    pub idle: usize,
    /// Connections that somebody uses.
    pub in_use: usize,
    /// Callers that wait for a connection.
    pub waiting: usize,
    /// How often a connection was not free at once.
    pub waited: u64,
    /// How often none became free in time.
    pub timeouts: u64,
    /// Connections that were opened.
    pub created: u64,
    /// Connections that were closed, for whatever reason.
    pub closed: u64,
    /// How often the database could not be reached, or refused.
    pub failures: u64,
    /// Statements that were stopped because their time was up.
    pub cancelled: u64,
    /// Reads that were sent again because their connection was lost.
    pub retried_reads: u64,
    /// Transactions that were run again.
    pub retried_transactions: u64,
}

/// What happens to a pool. See [`DbBuilder::on_pool_event`](crate::DbBuilder::on_pool_event).
#[derive(Debug)]
#[non_exhaustive]
pub enum PoolEvent<'e> {
    /// A connection was opened.
    Connected {
        /// How long that took.
        took: Duration,
    },
    /// The database could not be reached, or refused.
    ConnectFailed {
        /// Why; the target is named without credentials.
        error: &'e Error,
    },
    /// A connection was closed.
    Closed {
        /// Why.
        reason: CloseReason,
        /// How old it was.
        age: Duration,
    },
    /// A caller has waited for a connection for longer than
    /// [`DbBuilder::warn_after_waiting`](crate::DbBuilder::warn_after_waiting), and has got it.
    WaitedLong {
        /// How long it has waited.
        waited: Duration,
    },
    /// A caller has waited for a connection, and has got none.
    TimedOut {
        /// How long it has waited.
        waited: Duration,
        /// Connections in use at that time.
        in_use: usize,
    },
    /// A transaction, or a connection that is held, was not given back for longer than
    /// [`DbBuilder::warn_after_holding`](crate::DbBuilder::warn_after_holding). It is told once of each.
    Leaked {
        /// Where it was begun.
        caller: &'static Location<'static>,
        /// How long it has had the connection.
        held: Duration,
    },
    /// A statement was stopped because its time was up.
    StatementCancelled {
        /// The time that it had.
        limit: Duration,
    },
    /// A read is sent again, since its connection was lost.
    ReadRetried {
        /// How the connection was lost.
        error: &'e Error,
    },
    /// A transaction is run again.
    TransactionRetried {
        /// The run that failed: 1 is the first.
        attempt: u32,
        /// After which pause it is run again.
        pause: Duration,
    },
}

/// Why a connection was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CloseReason {
    /// Nobody has used it for a while.
    Idle,
    /// It has grown old.
    Lifetime,
    /// It did not answer when it was tried before its use.
    Dead,
    /// It was lost in use.
    Lost,
    /// A future was dropped while a statement ran on it.
    Abandoned,
    /// Its session had a state of its own.
    Held,
    /// It was opened with a password or to a server that are not current any more.
    Outdated,
    /// The pool was closed.
    Shutdown,
}

impl fmt::Display for CloseReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Idle => "nobody has used it",
            Self::Lifetime => "it has grown old",
            Self::Dead => "it did not answer",
            Self::Lost => "it was lost",
            Self::Abandoned => "its statement was abandoned",
            Self::Held => "its session had a state of its own",
            Self::Outdated => "it is out of date",
            Self::Shutdown => "the pool was closed",
        })
    }
}

/// Who listens to a pool's events.
pub(crate) type Listener = Arc<dyn Fn(&PoolEvent<'_>) + Send + Sync>;

/// Who takes the times of a pool's connections.
pub(crate) trait Times: Send + Sync {
    /// How long it took to open one.
    fn created(&self, took: Duration);

    /// How long a caller waited until it had one, which may have been opened for it.
    fn lent(&self, waited: Duration);

    /// How long a caller had one.
    fn used(&self, time: Duration);
}

/// Counts what happens, and tells it.
#[derive(Default)]
pub(crate) struct Watch {
    listener: Option<Listener>,
    /// Whether anybody takes times. Otherwise no clock is looked at.
    timed: AtomicBool,
    times: RwLock<Vec<Box<dyn Times>>>,
    waited: AtomicU64,
    timeouts: AtomicU64,
    created: AtomicU64,
    closed: AtomicU64,
    failures: AtomicU64,
    cancelled: AtomicU64,
    retried_reads: AtomicU64,
    retried_transactions: AtomicU64,
}

impl Watch {
    pub(crate) fn new(listener: Option<Listener>) -> Self {
        Self {
            listener,
            ..Self::default()
        }
    }

    /// Whether anybody listens.
    pub(crate) fn is_heard(&self) -> bool {
        self.listener.is_some()
    }

    /// Counts an event, and tells it.
    pub(crate) fn note(&self, event: &PoolEvent<'_>) {
        let counter = match event {
            PoolEvent::Connected { .. } => Some(&self.created),
            PoolEvent::ConnectFailed { .. } => Some(&self.failures),
            PoolEvent::Closed { .. } => Some(&self.closed),
            PoolEvent::TimedOut { .. } => Some(&self.timeouts),
            PoolEvent::StatementCancelled { .. } => Some(&self.cancelled),
            PoolEvent::ReadRetried { .. } => Some(&self.retried_reads),
            PoolEvent::TransactionRetried { .. } => Some(&self.retried_transactions),
            PoolEvent::WaitedLong { .. } | PoolEvent::Leaked { .. } => None,
        };
        if let Some(counter) = counter {
            counter.fetch_add(1, Ordering::Relaxed);
        }
        if let PoolEvent::Connected { took } = event {
            self.time(|times| times.created(*took));
        }
        if let Some(listener) = &self.listener {
            listener(event);
        }
    }

    /// Lets somebody take times from now on.
    #[cfg(feature = "otel")]
    pub(crate) fn take_times(&self, times: Box<dyn Times>) {
        let mut all = self.times.write().unwrap_or_else(PoisonError::into_inner);
        all.push(times);
        self.timed.store(true, Ordering::Release);
    }

    /// The time, if anybody takes it.
    pub(super) fn clock(&self) -> Option<Instant> {
        self.timed.load(Ordering::Acquire).then(Instant::now)
    }

    pub(super) fn time(&self, tell: impl Fn(&dyn Times)) {
        if self.timed.load(Ordering::Acquire) {
            let all = self.times.read().unwrap_or_else(PoisonError::into_inner);
            all.iter().for_each(|times| tell(times.as_ref()));
        }
    }

    /// Counts a wait.
    pub(super) fn waited(&self) {
        self.waited.fetch_add(1, Ordering::Relaxed);
    }

    /// Puts what was counted into what is told.
    pub(super) fn fill(&self, stats: &mut PoolStats) {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        stats.waited = read(&self.waited);
        stats.timeouts = read(&self.timeouts);
        stats.created = read(&self.created);
        stats.closed = read(&self.closed);
        stats.failures = read(&self.failures);
        stats.cancelled = read(&self.cancelled);
        stats.retried_reads = read(&self.retried_reads);
        stats.retried_transactions = read(&self.retried_transactions);
    }
}
