//! `SELECT`.

use super::Writer;
use crate::dialect::{Dialect, Feature};
use crate::driver::{Access, Statement};
use crate::error::{Error, Result};
use crate::expr::{ColumnRef, Node, NullsOrder, OrderTerm};
use crate::query::{Keyset, LockStrength, LockWait, SelectStatement, Selected};
use crate::value::Value;

/// The rows of a query.
pub(crate) fn select(
    statement: &SelectStatement,
    dialect: &'static dyn Dialect,
) -> Result<Statement> {
    let mut w = Writer::new(dialect);
    write(&mut w, statement);
    let access = if statement.lock.is_some() {
        Access::Write
    } else {
        Access::Read
    };
    w.finish(access, true, Some(statement.model))
}

/// How many rows a query has.
pub(crate) fn count(
    statement: &SelectStatement,
    dialect: &'static dyn Dialect,
) -> Result<Statement> {
    let mut w = Writer::new(dialect);
    if statement.lock.is_some() {
        w.fail(Error::invalid_query(
            "rows that are only counted cannot be locked; select them, or leave the lock out",
        ));
    }
    let plain = statement.group_by.is_empty()
        && is_row_by_row(statement)
        && statement.limit.is_none()
        && statement.offset.is_none();
    if plain && statement.keyset.is_none() {
        w.push("SELECT COUNT(*) FROM ");
        body(&mut w, statement, alone(statement));
    } else {
        let mut counted = statement.clone();
        // A table may not have two columns of one name, and what is selected makes no difference as long as it makes no rows equal.
        if is_row_by_row(statement) {
            counted.selected = Selected::Nothing;
        }
        w.push("SELECT COUNT(*) FROM (");
        write(&mut w, &counted);
        w.push(") AS counted");
    }
    w.finish(Access::Read, true, Some(statement.model))
}

/// Whether what is selected has no influence on how many rows there are.
fn is_row_by_row(statement: &SelectStatement) -> bool {
    let aggregates = matches!(&statement.selected, Selected::Nodes(nodes) if nodes.iter().any(Node::is_aggregate));
    !statement.distinct && (!aggregates || !statement.group_by.is_empty())
}

/// Whether a query has rows.
pub(crate) fn exists(
    statement: &SelectStatement,
    dialect: &'static dyn Dialect,
) -> Result<Statement> {
    let mut w = Writer::new(dialect);
    w.push("SELECT EXISTS (");
    write_existing(&mut w, statement);
    w.push(")");
    w.finish(Access::Read, true, Some(statement.model))
}

/// Appends a query of which only the existence of rows matters.
pub(super) fn write_existing(w: &mut Writer, statement: &SelectStatement) {
    let mut statement = statement.clone();
    if is_row_by_row(&statement) {
        statement.selected = Selected::Nothing;
        // An ordering decides nothing here, but a keyset is built from it.
        if statement.keyset.is_none() {
            statement.order_by.clear();
        }
    }
    write(w, &statement);
}

/// Appends a query that selects one value, between the parentheses of `IN (…)`.
pub(super) fn write_set(w: &mut Writer, statement: &SelectStatement, without_nulls: bool) {
    // Not every database takes a limit directly inside of `IN`, or in the same query as the table that is changed.
    let limited = statement.limit.is_some() || statement.offset.is_some();
    if limited {
        w.push("SELECT * FROM (");
    }
    if without_nulls {
        write_without_nulls(w, statement);
    } else {
        write(w, statement);
    }
    if limited {
        w.push(") AS limited");
    }
}

/// Appends a query that selects one value, without the rows in which it is NULL.
fn write_without_nulls(w: &mut Writer, statement: &SelectStatement) {
    let mut statement = statement.clone();
    if let Selected::Nodes(nodes) = &statement.selected
        && let [node] = nodes.as_slice()
    {
        let condition = Node::IsNull(Box::new(node.clone()), false);
        // A condition on an aggregate stands behind the grouping.
        if node.is_aggregate() {
            statement.having.push(condition);
        } else if nullable(node) {
            statement.filter.push(condition);
        }
    }
    write(w, &statement);
}

fn nullable(node: &Node) -> bool {
    node.column().is_none_or(|c| c.def().nullable)
}

/// Appends a query.
pub(super) fn write(w: &mut Writer, statement: &SelectStatement) {
    if !statement.group_by.is_empty() || statement.distinct {
        w.share_binds();
    }
    check(w, statement);
    w.enter(statement.model, alone(statement));
    w.push(if statement.distinct {
        "SELECT DISTINCT "
    } else {
        "SELECT "
    });
    match &statement.selected {
        Selected::Model => {
            let model = statement.model;
            w.list(0..model.visible, |w, index| {
                w.column(ColumnRef { model, index })
            });
        }
        Selected::Nodes(nodes) => w.list(nodes, |w, node| w.dialect().selected(w, node)),
        Selected::Nothing => w.push("1"),
    }
    w.push(" FROM ");
    w.table(statement.model);
    w.alias();
    clauses(w, statement);
    w.leave();
}

