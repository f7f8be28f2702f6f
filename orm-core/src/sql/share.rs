//! How a query for the related rows of several rows gives each of them its own first rows.

use super::Writer;
use super::link::Linked;
use super::select::{Names, clauses, nodes, order_by, rows, selected};
use crate::dialect::Feature;
use crate::expr::{ColumnRef, Node};
use crate::query::{SelectStatement, Selected};
use crate::value::{Kind, Value};

/// How each row gets its share.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Share {
    /// There is no limit, or one row only.
    All,
    /// The rows are numbered for each of them, and the numbers compared.
    Numbered,
    /// The query runs for each of them.
    Lateral,
    /// A query for the keys runs for each of them, and the rows with these keys are read.
    Picked,
}

impl Share {
    pub(super) fn of(statement: &SelectStatement, w: &Writer) -> Self {
        let limited = statement.limit.is_some() || statement.offset.is_some();
        let rows = statement.link.as_ref().and_then(Linked::rows);
        if !limited || rows.is_none_or(|rows| rows.len() <= 1) {
            return Self::All;
        }
        if w.dialect().supports(Feature::Lateral) {
            return Self::Lateral;
        }
        match w.dialect().supports(Feature::CorrelatedLimit) && can_pick(statement) {
            true => Self::Picked,
            false => Self::Numbered,
        }
    }

    /// Whether the rows that have the relation stand in a table of their own.
    pub(super) fn has_key_table(self) -> bool {
        matches!(self, Self::Lateral | Self::Picked)
    }
}

/// Whether rows are told apart by one column, and so are those that they belong to. What is counted or made equal is no row.
fn can_pick(statement: &SelectStatement) -> bool {
    let plain = statement.group_by.is_empty() && statement.having.is_empty() && !statement.distinct;
    let near = statement.link.as_ref().map(|link| link.relation.near());
    let single = near.is_some_and(|(model, columns)| match columns {
        // Equal decimals may be written differently, and only a named collation sees that.
        [column] => model.columns[*column].ty.kind != Kind::Decimal,
        _ => false,
    });
    plain && single && statement.model.key.len() == 1
}

/// The number of a related row among those of its row.
const POSITION: &str = "position";

fn count_value(rows: u64) -> Value {
    Value::I64(i64::try_from(rows).unwrap_or(i64::MAX))
}

pub(super) fn numbered(w: &mut Writer, statement: &SelectStatement, linked: Option<&Linked<'_>>) {
    w.push("SELECT * FROM (");
    rows(w, statement, linked, Share::Numbered);
    w.push(") AS numbered WHERE ");
    let skipped = statement.offset.unwrap_or(0);
    w.ident(POSITION);
    w.push(" > ");
    w.bind(count_value(skipped));
    if let Some(limit) = statement.limit {
        w.push(" AND ");
        w.ident(POSITION);
        w.push(" <= ");
        w.bind(count_value(skipped.saturating_add(limit)));
    }
    w.push(" ORDER BY ");
    w.ident(POSITION);
}

/// Appends the number of a related row among those of its row.
pub(super) fn number(w: &mut Writer, statement: &SelectStatement, linked: &Linked<'_>) {
    w.push(", ROW_NUMBER() OVER (PARTITION BY ");
    linked.partition(w);
    order_by(w, statement);
    w.push(") AS ");
    w.ident(POSITION);
}

pub(super) fn lateral(w: &mut Writer, statement: &SelectStatement, linked: Option<&Linked<'_>>) {
    w.push("SELECT related.* FROM ");
    key_table(w, statement);
    // A row's related rows come in their order, since the query inside runs for one row after the other.
    w.push(" CROSS JOIN LATERAL (");
    rows(w, statement, linked, Share::Lateral);
    w.push(") AS related");
}

/// The same where there is no `LATERAL`: an index over what refers to a row gives its first rows without a look at the others,
/// which numbering them all cannot do.
pub(super) fn picked(w: &mut Writer, statement: &SelectStatement) {
    let Some(link) = &statement.link else { return };
    let key = Node::Column(ColumnRef {
        model: statement.model,
        index: statement.model.key[0],
    });
    w.push("SELECT ");
    selected(w, statement, Names::None, false);
    if statement.owner_places().is_none() {
        w.push(", ");
        Linked::key_name(w, 0);
    }
    w.push(" FROM ");
    key_table(w, statement);
    // The order of a cross join is kept: the keys lead to the rows.
    w.push(" CROSS JOIN ");
    w.table(statement.model);
    w.alias();
    w.write_joins();
    w.push(" WHERE ");
    w.expr(&key);
    w.push(" IN (");
    let mut keys = statement.clone();
    keys.selected = Selected::Nodes(vec![key]);
    keys.extra.clear();
    w.enter(statement.model, false);
    for node in nodes(&keys) {
        w.join_for(node);
    }
    let linked = Linked::new(w, link, None, true);
    w.push("SELECT ");
    selected(w, &keys, Names::None, false);
    w.push(" FROM ");
    w.table(statement.model);
    w.alias();
    if let Some(linked) = &linked {
        linked.write_joins(w);
    }
    w.write_joins();
    clauses(w, &keys, linked.as_ref(), Share::Picked);
    w.leave();
    w.push(")");
    // What was picked of each row is in no order.
    order_by(w, statement);
}

fn key_table(w: &mut Writer, statement: &SelectStatement) {
    if let Some(link) = &statement.link
        && let Some(keys) = Linked::rows(link)
    {
        w.dialect().key_table(w, &Linked::key_columns(link), keys);
    }
}
