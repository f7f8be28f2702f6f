//! What a program sees when servers, networks and other programs fail. Where a server is stopped, paused or cut off, it is the test's own.

mod drops;
mod limits;
mod logins;
mod outages;
mod pools;
mod replicas;
mod servers;
mod storms;
mod streams;
mod tls;

use std::panic::Location;
use std::time::{Duration, Instant};

use orm::Db;

/// Runs a test on several threads, so that what is blocked here does not hold up the other side.
fn run(test: impl Future<Output = orm::Result<()>>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    if let Err(error) = runtime.block_on(test) {
        panic!("{error}");
    }
}

/// One number, by a text that only the test knows.
async fn number(db: &Db, sql: impl Into<String>) -> orm::Result<i64> {
    let sql: &'static str = Box::leak(sql.into().into_boxed_str());
    orm::query::Raw::new(vec![orm::query::RawPart::Text(sql)])
        .one::<i64>(db)
        .await
}

/// A statement that takes longer than any test.
fn endless(db: &crate::support::TestDb) -> &'static str {
    if db.is_postgres() {
        "SELECT pg_sleep(60)"
    } else if db.is_sqlite() {
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    } else {
        "SELECT count(*) FROM seq_1_to_10000000 a, seq_1_to_10000000 b"
    }
}

/// What the connection is called, on a server.
async fn connection(db: &Db, is_postgres: bool) -> orm::Result<i64> {
    let sql = if is_postgres {
        "SELECT pg_backend_pid()::int8"
    } else {
        "SELECT CONNECTION_ID()"
    };
    number(db, sql).await
}

/// Waits until it holds, for no longer than ten seconds.
#[track_caller]
fn until(mut holds: impl FnMut() -> bool) -> impl Future<Output = ()> {
    let caller = Location::caller();
    async move {
        let begun = Instant::now();
        while !holds() {
            assert!(begun.elapsed() < Duration::from_secs(10), "{caller}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}
