//! Functions that only a window gives their meaning.

use std::marker::PhantomData;

use super::super::{Expression, Node, Nullable, methods};
use super::{Over, Window, WindowFunction, Windowed};
use crate::model::Model;

/// A function that waits for its window: [`over`](Self::over).
#[must_use = "a window function needs its window: `.over(…)`"]
pub struct WindowCall<M, T> {
    function: WindowFunction,
    of: Option<Node>,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M: Model, T> WindowCall<M, T> {
    fn new(function: WindowFunction, of: Option<Node>) -> Self {
        Self {
            function,
            of,
            types: PhantomData,
        }
    }

    /// The function over the rows of a window. See [`Over`].
    pub fn over(self, over: Over<M>) -> Windowed<M, T> {
        use WindowFunction as F;
        let needs_order = !matches!(self.function, F::First | F::Last | F::Nth(_));
        if needs_order && over.rows.order.is_empty() {
            return Windowed::new(Node::Mistake(
                "this window function needs an order, or its rows are counted in any: add `.order_by(…)` to the window".into(),
            ));
        }
        if matches!(self.function, F::Ntile(0) | F::Nth(0)) {
            return Windowed::new(Node::Mistake(
                "parts and rows of a window are counted from 1".into(),
            ));
        }
        Windowed::new(Node::Window(Box::new(Window {
            function: self.function,
            of: self.of,
            over: over.rows,
        })))
    }
}

/// The number of the row in its window, from 1. See [`Over`].
pub fn row_number<M: Model>() -> WindowCall<M, i64> {
    WindowCall::new(WindowFunction::RowNumber, None)
}

/// The rank of the row in its window, from 1; equal rows have the same, and the next ones behind them a gap before.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// use orm::expr::{dense_rank, ntile, order_by, rank};
///
/// let by = || order_by(Post::published.desc());
/// let ranks = Post::query().order_by(Post::id).select((rank().over(by()), dense_rank().over(by()))).all(&db).await?;
/// assert_eq!(ranks, [(1, 1), (4, 2), (1, 1), (1, 1)]);
///
/// let halves = Post::query().order_by(Post::id).select(ntile(2).over(order_by(Post::id))).all(&db).await?;
/// assert_eq!(halves, [1, 1, 2, 2]);
/// # Ok(()) }) }
/// ```
pub fn rank<M: Model>() -> WindowCall<M, i64> {
    WindowCall::new(WindowFunction::Rank, None)
}

/// The rank of the row in its window, without gaps behind equal rows. See [`rank`].
pub fn dense_rank<M: Model>() -> WindowCall<M, i64> {
    WindowCall::new(WindowFunction::DenseRank, None)
}

/// The number of the row's part, from 1, where the window is cut into so many parts of about the same size. See [`rank`].
pub fn ntile<M: Model>(parts: u32) -> WindowCall<M, i64> {
    WindowCall::new(WindowFunction::Ntile(parts), None)
}

methods!([T] T, [T: Nullable], {
    /// The value so many rows before in a window; `None` where there is no such row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// use orm::expr::order_by;
    ///
    /// let around = (Post::views.lag(1).over(order_by(Post::id)), Post::views.lead(1).over(order_by(Post::id)));
    /// let around = Post::query().order_by(Post::id).select(around).all(&db).await?;
    /// assert_eq!(around[..2], [(None, Some(0)), (Some(120), Some(40))]);
    /// # Ok(()) }) }
    /// ```
    pub fn lag(self, rows: u32) -> WindowCall<M, T::Nullable> {
        WindowCall::new(WindowFunction::Lag(rows), Some(self.into_node()))
    }

    /// The value so many rows behind in a window; `None` where there is no such row. See [`lag`](Self::lag).
    pub fn lead(self, rows: u32) -> WindowCall<M, T::Nullable> {
        WindowCall::new(WindowFunction::Lead(rows), Some(self.into_node()))
    }

    /// The value of the first row that a window counts; `None` if it counts none.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// use orm::expr::partition_by;
    ///
    /// // Without a frame, an ordered window ends at the current row.
    /// let of_author = || partition_by(Post::author_id).order_by(Post::views).rows(..);
    /// let ends = (Post::views.first_value().over(of_author()), Post::views.last_value().over(of_author()));
    /// let ends = Post::query().order_by(Post::id).select(ends).all(&db).await?;
    /// assert_eq!(ends[0], (Some(0), Some(120)));
    /// # Ok(()) }) }
    /// ```
    pub fn first_value(self) -> WindowCall<M, T::Nullable> {
        WindowCall::new(WindowFunction::First, Some(self.into_node()))
    }

    /// The value of the last row that a window counts; an ordered window without a frame ends at the current row. See
    /// [`first_value`](Self::first_value).
    pub fn last_value(self) -> WindowCall<M, T::Nullable> {
        WindowCall::new(WindowFunction::Last, Some(self.into_node()))
    }

    /// The value of a row that a window counts, by its number from 1; `None` if it counts fewer. See
    /// [`first_value`](Self::first_value).
    pub fn nth_value(self, row: u32) -> WindowCall<M, T::Nullable> {
        WindowCall::new(WindowFunction::Nth(row), Some(self.into_node()))
    }
});
