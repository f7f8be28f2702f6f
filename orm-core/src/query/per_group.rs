//! The first rows of each group.

use super::{PerGroup, Query};
use crate::expr::Selection;
use crate::model::Model;

impl<M: Model, R> Query<M, R> {
    /// Keeps the first row of each group of rows that have equal values, by the query's ordering.
    ///
    /// The filters come before that; limit, pages, cursors and whatever is included come after it. Rows of which it is not said which one
    /// is first, such as those with equal dates, make the choice arbitrary: end the ordering with the key.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let most_read_of_each = Post::query()
    ///     .order_by((Post::views.desc(), Post::id.asc()))
    ///     .distinct_on(Post::author_id)
    ///     .all(&db)
    ///     .await?;
    /// assert_eq!(most_read_of_each.iter().map(|post| post.views).collect::<Vec<_>>(), [120, 40]);
    /// # Ok(()) }) }
    /// ```
    pub fn distinct_on<S: Selection<M>>(self, by: S) -> Self {
        self.limit_per(1, by)
    }

    /// Keeps at most this many rows of each group of rows that have equal values: the first ones by the query's ordering. See
    /// [`distinct_on`](Self::distinct_on).
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let newest = Post::query().order_by((Post::created_at.desc(), Post::id.asc())).limit_per(2, Post::author_id);
    /// assert_eq!(newest.count(&db).await?, 4);
    /// # Ok(()) }) }
    /// ```
    pub fn limit_per<S: Selection<M>>(mut self, rows: u64, by: S) -> Self {
        let by = by.into_nodes();
        self.statement.per_group = Some(PerGroup { rows, by });
        self
    }
}
