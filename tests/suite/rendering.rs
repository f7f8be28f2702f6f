//! The SQL of each kind of query, on all databases side by side.
//!
//! `ORM_TEST_BLESS=1 cargo test --test suite rendering` prints what to write here, see [`is`].

use std::fmt::Write as _;

use orm::dialect::{self, Dialect};
use orm::prelude::*;
use orm::{Result, Value};

use crate::support::models::*;
use crate::support::seed::decimal;

type Sql = Result<(String, Vec<Value>)>;

/// One line a database; databases that agree share one.
fn sides(render: impl Fn(&'static dyn Dialect) -> Sql) -> String {
    let all = [("sqlite", dialect::SQLITE), ("postgres", dialect::POSTGRES), ("mariadb", dialect::MARIADB), ("mysql", dialect::MYSQL)];
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
        let names = if names.len() == all.len() { "all".to_owned() } else { names.join(", ") };
        writeln!(out, "{names}: {text}").unwrap();
    }
    out
}

/// Compares with what stands in the test, whose indentation does not count.
#[track_caller]
fn is(render: impl Fn(&'static dyn Dialect) -> Sql, expected: &str) {
    let actual = sides(render);
    let expected: String = expected.lines().map(str::trim).filter(|line| !line.is_empty()).fold(String::new(), |all, line| all + line + "\n");
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

#[test]
fn a_query_names_the_columns_of_its_model() {
    is(|d| Tag::query().to_sql(d), "");
    is(|d| Tag::find("rust").to_sql(d), "");
    is(|d| Tag::query().filter(Tag::name.eq("rust")).order_by(Tag::name.desc()).limit(3).offset(2).to_sql(d), "");
}

#[test]
fn comparisons() {
    let with = |condition: orm::expr::Expr<Tag, bool>| move |d| Tag::query().filter(condition.clone()).select(Tag::name).to_sql(d);
    is(with(Tag::name.eq("a")), "");
    is(with(Tag::description.eq(None::<String>)), "");
    is(with(Tag::description.ne(None::<String>)), "");
    is(with(Tag::name.between("a", "b")), "");
    is(with(Tag::name.eq(Tag::description)), "");
    is(with(Tag::name.eq("a") & (Tag::name.eq("b") | !Tag::name.eq("c")) & Tag::description.is_null()), "");
    is(with(always()), "");
    is(with(never()), "");
}

#[test]
fn sets() {
    is(|d| Membership::query().filter(Membership::group_id.in_([1, 2, 3])).select(Membership::weight).to_sql(d), "");
    is(|d| Membership::query().filter(Membership::group_id.in_(Vec::from_iter(0..5000_i64))).select(Membership::weight).to_sql(d), "");
    is(|d| Membership::query().filter(Membership::group_id.not_in(Vec::<i64>::new())).select(Membership::weight).to_sql(d), "");
    is(|d| Tag::query().filter(Tag::description.in_([Some("a".to_owned()), None])).select(Tag::name).to_sql(d), "");
    is(|d| Tag::query().filter(Tag::description.not_in([Some("a".to_owned()), None])).select(Tag::name).to_sql(d), "");
    let tags = || Tag::query().filter(Tag::name.eq("a"));
    is(|d| Word::query().filter(Word::text.in_(tags().select(Tag::name))).select(Word::id).to_sql(d), "");
    is(|d| Word::query().filter(Word::text.not_in(tags().select(Tag::description))).select(Word::id).to_sql(d), "");
    is(|d| Word::query().filter(Word::text.in_(tags().order_by(Tag::name).limit(3).select(Tag::name))).select(Word::id).to_sql(d), "");
}

#[test]
fn patterns() {
    let with = |condition: orm::expr::Expr<Word, bool>| move |d| Word::query().filter(condition.clone()).select(Word::id).to_sql(d);
    is(with(Word::text.like("a%")), "");
    is(with(Word::text.ilike("a%")), "");
    is(with(Word::text.starts_with("50%")), "");
    is(with(!Word::text.contains("x")), "");
}

#[test]
fn subqueries() {
    let posts = || Post::query().filter(Post::user_id.eq(User::id.outer()));
    is(|d| User::query().filter(exists(posts())).select(User::id).to_sql(d), "");
    is(|d| User::query().filter(User::logins.eq(posts().select(count()))).select(User::id).to_sql(d), "");
    is(|d| User::query().filter(exists(User::query().filter(User::age.gt(User::age.outer())))).select(User::id).to_sql(d), "");
    is(|d| User::query().filter(exists(posts())).delete().to_sql(d), "");
}

#[test]
fn orderings() {
    is(|d| Number::query().order_by((Number::group, Number::whole.asc(), Number::ratio.desc(), Number::amount.asc().nulls_first())).select(Number::id).to_sql(d), "");
}

#[test]
fn keysets() {
    let row = Number { id: Id::new(7), group: 1, small: None, medium: None, whole: Some(3), single: None, ratio: None, amount: None };
    is(|d| Number::query().order_by(Number::id).after(&row).limit(5).select(Number::id).to_sql(d), "");
    is(|d| Number::query().order_by((Number::group.desc(), Number::id)).before(&row).limit(5).select(Number::id).to_sql(d), "");
    is(|d| Number::query().order_by((Number::whole, Number::medium.desc(), Number::id)).after(&row).limit(5).select(Number::id).to_sql(d), "");
}

#[test]
fn groups() {
    is(
        |d| {
            Post::query()
                .filter(Post::published.eq(true))
                .group_by(Post::user_id)
                .having(count().gt(5))
                .order_by(count().desc())
                .select((Post::user_id, count(), Post::view_count.sum(), Post::view_count.avg(), Post::title.count_distinct()))
                .to_sql(d)
        },
        "",
    );
    is(|d| User::query().group_by(User::age.coalesce(30)).select((User::age.coalesce(30), count())).to_sql(d), "");
    is(|d| Number::query().select((Number::amount.sum(), Number::amount.avg(), Number::amount.max(), Number::single.sum())).to_sql(d), "");
    is(|d| User::query().distinct().select(User::role).to_sql(d), "");
}

#[test]
fn arithmetic() {
    let with = |e: orm::expr::Expr<Number, Option<i64>>| move |d| Number::query().select(e.clone()).to_sql(d);
    is(with((Number::whole + 1) * 2 - Number::whole), "");
    is(with(Number::whole / 2 % 3), "");
    is(with(-Number::whole), "");
    is(|d| Number::query().filter((Number::amount * decimal("1.5") + Number::amount).gt(decimal("2"))).select(Number::amount.abs()).to_sql(d), "");
}

#[test]
fn functions() {
    is(|d| Word::query().select((Word::text.lower(), Word::text.length(), Word::text.trim(), Word::text.concat("!"), Word::other.coalesce("-"))).to_sql(d), "");
    is(|d| Moment::query().select((Moment::at.year(), Moment::at.weekday(), Moment::at.second(), Moment::at.date(), Moment::clock.hour())).to_sql(d), "");
    is(|d| User::query().select(case::<User, String>().when(User::age.gt(40), "old").when(User::age.is_null(), "?").otherwise("young")).to_sql(d), "");
}

#[test]
fn locks() {
    is(|d| Tag::query().for_update().skip_locked().to_sql(d), "");
    is(|d| Tag::query().for_share().no_wait().to_sql(d), "");
}

#[test]
fn deletions() {
    is(|d| Tag::query().filter(Tag::name.eq("a")).delete().to_sql(d), "");
    is(|d| Tag::query().delete().to_sql(d), "");
    is(|d| Tag::query().delete().all_rows().to_sql(d), "");
    is(|d| Tag::query().limit(1).delete().to_sql(d), "");
}

/// The first of the statements.
fn first(statements: Result<Vec<(String, Vec<Value>)>>) -> Sql {
    statements.map(|all| all.into_iter().next().unwrap_or_default())
}

#[test]
fn inserts() {
    let one = || Membership::create().group_id(1).member_id(2);
    is(|d| first(Membership::insert_many([one()]).to_sql(d)), "");
    is(|d| first(Membership::insert_many([one(), one().weight(5)]).to_sql(d)), "");
    is(|d| first(Number::insert_many([Number::create().whole(1)]).to_sql(d)), "");
    is(|d| first(Invoice::insert_many([Invoice::create().quantity(1), Invoice::create().quantity(2).number(3)]).to_sql(d)), "");
}

#[test]
fn upserts() {
    let tag = || Tag::create().name("a").description("b").on_conflict(Tag::name);
    is(|d| first(tag().do_nothing().to_sql(d)), "");
    is(|d| first(tag().update(Tag::description).to_sql(d)), "");
    is(|d| first(tag().set(Tag::description, Tag::name.excluded().concat(Tag::description.coalesce(""))).to_sql(d)), "");
    is(|d| first(Tag::create().name("a").on_conflict(Tag::description).do_nothing().to_sql(d)), "");
}
