//! `UPDATE` of many rows, each to values of its own.

use super::Writer;
use crate::dialect::Dialect;
use crate::driver::{Access, Statement};
use crate::error::Result;
use crate::expr::ColumnRef;
use crate::model::ModelDef;
use crate::query::UpdateManyStatement;
use crate::value::Value;

/// The table of the new values, which no model's table is called.
const ROWS: &str = "orm_rows";

/// An `UPDATE` of some of a statement's rows.
pub(crate) fn update_many(
    statement: &UpdateManyStatement,
    rows: Vec<Vec<Value>>,
    dialect: &'static dyn Dialect,
) -> Result<Statement> {
    let mut w = Writer::new(dialect);
    let keep = dialect.one_text_for_all_lengths() || rows.len() == 1;
    dialect.update_many(&mut w, statement, rows);
    w.finish(Access::Write, keep, Some(statement.model))
}

impl Writer {
    /// Appends the name of the table of new values.
    pub(crate) fn row_table(&mut self) {
        self.ident(ROWS);
    }

    /// Appends the names of its columns: `k0` and so on for keys, `c0` and so on for new values.
    pub(crate) fn row_columns(&mut self, statement: &UpdateManyStatement) {
        self.list(0..statement.width(), |w, at| {
            w.row_column_name(statement, at)
        });
    }

    pub(crate) fn row_column_name(&mut self, statement: &UpdateManyStatement, at: usize) {
        let keys = statement.model.key.len();
        match at.checked_sub(keys) {
            None => self.ident(&format!("k{at}")),
            Some(at) => self.ident(&format!("c{at}")),
        }
    }

    /// Appends a column of the table of new values.
    pub(crate) fn row_column(&mut self, statement: &UpdateManyStatement, at: usize) {
        self.row_table();
        self.push(".");
        self.row_column_name(statement, at);
    }

    /// Appends `SET a = orm_rows.c0, …`. `prefixed` puts the table's name before the columns that are set.
    pub(crate) fn set_from_rows(
        &mut self,
        statement: &UpdateManyStatement,
        prefixed: bool,
        value: impl Fn(&mut Self, usize),
    ) {
        let model = statement.model;
        self.push(" SET ");
        let name = |w: &mut Self, index: usize| {
            if prefixed {
                w.table(model);
                w.push(".");
            }
            w.ident(&model.columns[index].name);
            w.push(" = ");
        };
        let keys = model.key.len();
        self.list(statement.columns.iter().enumerate(), |w, (at, index)| {
            name(w, *index);
            value(w, keys + at);
        });
        for assignment in &statement.alike {
            self.push(", ");
            name(self, assignment.column.index);
            self.stored(&assignment.value, assignment.column);
        }
    }

    /// Appends that the keys are equal.
    pub(crate) fn keys_equal_rows(
        &mut self,
        statement: &UpdateManyStatement,
        key: impl Fn(&mut Self, usize),
    ) {
        let model: &ModelDef = statement.model;
        for (at, index) in model.key.iter().enumerate() {
            if at > 0 {
                self.push(" AND ");
            }
            self.table(model);
            self.push(".");
            self.ident(&model.columns[*index].name);
            self.push(" = ");
            key(self, at);
        }
    }

    /// Appends rows as `VALUES (…), (…)`, each value in the form of its column.
    pub(crate) fn row_values(&mut self, statement: &UpdateManyStatement, rows: Vec<Vec<Value>>) {
        let model = statement.model;
        self.push("VALUES ");
        self.list(rows, |w, row| {
            w.push("(");
            w.list(statement.all_columns().zip(row), |w, (index, value)| {
                let column = ColumnRef { model, index };
                let value = w.dialect().fit(column.def(), value);
                w.bind_for(column.def(), model, value);
            });
            w.push(")");
        });
    }
}
