//! What goes to the primary, and what becomes of it when another node has become the primary.

use std::sync::Arc;

use super::cluster::Cluster;
use super::read::Kept;
use crate::db::{Db, Shared};
use crate::driver::{Done, Lease, Pool, PoolEvent, RowSink, Statement};
use crate::error::{Error, ErrorKind, Result};

impl Cluster {
    /// Runs a statement on the primary; once more where the node turns out to be none, since nothing was carried out then.
    pub(super) async fn on_primary<S: RowSink>(
        &self,
        db: &Db,
        statement: &Statement,
        sink: Kept<S>,
    ) -> Result<(S, Done)> {
        let mut again = true;
        loop {
            let (mut lease, at) = self.primary().await?;
            db.goes_to(at);
            let pool = &self.nodes[at].pool;
            let error = match sink.fill(&mut lease, db, statement, pool).await {
                Ok(filled) => return Ok(filled),
                Err(error) => error,
            };
            drop(lease);
            if error.is_connection() {
                self.wake();
                // As without replicas: what only read did no harm, and its connection was perhaps an old one.
                let lost = matches!(error.kind(), ErrorKind::ConnectionLost);
                if lost && again && statement.access.only_reads() && sink.can_restart() {
                    pool.watch().note(&PoolEvent::ReadRetried { error: &error });
                    again = false;
                    continue;
                }
            }
            if !matches!(error.kind(), ErrorKind::ReadOnly) {
                return Err(error);
            }
            self.suspect(at);
            if !again || !sink.can_restart() {
                return Err(match self.check(at) {
                    Err(refused) => refused.with_source(error),
                    Ok(()) => error,
                });
            }
            again = false;
        }
    }
}

/// The node that a transaction runs on.
#[derive(Clone)]
pub(crate) struct OnNode {
    cluster: Arc<Cluster>,
    at: usize,
}

impl OnNode {
    /// Refuses to go on where another node has become the primary.
    pub(in crate::db) fn check(&self) -> Result<()> {
        self.cluster.check(self.at)
    }

    /// The node, as those who watch statements name it.
    pub(in crate::db) fn target(&self) -> Option<&crate::observe::Target> {
        self.cluster.target(self.at)
    }

    /// Which of the nodes it is.
    pub(in crate::db) fn at(&self) -> usize {
        self.at
    }

    /// What an error in the middle of a transaction means.
    pub(in crate::db) fn judge(&self, error: Error) -> Error {
        match error.kind() {
            ErrorKind::ReadOnly => {
                self.cluster.suspect(self.at);
                let target = self.cluster.nodes[self.at].target.clone();
                Error::new(ErrorKind::NotPrimary { target }).with_source(error)
            }
            ErrorKind::ConnectionLost | ErrorKind::OutcomeUnknown => {
                self.cluster.wake();
                error
            }
            _ => error,
        }
    }
}

impl Shared {
    /// The pool of the primary.
    pub(in crate::db) fn primary_pool(&self) -> &Pool {
        match &self.cluster {
            None => &self.pool,
            Some(cluster) => cluster.primary_pool(),
        }
    }

    /// A connection to the primary, and which node that is where there are several.
    pub(in crate::db) async fn primary(&self) -> Result<(Lease, Option<OnNode>)> {
        match &self.cluster {
            None => Ok((self.pool.lease().await?, None)),
            Some(cluster) => {
                let (lease, at) = cluster.primary().await?;
                let cluster = Arc::clone(cluster);
                Ok((lease, Some(OnNode { cluster, at })))
            }
        }
    }
}
