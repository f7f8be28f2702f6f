//! The text of a schema. It is written from the same description that reads it, so that a new field cannot be forgotten.

use orm_core::Result;
use orm_core::schema::{Column, ColumnType, Index, Schema, Table, TableName};
use serde::Serialize;
use toml::{Table as Object, Value};

use super::lossy;

/// Everything behind the hash.
pub(super) fn body(schema: &Schema) -> Result<String> {
    let mut out = String::new();
    let object = object(schema)?;
    for (key, value) in &object {
        match (key.as_str(), value) {
            ("tables", _) => {}
            (_, Value::Array(items)) if items.is_empty() => {}
            (_, value) => entry(&mut out, key, value),
        }
    }
    let new = new()?;
    for table in &schema.tables {
        out.push_str("\n[[tables]]\n");
        for (key, value) in in_order(&self::table(table, &new)?) {
            entry(&mut out, key, value);
        }
    }
    Ok(out)
}

/// What new things are like; only what is different is written.
struct New {
    table: Object,
    column: Object,
    index: Object,
}

fn new() -> Result<New> {
    Ok(New {
        table: object(&Table::new(TableName::new("")))?,
        column: object(&Column::new("", ColumnType::Bool))?,
        index: object(&Index::new(""))?,
    })
}

fn table(table: &Table, new: &New) -> Result<Object> {
    let mut object = object(table)?;
    for (list, new) in [("columns", &new.column), ("indexes", &new.index)] {
        if let Some(Value::Array(items)) = object.get_mut(list) {
            for item in items {
                if let Value::Table(item) = item {
                    different(item, new);
                }
            }
        }
    }
    different(&mut object, &new.table);
    Ok(object)
}

fn different(object: &mut Object, new: &Object) {
    object.retain(|key, value| key == "name" || key == "type" || new.get(key) != Some(value));
}

fn object(value: &impl Serialize) -> Result<Object> {
    Object::try_from(value).map_err(|error| lossy(&error.to_string()))
}

/// The name first, then what it is, then what else there is to say.
fn in_order(object: &Object) -> Vec<(&String, &Value)> {
    const FIRST: &[&str] = &["name", "type", "comment", "columns", "primary_key"];
    let place = |key: &str| {
        FIRST
            .iter()
            .position(|first| *first == key)
            .unwrap_or(FIRST.len())
    };
    let mut entries: Vec<_> = object.iter().collect();
    entries.sort_by_key(|(key, _)| (place(key), key.as_str()));
    entries
}

/// `key = value`; a list of objects has one a line.
fn entry(out: &mut String, key: &str, value: &Value) {
    out.push_str(key);
    out.push_str(" = ");
    match value {
        Value::Array(items) if items.iter().any(Value::is_table) => {
            out.push_str("[\n");
            for item in items {
                out.push_str("  ");
                append(out, item);
                out.push_str(",\n");
            }
            out.push(']');
        }
        value => append(out, value),
    }
    out.push('\n');
}

/// A value on one line.
pub(crate) fn inline(value: &Value) -> String {
    let mut out = String::new();
    append(&mut out, value);
    out
}

fn append(out: &mut String, value: &Value) {
    match value {
        Value::String(text) => string(out, text),
        Value::Array(items) => {
            out.push('[');
            for (n, item) in items.iter().enumerate() {
                out.push_str(if n > 0 { ", " } else { "" });
                append(out, item);
            }
            out.push(']');
        }
        Value::Table(object) => {
            out.push_str("{ ");
            for (n, (key, value)) in in_order(object).into_iter().enumerate() {
                out.push_str(if n > 0 { ", " } else { "" });
                out.push_str(key);
                out.push_str(" = ");
                append(out, value);
            }
            out.push_str(" }");
        }
        Value::Integer(number) => out.push_str(&number.to_string()),
        Value::Float(number) => out.push_str(&format!("{number:?}")),
        Value::Boolean(truth) => out.push_str(&truth.to_string()),
        Value::Datetime(time) => out.push_str(&time.to_string()),
    }
}

/// Text between double quotes, on one line.
pub(crate) fn string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}
