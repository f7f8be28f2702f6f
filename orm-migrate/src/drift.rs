//! Whether a database is as a schema says.

use std::collections::BTreeMap;

use orm_core::dialect::Dialect;
use orm_core::schema::Schema;
use orm_core::{Db, Error, Result};
use toml::{Table as Object, Value};

use crate::files::Migration;
use crate::introspect::{Options, canonical, introspect};
use crate::{history, snapshot};

/// How the database differs from what a migration left; `None` if that is not known.
///
/// Tables that the schema does not name are not looked at: they may be another program's.
pub(crate) async fn of(migration: &Migration, db: &Db) -> Result<Option<Vec<String>>> {
    match migration.schema()? {
        None => Ok(None),
        Some(schema) => against(&schema, db, Others::Ignored).await.map(Some),
    }
}

/// What is thought of tables that the schema does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Others {
    Ignored,
    Reported,
}

/// How the database differs from a schema.
pub(crate) async fn against(schema: &Schema, db: &Db, others: Others) -> Result<Vec<String>> {
    let options = Options::new()
        .without(history::TABLE)
        .without(db.dialect().other_history().0)
        .expecting(schema);
    let mut found = introspect(db, &options).await?.schema;
    if others == Others::Ignored {
        found
            .tables
            .retain(|table| schema.table(&table.name).is_some());
        found
            .enums
            .retain(|e| schema.enums.iter().any(|known| known.name == e.name));
    }
    differences(schema, &found, db.dialect())
}

/// How one schema differs from another one for this database, in words.
pub(crate) fn differences(
    expected: &Schema,
    found: &Schema,
    dialect: &'static dyn Dialect,
) -> Result<Vec<String>> {
    let object = |schema: &Schema| {
        let schema = snapshot::sorted(&canonical(schema, dialect));
        Object::try_from(&schema).map_err(|error| Error::invalid_query(error.to_string()))
    };
    let mut out = Vec::new();
    let (expected, found) = (object(expected)?, object(found)?);
    compare_objects(&expected, &found, "", &mut out);
    Ok(out)
}

fn compare_objects(expected: &Object, found: &Object, path: &str, out: &mut Vec<String>) {
    let keys: std::collections::BTreeSet<_> = expected.keys().chain(found.keys()).collect();
    for key in keys {
        let place = format!("{path}{}", word(key));
        match (expected.get(key), found.get(key)) {
            (Some(Value::Array(expected)), Some(Value::Array(found)))
                if named(expected).is_some() && named(found).is_some() =>
            {
                compare_lists(expected, found, path, word(key), out);
            }
            (a, b) if a == b => {}
            (expected, found) => {
                let show = |value: Option<&Value>| {
                    value.map_or_else(|| "nothing".to_owned(), snapshot::inline)
                };
                out.push(format!(
                    "{place}: is {}, and should be {}",
                    show(found),
                    show(expected)
                ));
            }
        }
    }
}

fn compare_lists(
    expected: &[Value],
    found: &[Value],
    path: &str,
    kind: &str,
    out: &mut Vec<String>,
) {
    let (Some(wanted), Some(there)) = (named(expected), named(found)) else {
        return;
    };
    for (name, value) in &wanted {
        let place = format!("{path}{kind} {name}");
        match (there.get(name), value) {
            (None, _) => out.push(format!("{place} is missing")),
            (Some(Value::Table(found)), Value::Table(expected)) => {
                compare_objects(expected, found, &format!("{place}: "), out);
            }
            _ => {}
        }
    }
    let more = there.keys().filter(|name| !wanted.contains_key(*name));
    out.extend(more.map(|name| format!("{path}{kind} {name} should not be there")));
}

/// The items of a list by their names, if all of them have one.
pub(crate) fn named(list: &[Value]) -> Option<BTreeMap<String, &Value>> {
    list.iter()
        .map(|item| {
            let name = match item.get("name")? {
                Value::String(name) => name.clone(),
                Value::Table(name) => {
                    format!(
                        "{}.{}",
                        name.get("schema")?.as_str()?,
                        name.get("name")?.as_str()?
                    )
                }
                _ => return None,
            };
            Some((name, item))
        })
        .collect()
}

fn word(key: &str) -> &str {
    match key {
        "tables" => "table",
        "enums" => "enum",
        "columns" => "column",
        "uniques" => "unique constraint",
        "foreign_keys" => "foreign key",
        "checks" => "check",
        "indexes" => "index",
        "primary_key" => "primary key",
        other => other,
    }
}
