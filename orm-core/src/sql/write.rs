//! `INSERT`, `UPDATE` and `DELETE`.

use super::{Writer, select};
use crate::dialect::{Dialect, Feature};
use crate::driver::{Access, Statement};
use crate::error::{Error, Result};
use crate::expr::{BinaryOp, ColumnRef, Node};
use crate::model::ModelDef;
use crate::query::{
    Assignment, Conflict, DeleteStatement, InsertStatement, Lock, LockStrength, LockWait,
    SelectStatement, UpdateStatement,
};
use crate::value::Value;

/// An `INSERT` of some of a statement's rows. `returning` asks for the written rows, where the database can give them.
pub(crate) fn insert(
    statement: &InsertStatement,
    rows: Vec<Vec<Value>>,
    returning: bool,
    keep: bool,
    dialect: &'static dyn Dialect,
) -> Result<Statement> {
    let mut w = Writer::new(dialect);
    let model = statement.model;
    w.push("INSERT INTO ");
    w.table(model);
    if statement.columns.is_empty() {
        dialect.default_rows(&mut w, rows.len());
    } else {
        w.push(" (");
        w.list(&statement.columns, |w, index| {
            w.ident(&model.columns[*index].name)
        });
        w.push(") ");
        dialect.rows(&mut w, model, &statement.columns, rows);
    }
    if let Some(conflict) = &statement.conflict {
        on_conflict(&mut w, model, conflict);
    }
    if returning {
        returning_columns(&mut w, model);
    }
    w.finish(Access::Write, keep, Some(model))
}

/// Appends what an insert does when a row is there already.
pub(super) fn on_conflict(w: &mut Writer, model: &'static ModelDef, conflict: &Conflict) {
    w.push(" ON CONFLICT (");
    w.list(&conflict.target, |w, index| {
        w.ident(&model.columns[*index].name)
    });
    w.push(") ");
    match conflict.assignments() {
        [] => w.push("DO NOTHING"),
        assignments => {
            w.push("DO UPDATE SET ");
            w.enter_table(model);
            assign(w, assignments);
            select::filter(w, &conflict.condition, None, &[]);
            w.leave();
        }
    }
}

pub(super) fn returning_columns(w: &mut Writer, model: &'static ModelDef) {
    w.push(" RETURNING ");
    w.list(&model.columns[..model.visible], |w, column| {
        w.ident(&column.name)
    });
}

fn assign(w: &mut Writer, assignments: &[Assignment]) {
    w.list(assignments, |w, assignment| {
        w.ident(&assignment.column.def().name);
        w.push(" = ");
        w.stored(&assignment.value, assignment.column);
    });
}

/// An `UPDATE`.
pub(crate) fn update(
    statement: &UpdateStatement,
    dialect: &'static dyn Dialect,
) -> Result<Statement> {
    guard(
        statement.model,
        &statement.filter,
        statement.all_rows,
        "update",
    )?;
    let mut w = Writer::new(dialect);
    let model = statement.model;
    let alone = !statement
        .filter
        .iter()
        .chain(statement.assignments.iter().map(|a| &a.value))
        .any(select::needs_prefix);
    w.push("UPDATE ");
    w.table(model);
    w.push(" SET ");
    w.enter(model, alone);
    assign(&mut w, &statement.assignments);
    select::filter(&mut w, &statement.filter, None, &[]);
    w.leave();
    if statement.returning && dialect.supports(Feature::UpdateReturning) {
        returning_columns(&mut w, model);
    }
    w.finish(Access::Write, true, Some(model))
}

/// A `DELETE`.
pub(crate) fn delete(
    statement: &DeleteStatement,
    returning: bool,
    dialect: &'static dyn Dialect,
) -> Result<Statement> {
    guard(
        statement.model,
        &statement.filter,
        statement.all_rows,
        "delete",
    )?;
    let mut w = Writer::new(dialect);
    w.push("DELETE FROM ");
    w.table(statement.model);
    w.enter(
        statement.model,
        !statement.filter.iter().any(select::needs_prefix),
    );
    select::filter(&mut w, &statement.filter, None, &[]);
    w.leave();
    if returning {
        returning_columns(&mut w, statement.model);
    }
    w.finish(Access::Write, true, Some(statement.model))
}

