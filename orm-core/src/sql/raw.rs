//! Hand-written SQL: the programmer's text with placeholders for its bindings.

use super::{Writer, select};
use crate::dialect::Dialect;
use crate::driver::{Access, Statement};
use crate::error::{Error, ErrorKind, Result};
use crate::query::{RawPart, RawSql, SelectStatement};
use crate::value::{EncodeError, Kind, Value};

pub(crate) fn raw(raw: &RawSql, dialect: &'static dyn Dialect) -> Result<Statement> {
    let mut w = Writer::new(dialect);
    write(&mut w, raw);
    w.finish(Access::Unknown, true, None)
        .map_err(|e| e.with_caller(raw.caller))
}

pub(super) fn write(w: &mut Writer, raw: &RawSql) {
    w.loosely_typed();
    if let Some(only) = raw.only
        && only != w.dialect().family()
    {
        w.unsupported(&format!("a statement that is written for {}", only.name()));
    }
    parts(w, &raw.parts);
}

fn parts(w: &mut Writer, all: &[RawPart]) {
    for part in all {
        match part {
            RawPart::Text(text) => w.push(text),
            RawPart::Bind(name, value) => match value {
                Ok(value) => bind(w, name, value),
                Err(error) => refuse(w, name, error),
            },
            RawPart::List(name, ty, values) => list(w, name, ty.kind, values),
            RawPart::Table(model) => w.table(model),
            RawPart::Column(column, alone) => w.named_column(*column, *alone),
            RawPart::Section(inner) => parts(w, inner),
            RawPart::Fragment(inner) => write(w, inner),
            RawPart::Query(query) => whole(w, query),
            RawPart::Dangerous(sql) => w.push(sql.text()),
        }
    }
}

/// A query inside of hand-written SQL, which reads its rows and nothing beside them.
fn whole(w: &mut Writer, query: &SelectStatement) {
    if query.loads.is_empty() {
        select::write(w, query);
    } else {
        let message = "a query that includes related rows takes several statements; leave `include` out where it is a part of another";
        w.fail(Error::invalid_query(message));
    }
}

fn bind(w: &mut Writer, name: &str, value: &Value) {
    match w.dialect().check_value(value) {
        Ok(()) => w.bind(value.clone()),
        Err(reason) => refuse(w, name, &EncodeError(reason.into())),
    }
}

fn refuse(w: &mut Writer, name: &str, error: &EncodeError) {
    let field = format!("`{{{name}}}`");
    w.fail(Error::new(ErrorKind::Encode {
        field: field.into(),
        reason: error.0.clone(),
    }));
}

/// An empty list is an empty set, so that `IN ({..ids})` finds nothing instead of being an error.
fn list(w: &mut Writer, name: &str, kind: Kind, values: &[Result<Value, EncodeError>]) {
    let mut plain = Vec::with_capacity(values.len());
    for value in values {
        match value {
            Ok(value) => plain.push(value.clone()),
            Err(error) => return refuse(w, name, error),
        }
    }
    w.dialect().value_list(w, kind, plain);
}

/// The word that a hand-written statement begins with, in upper case; `(` where it begins with one. Comments are passed over.
pub(crate) fn first_word(sql: &str) -> String {
    let mut rest = sql;
    loop {
        rest = rest.trim_start();
        if let Some(comment) = rest.strip_prefix("--") {
            rest = comment.split_once('\n').map_or("", |(_, rest)| rest);
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, rest)| rest);
        } else {
            break;
        }
    }
    if rest.starts_with('(') {
        return "(".to_owned();
    }
    let end = rest.find(|c: char| !c.is_ascii_alphabetic());
    rest[..end.unwrap_or(rest.len())].to_ascii_uppercase()
}
