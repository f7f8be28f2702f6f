//! The nodes together.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, Semaphore, SemaphorePermit, watch};
use tokio::time::timeout;

use super::builder::ReplicaConfig;
use super::choice::Candidate;
use super::health::Sign;
use super::lag::History;
use super::node::{Node, NodeStats};
use super::roles::{NodeRole, Roles, Said};
use crate::db::PoolConfig;
use crate::driver::{Facts, Lease, Pool, Position};
use crate::error::{Error, ErrorKind, Result};
use crate::observe::Target;

/// How long a node may take to say how it stands.
pub(super) const LOOK: Duration = Duration::from_secs(1);
/// How long a statement waits for the roles to be found out again.
const DETECT: Duration = Duration::from_secs(2);

/// A primary and its replicas. The first node is the one that the program calls its primary; another may have become it.
pub(crate) struct Cluster {
    pub(super) nodes: Vec<Node>,
    /// The nodes, as those who watch statements name them.
    targets: Vec<Target>,
    state: Mutex<State>,
    pub(super) config: ReplicaConfig,
    /// Reads that the primary takes over.
    fallback: Semaphore,
    acquire_timeout: Duration,
    pub(super) turn: AtomicUsize,
    /// Asks those who watch to look now.
    pub(super) wake: watch::Sender<u64>,
    pub(super) stopped: AtomicBool,
    /// Whether a node has refused a write, so that the roles have to be found out before the next one.
    suspected: AtomicBool,
    looked: Notify,
}

#[derive(Default)]
struct State {
    roles: Roles,
    history: History,
}

impl Cluster {
    /// Begins to watch the nodes, and waits until each of them was looked at once.
    pub(super) async fn start(
        pools: Vec<Arc<Pool>>,
        targets: Vec<Target>,
        mut config: ReplicaConfig,
        pool: &PoolConfig,
    ) -> Arc<Self> {
        // A limit is worth as much as what is known is new.
        if let Some(limit) = config.limits.time {
            let often = (limit / 2).max(Duration::from_millis(50));
            config.every = config.every.min(often);
        }
        let most = pools.first().map_or(1, |pool| pool.stats().max);
        let fallback = config.fallback.unwrap_or(most / 2).max(1);
        let cluster = Arc::new(Self {
            nodes: pools.into_iter().map(Node::new).collect(),
            targets,
            state: Mutex::default(),
            config,
            fallback: Semaphore::new(fallback.min(Semaphore::MAX_PERMITS)),
            acquire_timeout: pool.acquire_timeout,
            turn: AtomicUsize::new(0),
            wake: watch::Sender::new(0),
            stopped: AtomicBool::new(false),
            suspected: AtomicBool::new(false),
            looked: Notify::new(),
        });
        super::watch::begin(&cluster);
        cluster.detect().await;
        cluster
    }

