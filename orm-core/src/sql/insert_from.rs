//! `INSERT … SELECT`.

use super::{Writer, select};
use crate::dialect::Dialect;
use crate::driver::{Access, Statement};
use crate::error::Result;
use crate::expr::{ColumnRef, Node};
use crate::query::InsertFromStatement;

/// An `INSERT` of the rows of a query.
pub(crate) fn insert_from(
    statement: &InsertFromStatement,
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
    select::write(&mut w, &statement.query);
    w.finish(Access::Write, true, Some(model))
}

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
