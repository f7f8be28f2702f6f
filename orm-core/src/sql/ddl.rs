//! The statements that create and drop tables, each on its own, from plain schema data. In which order they are run is not decided here.
//!
//! Conditions, defaults and other expressions in SQL are the programmer's text and stand as they were written; names are quoted, values
//! are written as literals.

pub mod alter;
mod clause;
mod part;

use super::Writer;
use crate::dialect::{Building, Dialect};
use crate::error::Result;
use crate::schema::{Column, EnumType, ForeignKey, FullText, Index, Table, TableName};

use clause::{
    check, check_name, check_names, column, columns, condition, conditions, constraint, default,
    foreign_key, type_and_collation,
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

#[cfg(test)]
mod tests;
