//! The book's reference of expressions: what each function is on each database, as it is rendered.
//!
//! A new function needs one line in [`examples`]; `ORM_BOOK=overwrite cargo test --test suite reference` writes the chapter.

use std::path::Path;

use orm::chrono::{FixedOffset, TimeDelta};
use orm::dialect::{Dialect, MARIADB, MYSQL, POSTGRES, SQLITE};
use orm::expr::{Expr, TimeUnit, now, random, random_uuid};
use orm::prelude::*;
use orm::value::Value;

use crate::documents::{Arrays, Frame, Point, Profile, Settings};
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

fn nodes<M, T>(expr: &Expr<M, T>) -> String {
    format!("{expr:?}")
}

/// `"Group" { Model => expression, …; }`, in which the expression is over the model.
macro_rules! examples {
    ($($group:literal { $($model:ident => $what:expr;)* })*) => {
        vec![$($(
            Example {
                group: $group,
                text: stringify!($what),
                nodes: nodes::<$model, _>(&$what),
                render: Box::new(|d| $model::query().select($what).to_sql(d)),
            },
        )*)*]
    };
}

fn examples() -> Vec<Example> {
    examples! {
        "NULL and choices" {
            Word => Word::other.coalesce("-");
            Word => Word::other.or(Word::text).coalesce("-");
            Word => Word::text.nullif("");
            Word => case().when(Word::text.eq("a"), 1).otherwise(2);
        }
        "Casts" {
            Number => Number::small.cast::<i32>();
            Number => Number::medium.cast::<i64>();
            Number => Number::ratio.cast::<i64>();
            Number => Number::amount.cast::<i64>();
            Word => Word::text.cast::<i64>();
            Number => Number::whole.cast::<f64>();
            Word => Word::text.cast::<f64>();
            Number => Number::whole.cast::<Decimal>();
            Number => Number::whole.cast::<String>();
            Moment => Moment::day.cast::<String>();
            Word => random_uuid::<Word>().cast::<String>();
        }
        "Text" {
            Word => Word::text.lower();
            Word => Word::text.upper();
            Word => Word::text.trim();
            Word => Word::text.trim_start();
            Word => Word::text.trim_end();
            Word => Word::text.length();
            Word => Word::text.concat(" ").concat(Word::other);
            Word => Word::text.substring(2, 3);
            Word => Word::text.substring(Word::text.position("@"), 3);
            Word => Word::text.left(3);
            Word => Word::text.right(3);
            Word => Word::text.position("@");
            Word => Word::text.replace("a", "b");
            Word => Word::text.replace_matches("^(a+)b", "$1");
            Word => Word::text.reverse();
            Word => Word::text.pad_start(5, '0');
            Word => Word::text.pad_end(5, '.');
            Word => Word::text.unaccent();
        }
        "Matching text" {
            Word => Word::text.like("a%");
            Word => Word::text.ilike("a%");
            Word => Word::text.contains("a");
            Word => Word::text.icontains("a");
            Word => Word::text.starts_with("a");
            Word => Word::text.ends_with("a");
            Word => Word::text.matches("^[a-z]+$");
            Word => Word::text.matches_insensitive("^[a-z]+$");
            Word => Word::text.eq_ignore_accents("a");
            Word => Word::text.contains_ignore_accents("a");
            Word => Word::text.starts_with_ignore_accents("a");
        }
        "Numbers" {
            Number => Number::whole + 1;
            Number => Number::whole / 2;
            Number => Number::whole % 2;
            Number => Number::whole.abs();
            Number => Number::amount.abs();
            Number => Number::whole.sign();
            Number => Number::ratio.round();
            Number => Number::amount.round();
            Number => Number::amount.round_to(2);
            Number => Number::ratio.floor();
            Number => Number::amount.floor();
            Number => Number::ratio.ceil();
            Number => Number::ratio.trunc();
            Number => Number::whole.greatest(5);
            Number => Number::whole.least(5);
            Number => Number::amount.least(Decimal::ONE);
            Number => Number::ratio.power(2.0);
            Number => Number::ratio.sqrt();
        }
        "Days and times" {
            Moment => now();
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
            Moment => Moment::at.trunc_to(TimeUnit::Year);
            Moment => Moment::at.trunc_to(TimeUnit::Quarter);
            Moment => Moment::at.trunc_to(TimeUnit::Month);
            Moment => Moment::day.trunc_to(TimeUnit::Month);
            Moment => Moment::at.trunc_to(TimeUnit::Week);
            Moment => Moment::at.trunc_to(TimeUnit::Day);
            Moment => Moment::at.trunc_to(TimeUnit::Hour);
            Moment => Moment::at.trunc_to(TimeUnit::Minute);
            Moment => Moment::at.trunc_to(TimeUnit::Second);
            Moment => Moment::at.plus(TimeDelta::minutes(5));
            Moment => Moment::at.minus(TimeDelta::minutes(5));
            Moment => Moment::at.plus_days(7);
            Moment => Moment::day.plus_days(7);
            Moment => Moment::at.plus_months(1);
            Moment => Moment::day.plus_months(1);
            Moment => Moment::at.plus_years(1);
            Moment => Moment::at.micros_since(now());
            Moment => Moment::at.seconds_since(now());
            Moment => Moment::at.days_since(now());
            Moment => Moment::at.years_since(now());
            Moment => Moment::at.at_offset(FixedOffset::east_opt(3600).unwrap());
            Moment => Moment::at.at_zone("Europe/Berlin");
        }
        "Random values" {
            Word => random();
            Word => random_uuid();
        }
        "JSON documents" {
            Profile => Profile::settings.path(Settings::theme).value();
            Profile => Profile::settings.path(Settings::points).at(0).path(Point::x).value();
            Profile => Profile::settings.path(Settings::window).json();
            Profile => Profile::settings.path(Settings::limits).key("day").exists();
            Profile => Profile::settings.path(Settings::tags).length();
            Profile => Profile::settings.path(Settings::tags).contains("sql");
            Profile => Profile::settings.document().includes(true);
            Profile => Profile::settings.path(Settings::theme).set("dark");
            Profile => Profile::settings.path(Settings::window).path(Frame::wide).set(true);
            Profile => Profile::settings.path(Settings::tags).at(0).set("sql");
            Profile => Profile::settings.path(Settings::size).remove();
            Profile => Profile::settings.path(Settings::tags).push("sql");
            Profile => Profile::list.document().push(4);
        }
        "Arrays" {
            Arrays => Arrays::scores.any().eq(5);
            Arrays => Arrays::scores.any().ne(5);
            Arrays => Arrays::scores.any().gt(5);
            Arrays => Arrays::scores.any().ge(5);
            Arrays => Arrays::scores.any().lt(5);
            Arrays => Arrays::scores.any().le(5);
            Arrays => Arrays::scores.all().eq(5);
            Arrays => Arrays::scores.all().ne(5);
            Arrays => Arrays::scores.all().gt(5);
            Arrays => Arrays::scores.all().ge(5);
            Arrays => Arrays::scores.all().lt(5);
            Arrays => Arrays::scores.all().le(5);
            Arrays => Arrays::tags.contains_all(["a", "b"]);
            Arrays => Arrays::tags.contained_by(["a", "b"]);
            Arrays => Arrays::tags.overlaps(["a", "b"]);
            Arrays => Arrays::tags.cardinality();
            Arrays => Arrays::tags.element(0);
            Arrays => Arrays::tags.append("a");
            Arrays => Arrays::tags.prepend("a");
            Arrays => Arrays::tags.without("a");
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
