//! The first rows of each group, as a condition on a row's key: so everything else about the query stays as it is.

use super::Writer;
use super::link::Linked;
use super::select::{clauses, nodes};
use super::share::Share;
use crate::dialect::Feature;
use crate::error::Error;
use crate::expr::{ColumnRef, Node};
use crate::query::{LinkTo, PerGroup, SelectStatement, Selected};
use crate::value::Value;

/// A row's number in its group.
const POSITION: &str = "position";

/// The query with a condition in the place of the filters and the groups.
pub(super) fn as_condition(
    w: &mut Writer,
    statement: &SelectStatement,
    per_group: &PerGroup,
) -> SelectStatement {
    if let Some(message) = mistake(statement, per_group) {
        w.fail(Error::invalid_query(message));
    }
    // What is grouped by stands twice in it, and has to be the same text.
    w.share_binds();
    let mut inner = statement.clone();
    inner.selected = Selected::Nodes(key(statement));
    inner.extra.clear();
    inner.loads.clear();
    inner.limit = None;
    inner.offset = None;
    inner.keyset = None;
    inner.lock = None;
    let mut outer = statement.clone();
    outer.per_group = None;
    outer.filter = vec![Node::FirstOfGroup(Box::new(inner))];
    outer
}

fn key(statement: &SelectStatement) -> Vec<Node> {
    let model = statement.model;
    let column = |index: &usize| {
        Node::Column(ColumnRef {
            model,
            index: *index,
        })
    };
    model.key.iter().map(column).collect()
}

fn mistake(statement: &SelectStatement, per_group: &PerGroup) -> Option<&'static str> {
    let rows = match statement.link.as_ref().map(|link| &link.to) {
        None => true,
        Some(LinkTo::Rows(rows)) => rows.len() <= 1,
        Some(LinkTo::Outer) => false,
    };
    let outer = |node: &Node| {
        node.any(&mut |part| {
            matches!(part, Node::Outer(column) if std::ptr::eq(column.model, statement.model))
        })
    };
    if statement.order_by.is_empty() {
        Some("the first row of a group needs an ordering: add `.order_by(…)`")
    } else if per_group.by.is_empty() {
        Some("it is not said what makes rows a group")
    } else if !statement.group_by.is_empty() || !statement.having.is_empty() {
        Some("a grouped query has no first rows of other groups; keep them in a query of their own")
    } else if per_group.by.iter().any(Node::is_aggregate) {
        Some("rows are not grouped by what is only known of groups")
    } else if !rows || nodes(statement).any(outer) {
        Some("the first rows of groups depend on no row around the query")
    } else {
        None
    }
}

/// Appends whether a row is among the first ones of its group.
pub(super) fn write(w: &mut Writer, inner: &SelectStatement) {
    let Some(per_group) = &inner.per_group else {
        return;
    };
    let keys = key(inner);
    match keys.as_slice() {
        [key] => w.expr(key),
        keys => {
            w.push("(");
            w.list(keys, Writer::expr);
            w.push(")");
        }
    }
    w.push(" IN (");
    match per_group.rows == 1 && w.dialect().supports(Feature::DistinctOn) {
        true => distinct_on(w, inner, per_group, &keys),
        false => numbered(w, inner, per_group, &keys),
    }
    w.push(")");
}

fn distinct_on(w: &mut Writer, inner: &SelectStatement, per_group: &PerGroup, keys: &[Node]) {
    entered(w, inner, per_group, |w| {
        w.push("SELECT DISTINCT ON (");
        w.list(&per_group.by, Writer::expr);
        w.push(") ");
        w.list(keys, Writer::expr);
    });
    w.push(" ORDER BY ");
    w.list(&per_group.by, Writer::expr);
    for term in &inner.order_by {
        w.push(", ");
        w.dialect().order_term(w, term);
    }
    w.leave();
}

fn numbered(w: &mut Writer, inner: &SelectStatement, per_group: &PerGroup, keys: &[Node]) {
    w.push("SELECT ");
    w.list(0..keys.len(), |w, n| w.ident(&format!("c{n}")));
    w.push(" FROM (");
    entered(w, inner, per_group, |w| {
        w.push("SELECT ");
        for (n, key) in keys.iter().enumerate() {
            w.expr(key);
            w.push(" AS ");
            w.ident(&format!("c{n}"));
            w.push(", ");
        }
        w.push("ROW_NUMBER() OVER (PARTITION BY ");
        w.list(&per_group.by, Writer::expr);
        w.push(" ORDER BY ");
        w.list(&inner.order_by, |w, term| w.dialect().order_term(w, term));
        w.push(") AS ");
        w.ident(POSITION);
    });
    w.leave();
    w.push(") AS numbered WHERE ");
    w.ident(POSITION);
    w.push(" <= ");
    w.bind(Value::I64(
        i64::try_from(per_group.rows).unwrap_or(i64::MAX),
    ));
}

/// Enters the query inside, and appends what is selected, its tables and its filters.
fn entered(
    w: &mut Writer,
    inner: &SelectStatement,
    per_group: &PerGroup,
    select: impl FnOnce(&mut Writer),
) {
    w.enter(inner.model, false);
    for node in nodes(inner).chain(&per_group.by) {
        w.join_for(node);
    }
    let link = inner.link.as_ref();
    let linked = link.and_then(|link| Linked::new(w, link, None, false));
    select(w);
    w.push(" FROM ");
    w.from(inner);
    if let Some(linked) = &linked {
        linked.write_joins(w);
    }
    w.write_joins();
    // Ordering and limit are the caller's.
    clauses(w, inner, linked.as_ref(), Share::Numbered);
}
