//! How long statements took: what decides whether they run on the calling thread.

use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A statement that took no longer than this runs on the calling thread the next time.
const SHORT: Duration = Duration::from_micros(400);
/// How many statements' times are remembered.
const STATEMENTS: usize = 4_096;

/// The times of the statements of a pool.
pub(super) struct History {
    times: Mutex<HashMap<u64, Duration, BuildHasherDefault<AsItIs>>>,
    hasher: RandomState,
}

/// The keys are hashes already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, n: u64) {
        self.0 = n;
    }
}

impl History {
    pub(super) fn new() -> Self {
        Self {
            times: Mutex::default(),
            hasher: RandomState::new(),
        }
    }

    /// A number for the statement's text.
    pub(super) fn fingerprint(&self, sql: &str) -> u64 {
        self.hasher.hash_one(sql)
    }

    /// Whether the statement has run before and was short.
    pub(super) fn is_short(&self, fingerprint: u64) -> bool {
        self.times()
            .get(&fingerprint)
            .is_some_and(|took| *took <= SHORT)
    }

    /// Remembers how long it took; a slow run weighs more than a fast one.
    pub(super) fn remember(&self, fingerprint: u64, took: Duration) {
        let mut times = self.times();
        if times.len() >= STATEMENTS && !times.contains_key(&fingerprint) {
            times.clear();
        }
        let entry = times.entry(fingerprint).or_insert(took);
        *entry = if took > *entry {
            (*entry + took) / 2
        } else {
            (*entry * 3 + took) / 4
        };
    }

    fn times(&self) -> MutexGuard<'_, HashMap<u64, Duration, BuildHasherDefault<AsItIs>>> {
        self.times.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_short_when_it_was_short_lately() {
        let history = History::new();
        let id = history.fingerprint("SELECT 1");
        assert!(!history.is_short(id));
        history.remember(id, Duration::from_micros(5));
        assert!(history.is_short(id));
        history.remember(id, Duration::from_millis(2));
        assert!(!history.is_short(id));
        (0..10).for_each(|_| history.remember(id, Duration::from_micros(5)));
        assert!(history.is_short(id));
    }
}
