//! Random conditions over random rows: what the database finds is what Rust finds, with three truth values.
//!
//! A seed makes the rows and a condition, which is at once an expression, a function over a row in Rust, and a text. Where the two
//! differ, the smallest part of the condition in which they do is reported with the seed. `ORM_SEEDS` tries more of them.

#[macro_use]
mod term;

mod condition;
mod day;
mod number;
mod sample;
mod word;

use orm::dialect::SQLITE;
use orm::expr::{Case, Expr};
use orm::prelude::*;

use self::condition::{Condition, condition};
use self::sample::{Sample, sample};
use crate::support::TestDb;
use crate::support::random::{Random, seeds};
use crate::support::seed::{decimal, tables};

/// The rows for which the database says that it is so.
async fn found(db: &Db, expr: Expr<Sample, bool>) -> orm::Result<Vec<Id<Sample>>> {
    Sample::query()
        .filter(expr)
        .order_by(Sample::id)
        .select(Sample::id)
        .all(db)
        .await
}

/// What differs, if anything does.
async fn difference(db: &Db, rows: &[Sample], condition: &Condition) -> Option<String> {
    for (expr, wanted) in [
        (condition.expr.clone(), true),
        (!condition.expr.clone(), false),
    ] {
        let is = |row: &&Sample| (condition.of)(row) == Some(wanted);
        let expected: Vec<_> = rows.iter().filter(is).map(|row| row.id).collect();
        match found(db, expr).await {
            Err(error) => return Some(format!("{wanted}: {error}")),
            Ok(found) if found == expected => {}
            Ok(found) => {
                let differs = |row: &&Sample| found.contains(&row.id) != expected.contains(&row.id);
                let row = rows.iter().find(differs);
                return Some(format!(
                    "{wanted}: found {}, expected {}; {row:#?}",
                    found.len(),
                    expected.len()
                ));
            }
        }
    }
    None
}

/// The smallest part of a condition in which the two worlds differ.
async fn smallest(db: &Db, rows: &[Sample], mut condition: Condition) -> Condition {
    'smaller: loop {
        for part in condition.parts.clone() {
            if difference(db, rows, &part).await.is_some() {
                condition = part;
                continue 'smaller;
            }
        }
        return condition;
    }
}

async fn load(db: &TestDb, random: &mut Random) -> orm::Result<Vec<Sample>> {
    tables!(db: Sample);
    let rows: Vec<Sample> = (0..80).map(|_| sample(random)).collect();
    let new = rows.iter().cloned().map(|row| {
        Sample::create()
            .wide(row.wide)
            .small(row.small)
            .float(row.float)
            .money(row.money)
            .text(row.text)
            .word(row.word)
            .flag(row.flag)
            .day(row.day)
    });
    Sample::insert_many(new).exec(db).await?;
    Sample::query().order_by(Sample::id).all(db).await
}

on_every_database! {
    /// SQLite compares an expression as a comparison inside of it compares, unless it is told otherwise.
    async fn a_choice_is_not_compared_as_its_conditions_are(db: Db) {
        tables!(db: Sample);
        for (word, money) in [("b", "1"), ("10", "9")] {
            Sample::create().small(0).word(word).money(decimal(money)).insert(&db).await?;
        }
        // As text, "10" is before "9"; as decimals, it is behind.
        let text = || case().when(Sample::money.gt(decimal("5")), "9").otherwise(Sample::word);
        assert_eq!(found(&db, text().gt("10")).await?.len(), 2);
        assert_eq!(found(&db, Sample::word.lt(text())).await?.len(), 1);
        let ordered = Sample::query().order_by(text()).select(Sample::word).all(&db).await?;
        assert_eq!(ordered, ["10", "b"]);
        // As decimals, though a condition compares texts.
        let money = || Case::<Sample, Option<Decimal>>::new().when(text().eq("9"), decimal("10")).otherwise(Sample::money);
        assert_eq!(found(&db, money().gt(decimal("9.5"))).await?.len(), 1);
        let number = case().when(Sample::money.gt(decimal("5")), 10_i64).otherwise(2).cast::<Decimal>();
        assert_eq!(found(&db, number.gt(decimal("9.5"))).await?.len(), 1);
    }

    async fn what_the_database_finds_is_what_rust_finds(db: Db) {
        let rows = load(&db, &mut Random::new(1)).await?;
        assert_eq!(rows.len(), 80);
        let mut unknown = 0;
        for seed in 0..seeds(500) {
            let mut random = Random::new(seed);
            let condition = condition(&mut random, 4);
            unknown += rows.iter().filter(|row| (condition.of)(row).is_none()).count();
            if difference(&db, &rows, &condition).await.is_some() {
                let part = smallest(&db, &rows, condition).await;
                let why = difference(&db, &rows, &part).await;
                let sql = Sample::query().filter(part.expr.clone()).to_sql(SQLITE);
                panic!("seed {seed}: {}\n{}\nfor SQLite: {sql:?}", part.text, why.unwrap_or_default());
            }
        }
        // The third truth value was among the answers.
        assert!(unknown > 2_000, "{unknown}");
    }
}
