//! Which foreign key a statement broke. SQLite says no more than that one did.

use rusqlite::{Connection, params_from_iter};

use crate::driver::Statement;
use crate::driver::constraint::{self, Violation};
use crate::error::Constraint;

/// Runs the statement again with its foreign keys checked at the end, looks which rows refer to nothing, and undoes it all.
///
/// It costs a scan of the tables with foreign keys to or from the statement's own, on the way of an error; the bounds of the
/// statement itself are those of this search too.
pub(super) fn find(statement: &Statement, connection: &Connection) -> Option<Constraint> {
    let table = statement.model.map(|m| m.table);
    connection
        .execute_batch("SAVEPOINT orm_foreign_key; PRAGMA defer_foreign_keys = ON")
        .ok()?;
    let found = again(statement, connection).and_then(|()| broken(connection, table));
    // The setting ends with the transaction, which may go on behind this.
    let _ = connection.execute_batch(
        "ROLLBACK TO orm_foreign_key; RELEASE orm_foreign_key; PRAGMA defer_foreign_keys = OFF",
    );
    found.or_else(|| restricted(connection, table?))
}

fn again(statement: &Statement, connection: &Connection) -> Option<()> {
    let mut prepared = connection.prepare(&statement.sql).ok()?;
    super::run::bind_all(&mut prepared, statement).ok()?;
    let mut rows = prepared.raw_query();
    while rows.next().ok()?.is_some() {}
    Some(())
}

/// The first foreign key that a row breaks.
fn broken(connection: &Connection, table: Option<&str>) -> Option<Constraint> {
    for name in related(connection, table)? {
        let sql = "SELECT \"table\", fkid FROM pragma_foreign_key_check(?1) LIMIT 1";
        let row = connection.query_row(sql, [&name], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        });
        if let Ok((table, id)) = row {
            return columns(connection, &table, id);
        }
    }
    None
}

/// The table itself, and the tables that refer to it.
fn related(connection: &Connection, table: Option<&str>) -> Option<Vec<String>> {
    let sql = "SELECT DISTINCT m.name FROM sqlite_master m, pragma_foreign_key_list(m.name) f
               WHERE m.type = 'table' AND (?1 IS NULL OR m.name = ?1 COLLATE NOCASE OR f.\"table\" = ?1 COLLATE NOCASE)";
    let mut prepared = connection.prepare(sql).ok()?;
    let names = prepared
        .query_map(params_from_iter([table]), |row| row.get::<_, String>(0))
        .ok()?;
    Some(names.flatten().collect())
}

/// A key that restricts is checked at once, whatever was asked for; if only one can be meant, it is the one.
fn restricted(connection: &Connection, table: &str) -> Option<Constraint> {
    let sql = "SELECT DISTINCT m.name, f.id FROM sqlite_master m, pragma_foreign_key_list(m.name) f
               WHERE m.type = 'table' AND f.\"table\" = ?1 COLLATE NOCASE AND 'RESTRICT' IN (f.on_delete, f.on_update) LIMIT 2";
    let mut prepared = connection.prepare(sql).ok()?;
    let keys = prepared
        .query_map([table], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?))
        })
        .ok()?;
    match keys.flatten().collect::<Vec<_>>().as_slice() {
        [(table, id)] => columns(connection, table, *id),
        _ => None,
    }
}

fn columns(connection: &Connection, table: &str, id: i64) -> Option<Constraint> {
    let sql = "SELECT \"from\" FROM pragma_foreign_key_list(?1) WHERE id = ?2 ORDER BY seq";
    let mut prepared = connection.prepare(sql).ok()?;
    let names = prepared
        .query_map((table, id), |row| row.get::<_, String>(0))
        .ok()?;
    let columns = names.flatten().collect();
    Some(constraint::resolve(
        Violation {
            name: None,
            table: Some(table.to_owned()),
            columns,
        },
        None,
    ))
}
