//! The connection of a transaction, shared by the handles on it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use tokio::sync::{Mutex, RwLock};
use tokio::time::timeout;

use super::{GRACE, OnNode};
use crate::driver::{Lease, Limit};
use crate::error::{Error, ErrorKind, Result};

pub(super) struct Connection {
    /// `None` when the transaction has ended.
    pub(super) lease: Mutex<Option<Lease>>,
    pub(super) savepoints: AtomicU32,
    /// Savepoints whose handle was dropped; they are rolled back before the next statement.
    pub(super) abandoned: std::sync::Mutex<Vec<u32>>,
    /// Held by each statement, and alone by an operation of several statements: its rollback would undo what came in between.
    pub(super) turn: Arc<RwLock<()>>,
    /// Whether a stream has the connection, which it gives back only as it is read.
    pub(super) streaming: Arc<AtomicBool>,
    /// Who holds the connection, and gets it back when the transaction has ended.
    pub(super) home: Option<Arc<Connection>>,
    /// The server that it leads to, where there are several.
    pub(super) node: Option<OnNode>,
}

impl Connection {
    pub(super) fn new(lease: Lease, home: Option<Arc<Self>>, node: Option<OnNode>) -> Self {
        Self {
            lease: Mutex::new(Some(lease)),
            savepoints: AtomicU32::new(0),
            abandoned: std::sync::Mutex::default(),
            turn: Arc::default(),
            streaming: Arc::default(),
            home,
            node,
        }
    }

    /// Ends the transaction, and hands the connection to whoever holds it.
    pub(super) async fn finish(
        &self,
        mut lease: Lease,
        keep: bool,
        limit: Option<Limit>,
    ) -> Result<()> {
        let allowed = match &self.node {
            Some(node) if keep => node.check(),
            _ => Ok(()),
        };
        let result = if let Err(refused) = allowed {
            let _ = lease.rollback().await;
            Err(refused)
        } else if keep {
            // A commit is not stopped: whether that came in time would not be known.
            let result = match limit {
                None => lease.commit().await,
                Some(limit) => match timeout(limit.left + GRACE, lease.commit()).await {
                    Ok(result) => result,
                    Err(_) => {
                        return Err(
                            Error::new(ErrorKind::OutcomeUnknown).with_source(limit.exceeded())
                        );
                    }
                },
            };
            match &self.node {
                None => result,
                Some(node) => result.map_err(|error| node.judge(error)),
            }
        } else {
            lease.rollback().await
        };
        if let Some(home) = &self.home {
            if result.is_err() {
                // A refused commit may have left the transaction open.
                let _ = lease.rollback().await;
            }
            *home.lease.lock().await = Some(lease);
        }
        result
    }

    /// To wait for a stream could be to wait for ever: the caller may be the one who reads it.
    pub(super) fn refuse_while_streaming(&self) -> Result<()> {
        if self.streaming.load(Ordering::Acquire) {
            let message = "a stream of this transaction is not read to its end yet; read it, or drop it, before the next statement";
            return Err(Error::invalid_query(message));
        }
        Ok(())
    }

    pub(super) async fn with_lease<T>(
        &self,
        work: impl AsyncFnOnce(&mut Lease) -> Result<T>,
    ) -> Result<T> {
        let mut guard = self.lease.lock().await;
        let Some(lease) = guard.as_mut() else {
            return Err(Error::new(ErrorKind::TransactionEnded));
        };
        self.roll_back_abandoned(lease).await?;
        match &self.node {
            None => work(lease).await,
            Some(node) => {
                node.check()?;
                work(lease).await.map_err(|error| node.judge(error))
            }
        }
    }

    pub(super) async fn roll_back_abandoned(&self, lease: &mut Lease) -> Result<()> {
        let Some(oldest) = self.abandoned().iter().min().copied() else {
            return Ok(());
        };
        // It takes the later ones with it.
        lease
            .script(&crate::sql::roll_back_to_savepoint(oldest))
            .await?;
        self.abandoned().retain(|n| *n < oldest);
        Ok(())
    }

    pub(super) fn abandoned(&self) -> std::sync::MutexGuard<'_, Vec<u32>> {
        self.abandoned
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
