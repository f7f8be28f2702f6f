//! One server: its pool, and what is known of it.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::health::{Health, Sign};
use super::lag::Lag;
use super::roles::{NodeRole, Said};
use crate::driver::{Facts, Pool, PoolStats, Position};
use crate::error::{Error, ErrorKind};

pub(super) struct Node {
    pub(super) pool: Arc<Pool>,
    pub(super) target: String,
    seen: Mutex<Seen>,
    /// Reads under way.
    reading: AtomicUsize,
    reads: AtomicU64,
    failures: AtomicU64,
    /// Grows when the node does not answer any more, so that what waits for it waits no longer.
    left_out: watch::Sender<u64>,
}

/// What is known of a node.
pub(super) struct Seen {
    pub(super) health: Health,
    pub(super) role: NodeRole,
    /// Its role when it was last known.
    pub(super) last_role: NodeRole,
    pub(super) said: Option<Said>,
    pub(super) position: Option<Position>,
    pub(super) quiet: Option<Duration>,
    pub(super) lag: Option<Lag>,
    /// When it answered last.
    pub(super) at: Option<Instant>,
    /// When the last look began that has ended.
    pub(super) asked: Option<Instant>,
}

/// Whether a node is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NodeHealth {
    /// It answers.
    Up,
    /// It answers again, and is tried by one read at a time.
    HalfOpen,
    /// It does not answer, and is left out until it does.
    Down,
}

/// How one server stands. See [`Db::nodes`](crate::Db::nodes).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodeStats {
    /// Host, port and database, without credentials.
    pub target: String,
    /// What it is to the others.
    pub role: NodeRole,
    /// Whether it is used.
    pub health: NodeHealth,
    /// How far it is behind the primary in the units of the database: bytes of the log, or transactions.
    pub lag_amount: Option<u64>,
    /// For how long it has been behind; `None` when that is not known.
    pub lag: Option<Duration>,
    /// Reads that it works on for handles of [`Db::read`](crate::Db::read).
    pub reading: usize,
    /// Reads that it was chosen for.
    pub reads: u64,
    /// Reads that went elsewhere because they failed here.
    pub failures: u64,
    /// Its pool.
    pub pool: PoolStats,
}

/// A read under way.
pub(super) struct Reading<'n>(&'n AtomicUsize);

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Node {
    pub(super) fn new(pool: Arc<Pool>) -> Self {
        Self {
            target: pool.target(),
            pool,
            seen: Mutex::new(Seen {
                health: Health::unknown(),
                role: NodeRole::Unknown,
                last_role: NodeRole::Unknown,
                said: None,
                position: None,
                quiet: None,
                lag: None,
                at: None,
                asked: None,
            }),
            reading: AtomicUsize::new(0),
            reads: AtomicU64::new(0),
            failures: AtomicU64::new(0),
            left_out: watch::Sender::new(0),
        }
    }

    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a read until the guard goes.
    pub(super) fn enter(&self) -> Reading<'_> {
        self.reading.fetch_add(1, Ordering::AcqRel);
        self.reads.fetch_add(1, Ordering::Relaxed);
        Reading(&self.reading)
    }

    pub(super) fn reading(&self) -> usize {
        self.reading.load(Ordering::Acquire)
    }

    pub(super) fn left_out(&self) -> watch::Receiver<u64> {
        self.left_out.subscribe()
    }

    /// Notes that a statement was carried out.
    pub(super) fn served(&self) {
        let mut seen = self.seen();
        if !seen.health.is_perfect() {
            seen.health.note(Sign::Good, Instant::now());
        }
    }

    /// Notes that a read failed here and goes elsewhere.
    pub(super) fn failed(&self, error: &Error) {
        self.failures.fetch_add(1, Ordering::Relaxed);
        let sign = match error.kind() {
            ErrorKind::Connect { .. } => Sign::Refused,
            ErrorKind::ConnectionLost => Sign::Bad,
            // It works, and only this read was in its way.
            _ => return,
        };
        self.seen().health.note(sign, Instant::now());
    }

    /// Notes what the node said, or that it said nothing.
    pub(super) fn looked(&self, began: Instant, now: Instant, said: Result<Facts, Sign>) {
        let mut seen = self.seen();
        seen.asked = Some(began);
        match said {
            Ok(facts) => {
                seen.health.note(Sign::Good, now);
                seen.at = Some(now);
                seen.said = Some(Said {
                    primary: facts.primary,
                    system: facts.system,
                    timeline: facts.timeline,
                });
                seen.quiet = facts.quiet;
                seen.position = facts.position;
            }
            Err(sign) => {
                let gone = seen.health.note(sign, now);
                if seen.health.is_down() {
                    seen.said = None;
                    seen.lag = None;
                }
                drop(seen);
                if gone {
                    self.left_out.send_modify(|outages| *outages += 1);
                }
            }
        }
    }

    /// Notes that it has repeated as much as this, found on the way.
    pub(super) fn reached(&self, position: &Position) {
        let mut seen = self.seen();
        seen.position = Some(seen.position.take().unwrap_or_default().and(position));
    }

    pub(super) fn stats(&self) -> NodeStats {
        let seen = self.seen();
        let health = match &seen.health {
            health if health.is_up() => NodeHealth::Up,
            health if health.is_tried() => NodeHealth::HalfOpen,
            _ => NodeHealth::Down,
        };
        NodeStats {
            target: self.target.clone(),
            role: seen.role,
            health,
            lag_amount: seen.lag.map(|lag| lag.amount),
            lag: seen.lag.and_then(|lag| lag.time),
            reading: self.reading(),
            reads: self.reads.load(Ordering::Relaxed),
            failures: self.failures.load(Ordering::Relaxed),
            pool: self.pool.stats(),
        }
    }
}
