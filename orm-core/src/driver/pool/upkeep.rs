//! What is done for a pool while nobody asks: closing what is idle or old, and opening what it should have.

use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

use tokio::time::timeout;

use super::event::{CloseReason, PoolEvent};
use super::slots::{Inner, Maker};

/// Starts the task, which ends with the pool.
pub(super) fn start<M: Maker>(inner: &Arc<Inner<M>>) {
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return;
    };
    let config = &inner.config;
    let shortest = config
        .idle_timeout
        .min(config.max_lifetime)
        .min(config.warn_after_holding);
    let period = (shortest / 4).clamp(Duration::from_millis(10), Duration::from_secs(1));
    let pool = Arc::downgrade(inner);
    drop(runtime.spawn(run(pool, period)));
}

async fn run<M: Maker>(pool: Weak<Inner<M>>, period: Duration) {
    loop {
        tokio::time::sleep(period).await;
        let Some(inner) = pool.upgrade() else {
            return;
        };
        if inner.free.is_closed() {
            return;
        }
        inner.tell_of_leaks();
        inner.close_what_is_old().await;
        inner.open_what_is_missing().await;
    }
}

impl<M: Maker> Inner<M> {
    fn tell_of_leaks(&self) {
        if !self.watch.is_heard() {
            return;
        }
        let limit = self.config.warn_after_holding;
        // Told after the lock is given back, since a listener may ask how the pool stands.
        let mut leaks = Vec::new();
        for long in self.state().long.values_mut() {
            let held = long.since.elapsed();
            if !long.told && held >= limit {
                long.told = true;
                leaks.push((long.caller, held));
            }
        }
        for (caller, held) in leaks {
            self.watch.note(&PoolEvent::Leaked { caller, held });
        }
    }

    async fn close_what_is_old(&self) {
        let now = Instant::now();
        let idle_since = |since: Instant| now.saturating_duration_since(since);
        let mut spare = self
            .state()
            .total
            .saturating_sub(self.config.min_connections);
        // Those at the front were used the longest time ago.
        let old = self.take_idle(|kept| {
            if now >= kept.deadline {
                spare = spare.saturating_sub(1);
                return true;
            }
            let idle = spare > 0 && idle_since(kept.idle_since) >= self.config.idle_timeout;
            spare -= usize::from(idle);
            idle
        });
        for kept in old {
            let reason = match now >= kept.deadline {
                true => CloseReason::Lifetime,
                false => CloseReason::Idle,
            };
            self.closed(reason, kept.born);
            let _ = timeout(self.config.ping_timeout, M::close(kept.connection)).await;
        }
    }

    /// Opens connections until the pool has as many as it should, or the database refuses.
    pub(super) async fn open_what_is_missing(&self) {
        struct Counted<'i, M: Maker>(&'i Inner<M>);
        impl<M: Maker> Drop for Counted<'_, M> {
            fn drop(&mut self) {
                self.0.state().total -= 1;
            }
        }
        let min = self.config.min_connections.min(self.max());
        loop {
            // As one that is lent, so that there are never too many.
            let Ok(_permit) = self.free.try_acquire() else {
                return;
            };
            {
                let mut state = self.state();
                if state.total >= min || state.closed {
                    return;
                }
                state.total += 1;
            }
            let counted = Counted(self);
            let Ok(kept) = self.make(Duration::ZERO).await else {
                return;
            };
            let mut state = self.state();
            if state.closed {
                drop(state);
                self.closed(CloseReason::Shutdown, kept.born);
                return;
            }
            std::mem::forget(counted);
            state.idle.insert(0, kept);
        }
    }
}