    /// Refuses limits that the servers cannot be measured by.
    pub(super) fn check_limits(&self, backend: &'static str) -> Result<()> {
        let limits = self.config.limits;
        let unmeasured = self.nodes.iter().any(|node| {
            let seen = node.seen();
            seen.said.is_some_and(|said| said.primary) && seen.position.is_none()
        });
        if unmeasured && (limits.time.is_some() || limits.amount.is_some()) {
            let feature = "a limit for the lag of replicas without GTIDs and a binary log";
            return Err(Error::unsupported(feature, backend));
        }
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what a node said, or that it said nothing.
    pub(super) fn looked(&self, at: usize, began: Instant, said: Result<Facts, Sign>) {
        let now = Instant::now();
        let mut state = self.state();
        let answered = said.is_ok();
        self.nodes[at].looked(began, now, said);
        // Who takes writes beside the primary is known only when that one was asked.
        if self.nodes[0].seen().asked.is_none() {
            return;
        }
        let words: Vec<Option<Said>> = self.nodes.iter().map(|node| node.seen().said).collect();
        let writer = state.roles.writer;
        let roles = state.roles.decide(&words);
        if writer != state.roles.writer {
            state.history.clear();
        }
        for (node, role) in self.nodes.iter().zip(roles) {
            let mut seen = node.seen();
            seen.role = role;
            if role == NodeRole::Unknown || role == seen.last_role {
                continue;
            }
            // Its connections were opened to something else.
            let known = std::mem::replace(&mut seen.last_role, role) != NodeRole::Unknown;
            drop(seen);
            if known {
                node.pool.renew();
            }
        }
        if answered {
            self.measure(&mut state, at, now);
        }
        drop(state);
        self.looked.notify_waiters();
    }

    fn measure(&self, state: &mut State, at: usize, now: Instant) {
        let mut seen = self.nodes[at].seen();
        seen.lag = match (&seen.role, &seen.position) {
            (NodeRole::Primary, Some(position)) => {
                state.history.note(now, position.clone());
                None
            }
            (NodeRole::Replica, Some(position)) => state
                .history
                .last()
                .is_some()
                .then(|| state.history.lag(position, seen.quiet, now)),
            _ => None,
        };
    }

    /// Finds out the roles again, and waits for it a short while.
    pub(super) async fn detect(&self) {
        let since = Instant::now();
        self.wake();
        let all = async {
            loop {
                let looked = self.looked.notified();
                let asked = |node: &Node| node.seen().asked.is_some_and(|asked| asked >= since);
                if self.nodes.iter().all(asked) {
                    return;
                }
                looked.await;
            }
        };
        // Whoever does not answer is not waited for.
        let _ = timeout(DETECT, all).await;
    }

    /// Asks those who watch to look now.
    pub(super) fn wake(&self) {
        self.wake.send_modify(|times| *times += 1);
    }

    /// The node that takes the writes, if it can.
    pub(super) fn writer(&self) -> Result<usize> {
        let writer = self.state().roles.writer;
        match writer {
            Some(at) if !self.nodes[at].seen().health.is_down() => Ok(at),
            writer => Err(self.no_writer(writer)),
        }
    }

    #[cold]
    fn no_writer(&self, writer: Option<usize>) -> Error {
        let refused = |node: &&Node| node.seen().role == NodeRole::Refused;
        if let Some(node) = self.nodes.iter().find(refused) {
            return Error::new(ErrorKind::SplitBrain {
                target: node.target.clone(),
            });
        }
        let reason = match writer {
            Some(at) => format!(
                "the primary {} does not answer, and no replica has become the primary",
                self.nodes[at].target
            ),
            None => "no server says that it is the primary".to_owned(),
        };
        Error::new(ErrorKind::NoPrimary { reason })
    }

    /// The pool of the node that takes the writes, or took them last.
    pub(in crate::db) fn primary_pool(&self) -> &Pool {
        let writer = self.state().roles.writer;
        &self.nodes[writer.unwrap_or(0)].pool
    }

    /// A node, as those who watch statements name it.
    pub(in crate::db) fn target(&self, at: usize) -> Option<&Target> {
        self.targets.get(at)
    }

    /// The pools of the nodes, each with the node's name.
    #[cfg(feature = "otel")]
    pub(in crate::db) fn pools(&self) -> impl Iterator<Item = (&Arc<Pool>, Option<&Target>)> {
        let targets = self.targets.iter().map(Some);
        self.nodes.iter().map(|node| &node.pool).zip(targets)
    }

    pub(in crate::db) fn renew(&self) {
        self.nodes.iter().for_each(|node| node.pool.renew());
    }

    /// The pool of what the program calls its primary.
    pub(in crate::db) fn first_pool(&self) -> Arc<Pool> {
        Arc::clone(&self.nodes[0].pool)
    }

    /// A connection to the primary.
    pub(super) async fn primary(&self) -> Result<(Lease, usize)> {
        if self.suspected.load(Ordering::Acquire) {
            self.detect().await;
            self.suspected.store(false, Ordering::Release);
        }
        let at = self.writer()?;
        match self.nodes[at].pool.lease().await {
            Ok(lease) => Ok((lease, at)),
            Err(error) if error.is_connection() => {
                self.wake();
                let reason = format!("the primary {} cannot be reached", self.nodes[at].target);
                Err(Error::new(ErrorKind::NoPrimary { reason }).with_source(error))
            }
            Err(error) => Err(error),
        }
    }

    /// Whether a transaction on a node may still write.
    pub(super) fn check(&self, at: usize) -> Result<()> {
        let target = || self.nodes[at].target.clone();
        let kind = match self.nodes[at].seen().role {
            NodeRole::Refused | NodeRole::Foreign => ErrorKind::SplitBrain { target: target() },
            NodeRole::Replica => ErrorKind::NotPrimary { target: target() },
            NodeRole::Unknown | NodeRole::Primary => return Ok(()),
        };
        Err(Error::new(kind))
    }

    /// Notes that a node refused a write: its connections are closed, and the roles are found out again.
    pub(super) fn suspect(&self, at: usize) {
        self.nodes[at].pool.renew();
        self.suspected.store(true, Ordering::Release);
        self.wake();
    }

    pub(super) fn system(&self) -> u64 {
        let seen = |node: &Node| node.seen().said.and_then(|said| said.system);
        self.nodes.iter().find_map(seen).unwrap_or_default()
    }

    /// The replicas that may be read from now.
    pub(super) fn candidates(&self, need: Option<&Position>, tried: &[usize]) -> Vec<Candidate> {
        let now = Instant::now();
        let stale = self.config.every * 3 + LOOK;
        let usable = |(at, node): (usize, &Node)| {
            if tried.contains(&at) {
                return None;
            }
            let seen = node.seen();
            let lag = match seen.at {
                Some(then) if now.duration_since(then) <= stale => seen.lag,
                _ => None,
            };
            if seen.role != NodeRole::Replica
                || seen.health.is_down()
                || !self.config.limits.allow(lag)
            {
                return None;
            }
            Some(Candidate {
                node: at,
                reading: node.reading(),
                tried: seen.health.is_tried(),
                missing: need.map_or(0, |need| match &seen.position {
                    Some(position) => need.beyond(position),
                    None => u64::MAX,
                }),
            })
        };
        self.nodes.iter().enumerate().filter_map(usable).collect()
    }

    /// Whether every replica has repeated as much as this, also those that do not answer.
    pub(super) fn all_have(&self, position: &Position) -> bool {
        let writer = self.state().roles.writer;
        self.nodes.iter().enumerate().all(|(at, node)| {
            let seen = node.seen();
            Some(at) == writer
                || matches!(seen.role, NodeRole::Refused | NodeRole::Foreign)
                || seen
                    .position
                    .as_ref()
                    .is_some_and(|here| here.has(position))
        })
    }

    /// Leave to read from the primary in place of a replica.
    pub(super) async fn fall_back(&self) -> Result<SemaphorePermit<'_>> {
        let begun = Instant::now();
        match timeout(self.acquire_timeout, self.fallback.acquire()).await {
            Ok(Ok(permit)) => Ok(permit),
            Ok(Err(_)) => Err(Error::new(ErrorKind::PoolClosed)),
            Err(_) => {
                let stats = self.primary_pool().stats();
                let cause = "no replica can be used, and the primary takes over only so many reads at a time";
                Err(Error::new(ErrorKind::AcquireTimeout {
                    in_use: stats.total - stats.idle,
                    waited: begun.elapsed(),
                })
                .with_source(cause))
            }
        }
    }

    pub(super) fn stats(&self) -> Vec<NodeStats> {
        self.nodes.iter().map(Node::stats).collect()
    }

    /// Ends the watch, and closes all pools at the same time.
    pub(in crate::db) async fn close(&self, limit: Duration) {
        self.stopped.store(true, Ordering::Release);
        self.wake();
        let mut closing: Vec<_> = self
            .nodes
            .iter()
            .map(|node| Box::pin(node.pool.close(limit)))
            .collect();
        std::future::poll_fn(|context| {
            closing.retain_mut(|pool| pool.as_mut().poll(context).is_pending());
            if closing.is_empty() {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
    }
}
