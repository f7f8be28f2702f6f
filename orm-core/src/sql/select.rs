//! `SELECT`.

mod check;
mod groups;
mod seek;

use super::Writer;
use super::link::Linked;
use super::share::{self, Share};
use super::{per_group, rollup};
use crate::dialect::{Dialect, Feature};
use crate::driver::{Access, Statement};
use crate::error::{Error, Result};
use crate::expr::{ColumnRef, Node, OrderTerm};
use crate::query::{Keyset, LockStrength, LockWait, Origin, SelectStatement, Selected};

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
    let relation = statement.link.as_ref().map(|link| link.relation);
    w.finish(access, true, Some(statement.model))
        .map(|sql| Statement { relation, ..sql })
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
        && statement.offset.is_none()
        && statement.per_group.is_none()
        && statement.link.is_none()
        && statement.source.is_none()
        && statement.with.is_empty();
    if plain && statement.keyset.is_none() {
        w.push("SELECT COUNT(*) FROM ");
        body(&mut w, statement);
    } else {
        let mut counted = statement.clone();
        counted.extra.clear();
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
        statement.extra.clear();
        // An ordering decides nothing here, but a keyset is built from it.
        if statement.keyset.is_none() && statement.per_group.is_none() {
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
        if node.is_windowed() {
            let message =
                "values of a window are not looked for by `not_in`; filter by the window first";
            return w.fail(Error::invalid_query(message));
        }
        // A condition on an aggregate, or on what larger groups lack, stands behind the grouping.
        if node.is_aggregate() || statement.rollup {
            statement.having.push(condition);
        } else if nullable(node) {
            statement.filter.push(condition);
        }
    }
    write(w, &statement);
}

fn nullable(node: &Node) -> bool {
    match node {
        Node::Related(..) => true,
        node => node.column().is_none_or(|c| c.def().nullable),
    }
}

/// Appends a query.
pub(super) fn write(w: &mut Writer, statement: &SelectStatement) {
    if let Some(per_group) = &statement.per_group {
        let statement = per_group::as_condition(w, statement, per_group);
        return write(w, &statement);
    }
    if !statement.group_by.is_empty() || statement.distinct {
        w.share_binds();
    }
    check::all(w, statement);
    let before = w.with(&statement.with);
    if rollup::is_for(w, statement) {
        rollup::write(w, statement, Names::None, false);
        return w.end_with(before);
    }
    let around = w.current();
    let share = Share::of(statement, w);
    match &statement.source {
        Some(_) => enter_named(w, statement),
        None => w.enter(statement.model, alone(statement) && !share.has_key_table()),
    }
    for node in nodes(statement) {
        w.join_for(node);
    }
    let link = statement.link.as_ref();
    let linked = link.and_then(|link| Linked::new(w, link, around, share == Share::Lateral));
    match share {
        Share::All => rows(w, statement, linked.as_ref(), share),
        Share::Numbered => share::numbered(w, statement, linked.as_ref()),
        Share::Lateral => share::lateral(w, statement, linked.as_ref()),
        Share::Picked => share::picked(w, statement),
    }
    w.leave();
    w.end_with(before);
}

/// Enters a query whose table has a name of its own.
pub(super) fn enter_named(w: &mut Writer, statement: &SelectStatement) {
    match &statement.source {
        Some(Origin::Compound(_)) => w.enter_compound(statement.model),
        _ => w.enter_named(statement.model),
    }
}

/// The names of what a query selects.
#[derive(Clone, Copy)]
pub(super) enum Names<'n> {
    /// Those that the database gives.
    None,
    /// `c0`, `c1` and so on.
    Numbers,
    /// These.
    Given(&'n [String]),
}

/// Appends a query whose columns have the names `c0`, `c1` and so on.
pub(super) fn write_named(w: &mut Writer, statement: &SelectStatement) {
    write_part(w, statement, Names::Numbers, false);
}

/// Appends a query inside of another one. Where its rows are `compared` with others, equal values must be equal there.
pub(super) fn write_part(
    w: &mut Writer,
    statement: &SelectStatement,
    names: Names<'_>,
    compared: bool,
) {
    if let Some(per_group) = &statement.per_group {
        let statement = per_group::as_condition(w, statement, per_group);
        return write_part(w, &statement, names, compared);
    }
    if !statement.group_by.is_empty() || statement.distinct {
        w.share_binds();
    }
    check::all(w, statement);
    let before = w.with(&statement.with);
    if rollup::is_for(w, statement) {
        rollup::write(w, statement, names, compared);
        return w.end_with(before);
    }
    enter_named(w, statement);
    for node in nodes(statement) {
        w.join_for(node);
    }
    w.push(if statement.distinct {
        "SELECT DISTINCT "
    } else {
        "SELECT "
    });
    selected(w, statement, names, compared);
    w.push(" FROM ");
    w.from(statement);
    w.write_joins();
    clauses(w, statement, None, Share::All);
    w.leave();
    w.end_with(before);
}

/// What a query selects, if it names it.
pub(super) fn selected_nodes(statement: &SelectStatement) -> &[Node] {
    match &statement.selected {
        Selected::Nodes(nodes) => nodes,
        Selected::Model | Selected::Nothing => &[],
    }
}

