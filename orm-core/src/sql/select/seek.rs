//! Keysets: the rows behind or before a row, in an ordering.

use crate::error::Error;
use crate::expr::{Node, NullsOrder, OrderTerm};
use crate::query::Keyset;
use crate::sql::Writer;
use crate::value::Value;

/// Appends the condition that a row comes behind (or before) the row with these values:
/// `a > x OR (a = x AND (b > y OR …))`, with NULL where the ordering puts it.
pub(super) fn behind(w: &mut Writer, order: &[OrderTerm], keyset: &Keyset) {
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