/// Refuses a change of all rows that does not say so.
pub(crate) fn guard(model: &ModelDef, filter: &[Node], all_rows: bool, what: &str) -> Result<()> {
    if !filter.is_empty() || all_rows {
        return Ok(());
    }
    Err(Error::invalid_query(format!(
        "this {what} has no filter and would reach every row of `{}`; if that is meant, call `.all_rows()`",
        model.name
    )))
}

/// The struct's columns of the rows that meet these conditions.
pub(crate) fn select_filtered(
    model: &'static ModelDef,
    filter: Vec<Node>,
    dialect: &'static dyn Dialect,
) -> Result<Statement> {
    let mut statement = SelectStatement::new(model);
    statement.filter = filter;
    select::select(&statement, dialect)
}

/// The condition that a row has one of these values in these columns: its primary key, or another unique set.
pub(crate) fn by_keys(
    model: &'static ModelDef,
    columns: &[usize],
    rows: Vec<Vec<Value>>,
) -> Vec<Node> {
    let column = |index: usize| Node::Column(ColumnRef { model, index });
    if let [index] = columns {
        let kind = model.columns[*index].ty.kind;
        let mut values: Vec<Value> = rows.into_iter().flatten().collect();
        if values.len() == 1 {
            let value = values.swap_remove(0);
            return vec![Node::Binary(
                Box::new(column(*index)),
                BinaryOp::Eq,
                Box::new(Node::Value(value)),
            )];
        }
        return vec![Node::In(
            Box::new(column(*index)),
            crate::expr::SetNode::Values(kind, values),
            true,
        )];
    }
    let any = rows.into_iter().map(|row| {
        let all = columns.iter().zip(row).map(|(index, value)| {
            Node::Binary(
                Box::new(column(*index)),
                BinaryOp::Eq,
                Box::new(Node::Value(value)),
            )
        });
        Node::And(all.collect())
    });
    vec![Node::Or(any.collect())]
}

/// The struct's columns of the rows that meet these conditions, which nobody else changes until the transaction ends.
pub(crate) fn select_locked(
    model: &'static ModelDef,
    filter: Vec<Node>,
    dialect: &'static dyn Dialect,
) -> Result<Statement> {
    let mut statement = SelectStatement::new(model);
    statement.filter = filter;
    statement.lock = dialect.supports(Feature::RowLocks).then_some(LOCK);
    select::select(&statement, dialect)
}

const LOCK: Lock = Lock {
    strength: LockStrength::Update,
    wait: LockWait::Wait,
};

/// Refuses a change whose rows cannot be given back as they were and as they are.
pub(crate) fn can_return_both(statement: &UpdateStatement) -> Result<()> {
    guard(
        statement.model,
        &statement.filter,
        statement.all_rows,
        "update",
    )?;
    let mut assigned = statement.assignments.iter();
    if assigned.any(|a| statement.model.key.contains(&a.column.index)) {
        let message = "a row whose primary key is changed cannot be found again to be given back";
        return Err(Error::invalid_query(message));
    }
    Ok(())
}

/// The keys of the rows that an update will change, so that they can be read back where the database does not return them. The rows are
/// locked.
pub(crate) fn update_key_filter(statement: &UpdateStatement) -> SelectStatement {
    let model = statement.model;
    let mut select = SelectStatement::new(model);
    select.filter.clone_from(&statement.filter);
    select.lock = Some(LOCK);
    select.selected = crate::query::Selected::Nodes(
        model
            .key
            .iter()
            .map(|index| {
                Node::Column(ColumnRef {
                    model,
                    index: *index,
                })
            })
            .collect(),
    );
    select
}
