//! What each statement has cost so far.

use std::collections::BTreeMap;
use std::panic::Location;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::histogram::Histogram;
use super::{Call, Ended, Outcome};

/// How many different statements are told apart; later ones are counted together.
const MOST: usize = 2000;
/// Parts, each with a lock of its own, so that threads seldom wait for each other.
const PARTS: usize = 16;

/// What a statement has cost, from all its calls. See [`Db::stats`](crate::Db::stats).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct StatementStats {
    /// What it does, and to which table: `SELECT users`.
    pub summary: String,
    /// Its text, as it was first sent.
    pub sql: String,
    /// The number by which equal statements are known.
    pub fingerprint: u64,
    /// How often it was sent.
    pub calls: u64,
    /// How often it failed, or was dropped.
    pub errors: u64,
    /// The rows that it gave or changed.
    pub rows: u64,
    /// All of its time together.
    pub total: Duration,
    /// The longest time.
    pub max: Duration,
    /// The time that half of the calls did not exceed, within 3 %.
    pub p50: Duration,
    /// The time that 95 of 100 calls did not exceed, within 3 %.
    pub p95: Duration,
    /// The time that 99 of 100 calls did not exceed, within 3 %.
    pub p99: Duration,
    /// Where it was last asked for.
    pub caller: Option<&'static Location<'static>>,
}

#[derive(Debug, Default)]
pub(super) struct Statistics {
    parts: [Mutex<BTreeMap<u64, Entry>>; PARTS],
}

#[derive(Debug)]
struct Entry {
    summary: String,
    sql: String,
    calls: u64,
    errors: u64,
    rows: u64,
    total: Duration,
    max: Duration,
    times: Histogram,
    caller: Option<&'static Location<'static>>,
}

impl Statistics {
    pub(super) fn add(&self, call: &Call<'_>, end: &Ended<'_>) {
        let mut part = lock(&self.parts[call.fingerprint as usize % PARTS]);
        let known = part.len() < MOST / PARTS || part.contains_key(&call.fingerprint);
        // The number of none: a text's own is not 0 but by chance.
        let number = if known { call.fingerprint } else { 0 };
        let entry = part.entry(number).or_insert_with(|| match known {
            true => Entry::new(call.summary(), call.sql.to_owned()),
            false => Entry::new("(others)".to_owned(), String::new()),
        });
        entry.calls += 1;
        entry.errors += u64::from(!matches!(end.outcome, Outcome::Done));
        entry.rows += end.rows;
        entry.total += end.duration;
        entry.max = entry.max.max(end.duration);
        entry.times.add(end.duration);
        entry.caller = call.caller.or(entry.caller);
    }

    /// All of them, the one that took most time first.
    pub(super) fn all(&self) -> Vec<StatementStats> {
        let mut all: Vec<StatementStats> = Vec::new();
        for part in &self.parts {
            all.extend(lock(part).iter().map(|(number, entry)| entry.read(*number)));
        }
        all.sort_by(|a, b| b.total.cmp(&a.total).then_with(|| a.sql.cmp(&b.sql)));
        all
    }

    pub(super) fn clear(&self) {
        self.parts.iter().for_each(|part| lock(part).clear());
    }
}

fn lock(part: &Mutex<BTreeMap<u64, Entry>>) -> MutexGuard<'_, BTreeMap<u64, Entry>> {
    part.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Entry {
    fn new(summary: String, sql: String) -> Self {
        Self {
            summary,
            sql,
            calls: 0,
            errors: 0,
            rows: 0,
            total: Duration::ZERO,
            max: Duration::ZERO,
            times: Histogram::default(),
            caller: None,
        }
    }

    fn read(&self, fingerprint: u64) -> StatementStats {
        // A bucket's middle may lie above the longest time.
        let percentile = |share| self.times.percentile(share).min(self.max);
        StatementStats {
            summary: self.summary.clone(),
            sql: self.sql.clone(),
            fingerprint,
            calls: self.calls,
            errors: self.errors,
            rows: self.rows,
            total: self.total,
            max: self.max,
            p50: percentile(0.5),
            p95: percentile(0.95),
            p99: percentile(0.99),
            caller: self.caller,
        }
    }
}
