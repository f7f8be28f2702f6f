//! Servers that go away, and come back.

use std::time::{Duration, Instant};

use orm::prelude::*;

use super::{connection, endless, number, run, until};
use crate::support::cluster::{MariadbServer, PostgresServer, Stop};
use crate::support::models::*;
use crate::support::proxy::Proxy;

macro_rules! on_each_server {
    ($test:ident) => {
        mod $test {
            #[test]
            fn postgres() {
                let Some(server) = super::PostgresServer::start() else {
                    return;
                };
                super::run(super::$test(
                    &server.url(),
                    |how| server.stop(how),
                    || server.start_again(),
                ));
            }
            #[test]
            fn mariadb() {
                let Some(server) = super::MariadbServer::start() else {
                    return;
                };
                super::run(super::$test(
                    &server.url(),
                    |how| server.stop(how),
                    || server.start_again(),
                ));
            }
        }
    };
}

on_each_server!(a_pool_recovers_when_its_server_comes_back);

async fn a_pool_recovers_when_its_server_comes_back(
    url: &str,
    stop: impl Fn(Stop),
    start: impl Fn(),
) -> orm::Result<()> {
    let db = Db::builder(url).max_connections(2).connect().await?;
    assert_eq!(number(&db, "SELECT 1").await?, 1);
    for how in [Stop::Fast, Stop::Immediate] {
        stop(how);
        let begun = Instant::now();
        for _ in 0..3 {
            // The real cause, and not that no connection became free.
            let error = number(&db, "SELECT 1").await.unwrap_err();
            assert!(error.is_connection(), "{error:?}");
        }
        assert!(
            begun.elapsed() < Duration::from_secs(3),
            "{:?}",
            begun.elapsed()
        );
        start();
        assert_eq!(number(&db, "SELECT 1").await?, 1);
    }
    db.shutdown(Duration::from_secs(1)).await;
    Ok(())
}

on_each_server!(a_typed_read_whose_connections_died_with_the_server_is_sent_again);

async fn a_typed_read_whose_connections_died_with_the_server_is_sent_again(
    url: &str,
    stop: impl Fn(Stop),
    start: impl Fn(),
) -> orm::Result<()> {
    // None is tried first, however long it is idle.
    let db = Db::builder(url)
        .max_connections(3)
        .min_connections(3)
        .idle_check(Duration::from_secs(60))
        .connect()
        .await?;
    crate::support::database::create_tables(&db, &[<Tag as Model>::def()]).await?;
    Tag::create().name("a").insert(&db).await?;
    assert_eq!(Tag::query().count(&db).await?, 1);
    stop(Stop::Fast);
    start();
    assert_eq!(Tag::query().count(&db).await?, 1);
    assert_eq!(db.pool_stats().retried_reads, 1);
    // The other two are found to be dead before they are used, so a write does not meet one.
    let all = [db.begin().await?, db.begin().await?, db.begin().await?];
    drop(all);
    Tag::create().name("b").insert(&db).await?;
    assert_eq!(Tag::query().count(&db).await?, 2);
    assert_eq!(db.pool_stats().retried_reads, 1);
    // A transaction begins on another connection if its own is dead.
    stop(Stop::Fast);
    start();
    let tx = db.begin().await?;
    Tag::create().name("c").insert(&tx).await?;
    tx.commit().await?;
    assert_eq!(Tag::query().count(&db).await?, 3);
    db.shutdown(Duration::from_secs(1)).await;
    Ok(())
}

