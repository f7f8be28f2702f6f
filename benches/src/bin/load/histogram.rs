//! Counts of durations in constant memory, exact to about three percent.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Buckets for each doubling.
const FINE: u64 = 32;
const BUCKETS: usize = (64 * FINE) as usize;

/// How often something took how long; many tasks may count at once.
pub struct Histogram {
    buckets: Vec<AtomicU64>,
    longest: AtomicU64,
}

impl Histogram {
    pub fn new() -> Self {
        Self {
            buckets: (0..BUCKETS).map(|_| AtomicU64::new(0)).collect(),
            longest: AtomicU64::new(0),
        }
    }

    pub fn add(&self, time: Duration) {
        let micros = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.buckets[bucket(micros)].fetch_add(1, Ordering::Relaxed);
        self.longest.fetch_max(micros, Ordering::Relaxed);
    }

    pub fn count(&self) -> u64 {
        self.buckets.iter().map(|b| b.load(Ordering::Relaxed)).sum()
    }

    pub fn longest(&self) -> Duration {
        Duration::from_micros(self.longest.load(Ordering::Relaxed))
    }

    /// The time that this share of all did not exceed.
    pub fn percentile(&self, share: f64) -> Duration {
        let wanted = (self.count() as f64 * share).ceil() as u64;
        let mut seen = 0;
        for (index, bucket) in self.buckets.iter().enumerate() {
            seen += bucket.load(Ordering::Relaxed);
            if seen >= wanted {
                return Duration::from_micros(upper(index)).min(self.longest());
            }
        }
        self.longest()
    }
}

/// Values below `FINE` have a bucket each; above, each doubling has `FINE`.
fn bucket(value: u64) -> usize {
    if value < FINE {
        return value as usize;
    }
    let doubling = u64::from(value.ilog2() - FINE.ilog2());
    ((doubling + 1) * FINE + ((value >> doubling) - FINE)) as usize
}

/// The greatest value of a bucket.
fn upper(index: usize) -> u64 {
    let index = index as u64;
    if index < FINE {
        return index;
    }
    let doubling = index / FINE - 1;
    ((index % FINE + FINE + 1) << doubling) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_lies_in_its_bucket() {
        for value in (0..5000).chain([1 << 20, (1 << 40) + 12345]) {
            let index = bucket(value);
            assert!(
                value <= upper(index) && (index == 0 || value > upper(index - 1)),
                "{value}"
            );
        }
    }

    #[test]
    fn percentiles_are_exact_to_a_few_percent() {
        let histogram = Histogram::new();
        (1..=1000).for_each(|ms| histogram.add(Duration::from_millis(ms)));
        let near = |share, ms: f64| {
            let found = histogram.percentile(share).as_secs_f64() * 1000.0;
            assert!((found / ms - 1.0).abs() < 0.04, "{found} is not {ms}");
        };
        near(0.5, 500.0);
        near(0.99, 990.0);
        near(1.0, 1000.0);
    }
}
