//! A connection that one caller has for a while, and what becomes of it afterwards.
//!
//! A future may be dropped at every `await`, so the state is set to [`State::Busy`] before anything is sent and set back only after
//! everything was received. Whatever is dropped in between is seen by `Drop`, which never gives such a connection back.

use std::panic::Location;
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::time::timeout;

use super::Server;
use super::pool::Connector;
use crate::driver::pool::{CloseReason, Slot};
use crate::error::{Error, ErrorKind, Result};

/// How long the server gets to undo an abandoned transaction, or to stop an abandoned statement.
const CLEANUP: Duration = Duration::from_secs(5);

/// A connection that one caller has for a while.
pub(in crate::driver) struct Lease<S: Server> {
    /// `None` only while it is dropped.
    slot: Option<Slot<Connector<S>>>,
    state: State,
    /// Whether the connection is closed in the end, whatever its state.
    closing: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// The server waits for a statement.
    Ready(Scope),
    /// Something was sent, and not everything was received.
    Busy,
    /// The connection is of no more use.
    Lost,
}

/// Where the next statement runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::driver) enum Scope {
    /// By itself.
    Alone,
    /// In a transaction.
    Transaction,
    /// In a transaction that accepts nothing but a rollback, of all of it or to a savepoint.
    Spoiled,
    /// In a transaction that the server has undone, though the caller has not ended it yet.
    Undone,
}

/// How an exchange with the server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::driver) enum Outcome {
    /// It was carried out.
    Done,
    /// The server refused, and that is all.
    Refused,
    /// The server refused, and the transaction accepts nothing but a rollback.
    #[cfg_attr(
        not(feature = "postgres"),
        allow(dead_code, reason = "only PostgreSQL does so")
    )]
    Spoiled,
    /// The server refused, and has undone the transaction.
    #[cfg_attr(
        not(feature = "mysql"),
        allow(dead_code, reason = "only MySQL does so")
    )]
    Undone,
    /// The connection is of no more use.
    Lost,
    /// The caller wants no more, though more would come.
    Abandoned,
}

/// The scope before an exchange, to be handed back when it has ended.
#[must_use]
pub(in crate::driver) struct Before(Scope);

impl<S: Server> Lease<S> {
    pub(super) fn new(slot: Slot<Connector<S>>) -> Self {
        Self {
            slot: Some(slot),
            state: State::Ready(Scope::Alone),
            closing: false,
        }
    }

    pub(in crate::driver) fn close_at_end(&mut self, closing: bool) {
        self.closing = closing;
    }

    /// Watches how long the connection is kept, where somebody wants to know.
    pub(in crate::driver) fn keep_long(&mut self, caller: &'static Location<'static>) {
        if let Some(slot) = &mut self.slot {
            slot.keep_long(caller);
        }
    }

    /// What stops a statement of this connection.
    pub(in crate::driver) fn canceller(&self) -> Option<Canceller<S>> {
        let slot = self.slot.as_ref()?;
        Some(Canceller {
            server: Arc::clone(&slot.maker().server),
            number: slot.get()?.number(),
        })
    }

    /// The connection, for one exchange; [`end`](Self::end) must follow it.
    pub(in crate::driver) fn start(&mut self) -> Result<(&mut S::Connection, Before)> {
        let slot = self.slot.as_mut().and_then(Slot::get_mut);
        let (State::Ready(scope), Some(pooled)) = (self.state, slot) else {
            let cause = "an earlier statement on this connection was abandoned or has failed";
            return Err(Error::new(ErrorKind::ConnectionLost).with_source(cause));
        };
        if scope == Scope::Undone {
            let cause = "the server has undone the transaction because of an earlier error";
            return Err(Error::new(ErrorKind::TransactionEnded).with_source(cause));
        }
        self.state = State::Busy;
        Ok((&mut pooled.connection, Before(scope)))
    }

    /// Notes how an exchange ended.
    pub(in crate::driver) fn end(&mut self, Before(before): Before, outcome: Outcome) {
        let in_transaction = before != Scope::Alone;
        self.state = match outcome {
            // A spoiled transaction carries out nothing but a rollback to a savepoint, which makes it whole again.
            Outcome::Done if before == Scope::Spoiled => State::Ready(Scope::Transaction),
            Outcome::Spoiled if in_transaction => State::Ready(Scope::Spoiled),
            Outcome::Undone if in_transaction => State::Ready(Scope::Undone),
            Outcome::Done | Outcome::Refused | Outcome::Spoiled | Outcome::Undone => {
                State::Ready(before)
            }
            Outcome::Lost => State::Lost,
            Outcome::Abandoned => State::Busy,
        };
    }

    /// Notes that a transaction has begun or ended.
    pub(in crate::driver) fn enter(&mut self, scope: Scope) {
        self.state = State::Ready(scope);
    }

    /// The server that the connection leads to.
    #[cfg(feature = "mysql")]
    pub(in crate::driver) fn server(&self) -> Option<&S> {
        self.slot.as_ref().map(|slot| &*slot.maker().server)
    }

    /// Where the next statement runs.
    pub(in crate::driver) fn scope(&self) -> Option<Scope> {
        match self.state {
            State::Ready(scope) => Some(scope),
            State::Busy | State::Lost => None,
        }
    }
}

/// What stops the statement that runs on a connection.
pub(in crate::driver) struct Canceller<S> {
    server: Arc<S>,
    number: u64,
}

impl<S: Server> Canceller<S> {
    /// Whether the server has been told.
    pub(in crate::driver) async fn stop(&self) -> bool {
        self.server.cancel(&[self.number]).await
    }
}

impl<S: Server> Drop for Lease<S> {
    fn drop(&mut self) {
        let Some(slot) = self.slot.take() else {
            return;
        };
        match self.state {
            State::Ready(_) if self.closing => drop(slot.take(CloseReason::Held)),
            State::Ready(Scope::Alone) => drop(slot),
            State::Ready(_) => match Handle::try_current() {
                Ok(runtime) => drop(runtime.spawn(roll_back(slot))),
                // Nobody can wait for an answer here; the server undoes the transaction when the connection ends.
                Err(_) => drop(slot.take(CloseReason::Abandoned)),
            },
            State::Busy => {
                let server = Arc::clone(&slot.maker().server);
                let pooled = slot.take(CloseReason::Abandoned);
                if let (Ok(runtime), Some(pooled)) = (Handle::try_current(), pooled) {
                    runtime.spawn(async move {
                        // The connection stays open until then, so that its number cannot be given to another one.
                        let _ = timeout(CLEANUP, server.cancel(&[pooled.number()])).await;
                        drop(pooled);
                    });
                }
            }
            State::Lost => drop(slot.take(CloseReason::Lost)),
        }
    }
}

/// Undoes the open transaction and gives the connection back, or closes it.
async fn roll_back<S: Server>(slot: Slot<Connector<S>>) {
    // As a lease, so that it is not given back when this task is dropped halfway.
    let mut lease = Lease {
        slot: Some(slot),
        state: State::Lost,
        closing: false,
    };
    let Some(slot) = &mut lease.slot else {
        return;
    };
    let Some(pooled) = slot.get_mut() else {
        return;
    };
    if timeout(CLEANUP, S::roll_back(&mut pooled.connection))
        .await
        .unwrap_or(false)
    {
        lease.state = State::Ready(Scope::Alone);
    }
}
