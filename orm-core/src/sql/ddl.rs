//! The statements that create and drop tables, each on its own, from plain schema data. In which order they are run is not decided here.
//!
//! Conditions, defaults and other expressions in SQL are the programmer's text and stand as they were written; names are quoted, values
//! are written as literals.

pub mod alter;
mod part;

use super::Writer;
use crate::dialect::{Building, Dialect};
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{
    Action, Column, DefaultValue, EnumType, ForeignKey, FullText, Index, Literal, Table, TableName,
    name,
};

pub use part::{condition_of, default_of, now, type_of};

type Db = &'static dyn Dialect;

/// Creates the schema that holds a table, if there is none; `None` where nothing needs to be done.
///
/// # Errors
/// When the name is too long.
pub fn create_schema(dialect: Db, schema: &str) -> Result<Option<String>> {
    if !dialect.has_schemas() {
        return Ok(None);
    }
    statement(dialect, |w| {
        check_name(w, schema);
        w.push("CREATE SCHEMA IF NOT EXISTS ");
        w.ident(schema);
    })
    .map(Some)
}

/// Creates an enum type; `None` where enums are no types of their own.
///
/// # Errors
/// When the name is too long.
pub fn create_enum(dialect: Db, enumeration: &EnumType) -> Result<Option<String>> {
    of_enum(dialect, enumeration, |w| {
        dialect.create_enum(w, enumeration)
    })
}

/// Creates an enum type unless there is one with the same labels; `None` where enums are no types of their own.
///
/// # Errors
/// When the name is too long.
pub fn ensure_enum(dialect: Db, enumeration: &EnumType) -> Result<Option<String>> {
    of_enum(dialect, enumeration, |w| {
        dialect.ensure_enum(w, enumeration)
    })
}

/// Drops an enum type, if it is there and no table uses it; `None` where enums are no types of their own.
///
/// # Errors
/// When the name is too long.
pub fn drop_enum(dialect: Db, enumeration: &EnumType) -> Result<Option<String>> {
    of_enum(dialect, enumeration, |w| dialect.drop_enum(w, enumeration))
}

fn of_enum(
    dialect: Db,
    enumeration: &EnumType,
    write: impl FnOnce(&mut Writer),
) -> Result<Option<String>> {
    if !dialect.has_enum_types() {
        return Ok(None);
    }
    statement(dialect, |w| {
        check_name(w, &enumeration.name);
        write(w);
    })
    .map(Some)
}

/// Creates a table, without the foreign keys that are to be added later.
///
/// ```
/// # use orm_core::{dialect, schema::{Column, ColumnType, Table, TableName}, sql::ddl};
/// let mut notes = Table::new(TableName::new("notes"));
/// notes.columns.push(Column::new("body", ColumnType::Text));
/// let sql = ddl::create_table(dialect::POSTGRES, &notes, &[])?;
/// assert_eq!(sql, "CREATE TABLE \"notes\" (\n    \"body\" TEXT NOT NULL\n)");
/// # Ok::<(), orm_core::Error>(())
/// ```
///
/// # Errors
/// When the database cannot have such a table.
pub fn create_table(dialect: Db, table: &Table, later: &[&ForeignKey]) -> Result<String> {
    create_table_named(dialect, table, &table.name, later)
}

/// Creates a table beside the one that it will take the place of: under another name, and everything else as it will be.
///
/// # Errors
/// When the database cannot have such a table.
pub fn create_table_as(dialect: Db, table: &Table, name: &TableName) -> Result<String> {
    create_table_named(dialect, table, name, &[])
}

fn create_table_named(
    dialect: Db,
    table: &Table,
    name: &TableName,
    later: &[&ForeignKey],
) -> Result<String> {
    statement(dialect, |w| {
        check_names(w, table);
        w.push("CREATE TABLE ");
        dialect.table_name(w, name);
        dialect.before_columns(w, table);
        w.push(" (");
        let mut first = true;
        let mut line = |w: &mut Writer| {
            w.push(if first { "\n    " } else { ",\n    " });
            first = false;
        };
        for column in &table.columns {
            line(w);
            self::column(w, table, column);
        }
        if let Some(key) = table
            .primary_key
            .as_ref()
            .filter(|_| !dialect.key_is_inline(table))
        {
            line(w);
            constraint(w, &key.name, "PRIMARY KEY");
            columns(w, &key.columns);
        }
        for unique in &table.uniques {
            line(w);
            constraint(w, &unique.name, "UNIQUE");
            columns(w, &unique.columns);
        }
        for check in conditions(w, table) {
            line(w);
            self::check(w, &check.name, &check.expression);
        }
        for key in table.foreign_keys.iter().filter(|key| !later.contains(key)) {
            line(w);
            foreign_key(w, key);
        }
        for index in table
            .indexes
            .iter()
            .filter(|_| dialect.indexes_are_inline())
        {
            line(w);
            dialect.inline_index(w, index);
        }
        w.push("\n)");
        dialect.after_columns(w, table);
    })
}

