//! Locks and notifications of PostgreSQL.

use super::{AdvisoryCall, AdvisoryKind, AdvisoryMode, AroundValue, SessionDialect};
use crate::dialect::postgres::Postgres;

/// A call of the function for a number, or for a name, which the server hashes: whoever writes SQL by hand can name the same lock.
/// Two names with one hash wait for each other, and that is all.
macro_rules! call {
    ($kind:expr, $before:literal, $function:literal, $after:literal) => {
        match $kind {
            AdvisoryKind::Number => (concat!($before, $function, "("), concat!(")", $after)),
            AdvisoryKind::Name => (
                concat!($before, $function, "(hashtextextended("),
                concat!(", 0))", $after),
            ),
        }
    };
}

/// A function that waits until it has the lock gives nothing. It is volatile, so it is called although nobody reads its column.
macro_rules! waits {
    ($kind:expr, $function:literal) => {
        call!(
            $kind,
            "SELECT 1::bigint FROM (SELECT ",
            $function,
            ") AS locked"
        )
    };
}

macro_rules! says {
    ($kind:expr, $function:literal) => {
        call!($kind, "SELECT ", $function, "::int::bigint")
    };
}

impl SessionDialect for Postgres {
    fn advisory(
        &self,
        call: AdvisoryCall,
        mode: AdvisoryMode,
        kind: AdvisoryKind,
    ) -> Option<AroundValue> {
        use AdvisoryCall::{Lock, LockInTransaction, TryLock, TryLockInTransaction, Unlock};
        use AdvisoryMode::{Exclusive, Shared};
        Some(match (call, mode) {
            (Lock, Exclusive) => waits!(kind, "pg_advisory_lock"),
            (Lock, Shared) => waits!(kind, "pg_advisory_lock_shared"),
            (TryLock, Exclusive) => says!(kind, "pg_try_advisory_lock"),
            (TryLock, Shared) => says!(kind, "pg_try_advisory_lock_shared"),
            (Unlock, Exclusive) => says!(kind, "pg_advisory_unlock"),
            (Unlock, Shared) => says!(kind, "pg_advisory_unlock_shared"),
            (LockInTransaction, Exclusive) => waits!(kind, "pg_advisory_xact_lock"),
            (LockInTransaction, Shared) => waits!(kind, "pg_advisory_xact_lock_shared"),
            (TryLockInTransaction, Exclusive) => says!(kind, "pg_try_advisory_xact_lock"),
            (TryLockInTransaction, Shared) => says!(kind, "pg_try_advisory_xact_lock_shared"),
        })
    }

    fn notify(&self) -> Option<[&'static str; 3]> {
        Some(["SELECT pg_notify(", ", ", ")"])
    }
}
