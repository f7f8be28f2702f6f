//! The rows around the current one that count.

use std::ops::{Bound, RangeBounds};

/// The first and the last row that count, by their distance from the current one; `None` has no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// The first.
    pub from: Option<i64>,
    /// The last.
    pub to: Option<i64>,
}

/// A range of distances from the current row: `-2..=0`, `..=0`, `..`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a frame of a window",
    label = "expected a range of distances from the current row, such as `-2..=0`"
)]
pub trait IntoFrame {
    /// The frame.
    fn into_frame(self) -> Frame;
}

#[diagnostic::do_not_recommend]
impl<R: RangeBounds<i64>> IntoFrame for R {
    fn into_frame(self) -> Frame {
        let from = match self.start_bound() {
            Bound::Included(n) => Some(*n),
            Bound::Excluded(n) => Some(n.saturating_add(1)),
            Bound::Unbounded => None,
        };
        let to = match self.end_bound() {
            Bound::Included(n) => Some(*n),
            Bound::Excluded(n) => Some(n.saturating_sub(1)),
            Bound::Unbounded => None,
        };
        Frame { from, to }
    }
}

impl Frame {
    /// Whether it has no row whatever row is the current one: databases differ in what they say about that.
    pub(crate) fn is_empty(self) -> bool {
        matches!((self.from, self.to), (Some(from), Some(to)) if from > to)
    }
}
