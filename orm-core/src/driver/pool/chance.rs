//! A little chance, so that what happened together does not happen together again.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;

/// A number below the bound.
pub(crate) fn below(bound: u16) -> u16 {
    let number = RandomState::new().build_hasher().finish() % u64::from(bound.max(1));
    u16::try_from(number).unwrap_or(0)
}

/// The pause after the `attempt`th failure: doubling, up to 64 times the first, and between half and all of that.
pub(crate) fn pause(first: Duration, attempt: u32) -> Duration {
    let whole = first * (1 << attempt.saturating_sub(1).min(6));
    whole / 2 + whole / 2000 * u32::from(below(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_within_bounds_and_differ() {
        let first = Duration::from_millis(10);
        for attempt in 1..12 {
            let whole = first * (1 << (attempt - 1).min(6));
            let pauses: Vec<_> = (0..50).map(|_| pause(first, attempt)).collect();
            assert!(pauses.iter().all(|p| *p >= whole / 2 && *p <= whole));
            assert!(pauses.iter().any(|p| *p != pauses[0]));
        }
    }
}
