//! Futures that are dropped halfway, and connections that die: nobody else notices.

use std::task::Poll;
use std::time::{Duration, Instant};

use orm::{Db, ErrorKind};

use crate::support::TestDb;
use crate::support::proxy::Proxy;

/// A statement that takes longer than any test, and is no other test's.
fn endless(db: &TestDb) -> String {
    // MariaDB's SLEEP ends by itself when the connection does, which would prove nothing.
    let work = if db.is_postgres() {
        "pg_sleep(60)"
    } else {
        "BENCHMARK(200000000, SHA2('a', 512))"
    };
    format!("SELECT {work}, 'sleeper_{}'", marker(db))
}

/// The number in the database's name, to find a statement by.
fn marker(db: &TestDb) -> String {
    let name = db.url.split_once("orm_suite_").map_or("", |(_, rest)| rest);
    name.chars()
        .take_while(|c| c.is_ascii_digit() || *c == '_')
        .collect()
}

async fn number(db: &Db, sql: impl Into<String>) -> orm::Result<i64> {
    let sql: &'static str = Box::leak(sql.into().into_boxed_str());
    orm::query::Raw::new(vec![orm::query::RawPart::Text(sql)])
        .one::<i64>(db)
        .await
}

/// Polls a future as often as this, and drops it.
async fn drop_after<F: Future>(polls: usize, future: F) {
    let mut future = std::pin::pin!(future);
    for _ in 0..polls {
        if std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context)))
            .await
            .is_ready()
        {
            return;
        }
        tokio::task::yield_now().await;
    }
}

on_every_database! {
    only postgres, mariadb;

    async fn a_dropped_begin_leaves_no_transaction_behind(db: Db) {
        let one = db.another_pool(1).await;
        db.execute_script("CREATE TABLE cancelled (a int)").await?;
        for polls in 1..5 {
            drop_after(polls, one.begin()).await;
            one.execute_script("INSERT INTO cancelled VALUES (1)").await?;
            // Another connection sees it only if it was committed by itself.
            assert_eq!(number(&db, "SELECT count(*) FROM cancelled").await?, polls as i64);
        }
        one.shutdown(Duration::from_secs(1)).await;
    }

    async fn a_dropped_transaction_is_rolled_back_at_once(db: Db) {
        let one = db.another_pool(1).await;
        db.execute_script("CREATE TABLE cancelled (a int)").await?;
        let tx = one.begin().await?;
        tx.execute_script("INSERT INTO cancelled VALUES (1)").await?;
        drop(tx);
        one.execute_script("INSERT INTO cancelled VALUES (2)").await?;
        assert_eq!(number(&db, "SELECT count(*) FROM cancelled").await?, 1);
        // A statement that is dropped takes its transaction with it.
        let tx = one.begin().await?;
        tx.execute_script("INSERT INTO cancelled VALUES (4)").await?;
        let limited = tokio::time::timeout(Duration::from_millis(200), tx.execute_script(&endless(&db))).await;
        assert!(limited.is_err());
        assert!(tx.execute_script("INSERT INTO cancelled VALUES (8)").await.is_err());
        assert!(tx.commit().await.is_err());
        assert_eq!(number(&one, "SELECT count(*) FROM cancelled").await?, 1);
        one.shutdown(Duration::from_secs(1)).await;
    }

    async fn a_dropped_statement_is_stopped_and_does_not_hold_up_the_next(db: Db) {
        let one = db.another_pool(1).await;
        let begun = Instant::now();
        let limited = tokio::time::timeout(Duration::from_millis(200), one.execute_script(&endless(&db))).await;
        assert!(limited.is_err());
        assert_eq!(number(&one, "SELECT 1").await?, 1);
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        let statements = if db.is_postgres() { "query AS text FROM pg_stat_activity WHERE state = 'active'" } else { "info AS text FROM information_schema.processlist" };
        // The query that looks must not find itself, so it does not hold the text.
        let running = format!("SELECT count(*) FROM (SELECT {statements}) t WHERE text LIKE concat('%sleeper', '_{}%')", marker(&db));
        while number(&db, running.as_str()).await? > 0 {
            assert!(begun.elapsed() < Duration::from_secs(10), "the statement still runs");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        one.shutdown(Duration::from_secs(1)).await;
    }

    async fn connections_that_go_dead_are_replaced_and_shutdown_returns(db: Db) {
        let line = Proxy::to(&db.url);
        let one = Db::builder(line.url(&db.url)).max_connections(1).connect().await?;
        assert_eq!(number(&one, "SELECT 1").await?, 1);
        // It is idle for longer than the half second after which it is tried first.
        line.cut();
        tokio::time::sleep(Duration::from_millis(600)).await;
        let begun = Instant::now();
        assert_eq!(number(&one, "SELECT 1").await?, 1);
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        // A statement hangs on a dead connection, and is given up: its place is free.
        line.cut();
        let begun = Instant::now();
        let limited = tokio::time::timeout(Duration::from_millis(200), number(&one, "SELECT 1")).await;
        assert!(limited.is_err());
        assert_eq!(number(&one, "SELECT 1").await?, 1);
        assert_eq!(one.pool_stats().total, 1);
        line.cut();
        let hanging = tokio::spawn({ let one = one.clone(); async move { number(&one, "SELECT 1").await } });
        tokio::time::sleep(Duration::from_millis(50)).await;
        one.shutdown(Duration::from_millis(300)).await;
        assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
        let refused = number(&one, "SELECT 1").await.unwrap_err();
        assert!(matches!(refused.kind(), ErrorKind::PoolClosed), "{refused:?}");
        hanging.abort();
    }

    async fn a_connection_that_ends_during_commit_leaves_the_outcome_unknown(db: Db) {
        let line = Proxy::to(&db.url);
        let one = Db::builder(line.url(&db.url)).max_connections(1).connect().await?;
        let tx = one.begin().await?;
        line.hang_up();
        let error = tx.commit().await.unwrap_err();
        assert!(error.outcome_unknown(), "{error:?}");
        assert_eq!(number(&one, "SELECT 1").await?, 1);
        one.shutdown(Duration::from_secs(1)).await;
    }
}
