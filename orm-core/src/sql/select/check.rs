//! What a query cannot say.

use super::groups;
use crate::error::Error;
use crate::expr::Node;
use crate::query::{Origin, SelectStatement};
use crate::sql::{Writer, rollup};

/// Refuses windows where no database computes them.
fn windows(w: &mut Writer, statement: &SelectStatement) {
    let mut before = statement
        .filter
        .iter()
        .chain(&statement.group_by)
        .chain(&statement.having);
    if before.any(Node::is_windowed) {
        let message = "a window function stands in a filter or a grouping, and windows see the rows behind them; use `.filter_window(…)`";
        w.fail(Error::invalid_query(message));
    }
    let ordered = statement.order_by.iter().any(|o| o.node.is_windowed());
    if ordered && statement.distinct {
        let message = "a `distinct` query is ordered by what it selects, not by a window";
        w.fail(Error::invalid_query(message));
    }
}

/// Refuses what a query cannot say.
pub(super) fn all(w: &mut Writer, statement: &SelectStatement) {
    rollup::check(w, statement);
    groups::check(w, statement);
    windows(w, statement);
    origin(w, statement);
}

/// Refuses what has no meaning without its source, or with it.
fn origin(w: &mut Writer, statement: &SelectStatement) {
    let tree = matches!(statement.source, Some(Origin::Tree(_)));
    let in_tree = |node: &Node| node.any(&mut |part| matches!(part, Node::InTree(_)));
    if !tree && super::nodes(statement).any(in_tree) {
        let message = "`depth()` and `path()` say where a row stands in a tree: they need `.descend(…)` or `.ascend(…)` before them";
        return w.fail(Error::invalid_query(message));
    }
    let Some(source) = &statement.source else {
        return;
    };
    if statement.lock.is_some() {
        let message = "rows of several queries or of a tree cannot be locked; lock them in a query of their own, by their keys";
        return w.fail(Error::invalid_query(message));
    }
    if let Origin::Compound(compound) = source
        && let Some(missing) =
            super::nodes(statement).find_map(|node| outside(node, &compound.columns))
    {
        let (model, column) = (statement.model, &statement.model.columns[missing]);
        let message = format!(
            "`{}::{}` is not among the columns of the queries that are put together; select it in each of them",
            model.name, column.field
        );
        w.fail(Error::invalid_query(message));
    }
}

/// A column of the query's own model that is not among these.
fn outside(node: &Node, columns: &[Option<usize>]) -> Option<usize> {
    let missing = |index: &usize| !columns.contains(&Some(*index));
    match node {
        Node::Column(column) => Some(column.index).filter(missing),
        Node::Related(join, _) => {
            let mut from = join.relation.hops().first()?.from_columns.iter();
            from.find(|index| missing(index)).copied()
        }
        Node::Exists(query, _) | Node::Subquery(query) => {
            let link = query.link.as_ref()?;
            let mut from = link.relation.hops().first()?.from_columns.iter();
            from.find(|index| missing(index)).copied()
        }
        node => {
            let mut found = None;
            node.parts(&mut |part| found = found.or_else(|| outside(part, columns)));
            found
        }
    }
}
