//! The rows: some text, a NULL here and there, a time.

use chrono::{DateTime, TimeDelta, Utc};
use orm::prelude::*;

pub const TABLE: &str = "orm_bench_import";

#[derive(Model)]
#[model(table = "orm_bench_import")]
pub struct Row {
    pub id: Id<Row>,
    pub name: String,
    pub hair_color: Option<String>,
    pub at: DateTime<Utc>,
}

/// What contenders are given.
pub struct Input {
    pub name: String,
    pub hair_color: Option<String>,
    pub at: DateTime<Utc>,
}

pub fn inputs(rows: u64) -> impl Iterator<Item = Input> + Send {
    let start = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
    (0..rows).map(move |n| Input {
        name: format!("User number {n}"),
        hair_color: (n % 3 > 0).then(|| "brown".to_owned()),
        at: start + TimeDelta::microseconds(n as i64 * 1_000_003),
    })
}