/// Refuses what some databases refuse, and others answer with any row of a group.
fn check(w: &mut Writer, statement: &SelectStatement) {
    let column = |node: &Node| match node {
        Node::Column(column) => Some(*column),
        _ => None,
    };
    let name = |c: ColumnRef| format!("`{}::{}`", c.model.name, c.def().field);
    let Selected::Nodes(nodes) = &statement.selected else {
        let grouped_by_key = statement.model.key.iter().all(|k| {
            statement
                .group_by
                .iter()
                .filter_map(column)
                .any(|c| c.index == *k)
        });
        if matches!(statement.selected, Selected::Model)
            && !statement.group_by.is_empty()
            && !grouped_by_key
        {
            let message =
                "a grouped query selects what it groups by, and aggregates: add `.select((…))`";
            w.fail(Error::invalid_query(message));
        }
        return;
    };
    let grouped: Vec<ColumnRef> = statement.group_by.iter().filter_map(column).collect();
    let has_key = !grouped.is_empty()
        && statement
            .model
            .key
            .iter()
            .all(|k| grouped.iter().any(|c| c.index == *k));
    let groups = !statement.group_by.is_empty() || nodes.iter().any(Node::is_aggregate);
    let selected: Vec<ColumnRef> = nodes.iter().filter_map(column).collect();
    let ordered = statement.order_by.iter().filter_map(|o| column(&o.node));
    if let Some(bare) = selected
        .iter()
        .find(|c| groups && !has_key && !grouped.contains(c))
    {
        let message = format!(
            "{} is selected beside aggregates or groups, and has many values there; add it to `.group_by(…)`",
            name(*bare)
        );
        w.fail(Error::invalid_query(message));
    }
    if let Some(other) = ordered
        .into_iter()
        .find(|c| statement.distinct && !selected.contains(c))
    {
        let message = format!(
            "a `distinct` query is ordered by what it selects, and {} is not selected",
            name(other)
        );
        w.fail(Error::invalid_query(message));
    }
}

/// Appends table and condition of a query that selects something else.
fn body(w: &mut Writer, statement: &SelectStatement, alone: bool) {
    w.enter(statement.model, alone);
    w.table(statement.model);
    w.alias();
    filter(w, &statement.filter, None, &[]);
    w.leave();
}

fn clauses(w: &mut Writer, statement: &SelectStatement) {
    filter(
        w,
        &statement.filter,
        statement.keyset.as_ref(),
        &statement.order_by,
    );
    if !statement.group_by.is_empty() {
        w.push(" GROUP BY ");
        w.list(&statement.group_by, Writer::expr);
    }
    if !statement.having.is_empty() {
        w.push(" HAVING ");
        w.conjunction(&statement.having, " AND ", true);
    }
    order_by(w, statement);
    w.dialect().limit(w, statement.limit, statement.offset);
    lock(w, statement);
}

/// Appends ` WHERE …`, if there are conditions.
pub(super) fn filter(w: &mut Writer, all: &[Node], keyset: Option<&Keyset>, order: &[OrderTerm]) {
    if all.is_empty() && keyset.is_none() {
        return;
    }
    w.push(" WHERE ");
    match (all, keyset) {
        ([], _) => {}
        // It has a neighbour, though it is the only one of its list.
        ([Node::Or(_) | Node::Raw(_)], Some(_)) => w.operand(&all[0]),
        _ => w.conjunction(all, " AND ", true),
    }
    if let Some(keyset) = keyset {
        if !all.is_empty() {
            w.push(" AND ");
        }
        w.push("(");
        seek(w, order, keyset);
        w.push(")");
    }
}

/// Whether no query stands inside this one, so that its columns need no prefix.
fn alone(statement: &SelectStatement) -> bool {
    let selected = match &statement.selected {
        Selected::Nodes(nodes) => nodes.as_slice(),
        Selected::Model | Selected::Nothing => &[],
    };
    let order = statement.order_by.iter().map(|o| &o.node);
    !selected
        .iter()
        .chain(&statement.filter)
        .chain(&statement.group_by)
        .chain(&statement.having)
        .chain(order)
        .any(has_query)
}

pub(super) fn has_query(node: &Node) -> bool {
    use crate::expr::SetNode;
    match node {
        Node::Exists(..) | Node::Subquery(_) | Node::In(_, SetNode::Query(_), _) => true,
        Node::Binary(left, _, right) => has_query(left) || has_query(right),
        Node::And(all) | Node::Or(all) | Node::Call(_, all) => all.iter().any(has_query),
        Node::Not(inner)
        | Node::Negate(inner)
        | Node::IsNull(inner, _)
        | Node::In(inner, ..)
        | Node::Like(inner, _)
        | Node::Json(inner, ..) => has_query(inner),
        Node::Between(parts) => parts.iter().any(has_query),
        Node::Aggregate { of, .. } => of.as_deref().is_some_and(has_query),
        Node::Case(arms, otherwise) => {
            arms.iter().any(|(c, v)| has_query(c) || has_query(v))
                || otherwise.as_deref().is_some_and(has_query)
        }
        _ => false,
    }
}

