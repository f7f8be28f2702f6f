//! Keeping rows by what a window says of them.

use super::super::{Expr, Expression, Node};
use super::Windowed;
use crate::expr::ColumnRef;
use crate::model::{Model, ModelDef};
use crate::query::{Query, SelectStatement, Selected};
use crate::shape::Shape;

/// Rows of the query's own table that a query over the same table finds by a window, as plain data.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The query that computes the window, over the rows that its filters leave. It selects the primary key.
    pub rows: SelectStatement,
    /// The condition, which holds the window.
    pub condition: Node,
}

/// Keeps the rows of a query by a condition that holds a window.
fn keep(statement: &mut SelectStatement, condition: Node) {
    let correlated = |node: &Node| node.any(&mut |part| matches!(part, Node::Outer(_)));
    let mistake = if !statement.group_by.is_empty() || statement.distinct {
        Some(
            "rows are kept by a window before they are grouped or made distinct; put `.filter_window(…)` first",
        )
    } else if statement.per_group.is_some()
        || statement.limit.is_some()
        || statement.offset.is_some()
        || statement.keyset.is_some()
    {
        Some(
            "a window sees all rows that the filters leave; put `.limit(…)`, `.offset(…)` and cursors behind `.filter_window(…)`",
        )
    } else if statement.filter.iter().any(correlated) {
        Some(
            "a window cannot see the row around its query; put conditions with `.outer()` behind `.filter_window(…)`",
        )
    } else {
        None
    };
    if let Some(mistake) = mistake {
        return statement.filter.push(Node::Mistake(mistake.into()));
    }
    let mut rows = SelectStatement::new(statement.model);
    rows.source = statement.source.clone();
    rows.filter = std::mem::take(&mut statement.filter);
    rows.selected = Selected::Nodes(key(statement.model).collect());
    statement.by_key = false;
    let kept = Kept { rows, condition };
    statement.filter.push(Node::Kept(Box::new(kept)));
}

fn key(model: &'static ModelDef) -> impl Iterator<Item = Node> {
    let columns = model.key.iter().map(move |index| ColumnRef {
        model,
        index: *index,
    });
    columns.map(Node::Column)
}

impl<M: Model, R: Shape> Query<M, R> {
    /// Keeps the rows for which the value of a window meets a condition. The window sees the rows that the filters before leave.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// use orm::expr::{partition_by, row_number};
    ///
    /// let place = row_number().over(partition_by(Post::author_id).order_by(Post::views.desc()));
    /// let best = Post::query().filter_window(place, |place| place.le(1)).order_by(Post::id).select(Post::title).all(&db).await?;
    /// assert_eq!(best, ["Hello", "Rust and SQL"]);
    /// # Ok(()) }) }
    /// ```
    pub fn filter_window<T, K, E: Expression<M, Value = bool>>(
        mut self,
        window: Windowed<M, T, K>,
        condition: impl FnOnce(Expr<M, T>) -> E,
    ) -> Self {
        let condition = condition(Expr::new(window.node)).into_node();
        keep(&mut self.statement, condition);
        self
    }
}
