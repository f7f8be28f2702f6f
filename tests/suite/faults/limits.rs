//! Time that is up: for a statement, a transaction, a lock, a connection.

use std::time::{Duration, Instant};

use orm::ErrorKind;
use orm::prelude::*;

use super::{connection, endless, number};

fn millis(number: u64) -> Duration {
    Duration::from_millis(number)
}

on_every_database! {
    also sqlite_file;

    async fn a_statement_whose_time_is_up_is_stopped_and_its_connection_is_used_on(db: Db) {
        let one = if db.url == "sqlite::memory:" { (*db).clone() } else { db.another_pool(1).await };
        let (server, postgres) = (!db.is_sqlite(), db.is_postgres());
        let before = if server { connection(&one, postgres).await? } else { 0 };
        let begun = Instant::now();
        let limited = one.statement_timeout(millis(150));
        let error = limited.execute_script(endless(&db)).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::StatementTimeout { limit } if *limit == millis(150)), "{error:?}");
        assert!(error.is_timeout());
        let error = number(&limited, endless(&db)).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::StatementTimeout { .. }), "{error:?}");
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
        assert_eq!(one.pool_stats().cancelled, 2);
        for _ in 0..20 {
            assert_eq!(number(&limited, "SELECT 1").await?, 1);
        }
        if server {
            assert_eq!(connection(&one, postgres).await?, before, "it was not replaced");
            let running = if postgres {
                format!("SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid = {before} AND pid <> pg_backend_pid()")
            } else {
                format!("SELECT count(*) FROM information_schema.processlist WHERE command <> 'Sleep' AND id = {before}")
            };
            assert_eq!(number(&db, running).await?, 0);
        }
        if db.is_mariadb() {
            // It returns early and without an error when it is stopped.
            for _ in 0..2 {
                let error = number(&limited, "SELECT SLEEP(60)").await.unwrap_err();
                assert!(matches!(error.kind(), ErrorKind::StatementTimeout { .. }), "{error:?}");
                assert_eq!(number(&limited, "SELECT 1").await?, 1);
            }
        }
    }

    async fn a_statement_that_is_stopped_in_a_transaction_leaves_it_to_be_rolled_back(db: Db) {
        db.execute_script("CREATE TABLE limited (a int)").await?;
        let tx = db.begin().await?;
        tx.execute_script("INSERT INTO limited VALUES (1)").await?;
        let error = tx.statement_timeout(millis(100)).execute_script(endless(&db)).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::StatementTimeout { .. }), "{error:?}");
        tx.rollback().await?;
        assert_eq!(number(&db, "SELECT count(*) FROM limited").await?, 0);
    }

    async fn a_transaction_whose_time_is_up_is_rolled_back(db: Db) {
        db.execute_script("CREATE TABLE limited (a int)").await?;
        let options = TxOptions::new().timeout(millis(150));
        // While a statement runs.
        let begun = Instant::now();
        let tx = db.begin_with(options.clone()).await?;
        tx.execute_script("INSERT INTO limited VALUES (1)").await?;
        let error = tx.execute_script(endless(&db)).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::TransactionTimeout { limit } if *limit == millis(150)), "{error:?}");
        assert!(tx.commit().await.is_err());
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
        // While the program does something else.
        let tx = db.begin_with(options.clone()).await?;
        tx.execute_script("INSERT INTO limited VALUES (2)").await?;
        tokio::time::sleep(millis(200)).await;
        let late = number(&tx, "SELECT 1").await.unwrap_err();
        assert!(matches!(late.kind(), ErrorKind::TransactionTimeout { .. }), "{late:?}");
        let late = tx.commit().await.unwrap_err();
        assert!(late.is_timeout(), "{late:?}");
        assert_eq!(number(&db, "SELECT count(*) FROM limited").await?, 0);
        // In time.
        let tx = db.begin_with(options.timeout(Duration::from_secs(20))).await?;
        tx.execute_script("INSERT INTO limited VALUES (3)").await?;
        tx.commit().await?;
        assert_eq!(number(&db, "SELECT count(*) FROM limited").await?, 1);
    }

    async fn no_connection_in_time_is_an_error_of_its_own(db: Db) {
        if db.url == "sqlite::memory:" {
            return Ok(());
        }
        let one = Db::builder(&db.url).max_connections(1).acquire_timeout(millis(80)).connect().await?;
        let held = one.begin().await?;
        let error = number(&one, "SELECT 1").await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::AcquireTimeout { in_use: 1, .. }), "{error:?}");
        assert_eq!((one.pool_stats().timeouts, one.pool_stats().waited), (1, 1));
        held.rollback().await?;
        assert_eq!(number(&one, "SELECT 1").await?, 1);
    }
}

on_every_database! {
    only sqlite_file, postgres, mariadb;

    async fn a_lock_that_is_not_granted_in_time_is_an_error_of_its_own(db: Db) {
        db.execute_script("CREATE TABLE limited (a int)").await?;
        db.execute_script("INSERT INTO limited VALUES (1)").await?;
        let holder = db.begin().await?;
        holder.execute_script("UPDATE limited SET a = 2").await?;
        let refused = |error: &orm::Error| matches!(error.kind(), ErrorKind::LockTimeout);
        // For one transaction; MariaDB counts in seconds.
        let begun = Instant::now();
        let options = TxOptions::new().lock_timeout(millis(100));
        let one = db.another_pool(1).await;
        let error = one.transaction_with(options.clone(), |tx| async move {
            tx.execute_script("UPDATE limited SET a = 3").await
        }).await.unwrap_err();
        assert!(refused(&error) && error.is_timeout(), "{error:?}");
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
        // For all of a pool.
        let hurried = Db::builder(&db.url).lock_timeout(millis(100)).connect().await?;
        let error = hurried.execute_script("UPDATE limited SET a = 4").await.unwrap_err();
        assert!(refused(&error), "{error:?}");
        // Where it is allowed, the transaction is run again until the lock is free.
        let release = tokio::spawn(async move {
            tokio::time::sleep(millis(300)).await;
            holder.commit().await
        });
        let again = options.retries(50).retry_lock_timeouts();
        one.transaction_with(again, |tx| async move { tx.execute_script("UPDATE limited SET a = a + 10").await }).await?;
        release.await.unwrap()?;
        assert_eq!(number(&db, "SELECT a FROM limited").await?, 12);
        // The time ends with its transaction.
        if db.is_mariadb() {
            let usual = number(&db, "SELECT @@innodb_lock_wait_timeout").await?;
            assert_eq!(number(&one, "SELECT @@innodb_lock_wait_timeout").await?, usual);
        }
        if db.is_postgres() {
            assert_eq!(number(&one, "SELECT setting::int8 FROM pg_settings WHERE name = 'lock_timeout'").await?, 0);
        }
    }
}
