//! The book's reference of expressions: what each function is on each database, as it is rendered.
//!
//! A new function needs one line in [`examples`]; `ORM_BOOK=overwrite cargo test --test suite reference` writes the chapter.

use std::path::Path;

use orm::dialect::{Dialect, MARIADB, MYSQL, POSTGRES, SQLITE};
use orm::prelude::*;
use orm::value::Value;

use crate::support::models::*;

const BEGIN: &str = "<!-- written by a test from what is rendered; see CONTRIBUTING.md -->\n";

type Rendered = orm::Result<(String, Vec<Value>)>;

/// An expression as a program writes it, its nodes, and what it is for a database.
struct Example {
    group: &'static str,
    text: &'static str,
    nodes: String,
    render: Box<dyn Fn(&'static dyn Dialect) -> Rendered>,
}

/// `"Group" { Model => expression, …; }`, in which the expression is over the model.
macro_rules! examples {
    ($($group:literal { $($model:ident => $what:expr;)* })*) => {
        vec![$($(
            Example {
                group: $group,
                text: stringify!($what),
                nodes: format!("{:?}", $what),
                render: Box::new(|d| $model::query().select($what).to_sql(d)),
            },
        )*)*]
    };
}

fn examples() -> Vec<Example> {
    examples! {
        "NULL and choices" {
            Word => Word::other.coalesce("-");
            Word => case().when(Word::text.eq("a"), 1).otherwise(2);
        }
        "Text" {
            Word => Word::text.lower();
            Word => Word::text.upper();
            Word => Word::text.trim();
            Word => Word::text.length();
            Word => Word::text.concat(" ").concat(Word::other);
        }
        "Numbers" {
            Number => Number::whole.abs();
            Number => Number::amount.abs();
        }
        "Days and times" {
            Moment => Moment::at.year();
            Moment => Moment::day.year();
            Moment => Moment::at.month();
            Moment => Moment::at.day();
            Moment => Moment::at.weekday();
            Moment => Moment::at.year_day();
            Moment => Moment::at.hour();
            Moment => Moment::at.minute();
            Moment => Moment::at.second();
            Moment => Moment::at.date();
        }
    }
}

/// What stands between `SELECT` and `FROM`, or why there is nothing.
fn selected(rendered: Rendered) -> String {
    match rendered {
        Ok((sql, _)) => {
            let (_, behind) = sql.split_once("SELECT ").unwrap();
            let (expression, _) = behind.rsplit_once(" FROM ").unwrap();
            expression.to_owned()
        }
        Err(error) => format!("refused: {error}"),
    }
}

fn reference() -> String {
    let mut out = String::new();
    let mut group = "";
    for example in examples() {
        if example.group != group {
            let end = if group.is_empty() { "" } else { "```\n" };
            group = example.group;
            out.push_str(&format!("{end}\n## {group}\n\n```text\n"));
        } else {
            out.push('\n');
        }
        let of = |dialect| selected((example.render)(dialect));
        out.push_str(&format!("{}\n", example.text));
        out.push_str(&format!("    SQLite      {}\n", of(SQLITE)));
        out.push_str(&format!("    PostgreSQL  {}\n", of(POSTGRES)));
        out.push_str(&format!("    MariaDB     {}\n", of(MARIADB)));
        if of(MYSQL).replace("MySQL", "MariaDB") != of(MARIADB) {
            out.push_str(&format!("    MySQL       {}\n", of(MYSQL)));
        }
    }
    out + "```\n"
}

#[test]
fn the_reference_in_the_book_is_what_is_rendered() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("book/src/expressions.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let (head, written) = text
        .split_once(BEGIN)
        .expect("the mark behind which the reference is");
    let reference = reference();
    if std::env::var("ORM_BOOK").is_ok_and(|value| value == "overwrite") {
        std::fs::write(&path, format!("{head}{BEGIN}{reference}")).unwrap();
    } else {
        assert_eq!(
            written, reference,
            "write it anew: ORM_BOOK=overwrite cargo test --test suite reference"
        );
    }
}

#[test]
fn the_reference_has_an_example_of_every_function() {
    let examples = examples();
    let missing: Vec<&str> = orm::expr::functions()
        .map(|function| function.name)
        .filter(|name| {
            let call = format!("Call({name},");
            !examples.iter().any(|example| example.nodes.contains(&call))
        })
        .collect();
    assert!(missing.is_empty(), "no example of {missing:?}");
}
