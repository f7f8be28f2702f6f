//! Locks of MySQL and MariaDB.

use super::{AdvisoryCall, AdvisoryKind, AdvisoryMode, AroundValue, SessionDialect};
use crate::dialect::mysql::Mysql;

/// A lock's name there is the server's and not the database's, has at most 64 characters, and upper and lower case are equal in it. A
/// digest of the database's and the lock's name has none of these limits.
macro_rules! call {
    ($kind:expr, $function:literal, $after:literal) => {
        match $kind {
            AdvisoryKind::Name => (
                concat!("SELECT ", $function, "(SHA2(CONCAT(DATABASE(), '/', "),
                concat!("), 256)", $after),
            ),
            AdvisoryKind::Number => (
                concat!("SELECT ", $function, "(SHA2(CONCAT(DATABASE(), '#', "),
                concat!("), 256)", $after),
            ),
        }
    };
}

impl SessionDialect for Mysql {
    fn advisory(
        &self,
        call: AdvisoryCall,
        mode: AdvisoryMode,
        kind: AdvisoryKind,
    ) -> Option<AroundValue> {
        match (call, mode) {
            // It cannot wait without end; this is a year.
            (AdvisoryCall::Lock, AdvisoryMode::Exclusive) => {
                Some(call!(kind, "GET_LOCK", ", 31536000)"))
            }
            (AdvisoryCall::TryLock, AdvisoryMode::Exclusive) => {
                Some(call!(kind, "GET_LOCK", ", 0)"))
            }
            (AdvisoryCall::Unlock, AdvisoryMode::Exclusive) => {
                Some(call!(kind, "RELEASE_LOCK", ")"))
            }
            _ => None,
        }
    }
}