/// Adds a foreign key to a table that exists.
///
/// # Errors
/// When the database cannot have such a foreign key.
pub fn add_foreign_key(dialect: Db, table: &Table, key: &ForeignKey) -> Result<String> {
    statement(dialect, |w| {
        w.push("ALTER TABLE ");
        dialect.table_name(w, &table.name);
        w.push(" ADD ");
        foreign_key(w, key);
    })
}

/// Drops a foreign key, so that the tables at both its ends can be dropped; `None` where that is not needed.
///
/// # Errors
/// When the table has a name that the database cannot have.
pub fn drop_foreign_key(dialect: Db, table: &Table, key: &ForeignKey) -> Result<Option<String>> {
    let sql = statement(dialect, |w| dialect.drop_foreign_key(w, table, key))?;
    Ok((!sql.is_empty()).then_some(sql))
}

/// Creates the indexes of a table that are not part of its definition.
///
/// # Errors
/// When the database cannot have such an index.
pub fn create_indexes(dialect: Db, table: &Table) -> Result<Vec<String>> {
    let separate = table
        .indexes
        .iter()
        .filter(|_| !dialect.indexes_are_inline());
    separate
        .map(|index| create_index(dialect, table, index))
        .collect()
}

/// Creates an index of a table that exists.
///
/// # Errors
/// When the database cannot have such an index.
pub fn create_index(dialect: Db, table: &Table, index: &Index) -> Result<String> {
    statement(dialect, |w| {
        check_name(w, &index.name);
        dialect.create_index(w, table, index);
    })
}

/// Creates the full-text index of a table that exists, with the words of its rows.
///
/// # Errors
/// When the database cannot have such an index.
pub fn create_full_text(
    dialect: Db,
    table: &Table,
    index: &FullText,
    building: Building,
) -> Result<Vec<String>> {
    dialect.create_full_text(table, index, building, &|write| {
        statement(dialect, |w| {
            check_name(w, &index.name);
            write(w);
        })
    })
}

/// Drops the full-text index of a table.
///
/// # Errors
/// When the table has a name that the database cannot have.
pub fn drop_full_text(
    dialect: Db,
    table: &Table,
    index: &FullText,
    building: Building,
) -> Result<Vec<String>> {
    dialect.drop_full_text(table, index, building, &|write| statement(dialect, write))
}

/// Writes the comments of a table and its columns that are not part of its definition.
///
/// # Errors
/// None today.
pub fn comments(dialect: Db, table: &Table) -> Result<Vec<String>> {
    if !dialect.comments_are_statements() {
        return Ok(Vec::new());
    }
    let own = table.comment.iter().map(|comment| {
        statement(dialect, |w| {
            w.push("COMMENT ON TABLE ");
            dialect.table_name(w, &table.name);
            w.push(" IS ");
            dialect.text_literal(w, comment);
        })
    });
    let of_columns = table
        .columns
        .iter()
        .filter_map(|column| column.comment.as_ref().map(|comment| (column, comment)));
    let of_columns = of_columns.map(|(column, comment)| {
        statement(dialect, |w| {
            w.push("COMMENT ON COLUMN ");
            dialect.table_name(w, &table.name);
            w.push(".");
            w.ident(&column.name);
            w.push(" IS ");
            dialect.text_literal(w, comment);
        })
    });
    own.chain(of_columns).collect()
}

/// A check as a table has it in a database: of the model, or what a column's type demands and the database would not see to itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveCheck {
    /// Its name.
    pub name: String,
    /// The condition, in SQL.
    pub expression: String,
    /// The column whose type or own check it is about; `None` for one of the whole table.
    pub column: Option<String>,
}

/// The checks that a table has in this database: one for each column that needs any, and those of the whole table.
///
/// # Errors
/// When the database cannot have such a column.
pub fn checks(dialect: Db, table: &Table) -> Result<Vec<EffectiveCheck>> {
    let mut w = Writer::new(dialect);
    let found = conditions(&mut w, table);
    w.into_parts().map(|_| found)
}

/// A column's type in this database, with its collation. It may depend on what else the table says about the column.
///
/// # Errors
/// When the database cannot have such a column.
pub fn column_type(dialect: Db, table: &Table, column: &Column) -> Result<String> {
    statement(dialect, |w| type_and_collation(w, table, column))
}

/// A column's definition, as in `CREATE TABLE`.
///
/// # Errors
/// When the database cannot have such a column.
pub fn column_definition(dialect: Db, table: &Table, column: &Column) -> Result<String> {
    statement(dialect, |w| self::column(w, table, column))
}

