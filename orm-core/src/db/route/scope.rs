//! What a handle that reads from replicas has to remember.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::cluster::Cluster;
use super::token::ReadToken;
use crate::db::Db;
use crate::driver::{Access, Position};
use crate::error::Result;

/// Where a handle's reads go.
#[derive(Clone, Default)]
pub(crate) struct Route {
    pub(super) scope: Option<Arc<Scope>>,
    pub(super) pin: Option<Arc<Pin>>,
}

/// The node on which the statements of one query run: rows and their related rows shall be of one time.
pub(super) struct Pin(AtomicUsize);

impl Pin {
    const NONE: usize = usize::MAX;
    const PRIMARY: usize = usize::MAX - 1;

    pub(super) fn get(&self) -> Option<Pinned> {
        match self.0.load(Ordering::Acquire) {
            Self::NONE => None,
            Self::PRIMARY => Some(Pinned::Primary),
            at => Some(Pinned::Replica(at)),
        }
    }

    pub(super) fn set(&self, pinned: Pinned) {
        let number = match pinned {
            Pinned::Primary => Self::PRIMARY,
            Pinned::Replica(at) => at,
        };
        self.0.store(number, Ordering::Release);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pinned {
    Primary,
    Replica(usize),
}

impl Route {
    /// The same way, for the statements of one query.
    pub(super) fn pinned(&self) -> Self {
        Self {
            scope: self.scope.clone(),
            pin: Some(Arc::new(Pin(AtomicUsize::new(Pin::NONE)))),
        }
    }
}

/// What its handles have written and must see.
#[derive(Default)]
pub(super) struct Scope {
    /// Operations that may have written.
    writes: AtomicU64,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// How many of the operations the token is behind.
    writes: u64,
    token: Option<ReadToken>,
}

/// What a read must see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Need {
    Nothing,
    Position(Position),
    /// Only the primary is sure to have it.
    Primary,
}

/// Notes at its end, however that comes, that an operation may have written.
pub(crate) struct Wrote(Arc<Scope>);

impl Drop for Wrote {
    fn drop(&mut self) {
        self.0.writes.fetch_add(1, Ordering::AcqRel);
    }
}

impl Scope {
    pub(super) fn after(token: ReadToken) -> Self {
        Self {
            writes: AtomicU64::new(0),
            known: Mutex::new(Known {
                writes: 0,
                token: Some(token),
            }),
        }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What this scope's reads must see. The primary is asked only after something was written.
    pub(super) async fn need(&self, cluster: &Cluster) -> Need {
        if self.catch_up(cluster).await.is_err() {
            return Need::Primary;
        }
        let mut known = self.known();
        let Some(token) = &known.token else {
            return Need::Nothing;
        };
        if token.is_foreign(cluster.system()) {
            return Need::Primary;
        }
        if cluster.all_have(&token.position) {
            known.token = None;
            return Need::Nothing;
        }
        Need::Position(token.position.clone())
    }

    /// A token for all that was written.
    pub(super) async fn token(&self, cluster: &Cluster) -> Result<ReadToken> {
        self.catch_up(cluster).await?;
        let token = self.known().token.clone();
        Ok(token.unwrap_or_default())
    }

    /// Asks the primary for its position, if something was written since.
    async fn catch_up(&self, cluster: &Cluster) -> Result<()> {
        // Before the question: what is written while it is under way may come after the answer.
        let writes = self.writes.load(Ordering::Acquire);
        if self.known().writes == writes {
            return Ok(());
        }
        let (mut lease, _) = cluster.primary().await?;
        let position = lease.position().await?;
        let mut known = self.known();
        let token = known.token.take().unwrap_or_default();
        known.token = Some(ReadToken {
            system: cluster.system(),
            position: token.position.and(&position),
        });
        known.writes = known.writes.max(writes);
        Ok(())
    }
}

impl Db {
    /// Notes for the handle's scope, if it has one, that what comes may write.
    #[inline]
    pub(in crate::db) fn wrote(&self, access: Access) -> Option<Wrote> {
        match &self.route {
            None => None,
            Some(_) if access.only_reads() => None,
            Some(route) => route.scope.clone().map(Wrote),
        }
    }
}
