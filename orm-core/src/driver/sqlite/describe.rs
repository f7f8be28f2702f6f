//! What SQLite says about a statement, and about its tables.

use super::error;
use crate::driver::describe::{
    Catalog, CatalogColumn, CatalogTable, Described, DescribedColumn, NUMBERS, Origin, Undescribed,
    ValueType,
};
use crate::error::{Error, ErrorKind, Result};
use crate::value::Kind;

pub(super) fn describe(
    connection: &rusqlite::Connection,
    sql: &str,
) -> Result<Described, Undescribed> {
    let prepared = connection.prepare(sql).map_err(|error| {
        let at = match &error {
            rusqlite::Error::SqlInputError { offset, .. } => usize::try_from(*offset).ok(),
            _ => None,
        };
        Undescribed {
            error: failed(error),
            at,
            vague: false,
        }
    })?;
    let origins = prepared.columns_with_metadata();
    let columns = prepared.columns().into_iter().zip(origins);
    let columns = columns.map(|(column, origin)| DescribedColumn {
        name: column.name().to_owned(),
        ty: value_type(column.decl_type().unwrap_or_default().to_owned()),
        origin: origin
            .table_name()
            .zip(origin.origin_name())
            .map(|(table, column)| Origin::Named {
                table: table.to_owned(),
                alias: false,
                column: column.to_owned(),
            }),
    });
    Ok(Described {
        parameters: Vec::new(),
        count: prepared.parameter_count(),
        columns: columns.collect(),
    })
}

/// The tables and views of the main database and those that are there for the session.
pub(super) fn catalog(connection: &rusqlite::Connection) -> Result<Catalog> {
    const NAMES: &str = "SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'view')
         UNION ALL SELECT name, type FROM sqlite_temp_schema WHERE type IN ('table', 'view')";
    const COLUMNS: &str =
        "SELECT name, type, \"notnull\" OR pk > 0, hidden FROM pragma_table_xinfo(?1) ORDER BY cid";
    let mut names = connection.prepare(NAMES).map_err(failed)?;
    let names = names
        .query_map((), |row| Ok((row.get(0)?, row.get(1)?)))
        .and_then(Iterator::collect::<rusqlite::Result<Vec<(String, String)>>>)
        .map_err(failed)?;
    let mut columns = connection.prepare(COLUMNS).map_err(failed)?;
    let mut tables = Vec::new();
    for (name, kind) in names {
        let found = columns.query_map([&name], |row| {
            let (never_null, hidden) = (row.get::<_, bool>(2)?, row.get::<_, i64>(3)?);
            Ok(CatalogColumn {
                name: row.get(0)?,
                number: 0,
                takes: takes(row.get(1)?),
                read: None,
                nullable: (kind == "table").then_some(!never_null),
                listed: hidden == 0,
            })
        });
        // A view of what is no longer there has no columns.
        let found = found.and_then(Iterator::collect::<rusqlite::Result<Vec<_>>>);
        tables.push(CatalogTable {
            name,
            number: 0,
            visible: true,
            columns: found.unwrap_or_default(),
        });
    }
    Ok(Catalog {
        schema: Some("main".to_owned()),
        tables,
    })
}

fn failed(error: rusqlite::Error) -> Error {
    Error::new(ErrorKind::Database).with_source(error::driver(error))
}

/// Any number goes into any column of numbers.
fn takes(declared: String) -> ValueType {
    let mut ty = value_type(declared);
    if ty.kinds.contains(&Kind::F64) {
        ty.kinds = NUMBERS;
    }
    ty
}

/// By the rules of affinity.
fn value_type(declared: String) -> ValueType {
    let upper = declared.to_uppercase();
    let has = |words: &[&str]| words.iter().any(|word| upper.contains(word));
    let kinds: &[Kind] = if has(&["INT"]) {
        NUMBERS
    } else if has(&["CHAR", "CLOB", "TEXT"]) {
        &[
            Kind::Text,
            Kind::Json,
            Kind::Decimal,
            Kind::Uuid,
            Kind::Date,
            Kind::Time,
            Kind::DateTime,
            Kind::Timestamp,
        ]
    } else if has(&["BLOB"]) {
        &[Kind::Bytes, Kind::Uuid]
    } else if has(&["REAL", "FLOA", "DOUB"]) {
        &[Kind::F32, Kind::F64, Kind::Decimal]
    } else {
        &[]
    };
    ValueType {
        name: declared,
        kinds,
        array: false,
    }
}
