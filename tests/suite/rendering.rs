//! The SQL of each kind of query, on all databases side by side.
//!
//! `ORM_TEST_BLESS=1 cargo test --test suite rendering` prints what to write here, see [`is`].

mod conditions;
mod expressions;
mod reading;
mod relations;
mod writing;

use std::fmt::Write as _;

use orm::dialect::{self, Dialect};
use orm::prelude::*;
use orm::{Result, Value};

use crate::support::models::*;
use crate::support::seed::decimal;

type Sql = Result<(String, Vec<Value>)>;

/// One line a database; databases that agree share one.
fn sides(render: impl Fn(&'static dyn Dialect) -> Sql) -> String {
    let all = [
        ("sqlite", dialect::SQLITE),
        ("postgres", dialect::POSTGRES),
        ("mariadb", dialect::MARIADB),
        ("mysql", dialect::MYSQL),
    ];
    let mut lines: Vec<(Vec<&str>, String)> = Vec::new();
    for (name, dialect) in all {
        let text = match render(dialect) {
            Ok((sql, values)) if values.is_empty() => sql,
            Ok((sql, values)) => format!("{sql} -- {values:?}"),
            Err(error) => format!("error: {}", error.kind()),
        };
        match lines.iter_mut().find(|(_, other)| *other == text) {
            Some((names, _)) => names.push(name),
            None => lines.push((vec![name], text)),
        }
    }
    let mut out = String::new();
    for (names, text) in lines {
        let names = if names.len() == all.len() {
            "all".to_owned()
        } else {
            names.join(", ")
        };
        writeln!(out, "{names}: {text}").unwrap();
    }
    out
}

/// Compares with what stands in the test, whose indentation does not count.
#[track_caller]
fn is(render: impl Fn(&'static dyn Dialect) -> Sql, expected: &str) {
    let actual = sides(render);
    let expected: String = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .fold(String::new(), |all, line| all + line + "\n");
    if actual == expected {
        return;
    }
    if std::env::var_os("ORM_TEST_BLESS").is_some() {
        let line = std::panic::Location::caller().line();
        println!("BLESS {line}");
        actual.lines().for_each(|text| println!("BLESSED {text}"));
        return;
    }
    panic!("the SQL is another one\n--- expected\n{expected}--- actual\n{actual}");
}
