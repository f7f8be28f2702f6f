//! What a grouped, aggregated or distinct query may select, keep and order by.

use crate::error::Error;
use crate::expr::{ColumnRef, Node};
use crate::model::RelationDef;
use crate::query::{SelectStatement, Selected};
use crate::sql::Writer;

/// A column, and the way that leads to it from the query's own row.
struct Bare {
    way: Vec<&'static RelationDef>,
    column: ColumnRef,
}

impl Bare {
    /// The first column in an expression that has many values in a group.
    fn find(node: &Node, grouped: &[&Node], by_key: bool) -> Option<Self> {
        if grouped.iter().any(|group| group.same(node)) {
            return None;
        }
        match node {
            Node::Column(column) => (!by_key).then(|| Self {
                way: Vec::new(),
                column: *column,
            }),
            Node::Aggregate { .. } => None,
            Node::Related(join, of) => {
                let inside: Vec<&Node> = grouped
                    .iter()
                    .filter_map(|group| match group {
                        Node::Related(other, of) if other.is(join) => Some(&**of),
                        _ => None,
                    })
                    .collect();
                let mut bare = Self::find(of, &inside, false)?;
                bare.way.insert(0, join.relation);
                Some(bare)
            }
            node => {
                let mut found = None;
                node.parts(&mut |part| {
                    if found.is_none() {
                        found = Self::find(part, grouped, by_key);
                    }
                });
                found
            }
        }
    }

    /// As a user writes it.
    fn name(&self) -> String {
        let begin = self.way.first().map_or(self.column.model, |r| r.from());
        let steps = self.way.iter().map(|r| format!("::{}", r.name()));
        let way: String = steps.collect();
        format!("`{}{way}::{}`", begin.name, self.column.def().field)
    }
}

/// Refuses what some databases refuse, and others answer with any row of a group.
pub(super) fn check(w: &mut Writer, statement: &SelectStatement) {
    if let Some(message) = mistake(statement) {
        w.fail(Error::invalid_query(message));
    }
}

fn mistake(statement: &SelectStatement) -> Option<String> {
    if statement.filter.iter().any(Node::is_aggregate) {
        return Some(
            "an aggregate stands in a filter, which sees one row at a time; keep groups by `.having(…)`".to_owned(),
        );
    }
    if statement.group_by.iter().any(Node::is_aggregate) {
        return Some(
            "rows cannot be grouped by an aggregate, which is a value of groups".to_owned(),
        );
    }
    let selected: &[Node] = match &statement.selected {
        Selected::Nodes(nodes) => nodes,
        Selected::Model | Selected::Nothing => &[],
    };
    let order = || statement.order_by.iter().map(|term| &term.node);
    let has_groups = !statement.group_by.is_empty()
        || !statement.having.is_empty()
        || selected.iter().chain(order()).any(Node::is_aggregate);
    let mixed = has_groups.then(|| groups(statement, selected)).flatten();
    mixed.or_else(|| ordering(statement, selected))
}

/// PostgreSQL looks for what a distinct query is ordered by among what is selected, as it stands.
fn ordering(statement: &SelectStatement, selected: &[Node]) -> Option<String> {
    if !statement.distinct || selected.is_empty() {
        return None;
    }
    let of_rows = |node: &Node| matches!(node, Node::Column(_) | Node::Aggregate { .. });
    let mut ordered = statement.order_by.iter().map(|term| &term.node);
    let other = ordered.find(|node| {
        node.any(&mut |part| of_rows(part)) && !selected.iter().any(|other| other.same(node))
    })?;
    Some(match (other, Bare::find(other, &[], false)) {
        (Node::Column(_) | Node::Related(..), Some(bare)) => format!(
            "a `distinct` query is ordered by what it selects, and {} is not selected",
            bare.name()
        ),
        _ => "a `distinct` query is ordered by what it selects: select the expression that it is ordered by as well, just as it is written there".to_owned(),
    })
}

fn groups(statement: &SelectStatement, selected: &[Node]) -> Option<String> {
    let grouped: Vec<&Node> = statement.group_by.iter().collect();
    let is_grouped = |key: &usize| {
        let is = |node: &&Node| matches!(node, Node::Column(column) if column.index == *key);
        grouped.iter().any(is)
    };
    // The groups of a rollup may have more than one key, and PostgreSQL knows no key of what is no table.
    let by_key = !statement.rollup
        && !grouped.is_empty()
        && statement.source.is_none()
        && !statement.model.of_query
        && statement.model.key.iter().all(is_grouped);
    if matches!(statement.selected, Selected::Model) && !by_key {
        return Some(
            "a grouped query selects what it groups by, and aggregates: add `.select((…))`"
                .to_owned(),
        );
    }
    let ordered = statement.order_by.iter().map(|term| &term.node);
    let mut places = selected
        .iter()
        .map(|node| ("selected", node))
        .chain(statement.having.iter().map(|node| ("compared", node)))
        .chain(ordered.map(|node| ("ordered by", node)));
    places.find_map(|(what, node)| {
        let name = Bare::find(node, &grouped, by_key)?.name();
        Some(format!(
            "{name} is {what} beside aggregates or groups, and has many values there; add it to `.group_by(…)`"
        ))
    })
}
