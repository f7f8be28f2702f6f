//! Parts of a table's definition on their own, to be compared with what a database says about a table that exists.

use super::{Db, condition, default, statement};
use crate::error::Result;
use crate::schema::{Column, ColumnType, Table};

/// The type of a column, as the table's definition says it.
///
/// ```
/// # use orm_core::{dialect, schema::{Column, ColumnType, Table, TableName}, sql::ddl};
/// let mut users = Table::new(TableName::new("users"));
/// users.columns.push(Column::new("active", ColumnType::Bool));
/// assert_eq!(ddl::type_of(dialect::MARIADB, &users, &users.columns[0])?, "TINYINT(1)");
/// assert_eq!(ddl::condition_of(dialect::MARIADB, &users.columns[0])?, "`active` IN (0, 1)");
/// # Ok::<(), orm_core::Error>(())
/// ```
///
/// # Errors
/// When the database has no such type.
pub fn type_of(dialect: Db, table: &Table, column: &Column) -> Result<String> {
    statement(dialect, |w| dialect.column_type(w, table, column))
}

/// What a column's values must meet: what its type demands, and its own check. Empty if that is nothing. See [`type_of`].
///
/// # Errors
/// When the database has no such type.
pub fn condition_of(dialect: Db, column: &Column) -> Result<String> {
    statement(dialect, |w| {
        let condition = condition(w, column);
        w.push(&condition);
    })
}

/// The default of a column, as the table's definition says it; empty if there is none. See [`type_of`].
///
/// # Errors
/// When the value cannot be written in SQL.
pub fn default_of(dialect: Db, table: &Table, column: &Column) -> Result<String> {
    statement(dialect, |w| {
        if let Some(value) = &column.default {
            default(w, table, column, value);
        }
    })
}

/// The present time as the default of a column of this type. See [`type_of`].
///
/// # Errors
/// None today.
pub fn now(dialect: Db, ty: &ColumnType) -> Result<String> {
    statement(dialect, |w| dialect.now(w, ty))
}