on_every_database! {
    only postgres, mariadb;

    async fn a_backend_that_is_killed_takes_its_statement_and_its_transaction_and_nothing_else(db: Db) {
        let pool = db.another_pool(1).await;
        db.execute_script("CREATE TABLE killed (a int)").await?;
        let kill = async |number: i64| {
            let sql = if db.is_postgres() { format!("SELECT pg_terminate_backend({number})") } else { format!("KILL {number}") };
            db.execute_script(&sql).await
        };
        // In a hand-written statement, which may have been carried out: it is not sent again.
        let victim = connection(&pool, db.is_postgres()).await?;
        let (busy, sql) = (pool.clone(), endless(&db));
        let task = tokio::spawn(async move { busy.execute_script(sql).await });
        tokio::time::sleep(Duration::from_millis(100)).await;
        kill(victim).await?;
        let error = task.await.unwrap().unwrap_err();
        assert!(error.is_connection(), "{error:?}");
        assert_ne!(connection(&pool, db.is_postgres()).await?, victim);
        // In a transaction: nothing of it is kept, so the whole of it may be run again.
        let runs = std::sync::atomic::AtomicU32::new(0);
        pool.transaction_with(TxOptions::new().retries(2), |tx| {
            let first = runs.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
            let kill = &kill;
            let postgres = db.is_postgres();
            async move {
                tx.execute_script("INSERT INTO killed VALUES (1)").await?;
                if first {
                    kill(connection(&tx, postgres).await?).await?;
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                tx.execute_script("INSERT INTO killed VALUES (2)").await
            }
        }).await?;
        assert_eq!(number(&db, "SELECT count(*) FROM killed").await?, 2);
        assert_eq!(pool.pool_stats().retried_transactions, 1);
        pool.shutdown(Duration::from_secs(1)).await;
    }

    async fn a_commit_whose_answer_is_lost_has_an_unknown_outcome_and_is_not_run_again(db: Db) {
        let line = Proxy::to(&db.url);
        let pool = Db::builder(line.url(&db.url)).max_connections(1).connect().await?;
        db.execute_script("CREATE TABLE lost (a int)").await?;
        line.hang_up_behind("COMMIT");
        let runs = std::sync::atomic::AtomicU32::new(0);
        let error = pool.transaction_with(TxOptions::new().retries(5), |tx| {
            runs.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            async move { tx.execute_script("INSERT INTO lost VALUES (1)").await }
        }).await.unwrap_err();
        assert!(error.outcome_unknown() && !error.is_retryable(), "{error:?}");
        assert_eq!(runs.load(std::sync::atomic::Ordering::SeqCst), 1);
        // This time it was committed.
        assert_eq!(number(&pool, "SELECT count(*) FROM lost").await?, 1);
        pool.shutdown(Duration::from_secs(1)).await;
    }

    async fn a_network_that_swallows_everything_costs_no_more_than_the_limits(db: Db) {
        let line = Proxy::to(&db.url);
        let limit = Duration::from_millis(200);
        let pool = Db::builder(line.url(&db.url))
            .max_connections(2)
            .statement_timeout(limit)
            .connect_timeout(limit)
            .ping_timeout(limit)
            .connect().await?;
        assert_eq!(number(&pool, "SELECT 1").await?, 1);
        line.black_hole(true);
        let begun = Instant::now();
        let error = number(&pool, "SELECT 1").await.unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
        let error = number(&pool, "SELECT 1").await.unwrap_err();
        assert!(error.is_connection(), "{error:?}");
        assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
        line.black_hole(false);
        assert_eq!(number(&pool, "SELECT 1").await?, 1);
        // Slow is not dead.
        line.delay(Duration::from_millis(30));
        assert_eq!(number(&pool, "SELECT 1").await?, 1);
        line.black_hole(true);
        let begun = Instant::now();
        pool.shutdown(limit).await;
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    }

    async fn a_connection_is_ready_for_the_next_when_the_first_runs_out_of_patience(db: Db) {
        let line = Proxy::to(&db.url);
        let pool = Db::builder(line.url(&db.url)).max_connections(2).acquire_timeout(Duration::from_millis(150)).connect().await?;
        let held = pool.begin().await?;
        line.delay(Duration::from_millis(60));
        let error = number(&pool, "SELECT 1").await.unwrap_err();
        assert!(error.is_connection(), "{error:?}");
        until(|| pool.pool_stats().idle == 1).await;
        line.delay(Duration::ZERO);
        let created = pool.pool_stats().created;
        assert_eq!(number(&pool, "SELECT 1").await?, 1);
        assert_eq!(pool.pool_stats().created, created);
        held.rollback().await?;
        pool.shutdown(Duration::from_secs(1)).await;
    }
}