/// Appends the query itself.
pub(super) fn rows(
    w: &mut Writer,
    statement: &SelectStatement,
    linked: Option<&Linked<'_>>,
    share: Share,
) {
    w.push(if statement.distinct {
        "SELECT DISTINCT "
    } else {
        "SELECT "
    });
    let names = match share {
        Share::Numbered => Names::Numbers,
        _ => Names::None,
    };
    selected(w, statement, names, false);
    if let Some(linked) = linked {
        if statement.owner_places().is_none() {
            linked.parent(w);
        }
        if share == Share::Numbered {
            // The row's key has the name that the outer query does not care for.
            share::number(w, statement, linked);
        }
    }
    w.push(" FROM ");
    w.from(statement);
    if let Some(linked) = linked {
        linked.write_joins(w);
    }
    w.write_joins();
    clauses(w, statement, linked, share);
}

/// Appends what is read of each row. Inside of another query each column needs a name that no other one has.
pub(super) fn selected(
    w: &mut Writer,
    statement: &SelectStatement,
    names: Names<'_>,
    compared: bool,
) {
    let mut count = 0;
    let mut item = |w: &mut Writer, write: &mut dyn FnMut(&mut Writer)| {
        if count > 0 {
            w.push(", ");
        }
        write(w);
        match names {
            Names::None => {}
            Names::Numbers => {
                w.push(" AS ");
                w.ident(&format!("c{count}"));
            }
            Names::Given(names) => {
                if let Some(name) = names.get(count) {
                    w.push(" AS ");
                    w.ident(name);
                }
            }
        }
        count += 1;
    };
    match &statement.selected {
        Selected::Model => {
            let model = statement.model;
            for index in 0..model.visible {
                item(w, &mut |w| w.column(ColumnRef { model, index }));
            }
        }
        Selected::Nodes(nodes) => {
            for node in nodes {
                item(w, &mut |w| {
                    w.dialect().selected(w, node);
                    if compared && node.kind() == Some(crate::value::Kind::Decimal) {
                        w.dialect().decimal_comparison(w);
                    }
                });
            }
        }
        Selected::Nothing => item(w, &mut |w| w.push("1")),
    }
    for node in &statement.extra {
        item(w, &mut |w| w.dialect().selected(w, node));
    }
    if count == 0 {
        // A view may consist of related rows alone.
        w.push("1");
    }
}

/// The expressions that a query evaluates for its own rows.
pub(super) fn nodes(statement: &SelectStatement) -> impl Iterator<Item = &Node> {
    let selected = match &statement.selected {
        Selected::Nodes(nodes) => nodes.as_slice(),
        Selected::Model | Selected::Nothing => &[],
    };
    selected
        .iter()
        .chain(&statement.extra)
        .chain(&statement.filter)
        .chain(&statement.group_by)
        .chain(&statement.having)
        .chain(statement.order_by.iter().map(|o| &o.node))
}

/// Appends table and condition of a query that selects something else.
fn body(w: &mut Writer, statement: &SelectStatement) {
    w.enter(statement.model, !statement.filter.iter().any(needs_prefix));
    for node in &statement.filter {
        w.join_for(node);
    }
    w.table(statement.model);
    w.alias();
    w.write_joins();
    filter(w, &statement.filter, None, &[]);
    w.leave();
}

pub(super) fn clauses(
    w: &mut Writer,
    statement: &SelectStatement,
    linked: Option<&Linked<'_>>,
    share: Share,
) {
    let condition = linked.filter(|linked| linked.has_condition());
    match condition {
        None => filter(
            w,
            &statement.filter,
            statement.keyset.as_ref(),
            &statement.order_by,
        ),
        Some(linked) => {
            w.push(" WHERE ");
            linked.condition(w);
            if !statement.filter.is_empty() {
                w.push(" AND ");
                w.grouped(&statement.filter);
            }
        }
    }
    if !statement.group_by.is_empty() {
        w.push(" GROUP BY ");
        w.push(if statement.rollup { "ROLLUP (" } else { "" });
        w.list(&statement.group_by, Writer::expr);
        w.push(if statement.rollup { ")" } else { "" });
    }
    if !statement.having.is_empty() {
        w.push(" HAVING ");
        w.conjunction(&statement.having, " AND ", true);
    }
    if share != Share::Numbered {
        order_by(w, statement);
        w.dialect().limit(w, statement.limit, statement.offset);
    }
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
        (all, Some(_)) => w.grouped(all),
        _ => w.conjunction(all, " AND ", true),
    }
    if let Some(keyset) = keyset {
        if !all.is_empty() {
            w.push(" AND ");
        }
        w.push("(");
        seek::behind(w, order, keyset);
        w.push(")");
    }
}

/// Whether no query stands inside this one and no table beside it, so that its columns need no prefix.
fn alone(statement: &SelectStatement) -> bool {
    let one_table = statement
        .link
        .as_ref()
        .is_none_or(|link| link.relation.hops().len() == 1);
    one_table && !nodes(statement).any(needs_prefix)
}

/// Whether a query stands inside of the expression, or a table beside the query's own is named.
pub(super) fn needs_prefix(node: &Node) -> bool {
    use crate::expr::SetNode;
    node.any(&mut |part| {
        matches!(
            part,
            Node::Exists(..)
                | Node::FirstOfGroup(_)
                | Node::Subquery(_)
                | Node::In(_, SetNode::Query(_), _)
                | Node::Related(..)
                | Node::Kept(_)
        ) || matches!(part, Node::Raw(raw) if raw.names_tables())
    })
}

pub(super) fn order_by(w: &mut Writer, statement: &SelectStatement) {
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
    if w.has_joins() {
        w.dialect().lock_of(w, statement.model);
    }
    match lock.wait {
        LockWait::Wait => {}
        LockWait::SkipLocked => w.push(" SKIP LOCKED"),
        LockWait::NoWait => w.push(" NOWAIT"),
    }
}
