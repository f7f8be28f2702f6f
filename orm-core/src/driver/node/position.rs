//! How far a server has come in the stream of what was written, or in several streams.

use std::collections::BTreeMap;

/// How far a server has come. Servers that have one stream of writes call it 0.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Position(BTreeMap<u32, u64>);

impl Position {
    #[cfg(any(feature = "postgres", test))]
    pub(crate) fn single(at: u64) -> Self {
        Self(BTreeMap::from([(0, at)]))
    }

    /// Moves on in a stream.
    pub(crate) fn set(&mut self, stream: u32, at: u64) {
        let place = self.0.entry(stream).or_default();
        *place = at.max(*place);
    }

    /// Whether everything that was written up to `other` is in what was written up to here.
    pub(crate) fn has(&self, other: &Self) -> bool {
        other
            .0
            .iter()
            .all(|(stream, at)| *at == 0 || self.0.get(stream).is_some_and(|here| here >= at))
    }

    /// The farther place in each stream.
    #[must_use]
    pub(crate) fn and(mut self, other: &Self) -> Self {
        for (stream, at) in &other.0 {
            self.set(*stream, *at);
        }
        self
    }

    /// How much was written between `other` and here.
    pub(crate) fn beyond(&self, other: &Self) -> u64 {
        let missing = self.0.iter().map(|(stream, at)| {
            let there = other.0.get(stream).copied().unwrap_or_default();
            at.saturating_sub(there)
        });
        missing.fold(0, u64::saturating_add)
    }

    /// Each stream and the place in it.
    pub(crate) fn streams(&self) -> impl Iterator<Item = (u32, u64)> {
        self.0.iter().map(|(stream, at)| (*stream, *at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(streams: &[(u32, u64)]) -> Position {
        let mut position = Position::default();
        for (stream, at) in streams {
            position.set(*stream, *at);
        }
        position
    }

    #[test]
    fn a_position_has_another_when_no_stream_of_it_is_behind() {
        assert!(of(&[(0, 5)]).has(&of(&[(0, 5)])));
        assert!(!of(&[(0, 5)]).has(&of(&[(0, 6)])));
        assert!(!of(&[(0, 9)]).has(&of(&[(0, 5), (1, 1)])));
        assert!(of(&[(0, 9), (1, 1)]).has(&of(&[(0, 5)])));
        assert!(Position::default().has(&Position::default()));
    }

    #[test]
    fn what_is_missing_is_counted_in_each_stream() {
        assert_eq!(of(&[(0, 9), (1, 4)]).beyond(&of(&[(0, 5)])), 8);
        assert_eq!(of(&[(0, 5)]).beyond(&of(&[(0, 9)])), 0);
    }

    #[test]
    fn together_they_are_the_farther_of_each() {
        assert_eq!(
            of(&[(0, 5), (2, 1)]).and(&of(&[(0, 3), (1, 7)])),
            of(&[(0, 5), (1, 7), (2, 1)])
        );
    }
}
