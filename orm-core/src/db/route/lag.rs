//! How far replicas are behind, by what the primary had written when.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::driver::Position;

/// Samples at most; the oldest go first.
const SAMPLES: usize = 2048;

/// When the primary was first seen at which position. It needs no clocks that agree, and an idle primary makes no lag.
#[derive(Debug, Default)]
pub(super) struct History(VecDeque<(Instant, Position)>);

/// How far a replica is behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Lag {
    /// What it has not repeated yet, in the units of positions.
    pub(super) amount: u64,
    /// For how long; `None` when it is longer than anybody has looked.
    pub(super) time: Option<Duration>,
}

impl History {
    pub(super) fn note(&mut self, now: Instant, position: Position) {
        if self.0.back().is_some_and(|(_, last)| *last == position) {
            return;
        }
        if self.0.len() == SAMPLES {
            self.0.pop_front();
        }
        self.0.push_back((now, position));
    }

    /// What the primary wrote last, as far as it is known.
    pub(super) fn last(&self) -> Option<&Position> {
        self.0.back().map(|(_, position)| position)
    }

    /// Forgets everything: another primary counts from elsewhere.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// The lag of a replica that has come so far. `quiet` is how long it has repeated nothing.
    pub(super) fn lag(&self, replica: &Position, quiet: Option<Duration>, now: Instant) -> Lag {
        let amount = self.last().map_or(0, |last| last.beyond(replica));
        let missing = self
            .0
            .iter()
            .position(|(_, position)| !replica.has(position));
        let time = match missing {
            None => Some(Duration::ZERO),
            // It lacks what was written before anybody looked.
            Some(0) => quiet.map(|quiet| quiet.max(now.duration_since(self.0[0].0))),
            Some(at) => Some(now.duration_since(self.0[at].0)),
        };
        Lag { amount, time }
    }
}

/// How far a replica may be behind.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Limits {
    pub(crate) time: Option<Duration>,
    pub(crate) amount: Option<u64>,
}

impl Limits {
    /// Whether a replica may be read from. What is not known is not within a limit.
    pub(super) fn allow(&self, lag: Option<Lag>) -> bool {
        let Some(lag) = lag else {
            return self.time.is_none() && self.amount.is_none();
        };
        self.amount.is_none_or(|most| lag.amount <= most)
            && self
                .time
                .is_none_or(|most| lag.time.is_some_and(|time| time <= most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn history(begun: Instant) -> History {
        let mut history = History::default();
        for (at, position) in [(0, 100), (1, 100), (2, 150), (3, 200), (9, 200)] {
            history.note(begun + seconds(at), Position::single(position));
        }
        history
    }

    #[test]
    fn lag_is_the_time_since_the_primary_first_was_past_the_replica() {
        let begun = Instant::now();
        let history = history(begun);
        let lag = |position| {
            let lag = history.lag(&Position::single(position), None, begun + seconds(10));
            (lag.amount, lag.time)
        };
        assert_eq!(lag(200), (0, Some(seconds(0))));
        assert_eq!(lag(250), (0, Some(seconds(0))));
        assert_eq!(lag(199), (1, Some(seconds(7))));
        assert_eq!(lag(150), (50, Some(seconds(7))));
        assert_eq!(lag(120), (80, Some(seconds(8))));
    }

    #[test]
    fn what_lacks_more_than_was_seen_is_as_late_as_it_says() {
        let begun = Instant::now();
        let history = history(begun);
        let behind = Position::single(50);
        let lag = |quiet| history.lag(&behind, quiet, begun + seconds(10)).time;
        assert_eq!(lag(None), None);
        assert_eq!(lag(Some(seconds(3600))), Some(seconds(3600)));
        assert_eq!(lag(Some(seconds(1))), Some(seconds(10)));
    }

    #[test]
    fn an_unknown_lag_is_beyond_every_limit() {
        let late = Lag {
            amount: 10,
            time: Some(seconds(2)),
        };
        let limits = |time, amount| Limits { time, amount };
        assert!(limits(None, None).allow(None));
        assert!(!limits(Some(seconds(9)), None).allow(None));
        assert!(!limits(None, Some(9)).allow(None));
        assert!(limits(Some(seconds(2)), Some(10)).allow(Some(late)));
        assert!(!limits(Some(seconds(1)), None).allow(Some(late)));
        assert!(!limits(None, Some(9)).allow(Some(late)));
    }

    #[test]
    fn the_history_stays_small() {
        let mut history = History::default();
        for at in 0..10_000 {
            history.note(Instant::now(), Position::single(at));
        }
        assert_eq!(history.0.len(), SAMPLES);
        assert_eq!(history.last(), Some(&Position::single(9_999)));
    }
}
