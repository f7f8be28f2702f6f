//! Groups as a table, and the query as one over its rows: groups of groups where the database has no `GROUP BY ROLLUP (…)`, and groups by the
//! value of another query, which most databases do not know again where it is selected.

mod parts;

use super::Writer;
use super::link::Linked;
use super::select::{self, Names, clauses, selected};
use super::share::Share;
use super::writer::Scope;
use crate::dialect::Feature;
use crate::error::Error;
use crate::expr::{AggregateOp, Node, NullsOrder, SetNode};
use crate::query::{LinkTo, SelectStatement, Selected};
use parts::Parts;

/// A query with a rollup, taken apart.
struct Rollup {
    /// What is grouped by, and the aggregates.
    groups: Vec<Node>,
    aggregates: Vec<Node>,
    /// Whether the database puts larger groups beside the smallest ones; else a column says how many expressions a row is grouped by.
    native: bool,
    /// The query, whose expressions name the columns.
    query: SelectStatement,
}

/// Refuses what says something of single rows, or of no rollup.
pub(super) fn check(w: &mut Writer, statement: &SelectStatement) {
    let asks = |node: &Node| node.any(&mut |part| matches!(part, Node::Grouping(_)));
    let before = || statement.filter.iter().chain(&statement.group_by);
    if before().any(asks) || (!statement.rollup && select::nodes(statement).any(asks)) {
        let message = "`grouping` asks about the rows of a rollup: it stands behind `.group_by(…).rollup()`, in what is selected, ordered by or kept by `.having(…)`";
        return w.fail(Error::invalid_query(message));
    }
    if !statement.rollup {
        return;
    }
    if statement.group_by.is_empty()
        || !matches!(statement.selected, Selected::Nodes(_) | Selected::Nothing)
    {
        let message = "a rollup is of groups, and selects what they have in common and aggregates: add `.group_by(…)` and `.select((…))`";
        return w.fail(Error::invalid_query(message));
    }
    if statement.lock.is_some() {
        let message = "the rows of a rollup are groups and cannot be locked; lock the rows in a query of their own";
        return w.fail(Error::invalid_query(message));
    }
    if statement.keyset.is_some() {
        let message = "the rows of a rollup have no keys, so none of them is a place to go on from; use `.page(…)`";
        return w.fail(Error::invalid_query(message));
    }
    if !is_for(w, statement) {
        // What the others cannot put into a query over groups is refused here, too.
        take_apart(w, statement);
    }
}

/// Whether the query is written here. A query inside of it has other names each time, by which no database knows a group again.
pub(super) fn is_for(w: &Writer, statement: &SelectStatement) -> bool {
    let groups = &statement.group_by;
    let lacks = statement.rollup && !w.dialect().supports(Feature::Rollup);
    !groups.is_empty() && (lacks || groups.iter().any(has_query))
}

fn has_query(node: &Node) -> bool {
    node.any(&mut |part| {
        matches!(
            part,
            Node::Exists(..) | Node::Subquery(_) | Node::In(_, SetNode::Query(_), _)
        )
    })
}

fn take_apart(w: &mut Writer, statement: &SelectStatement) -> Rollup {
    // A row that is NULL because of its size cannot be told there from one that is NULL by itself.
    let unclear = |part: &Node| matches!(part, Node::Grouping(of) if may_be_null(of));
    let native = statement.rollup
        && w.dialect().supports(Feature::WithRollup)
        && !select::nodes(statement).any(|node| node.any(&mut |part| unclear(part)));
    let mut parts = Parts::new(w, statement, native);
    let mut query = SelectStatement::new(statement.model);
    query.selected = match &statement.selected {
        Selected::Nodes(nodes) => Selected::Nodes(parts.over_all(nodes)),
        other => other.clone(),
    };
    query.extra = parts.over_all(&statement.extra);
    query.filter = parts.over_all(&statement.having);
    query.order_by.clone_from(&statement.order_by);
    for term in &mut query.order_by {
        term.node = parts.over(&term.node);
        // What is NULL in no row is NULL in larger groups.
        let place = match term.descending {
            true => NullsOrder::First,
            false => NullsOrder::Last,
        };
        term.nulls = term.nulls.or(statement.rollup.then_some(place));
    }
    query.distinct = statement.distinct;
    query.limit = statement.limit;
    query.offset = statement.offset;
    let (aggregates, mistake, unsupported) = parts.end();
    if let Some(message) = mistake {
        w.fail(Error::invalid_query(message));
    }
    if let Some(feature) = unsupported {
        w.unsupported(feature);
    }
    Rollup {
        groups: statement.group_by.clone(),
        aggregates,
        native,
        query,
    }
}

/// Whether there may be rows in which it is NULL, as far as columns say.
fn may_be_null(node: &Node) -> bool {
    match node {
        Node::Column(column) => column.def().nullable,
        Node::Related(join, of) => {
            join.on.is_some() || join.relation.is_optional() || may_be_null(of)
        }
        _ => true,
    }
}

