//! What a session can do besides queries: take locks by name, and tell other sessions something.

mod mysql;
mod postgres;

/// What is done about a lock that stands for no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdvisoryCall {
    /// Waits for it.
    Lock,
    /// Takes it if it is free.
    TryLock,
    /// Gives it up.
    Unlock,
    /// Waits for it, and keeps it until the transaction ends.
    LockInTransaction,
    /// Takes it if it is free, and keeps it until the transaction ends.
    TryLockInTransaction,
}

/// Who else may have a lock at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdvisoryMode {
    /// Nobody.
    Exclusive,
    /// Others that share it.
    Shared,
}

/// By what a lock is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdvisoryKind {
    /// By a text.
    Name,
    /// By a number of 64 bits.
    Number,
}

/// A statement around one value.
pub type AroundValue = (&'static str, &'static str);

/// Locks and notifications; a part of [`Dialect`](super::Dialect).
pub trait SessionDialect {
    /// The statement that does so, around the lock's name or number. It gives one row: 1 for a lock that was taken or given up, 0 for one
    /// that was not. `None` where there is no such lock.
    fn advisory(
        &self,
        _call: AdvisoryCall,
        _mode: AdvisoryMode,
        _kind: AdvisoryKind,
    ) -> Option<AroundValue> {
        None
    }

    /// Sends a text to those who listen to a channel: what stands before the channel's name, between it and the text, and behind both.
    fn notify(&self) -> Option<[&'static str; 3]> {
        None
    }
}
