//! The parts of a table's definition: columns, defaults, checks, constraints.

use super::{EffectiveCheck, statement};
use crate::error::{Error, ErrorKind};
use crate::schema::{Action, Column, DefaultValue, ForeignKey, Literal, Table, name};
use crate::sql::Writer;

pub(super) fn column(w: &mut Writer, table: &Table, column: &Column) {
    let dialect = w.dialect();
    w.ident(&column.name);
    w.push(" ");
    type_and_collation(w, table, column);
    match &column.generated {
        _ if column.identity => dialect.identity(w, table, column),
        Some(generated) => {
            if !generated.stored && !dialect.has_virtual_columns() {
                let what = format!(
                    "virtual generated columns (`{}`); write `generated` in place of `generated_virtual`",
                    column.name
                );
                w.unsupported(&what);
            }
            w.push(" GENERATED ALWAYS AS (");
            w.push(&generated.expression);
            w.push(if generated.stored {
                ") STORED"
            } else {
                ") VIRTUAL"
            });
            if !column.nullable && dialect.generated_may_be_not_null() {
                w.push(" NOT NULL");
            }
        }
        None if column.nullable => {}
        None => w.push(" NOT NULL"),
    }
    if let Some(value) = &column.default {
        w.push(" DEFAULT ");
        default(w, table, column, value);
    }
    if let Some(comment) = &column.comment {
        dialect.inline_comment(w, comment);
    }
}

pub(super) fn type_and_collation(w: &mut Writer, table: &Table, column: &Column) {
    let dialect = w.dialect();
    dialect.column_type(w, table, column);
    if let Some(collation) = &column.collation {
        dialect.collation(w, collation);
    }
}

pub(super) fn default(w: &mut Writer, table: &Table, column: &Column, value: &DefaultValue) {
    let dialect = w.dialect();
    match value {
        DefaultValue::Value(literal) => {
            check_default(w, table, column, literal);
            dialect.default_value(w, table, column, literal);
        }
        DefaultValue::Sql(sql) => {
            w.push("(");
            w.push(sql);
            w.push(")");
        }
        DefaultValue::Now => dialect.now(w, &column.ty),
    }
}

pub(super) fn check_default(w: &mut Writer, table: &Table, column: &Column, literal: &Literal) {
    if let Err(reason) = w.dialect().check_value(literal.value()) {
        let field = format!("the default of `{}.{}`", table.name, column.name);
        w.fail(Error::new(ErrorKind::Encode {
            field: field.into(),
            reason: reason.into(),
        }));
    }
}

/// The checks of a table with their names: one for each column that needs any, and those of the whole table.
pub(super) fn conditions(w: &mut Writer, table: &Table) -> Vec<EffectiveCheck> {
    let mut found = Vec::new();
    for column in &table.columns {
        let condition = condition(w, column);
        if !condition.is_empty() {
            found.push(EffectiveCheck {
                name: name::check(&table.name.name, &column.name),
                expression: condition,
                column: Some(column.name.clone()),
            });
        }
    }
    found.extend(table.checks.iter().map(|c| EffectiveCheck {
        name: c.name.clone(),
        expression: c.expression.clone(),
        column: None,
    }));
    found
}

/// What the column's type demands, and what the model does.
pub(super) fn condition(w: &mut Writer, column: &Column) -> String {
    let dialect = w.dialect();
    let mut all = Vec::new();
    match statement(dialect, |w| dialect.type_condition(w, column)) {
        Ok(condition) if condition.is_empty() => {}
        Ok(condition) => all.push(condition),
        Err(error) => w.fail(error),
    }
    if column.generated.is_some() && !column.nullable && !dialect.generated_may_be_not_null() {
        let mut quoted = String::new();
        crate::sql::Ident(&column.name).write(&mut quoted, dialect.quote());
        all.push(quoted + " IS NOT NULL");
    }
    match &column.check {
        Some(check) if all.is_empty() => all.push(check.clone()),
        Some(check) => all.push(format!("({check})")),
        None => {}
    }
    all.join(" AND ")
}

pub(super) fn constraint(w: &mut Writer, name: &str, kind: &str) {
    w.push("CONSTRAINT ");
    w.ident(name);
    w.push(" ");
    w.push(kind);
}

pub(super) fn check(w: &mut Writer, name: &str, expression: &str) {
    constraint(w, name, "CHECK");
    w.push(" (");
    w.push(expression);
    w.push(")");
}

pub(super) fn columns(w: &mut Writer, columns: &[String]) {
    w.push(" (");
    w.list(columns, |w, column| w.ident(column));
    w.push(")");
}

pub(super) fn foreign_key(w: &mut Writer, key: &ForeignKey) {
    let dialect = w.dialect();
    dialect.check_foreign_key(w, key);
    constraint(w, &key.name, "FOREIGN KEY");
    columns(w, &key.columns);
    w.push(" REFERENCES ");
    dialect.table_name(w, &key.target);
    columns(w, &key.target_columns);
    for (event, action) in [
        (" ON DELETE ", key.on_delete),
        (" ON UPDATE ", key.on_update),
    ] {
        let action = match action {
            Action::NoAction => continue,
            Action::Restrict => "RESTRICT",
            Action::Cascade => "CASCADE",
            Action::SetNull => "SET NULL",
            Action::SetDefault => "SET DEFAULT",
        };
        w.push(event);
        w.push(action);
    }
}

pub(super) fn check_names(w: &mut Writer, table: &Table) {
    check_name(w, &table.name.name);
    let columns = table.columns.iter().map(|c| &c.name);
    let uniques = table.uniques.iter().map(|u| &u.name);
    let checks = table.checks.iter().map(|c| &c.name);
    let indexes = table.indexes.iter().map(|i| &i.name);
    for name in columns.chain(uniques).chain(checks).chain(indexes) {
        check_name(w, name);
    }
}

pub(super) fn check_name(w: &mut Writer, name: &str) {
    let dialect = w.dialect();
    if let Err(limit) = dialect.check_name(name) {
        let message = format!(
            "the name `{name}` is too long: {} takes {limit} at most",
            dialect.name()
        );
        w.fail(Error::invalid_query(message));
    }
}
