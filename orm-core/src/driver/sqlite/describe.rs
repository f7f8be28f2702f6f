//! What SQLite says about a statement.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use super::error;
use crate::driver::describe::{Described, DescribedColumn, NUMBERS, Undescribed, ValueType};
use crate::error::{Error, ErrorKind};
use crate::value::Kind;

pub(super) fn describe(
    connection: &rusqlite::Connection,
    sql: &str,
) -> Result<Described, Undescribed> {
    // Which columns of which tables are read is told while the statement is prepared, and at no other time.
    let read = Arc::new(Mutex::new(BTreeSet::new()));
    let noted = Arc::clone(&read);
    let note = move |context: AuthContext<'_>| {
        if let AuthAction::Read {
            table_name,
            column_name,
        } = context.action
        {
            let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
            noted.insert((table_name.to_owned(), column_name.to_owned()));
        }
        Authorization::Allow
    };
    let refused = |error: rusqlite::Error| {
        let at = match &error {
            rusqlite::Error::SqlInputError { offset, .. } => usize::try_from(*offset).ok(),
            _ => None,
        };
        Undescribed {
            error: Error::new(ErrorKind::Database).with_source(error::driver(error)),
            at,
            vague: false,
        }
    };
    connection.authorizer(Some(note)).map_err(refused)?;
    let prepared = connection.prepare(sql);
    let nobody: Option<fn(AuthContext<'_>) -> Authorization> = None;
    connection.authorizer(nobody).map_err(refused)?;
    let prepared = prepared.map_err(refused)?;
    let read = read.lock().unwrap_or_else(PoisonError::into_inner);
    let columns = prepared.columns().into_iter().map(|column| {
        let declared = column.decl_type().map(str::to_owned);
        DescribedColumn {
            name: column.name().to_owned(),
            nullable: declared
                .as_deref()
                .and_then(|declared| nullable(connection, &read, column.name(), declared)),
            ty: value_type(declared.unwrap_or_default()),
        }
    });
    Ok(Described {
        parameters: Vec::new(),
        columns: columns.collect(),
    })
}

/// Whether a column may be NULL: what all columns say that were read, have its name and its declaration. An expression has none.
fn nullable(
    connection: &rusqlite::Connection,
    read: &BTreeSet<(String, String)>,
    name: &str,
    declared: &str,
) -> Option<bool> {
    let mut known = None;
    for (table, column) in read.iter().filter(|(_, column)| column == name) {
        let (ty, _, not_null, key, _) = connection
            .column_metadata(None, table.as_str(), column.as_str())
            .ok()?;
        if ty.and_then(|ty| ty.to_str().ok()) != Some(declared) {
            continue;
        }
        let nullable = !not_null && !key;
        if known.is_some_and(|known| known != nullable) {
            return None;
        }
        known = Some(nullable);
    }
    known
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
