//! Limited time where rows are handed on while the statement runs: streams, exports and imports.

use std::io::Write;
use std::time::{Duration, Instant};

use orm::ErrorKind;
use orm::prelude::*;
use orm::query::{Raw, RawPart};

use super::{endless, number};
use crate::support::TestDb;
use crate::support::models::*;
use crate::support::seed::tables;

fn millis(number: u64) -> Duration {
    Duration::from_millis(number)
}

fn raw(text: &'static str) -> Raw {
    Raw::new(vec![RawPart::Text(text)])
}

/// Gives some thousand rows at once, and then nothing for longer than any test.
fn halting(db: &TestDb) -> &'static str {
    if db.is_mariadb() {
        "SELECT seq FROM seq_1_to_20000 UNION ALL SELECT count(*) FROM seq_1_to_10000000 a, seq_1_to_10000000 b"
    } else {
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i <= 20000"
    }
}

async fn fill(db: &Db, rows: i32) -> orm::Result<()> {
    tables!(db: Number);
    let rows = (0..rows).map(|n| Number::create().group(n).whole(i64::from(n)));
    Number::import_iter(rows).run(db).await.map(drop)
}

/// A file on a disk that is slow for a while.
struct SlowFile(u32, Vec<u8>);

impl Write for SlowFile {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.0 > 0 {
            self.0 -= 1;
            std::thread::sleep(millis(300));
        }
        self.1.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[track_caller]
fn assert_too_late(error: &orm::Error, limit: Duration) {
    let is =
        matches!(error.kind(), ErrorKind::StatementTimeout { limit: found } if *found == limit);
    assert!(is && error.is_timeout(), "{error:?}");
}

on_every_database! {
    also sqlite_file;

    async fn a_slow_reader_does_not_use_up_the_time_of_its_statement(db: Db) {
        fill(&db, 20_000).await?;
        let query = || Number::query().order_by(Number::id).select(Number::group);
        for in_transaction in [false, true] {
            let tx = if in_transaction { Some(db.begin().await?) } else { None };
            let limited = tx.as_deref().unwrap_or(&db).statement_timeout(millis(200));
            let mut stream = query().stream(&limited);
            let mut rows = 0;
            while let Some(row) = stream.next().await {
                assert_eq!(row?, rows);
                if rows % 8_000 == 100 {
                    tokio::time::sleep(millis(300)).await;
                }
                rows += 1;
            }
            assert_eq!(rows, 20_000);
            drop(stream);
            let written = query().export_csv(SlowFile(2, Vec::new())).run(&limited).await?;
            let lines = written.writer.1.iter().filter(|byte| **byte == b'\n').count();
            assert_eq!((written.rows, lines), (20_000, 20_001));
        }
        // What nobody reads is no loss of time, and the transaction can be used on.
        let tx = db.begin().await?;
        let mut dropped = query().stream(&tx.statement_timeout(millis(10)));
        assert_eq!(dropped.next().await.transpose()?, Some(0));
        drop(dropped);
        assert_eq!(Number::query().count(&tx).await?, 20_000);
        tx.commit().await?;
        assert_eq!(db.pool_stats().cancelled, 0);
    }

    async fn a_stream_that_gives_no_row_in_time_is_stopped(db: Db) {
        let one = if db.url == "sqlite::memory:" { (*db).clone() } else { db.another_pool(1).await };
        let before = one.pool_stats().created;
        let limit = millis(250);
        let limited = one.statement_timeout(limit);
        // No first row.
        let begun = Instant::now();
        let mut stream = raw(endless(&db)).stream::<i64>(&limited);
        assert_too_late(&stream.next().await.unwrap().unwrap_err(), limit);
        assert!(stream.next().await.is_none());
        // No further row.
        let mut stream = raw(halting(&db)).stream::<i64>(&limited);
        let mut rows = 0;
        let error = loop {
            match stream.next().await.unwrap() {
                Ok(row) => rows += row.signum(),
                Err(error) => break error,
            }
        };
        assert_too_late(&error, limit);
        assert!(rows >= 10_000, "{rows}");
        assert!(begun.elapsed() >= limit * 2 && begun.elapsed() < Duration::from_secs(6), "{:?}", begun.elapsed());
        assert_eq!(number(&limited, "SELECT 1").await?, 1);
        let stats = one.pool_stats();
        assert_eq!((stats.cancelled, stats.created), (2, before), "the connection is used on");
        // In a transaction, which has a time of its own, too.
        let tx = one.begin().await?;
        let limited = tx.statement_timeout(limit);
        let mut stream = raw(endless(&db)).stream::<i64>(&limited);
        assert_too_late(&stream.next().await.unwrap().unwrap_err(), limit);
        drop(stream);
        drop(limited);
        tx.rollback().await?;
        let tx = one.begin_with(TxOptions::new().timeout(limit)).await?;
        let mut stream = raw(endless(&db)).stream::<i64>(&tx);
        let error = stream.next().await.unwrap().unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::TransactionTimeout { .. }), "{error:?}");
        drop(stream);
        tx.rollback().await.ok();
        assert_eq!(number(&one, "SELECT 1").await?, 1);
    }

    async fn a_lot_of_an_import_that_takes_too_long_is_stopped(db: Db) {
        tables!(db: Tag);
        let limit = millis(300);
        let limited = db.statement_timeout(limit);
        // A source may take its time, and the whole longer than a lot.
        let slow = ["a", "b", "c"].into_iter().map(|name| {
            std::thread::sleep(millis(150));
            Tag::create().name(name)
        });
        assert_eq!(Tag::import_iter(slow).run(&limited).await?, 3);
        let holder = if db.is_sqlite() {
            fill(&db, 3000).await?;
            db.execute_script(
                "CREATE TRIGGER endless AFTER INSERT ON tags BEGIN SELECT count(*) FROM numbers a, numbers b, numbers c; END",
            ).await?;
            None
        } else {
            // Whether this row is there twice is known when this transaction ends.
            let holder = db.begin().await?;
            Tag::create().name("taken").insert(&holder).await?;
            Some(holder)
        };
        let begun = Instant::now();
        let rows = ["free", "taken"].map(|name| Tag::create().name(name));
        let error = Tag::import_iter(rows).run(&limited).await.unwrap_err();
        assert_too_late(&error, limit);
        assert!(begun.elapsed() >= limit && begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        if let Some(holder) = holder {
            holder.rollback().await?;
        }
        assert_eq!(Tag::query().count(&db).await?, 3);
    }
}

on_every_database! {
    only postgres;

    async fn an_import_waits_for_a_locked_table_no_longer_than_it_may(db: Db) {
        tables!(db: Tag);
        let holder = db.begin().await?;
        holder.execute_script("LOCK TABLE tags").await?;
        let limit = millis(200);
        let error = Tag::import_iter([Tag::create().name("a")]).run(&db.statement_timeout(limit)).await.unwrap_err();
        assert_too_late(&error, limit);
        holder.rollback().await?;
    }
}
