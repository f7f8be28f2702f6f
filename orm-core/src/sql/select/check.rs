//! What a grouped, aggregated or distinct query may select and order by.

use crate::error::Error;
use crate::expr::{ColumnRef, Node};
use crate::model::RelationDef;
use crate::query::{Origin, SelectStatement, Selected};
use crate::sql::Writer;

/// A column, and the way that leads to it from the query's own row.
type Path<'n> = (Vec<&'static RelationDef>, ColumnRef);

fn path(node: &Node) -> Option<Path<'_>> {
    match node {
        Node::Column(column) => Some((Vec::new(), *column)),
        Node::Related(join, of) => path(of).map(|(mut way, column)| {
            way.insert(0, join.relation);
            (way, column)
        }),
        _ => None,
    }
}

fn same(a: &Path<'_>, b: &Path<'_>) -> bool {
    a.1 == b.1 && a.0.len() == b.0.len() && a.0.iter().zip(&b.0).all(|(a, b)| std::ptr::eq(*a, *b))
}

/// Refuses what some databases refuse, and others answer with any row of a group.
fn groups(w: &mut Writer, statement: &SelectStatement) {
    if statement.rollup
        && (statement.group_by.is_empty()
            || !matches!(statement.selected, Selected::Nodes(_) | Selected::Nothing))
    {
        let message = "a rollup is of groups, and selects what they have in common and aggregates: add `.group_by(…)` and `.select((…))`";
        return w.fail(Error::invalid_query(message));
    }
    if statement.group_by.is_empty()
        && !statement.distinct
        && !matches!(&statement.selected, Selected::Nodes(nodes) if nodes.iter().any(Node::is_aggregate))
    {
        return;
    }
    let grouped: Vec<Path<'_>> = statement.group_by.iter().filter_map(path).collect();
    let has_key = !grouped.is_empty()
        && statement.model.key.iter().all(|k| {
            grouped
                .iter()
                .any(|(way, c)| way.is_empty() && c.index == *k)
        });
    let Selected::Nodes(nodes) = &statement.selected else {
        if matches!(statement.selected, Selected::Model)
            && !statement.group_by.is_empty()
            && !has_key
        {
            let message =
                "a grouped query selects what it groups by, and aggregates: add `.select((…))`";
            w.fail(Error::invalid_query(message));
        }
        return;
    };
    let name = |(way, c): &Path<'_>| {
        let begin = way.first().map_or(c.model, |relation| relation.from());
        let steps: String = way
            .iter()
            .map(|relation| format!("::{}", relation.name()))
            .collect();
        format!("`{}{steps}::{}`", begin.name, c.def().field)
    };
    let groups = !statement.group_by.is_empty() || nodes.iter().any(Node::is_aggregate);
    let selected: Vec<Path<'_>> = nodes.iter().filter_map(path).collect();
    let depends = |c: &Path<'_>| (has_key && c.0.is_empty()) || grouped.iter().any(|g| same(g, c));
    if let Some(bare) = selected.iter().find(|c| groups && !depends(c)) {
        let message = format!(
            "{} is selected beside aggregates or groups, and has many values there; add it to `.group_by(…)`",
            name(bare)
        );
        w.fail(Error::invalid_query(message));
    }
    let ordered = statement.order_by.iter().filter_map(|o| path(&o.node));
    if let Some(other) = ordered
        .into_iter()
        .find(|c| statement.distinct && !selected.iter().any(|s| same(s, c)))
    {
        let message = format!(
            "a `distinct` query is ordered by what it selects, and {} is not selected",
            name(&other)
        );
        w.fail(Error::invalid_query(message));
    }
}

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
    groups(w, statement);
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
