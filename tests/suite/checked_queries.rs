//! `check_queries`: what is wrong with a statement is found without running it, and told with its place.

use orm::prelude::*;
use orm::testing::{QueryProblem, inspect_queries_in};

use crate::support::seed::tables;

#[derive(Model, Debug, Clone)]
#[model(table = "checked_users")]
struct Checked {
    id: Id<Checked>,
    #[model(length = 50)]
    email: String,
    age: Option<i32>,
    since: DateTime<Utc>,
    logins: i64,
}

#[derive(FromRow)]
#[allow(dead_code, reason = "no row is ever read")]
struct Contact {
    id: Id<Checked>,
    #[from_row(column = "email")]
    mail: String,
    age: Option<i32>,
}

/// Nothing is wrong with these. They are announced by standing here, and never run.
fn right(least: i32, name: Option<&str>, ids: &[i64]) {
    let since = orm::now();
    let _ = sql!(
        "SELECT {Checked::email} FROM {Checked} WHERE age > {least: i32} {?name: AND email = {name: &str}}"
            as String
    );
    let _ = sql!(
        "SELECT u.id, u.email AS email, u.age FROM checked_users u WHERE id IN ({..ids: i64})"
            as Contact
    );
    let _ = sql!("SELECT * FROM checked_users WHERE since < {since: DateTime<Utc>}" as Checked);
    let _ = sql!("SELECT COUNT(*), SUM(logins) FROM checked_users" as (i64, Option<i64>));
    let _ = sql!(
        "INSERT INTO {Checked} (email, since, logins) VALUES ({mail: &str}, {since}, 0)",
        mail = "a"
    );
    let _ = sql!(
        "UPDATE checked_users SET logins = logins + {more} WHERE {?name: email = {name} AND} 1 = 1",
        more = 1_i64
    );
    let _ = sql!(
        "DELETE FROM checked_users WHERE id = {id: Id<Checked>}",
        id = Id::<Checked>::new(1)
    );
    let _ = sql!(
        "WITH grown AS (SELECT id FROM checked_users WHERE age >= 18) SELECT COUNT(*) FROM grown"
            as i64
    );
    let _ = sql!("SELECT age FROM checked_users" as orm::JsonRow);
    // These are left out: a piece, a part that nobody knows before, DDL, and another database.
    let piece = sql!("{Checked::age} > nothing");
    let _ = sql!("SELECT nothing FROM {@piece}");
    let _ = sql!("CREATE TABLE checked_users (nothing int)");
    let _ = sql!(unchecked: "SELECT nothing");
}

/// Something is wrong with each of these: the line, and what is said about it.
#[rustfmt::skip]
fn wrong(piece: Option<i32>) -> Vec<(u32, &'static [&'static str])> {
    let mut all: Vec<(u32, &'static [&'static str])> = Vec::new();
    let mut add = |line: u32, _: &dyn std::fmt::Debug, words: &'static [&'static str]| {
        all.push((line, words))
    };
    add(line!(), &sql!("SELECT emial FROM checked_users"), &["emial", "did you mean `email`?", "\n    SELECT emial FROM checked_users\n           ^"]);
    add(line!(), &sql!("SELECT u.emial FROM checked_users u"), &["did you mean `email`?"]);
    add(line!(), &sql!("SELECT email FROM checked_uesrs"), &["checked_uesrs", "did you mean `checked_users`?", "\n                      ^"]);
    add(line!(), &sql!("SELECT age FROM checked_users" as i32), &["`age` may be NULL", "write `Option<i32>`", "\n           ^"]);
    add(line!(), &sql!("SELECT u.age AS age FROM checked_users AS u" as (i32,)), &["`age` may be NULL"]);
    add(line!(), &sql!("SELECT email FROM {Checked}" as i64), &["the column `email` is", "is read into `i64`"]);
    add(line!(), &sql!("SELECT logins FROM {Checked}" as String), &["the column `logins` is", "is read into `String`"]);
    add(line!(), &sql!("SELECT id, email AS mial, age FROM checked_users" as Contact), &["`Contact` reads the column `email`"]);
    add(line!(), &sql!("SELECT id, email FROM checked_users" as (i64, String, i64)), &["gives 2 columns, and `(i64, String, i64)` reads 3"]);
    add(line!(), &sql!("SELECT id FROM checked_users {?piece: WHERE agge = {piece}}"), &["did you mean `age`?", "{?piece: WHERE agge = {piece}}\n", "^"]);
    add(line!(), &sql!("INSERT INTO checked_users (emial) VALUES ({piece})"), &["did you mean `email`?"]);
    add(line!(), &sql!("SELECT email FORM checked_users"), &["SELECT email FORM"]);
    add(line!(), &sql!("SELECT id FROM checked_users WHERE email = {piece} AND loginz = {piece}"), &["did you mean `logins`?"]);
    all
}

fn at(problems: &[QueryProblem], line: u32) -> Vec<String> {
    let here = problems.iter().filter(|problem| problem.line == line);
    here.map(ToString::to_string).collect()
}

on_every_database! {
    async fn each_mistake_is_told_with_its_place_and_nothing_else_is(db: Db) {
        tables!(db: Checked);
        right(0, None, &[]);
        let report = inspect_queries_in(&db, "checked_queries.rs").await?;
        let wrong = wrong(None);
        for (line, words) in &wrong {
            let found = at(&report.problems, *line);
            assert_eq!(found.len(), 1, "line {line}: {found:?}");
            for word in *words {
                assert!(found[0].contains(word), "{word:?} is not in\n{}", found[0]);
            }
            assert!(found[0].contains(&format!("checked_queries.rs:{line}: ")), "{}", found[0]);
        }
        let mut lines: Vec<u32> = report.problems.iter().map(|problem| problem.line).collect();
        lines.dedup();
        let others: Vec<_> = report.problems.iter().filter(|p| !wrong.iter().any(|(line, _)| *line == p.line)).collect();
        // What stands apart: a value of another type, and a statement for this database alone.
        assert_eq!(others.len(), 2, "{others:#?}");
        assert_eq!((report.checked, report.skipped), (9 + wrong.len() + 2, 3 + 2), "{report}");
        let error = orm::testing::check_queries(&db).await.unwrap_err();
        assert!(error.to_string().contains("did you mean `email`?"), "{error}");
    }

    async fn a_transaction_is_whole_after_statements_that_were_refused(db: Db) {
        tables!(db: Checked);
        let tx = db.begin().await?;
        assert!(!inspect_queries_in(&tx, "checked_queries.rs").await?.problems.is_empty());
        Checked::create().email("a").since(orm::now()).logins(1).insert(&tx).await?;
        tx.commit().await?;
        assert_eq!(Checked::query().count(&db).await?, 1);
    }
}

/// What one database says and another does not.
fn apart() {
    let _ = sql!(
        "SELECT id FROM checked_users WHERE age = {x: &str}",
        x = "1"
    );
    let _ = (
        sql!(sqlite: "SELECT nothing"),
        sql!(postgres: "SELECT nothing"),
        sql!(mariadb: "SELECT nothing"),
    );
}

#[test]
fn what_only_one_database_knows_stands_apart() {
    apart();
}