/// Appends the query.
pub(super) fn write(w: &mut Writer, statement: &SelectStatement, names: Names<'_>, compared: bool) {
    let around = w.current();
    let rollup = take_apart(w, statement);
    let query = &rollup.query;
    select::enter_named(w, statement);
    let Some(own) = w.current() else { return };
    for node in select::nodes(query) {
        w.join_for(node);
    }
    w.push(if query.distinct {
        "SELECT DISTINCT "
    } else {
        "SELECT "
    });
    selected(w, query, names, compared);
    w.push(" FROM (");
    // Its own rows are not around those that it reads from.
    w.leave();
    let wall = w.build_wall();
    let outer = statement
        .link
        .as_ref()
        .is_some_and(|link| matches!(link.to, LinkTo::Outer));
    if outer && !w.dialect().supports(Feature::CorrelatedSource) {
        w.unsupported(
            "groups of groups, or by the value of a query, in a query about the row around it",
        );
    }
    if rollup.native {
        native(w, statement, &rollup, around);
    } else {
        let most = rollup.groups.len();
        let least = if statement.rollup { 0 } else { most };
        for groups in (least..=most).rev() {
            level(w, statement, &rollup, groups, around);
            w.push(if groups > least { " UNION ALL " } else { "" });
        }
    }
    w.tear_down(wall);
    w.enter_again(own);
    w.push(")");
    w.alias();
    clauses(w, query, None, Share::All);
    w.leave();
}

/// Appends the name of a column of the table of groups.
fn name(w: &mut Writer, column: usize) {
    w.push(" AS ");
    w.ident(&format!("c{column}"));
}

/// Appends the groups by the first expressions alone.
fn level(
    w: &mut Writer,
    statement: &SelectStatement,
    rollup: &Rollup,
    kept: usize,
    around: Option<Scope>,
) {
    rows(w, statement, rollup, around, |w| {
        w.push("SELECT ");
        let mut column = 0;
        for (at, node) in rollup.groups.iter().enumerate() {
            match at < kept {
                true => w.dialect().selected(w, node),
                false => w.push("NULL"),
            }
            name(w, column);
            w.push(", ");
            column += 1;
        }
        w.push_number(kept as u64);
        name(w, column);
        for node in &rollup.aggregates {
            column += 1;
            w.push(", ");
            w.expr(node);
            name(w, column);
        }
    });
    // By place: a value that is bound twice would not be the same expression everywhere.
    if kept > 0 {
        w.push(" GROUP BY ");
        w.list(1..=kept, |w, place| w.push_number(place as u64));
    }
    w.leave();
}

/// Appends the groups of a database that rolls them up, and the one of all rows where there are none, which it leaves out.
fn native(w: &mut Writer, statement: &SelectStatement, rollup: &Rollup, around: Option<Scope>) {
    rows(w, statement, rollup, around, |w| {
        w.push("SELECT ");
        let all = rollup.groups.iter().chain(&rollup.aggregates);
        w.list(all.enumerate(), |w, (column, node)| {
            w.dialect().selected(w, node);
            name(w, column);
        });
    });
    w.push(" GROUP BY ");
    w.list(1..=rollup.groups.len(), |w, place| {
        w.push_number(place as u64);
    });
    w.push(" WITH ROLLUP");
    w.leave();
    w.push(" UNION ALL SELECT ");
    let all = rollup.groups.iter().chain(&rollup.aggregates);
    w.list(all, |w, node| {
        w.push(match node {
            Node::Aggregate {
                op: AggregateOp::Count,
                ..
            } => "0",
            _ => "NULL",
        });
    });
    w.push(" FROM DUAL WHERE NOT EXISTS (");
    rows(w, statement, rollup, around, |w| w.push("SELECT 1"));
    w.leave();
    w.push(")");
}

/// Enters the rows that are grouped, and appends what is selected, their tables and their conditions.
fn rows(
    w: &mut Writer,
    statement: &SelectStatement,
    rollup: &Rollup,
    around: Option<Scope>,
    select: impl FnOnce(&mut Writer),
) {
    select::enter_named(w, statement);
    let all = rollup.groups.iter().chain(&rollup.aggregates);
    for node in statement.filter.iter().chain(all) {
        w.join_for(node);
    }
    let link = statement.link.as_ref();
    let linked = link.and_then(|link| Linked::new(w, link, around, false));
    select(w);
    w.push(" FROM ");
    w.from(statement);
    if let Some(linked) = &linked {
        linked.write_joins(w);
    }
    w.write_joins();
    let mut plain = SelectStatement::new(statement.model);
    plain.filter.clone_from(&statement.filter);
    clauses(w, &plain, linked.as_ref(), Share::All);
}
