//! Hand-written SQL: the programmer's text with placeholders for its bindings.

use std::ops::Range;

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
    noting(w, raw, &mut |_, _| {});
}

/// The name and kind of the value behind a placeholder, counted from 1, if the text has a name for it.
pub(crate) fn name_of(
    raw: &RawSql,
    dialect: &'static dyn Dialect,
    number: usize,
) -> Option<String> {
    let at = number.checked_sub(1)?;
    let mut w = Writer::new(dialect);
    let mut found = None;
    noting(&mut w, raw, &mut |values, name| {
        if values.contains(&at) {
            found = Some(name);
        }
    });
    let (_, values) = w.into_parts().ok()?;
    let kind = values.get(at)?.kind();
    Some(format!("`{{{}}}`, which is bound as {kind:?}", found?))
}

/// What is told which of the values a name stands for.
type Note<'n> = &'n mut dyn FnMut(Range<usize>, &'static str);

fn noting(w: &mut Writer, raw: &RawSql, note: Note<'_>) {
    w.loosely_typed();
    if let Some(only) = raw.only
        && only != w.dialect().family()
    {
        w.unsupported(&format!("a statement that is written for {}", only.name()));
    }
    parts(w, &raw.parts, note);
}

fn parts(w: &mut Writer, all: &[RawPart], note: Note<'_>) {
    for part in all {
        let before = w.bound();
        match part {
            RawPart::Text(text) => w.push(text),
            RawPart::Bind(name, value) => {
                match value {
                    Ok(value) => bind(w, name, value),
                    Err(error) => refuse(w, name, error),
                }
                note(before..w.bound(), name);
            }
            RawPart::List(name, ty, values) => {
                list(w, name, ty.kind, values);
                note(before..w.bound(), name);
            }
            RawPart::Table(model) => w.table(model),
            RawPart::Column(column, alone) => w.named_column(*column, *alone),
            RawPart::Section(inner) => parts(w, inner, note),
            RawPart::Fragment(inner) => noting(w, inner, note),
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

/// The numbers of the placeholders, `$1`, that an error at a character of the text is about, counted from 1: the one that stands there, the
/// one beside the operator there, or those of its list. None where it may be about others.
pub(crate) fn placeholders_at(sql: &str, character: usize) -> Vec<usize> {
    let place = character.checked_sub(1);
    let Some((at, _)) = place.and_then(|at| sql.char_indices().nth(at)) else {
        return Vec::new();
    };
    let number = |text: &str| {
        let digits = text.trim().strip_prefix('$')?;
        let end = digits.find(|c: char| !c.is_ascii_digit());
        digits[..end.unwrap_or(digits.len())].parse::<usize>().ok()
    };
    let (before, here) = (sql[..at].trim_end(), &sql[at..]);
    if here.starts_with('$') {
        return number(here).into_iter().collect();
    }
    let end = here.find(|c: char| !c.is_alphabetic());
    let (word, mut behind) = here.split_at(end.unwrap_or(here.len()));
    match word.to_ascii_lowercase().as_str() {
        // Its two values are told by its one place.
        "between" => return Vec::new(),
        "in" => {
            let list = behind.trim_start().strip_prefix('(').unwrap_or_default();
            let list = list.split(')').next().unwrap_or_default();
            let all: Option<Vec<usize>> = list.split(',').map(number).collect();
            return all.unwrap_or_default();
        }
        "" => behind = behind.trim_start_matches(|c: char| "=<>!+-*/~|&%^@#".contains(c)),
        _ => {}
    }
    let left = before.rfind('$').and_then(|at| {
        let whole = before[at + 1..].bytes().all(|b| b.is_ascii_digit());
        number(&before[at..]).filter(|_| whole)
    });
    match (left, number(behind)) {
        (Some(one), None) | (None, Some(one)) => vec![one],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::placeholders_at;

    #[test]
    fn the_placeholder_is_found_at_its_place_or_beside_its_operator() {
        for (sql, at, number) in [
            ("SET a = $12 ", 9, vec![12]),
            ("WHERE a = $1", 9, vec![1]),
            ("WHERE ä <= $1", 9, vec![1]),
            ("WHERE $3 < a", 10, vec![3]),
            ("WHERE a LIKE $2", 9, vec![2]),
            ("WHERE a IN ($1, $2) AND $3", 9, vec![1, 2]),
            ("WHERE a IN ($1, b)", 9, vec![]),
            ("WHERE $1 = $2", 10, vec![]),
            ("WHERE a BETWEEN $1 AND $2", 9, vec![]),
            ("WHERE a = b", 9, vec![]),
            ("x", 9, vec![]),
            ("x", 0, vec![]),
        ] {
            assert_eq!(placeholders_at(sql, at), number, "{sql}");
        }
    }
}
