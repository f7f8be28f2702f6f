//! Keys, checks, foreign keys and indexes of tables that exist.

use super::super::{Db, check, check_name, columns, constraint, foreign_key, statement};
use super::alter;
use crate::error::Result;
use crate::schema::{ForeignKey, Index, PrimaryKey, Table, TableName, Unique};
use crate::sql::Writer;

/// Whether rows that are there already must meet a constraint as it is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Validity {
    /// They must.
    Checked,
    /// They are looked at later, by [`validate`], while others read and write.
    Later,
}

fn later(w: &mut Writer, validity: Validity) {
    if validity == Validity::Later {
        w.push(" NOT VALID");
    }
}

fn clause(dialect: Db, write: impl FnOnce(&mut Writer)) -> Result<String> {
    statement(dialect, |w| {
        w.push("ADD ");
        write(w);
    })
}

fn of_table(dialect: Db, table: &TableName, write: impl FnOnce(&mut Writer)) -> Result<String> {
    statement(dialect, |w| {
        alter(w, table);
        write(w);
    })
}

/// `ADD CONSTRAINT … PRIMARY KEY (…)`, to be put into a statement by [`table`](super::table).
///
/// # Errors
/// When the database cannot have the name.
pub fn primary_key_clause(dialect: Db, key: &PrimaryKey) -> Result<String> {
    clause(dialect, |w| {
        check_name(w, &key.name);
        constraint(w, &key.name, "PRIMARY KEY");
        columns(w, &key.columns);
    })
}

/// `ADD CONSTRAINT … UNIQUE (…)`, to be put into a statement by [`table`](super::table).
///
/// # Errors
/// When the database cannot have the name.
pub fn unique_clause(dialect: Db, unique: &Unique) -> Result<String> {
    clause(dialect, |w| {
        check_name(w, &unique.name);
        constraint(w, &unique.name, "UNIQUE");
        columns(w, &unique.columns);
    })
}

/// `ADD CONSTRAINT … CHECK (…)`, to be put into a statement by [`table`](super::table).
///
/// # Errors
/// When the database cannot have the name.
pub fn check_clause(dialect: Db, name: &str, expression: &str) -> Result<String> {
    clause(dialect, |w| {
        check_name(w, name);
        check(w, name, expression);
    })
}

/// `ADD CONSTRAINT … FOREIGN KEY …`, to be put into a statement by [`table`](super::table).
///
/// # Errors
/// When the database cannot have such a foreign key.
pub fn foreign_key_clause(dialect: Db, key: &ForeignKey) -> Result<String> {
    clause(dialect, |w| {
        check_name(w, &key.name);
        foreign_key(w, key);
    })
}

/// `ADD INDEX …`, to be put into a statement by [`table`](super::table).
///
/// # Errors
/// When the database cannot have such an index.
pub fn index_clause(dialect: Db, index: &Index) -> Result<String> {
    clause(dialect, |w| {
        check_name(w, &index.name);
        dialect.inline_index(w, index);
    })
}

/// `RENAME INDEX … TO …`, to be put into a statement by [`table`](super::table).
///
/// # Errors
/// When the database cannot have the name.
pub fn rename_index_clause(dialect: Db, from: &str, to: &str) -> Result<String> {
    statement(dialect, |w| {
        check_name(w, to);
        w.push("RENAME INDEX ");
        w.ident(from);
        w.push(" TO ");
        w.ident(to);
    })
}

/// Adds a primary key.
///
/// # Errors
/// When the database cannot have the name.
pub fn add_primary_key(dialect: Db, table: &TableName, key: &PrimaryKey) -> Result<String> {
    super::table(dialect, table, &[primary_key_clause(dialect, key)?])
}

/// Adds a unique constraint.
///
/// # Errors
/// When the database cannot have the name.
pub fn add_unique(dialect: Db, table: &TableName, unique: &Unique) -> Result<String> {
    super::table(dialect, table, &[unique_clause(dialect, unique)?])
}

/// `ADD CONSTRAINT … USING INDEX …`: makes a unique index a constraint, and gives it the constraint's name. `kind` is `UNIQUE` or
/// `PRIMARY KEY`. To be put into a statement by [`table`](super::table).
///
/// # Errors
/// When the database cannot have the name.
pub fn adopt_index(dialect: Db, name: &str, kind: &str, index: &str) -> Result<String> {
    clause(dialect, |w| {
        check_name(w, name);
        constraint(w, name, kind);
        w.push(" USING INDEX ");
        w.ident(index);
    })
}

/// Adds a check.
///
/// # Errors
/// When the database cannot have the name.
pub fn add_check(
    dialect: Db,
    table: &TableName,
    name: &str,
    expression: &str,
    validity: Validity,
) -> Result<String> {
    of_table(dialect, table, |w| {
        w.push("ADD ");
        check_name(w, name);
        check(w, name, expression);
        later(w, validity);
    })
}

/// Adds a foreign key.
///
/// # Errors
/// When the database cannot have such a foreign key.
pub fn add_foreign_key(
    dialect: Db,
    table: &TableName,
    key: &ForeignKey,
    validity: Validity,
) -> Result<String> {
    of_table(dialect, table, |w| {
        w.push("ADD ");
        check_name(w, &key.name);
        foreign_key(w, key);
        later(w, validity);
    })
}

/// Looks at the rows that were there before a constraint.
///
/// # Errors
/// None today.
pub fn validate(dialect: Db, table: &TableName, name: &str) -> Result<String> {
    of_table(dialect, table, |w| {
        w.push("VALIDATE CONSTRAINT ");
        w.ident(name);
    })
}

/// Drops a constraint.
///
/// # Errors
/// None today.
pub fn drop_constraint(dialect: Db, table: &TableName, name: &str) -> Result<String> {
    of_table(dialect, table, |w| {
        w.push("DROP CONSTRAINT ");
        w.ident(name);
    })
}

/// Renames a constraint.
///
/// # Errors
/// When the database cannot have the name.
pub fn rename_constraint(dialect: Db, table: &TableName, from: &str, to: &str) -> Result<String> {
    of_table(dialect, table, |w| {
        check_name(w, to);
        w.push("RENAME CONSTRAINT ");
        w.ident(from);
        w.push(" TO ");
        w.ident(to);
    })
}

/// Creates an index while others read and write the table.
///
/// # Errors
/// When the database cannot have such an index.
pub fn create_index_online(dialect: Db, table: &Table, index: &Index) -> Result<String> {
    statement(dialect, |w| {
        check_name(w, &index.name);
        dialect.create_index_online(w, table, index);
    })
}

/// Drops an index; `words` stand before its name, as `CONCURRENTLY IF EXISTS` does.
///
/// # Errors
/// None today.
pub fn drop_index(dialect: Db, table: &TableName, name: &str, words: &str) -> Result<String> {
    statement(dialect, |w| {
        w.push("DROP INDEX ");
        w.push(words);
        if let Some(schema) = table.schema.as_ref().filter(|_| dialect.has_schemas()) {
            w.ident(schema);
            w.push(".");
        }
        w.ident(name);
    })
}

/// Renames an index by a statement of its own.
///
/// # Errors
/// When the database cannot have the name.
pub fn rename_index(dialect: Db, table: &TableName, from: &str, to: &str) -> Result<String> {
    statement(dialect, |w| {
        check_name(w, to);
        w.push("ALTER INDEX ");
        if let Some(schema) = &table.schema {
            w.ident(schema);
            w.push(".");
        }
        w.ident(from);
        w.push(" RENAME TO ");
        w.ident(to);
    })
}