/// A column's default as an expression; `None` if it has none.
///
/// # Errors
/// When the database cannot have such a default.
pub fn default_expression(dialect: Db, table: &Table, column: &Column) -> Result<Option<String>> {
    match &column.default {
        Some(value) => statement(dialect, |w| default(w, table, column, value)).map(Some),
        None => Ok(None),
    }
}

/// A value of a column as a literal.
///
/// # Errors
/// When the database has no literal for it.
pub fn literal(dialect: Db, column: &Column, value: &crate::value::Value) -> Result<String> {
    statement(dialect, |w| dialect.literal(w, value, &column.ty))
}

/// A quoted name.
pub fn quoted(dialect: Db, name: &str) -> String {
    let mut quoted = String::new();
    super::Ident(name).write(&mut quoted, dialect.quote());
    quoted
}

/// Text as a literal.
///
/// # Errors
/// None today.
pub fn text(dialect: Db, text: &str) -> Result<String> {
    statement(dialect, |w| dialect.text_literal(w, text))
}

/// Drops a table, if it is there.
///
/// # Errors
/// When the table has a name that the database cannot have.
pub fn drop_table(dialect: Db, table: &TableName) -> Result<String> {
    statement(dialect, |w| {
        w.push("DROP TABLE IF EXISTS ");
        dialect.table_name(w, table);
    })
}

fn statement(dialect: Db, write: impl FnOnce(&mut Writer)) -> Result<String> {
    let mut w = Writer::new(dialect);
    write(&mut w);
    w.into_parts().map(|(sql, _)| sql)
}

fn column(w: &mut Writer, table: &Table, column: &Column) {
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

fn type_and_collation(w: &mut Writer, table: &Table, column: &Column) {
    let dialect = w.dialect();
    dialect.column_type(w, table, column);
    if let Some(collation) = &column.collation {
        dialect.collation(w, collation);
    }
}

fn default(w: &mut Writer, table: &Table, column: &Column, value: &DefaultValue) {
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

fn check_default(w: &mut Writer, table: &Table, column: &Column, literal: &Literal) {
    if let Err(reason) = w.dialect().check_value(literal.value()) {
        let field = format!("the default of `{}.{}`", table.name, column.name);
        w.fail(Error::new(ErrorKind::Encode {
            field: field.into(),
            reason: reason.into(),
        }));
    }
}

/// The checks of a table with their names: one for each column that needs any, and those of the whole table.
fn conditions(w: &mut Writer, table: &Table) -> Vec<EffectiveCheck> {
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
fn condition(w: &mut Writer, column: &Column) -> String {
    let dialect = w.dialect();
    let mut all = Vec::new();
    match statement(dialect, |w| dialect.type_condition(w, column)) {
        Ok(condition) if condition.is_empty() => {}
        Ok(condition) => all.push(condition),
        Err(error) => w.fail(error),
    }
    if column.generated.is_some() && !column.nullable && !dialect.generated_may_be_not_null() {
        let mut quoted = String::new();
        super::Ident(&column.name).write(&mut quoted, dialect.quote());
        all.push(quoted + " IS NOT NULL");
    }
    match &column.check {
        Some(check) if all.is_empty() => all.push(check.clone()),
        Some(check) => all.push(format!("({check})")),
        None => {}
    }
    all.join(" AND ")
}

fn constraint(w: &mut Writer, name: &str, kind: &str) {
    w.push("CONSTRAINT ");
    w.ident(name);
    w.push(" ");
    w.push(kind);
}

fn check(w: &mut Writer, name: &str, expression: &str) {
    constraint(w, name, "CHECK");
    w.push(" (");
    w.push(expression);
    w.push(")");
}

fn columns(w: &mut Writer, columns: &[String]) {
    w.push(" (");
    w.list(columns, |w, column| w.ident(column));
    w.push(")");
}

fn foreign_key(w: &mut Writer, key: &ForeignKey) {
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

fn check_names(w: &mut Writer, table: &Table) {
    check_name(w, &table.name.name);
    let columns = table.columns.iter().map(|c| &c.name);
    let uniques = table.uniques.iter().map(|u| &u.name);
    let checks = table.checks.iter().map(|c| &c.name);
    let indexes = table.indexes.iter().map(|i| &i.name);
    for name in columns.chain(uniques).chain(checks).chain(indexes) {
        check_name(w, name);
    }
}

fn check_name(w: &mut Writer, name: &str) {
    let dialect = w.dialect();
    if let Err(limit) = dialect.check_name(name) {
        let message = format!(
            "the name `{name}` is too long: {} takes {limit} at most",
            dialect.name()
        );
        w.fail(Error::invalid_query(message));
    }
}

#[cfg(test)]
mod tests;
