//! One connection while somebody has it.

use std::panic::Location;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::event::CloseReason;
use super::slots::{Inner, Kept, Long, Maker};
use crate::error::{Error, ErrorKind, Result};

/// A connection that one caller has for a while. It goes back when it is dropped.
pub(in crate::driver) struct Slot<M: Maker> {
    pub(super) inner: Arc<Inner<M>>,
    /// `None` while it is being made, and when it was taken out.
    pub(super) kept: Option<Box<Kept<M::Connection>>>,
    /// Whether it is one of the pool's connections.
    pub(super) counted: bool,
    pub(super) long: Option<u64>,
    /// Since when the caller has it, where somebody wants to know.
    pub(super) lent: Option<Instant>,
}

impl<M: Maker> Slot<M> {
    /// The connection, which is there until it is taken out.
    pub(in crate::driver) fn get_mut(&mut self) -> Option<&mut M::Connection> {
        self.kept.as_mut().map(|kept| &mut kept.connection)
    }

    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(in crate::driver) fn get(&self) -> Option<&M::Connection> {
        self.kept.as_ref().map(|kept| &kept.connection)
    }

    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(in crate::driver) fn maker(&self) -> &M {
        &self.inner.maker
    }

    /// Takes the connection out of the pool, which may make another one at once.
    pub(in crate::driver) fn take(mut self, reason: CloseReason) -> Option<M::Connection> {
        if reason == CloseReason::Lost {
            // What ended this one may have ended the others.
            self.inner.generation.fetch_add(1, Ordering::Relaxed);
        }
        let kept = self.kept.take()?;
        self.inner.closed(reason, kept.born);
        Some(kept.connection)
    }

    /// The slot with a new connection. It is made by a task: if the caller's time is up, or its future is dropped, the connection is ready
    /// for the next one.
    pub(super) async fn filled(mut self, begun: Option<Instant>) -> Result<Self> {
        let inner = Arc::clone(&self.inner);
        let limit = inner.config.acquire_timeout;
        let left = limit.saturating_sub(begun.map_or(Duration::ZERO, |begun| begun.elapsed()));
        let (to, made) = tokio::sync::oneshot::channel();
        tokio::spawn(async move {
            let made = self.inner.make(left).await.map(|kept| {
                self.kept = Some(kept);
                self
            });
            // Nobody may wait any more; then it goes to the others.
            drop(to.send(made));
        });
        let waited = match limit.is_zero() {
            true => Ok(made.await),
            false => timeout(left, made).await,
        };
        match waited {
            Ok(Ok(made)) => made,
            Ok(Err(_)) => Err(Error::new(ErrorKind::PoolClosed)),
            Err(_) => Err(inner.maker.silent(limit)),
        }
    }

    /// Closes a connection that is of no use, and keeps its place.
    pub(super) fn replace(&mut self, reason: CloseReason) {
        if let Some(kept) = self.kept.take() {
            self.inner.closed(reason, kept.born);
        }
        self.uncount();
    }

    fn uncount(&mut self) {
        if std::mem::take(&mut self.counted) {
            self.inner.state().total -= 1;
        }
    }

    /// Watches how long the connection is kept, where somebody wants to know.
    pub(in crate::driver) fn keep_long(&mut self, caller: &'static Location<'static>) {
        if self.long.is_some() || !self.inner.watch.is_heard() {
            return;
        }
        let mut state = self.inner.state();
        let number = state.next_long;
        state.next_long += 1;
        let since = Instant::now();
        state.long.insert(
            number,
            Long {
                since,
                caller,
                told: false,
            },
        );
        drop(state);
        self.long = Some(number);
    }
}

impl<M: Maker> Drop for Slot<M> {
    fn drop(&mut self) {
        if let Some(number) = self.long.take() {
            self.inner.state().long.remove(&number);
        }
        if let Some(lent) = self.lent.take() {
            self.inner.watch.time(|times| times.used(lent.elapsed()));
        }
        let old = match self.kept.take() {
            Some(mut kept) => {
                kept.idle_since = Instant::now();
                let mut state = self.inner.state();
                if state.closed {
                    drop(state);
                    Some((CloseReason::Shutdown, kept))
                } else {
                    state.idle.push(kept);
                    self.counted = false;
                    None
                }
            }
            None => None,
        };
        if let Some((reason, kept)) = old {
            self.inner.closed(reason, kept.born);
        }
        self.uncount();
        self.inner.free.add_permits(1);
    }
}
