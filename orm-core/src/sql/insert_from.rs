//! `INSERT … SELECT`.

use super::write::{on_conflict, returning_columns};
use super::{Writer, select};
use crate::dialect::Dialect;
use crate::driver::{Access, Statement};
use crate::error::Result;
use crate::expr::{ColumnRef, Node};
use crate::query::InsertFromStatement;

/// An `INSERT` of the rows of a query.
pub(crate) fn insert_from(
    statement: &InsertFromStatement,
    returning: bool,
    dialect: &'static dyn Dialect,
) -> Result<Statement> {
    let mut w = Writer::new(dialect);
    let model = statement.model;
    w.push("INSERT INTO ");
    w.table(model);
    w.push(" (");
    w.list(&statement.columns, |w, index| {
        w.ident(&model.columns[*index].name)
    });
    w.push(") ");
    match &statement.conflict {
        None => select::write(&mut w, &statement.query),
        Some(conflict) => {
            let mut query = statement.query.clone();
            if query.filter.is_empty() && dialect.takes_on_for_a_join() {
                query.filter.push(Node::And(Vec::new()));
            }
            select::write(&mut w, &query);
            on_conflict(&mut w, model, conflict);
        }
    }
    if returning {
        returning_columns(&mut w, model);
    }
    w.finish(Access::Write, true, Some(model))
}

/// Gives a row if the query of an upsert that changes rows has a key twice; `None` where the database looks for that by itself.
pub(crate) fn repeated_keys(
    statement: &InsertFromStatement,
    dialect: &'static dyn Dialect,
) -> Result<Option<Statement>> {
    let conflict = statement.conflict.as_ref();
    let Some(conflict) = conflict.filter(|conflict| !conflict.assignments().is_empty()) else {
        return Ok(None);
    };
    let places = conflict.target.iter().map(|index| {
        let mut columns = statement.columns.iter();
        columns.position(|column| column == index)
    });
    // What the database makes is in conflict with nothing.
    let Some(places) = places.collect::<Option<Vec<usize>>>() else {
        return Ok(None);
    };
    if dialect.repeated_key().is_some() {
        return Ok(None);
    }
    let mut w = Writer::new(dialect);
    let name = |w: &mut Writer, at: usize| w.ident(&format!("c{at}"));
    w.push("WITH ");
    w.ident(GIVEN);
    w.push(" (");
    w.list(0..statement.columns.len(), name);
    w.push(") AS (");
    select::write(&mut w, &statement.query);
    w.push(") SELECT 1 FROM ");
    w.ident(GIVEN);
    for (i, at) in places.iter().enumerate() {
        w.push(if i > 0 { " AND " } else { " WHERE " });
        name(&mut w, *at);
        w.push(" IS NOT NULL");
    }
    w.push(" GROUP BY ");
    w.list(&places, |w, at| name(w, *at));
    w.push(" HAVING COUNT(*) > 1 LIMIT 1");
    w.finish(Access::Write, true, Some(statement.model))
        .map(Some)
}

/// The rows that an upsert is given, which no model's table is called.
const GIVEN: &str = "orm_given";

impl Writer {
    /// Appends an expression in the form in which a column stores it.
    pub(super) fn stored(&mut self, node: &Node, column: ColumnRef) {
        let def = column.def();
        match node {
            Node::Value(value) => {
                let value = self.dialect().fit(def, value.clone());
                self.bind_for(def, column.model, value);
            }
            node => self.dialect().assigned(self, def, node),
        }
    }
}
