//! Durations counted in buckets, from which percentiles are read.
//!
//! Sixteen buckets for each power of two: what is read is at most 3.2 % from the truth, a duration costs one addition, and a histogram
//! grows only as far as its longest duration. That is all that is needed of a crate for it.

use std::time::Duration;

const BITS: u32 = 4;
const PER_OCTAVE: u64 = 1 << BITS;
/// Durations are counted in units of 128 nanoseconds, so that the small ones take little room.
const UNIT: u32 = 7;

#[derive(Debug, Clone, Default)]
pub(super) struct Histogram {
    counts: Vec<u32>,
    total: u64,
}

impl Histogram {
    pub(super) fn add(&mut self, duration: Duration) {
        let bucket = bucket(nanoseconds(duration) >> UNIT);
        if self.counts.len() <= bucket {
            self.counts.resize(bucket + 1, 0);
        }
        self.counts[bucket] = self.counts[bucket].saturating_add(1);
        self.total += 1;
    }

    /// The duration that this share of all does not exceed.
    pub(super) fn percentile(&self, share: f64) -> Duration {
        let mut left = (self.total as f64 * share).ceil().max(1.0) as u64;
        for (bucket, count) in self.counts.iter().enumerate() {
            let count = u64::from(*count);
            if count >= left {
                return Duration::from_nanos(middle(bucket) << UNIT);
            }
            left -= count;
        }
        Duration::ZERO
    }
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

fn bucket(units: u64) -> usize {
    let octave = (64 - units.leading_zeros()).saturating_sub(BITS + 1);
    let index = u64::from(octave) * PER_OCTAVE + (units >> octave);
    usize::try_from(index).unwrap_or(usize::MAX)
}

/// The middle of a bucket, in units.
fn middle(bucket: usize) -> u64 {
    let bucket = bucket as u64;
    let octave = (bucket / PER_OCTAVE).saturating_sub(1);
    let first = (bucket - octave * PER_OCTAVE) << octave;
    first + ((1 << octave) >> 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_follow_each_other_and_contain_their_middle() {
        let mut last = 0;
        for units in 0..100_000_u64 {
            let at = bucket(units);
            assert!(at == last || at == last + 1, "{units}");
            last = at;
            assert_eq!(bucket(middle(at)), at, "{units}");
            assert!(
                middle(at).abs_diff(units) as f64 <= units as f64 / 31.0 + 0.01,
                "{units}"
            );
        }
    }

    #[test]
    fn percentiles_of_known_durations_are_within_a_bucket() {
        let mut histogram = Histogram::default();
        for millis in 1..=1000 {
            histogram.add(Duration::from_millis(millis));
        }
        for (share, millis) in [(0.5, 500.0), (0.95, 950.0), (0.99, 990.0), (1.0, 1000.0)] {
            let found = histogram.percentile(share).as_secs_f64() * 1000.0;
            assert!((found - millis).abs() < millis * 0.033, "{share}: {found}");
        }
        assert_eq!(Histogram::default().percentile(0.5), Duration::ZERO);
    }
}