fn order_by(w: &mut Writer, statement: &SelectStatement) {
    if statement.order_by.is_empty() {
        return;
    }
    let backwards = statement.keyset.as_ref().is_some_and(|k| k.before);
    w.push(" ORDER BY ");
    w.list(&statement.order_by, |w, term| {
        if backwards {
            let term = term.clone().reversed();
            w.dialect().order_term(w, &term);
        } else {
            w.dialect().order_term(w, term);
        }
    });
}

/// Appends the condition that a row comes behind (or before) the row with these values:
/// `a > x OR (a = x AND (b > y OR …))`, with NULL where the ordering puts it.
fn seek(w: &mut Writer, order: &[OrderTerm], keyset: &Keyset) {
    if order.len() != keyset.values.len() || order.is_empty() {
        let message = format!(
            "the cursor has {} values and the query orders by {} terms; a cursor belongs to the ordering that made it",
            keyset.values.len(),
            order.len()
        );
        return w.fail(Error::invalid_query(message));
    }
    let terms: Vec<OrderTerm> = if keyset.before {
        order.iter().cloned().map(OrderTerm::reversed).collect()
    } else {
        order.to_vec()
    };
    // An index can be entered at the first term only if a condition on it stands alone.
    if let (Some(first), Some(value)) = (terms.first(), keyset.values.first())
        && terms.len() > 1
        && first.nulls.is_none()
    {
        comparison(w, first, value, true);
        w.push(" AND (");
        seek_from(w, &terms, &keyset.values);
        w.push(")");
        return;
    }
    seek_from(w, &terms, &keyset.values);
}

fn seek_from(w: &mut Writer, terms: &[OrderTerm], values: &[Value]) {
    let (Some((term, rest)), Some((value, rest_values))) =
        (terms.split_first(), values.split_first())
    else {
        return;
    };
    let wrote = strictly_behind(w, term, value);
    if rest.is_empty() {
        if !wrote {
            w.push("1 = 0");
        }
        return;
    }
    w.push(if wrote { " OR (" } else { "(" });
    w.operand(&term.node);
    if value.is_null() {
        w.push(" IS NULL");
    } else {
        w.push(" = ");
        bind_like(w, &term.node, value);
    }
    w.push(" AND (");
    seek_from(w, rest, rest_values);
    w.push("))");
}

/// Appends the condition that the term's value comes behind this one; `false` if none can.
fn strictly_behind(w: &mut Writer, term: &OrderTerm, value: &Value) -> bool {
    match (value.is_null(), term.nulls) {
        (true, Some(NullsOrder::First)) => {
            w.operand(&term.node);
            w.push(" IS NOT NULL");
            true
        }
        (true, _) => false,
        (false, Some(NullsOrder::Last)) => {
            comparison(w, term, value, false);
            w.push(" OR ");
            w.operand(&term.node);
            w.push(" IS NULL");
            true
        }
        (false, _) => {
            comparison(w, term, value, false);
            true
        }
    }
}

fn comparison(w: &mut Writer, term: &OrderTerm, value: &Value, or_equal: bool) {
    w.operand(&term.node);
    w.push(match (term.descending, or_equal) {
        (false, false) => " > ",
        (false, true) => " >= ",
        (true, false) => " < ",
        (true, true) => " <= ",
    });
    bind_like(w, &term.node, value);
    if term.node.kind() == Some(crate::value::Kind::Decimal) {
        w.dialect().decimal_comparison(w);
    }
}

fn bind_like(w: &mut Writer, node: &Node, value: &Value) {
    match node.column() {
        Some(column) => w.bind_for(column.def(), column.model, value.clone()),
        None => w.bind(value.clone()),
    }
}

fn lock(w: &mut Writer, statement: &SelectStatement) {
    let Some(lock) = statement.lock else { return };
    if !w.dialect().supports(Feature::RowLocks) {
        return w
            .unsupported("row locks (`for_update`, `for_share`); its writers take turns anyway");
    }
    if !statement.group_by.is_empty()
        || statement.distinct
        || matches!(&statement.selected, Selected::Nodes(n) if n.iter().any(Node::is_aggregate))
    {
        let message = "rows of a grouped, aggregated or distinct query cannot be locked; lock the rows in a query of their own";
        return w.fail(Error::invalid_query(message));
    }
    match lock.strength {
        LockStrength::Update => w.push(" FOR UPDATE"),
        LockStrength::Share => w.dialect().for_share(w),
    }
    match lock.wait {
        LockWait::Wait => {}
        LockWait::SkipLocked => w.push(" SKIP LOCKED"),
        LockWait::NoWait => w.push(" NOWAIT"),
    }
}
