//! Many transactions that are in each other's way.

use std::time::Duration;

use orm::prelude::*;
use orm::{Error, Isolation};

use super::number;

const TASKS: i64 = 6;
const TRANSFERS: i64 = 12;

async fn transfer(tx: &Db, from: i64, to: i64) -> orm::Result<()> {
    let balance = number(
        tx,
        format!("SELECT balance FROM accounts WHERE id = {from}"),
    )
    .await?;
    // What was read decides what is written, so a lost update would change the sum.
    for (id, balance) in [
        (from, format!("{}", balance - 1)),
        (to, "balance + 1".to_owned()),
    ] {
        tx.execute_script(&format!(
            "UPDATE accounts SET balance = {balance} WHERE id = {id}"
        ))
        .await?;
    }
    Ok(())
}

async fn storm(db: &Db, options: TxOptions) -> orm::Result<u64> {
    db.execute_script("CREATE TABLE accounts (id int PRIMARY KEY, balance int NOT NULL)")
        .await?;
    db.execute_script("INSERT INTO accounts VALUES (0, 100), (1, 100), (2, 100)")
        .await?;
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let (db, options) = (db.clone(), options.clone());
            tokio::spawn(async move {
                for turn in 0..TRANSFERS {
                    // In opposite directions, so that they lock rows in opposite orders.
                    let (from, to) = ((task + turn) % 3, (task * 2 + turn + 1) % 3);
                    let to = if from == to { (to + 1) % 3 } else { to };
                    db.transaction_with(options.clone(), |tx| async move {
                        transfer(&tx, from, to).await
                    })
                    .await?;
                }
                Ok::<_, Error>(())
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap()?;
    }
    Ok(db.pool_stats().retried_transactions)
}

on_every_database! {
    threads; only sqlite_file, postgres, mariadb;

    async fn serialization_failures_are_run_again_and_no_money_is_lost(db: Db) {
        let pool = Db::builder(&db.url).max_connections(6).acquire_timeout(Duration::from_secs(30)).connect().await?;
        storm(&pool, TxOptions::serializable().retries(200)).await?;
        let sum = if db.is_postgres() { "SELECT sum(balance)::int8 FROM accounts" } else { "SELECT CAST(sum(balance) AS SIGNED) FROM accounts" };
        let sum = if db.is_sqlite() { "SELECT sum(balance) FROM accounts" } else { sum };
        assert_eq!(number(&db, sum).await?, 300);
        pool.shutdown(Duration::from_secs(2)).await;
    }

    async fn two_that_wait_for_each_other_are_told_apart_and_one_is_run_again(db: Db) {
        if db.is_sqlite() {
            // Writers take turns there.
            return Ok(());
        }
        db.execute_script("CREATE TABLE pairs (id int PRIMARY KEY, n int NOT NULL)").await?;
        db.execute_script("INSERT INTO pairs VALUES (1, 0), (2, 0)").await?;
        let barrier = std::sync::Arc::new(tokio::sync::Barrier::new(2));
        let tasks: Vec<_> = [[1, 2], [2, 1]].into_iter().map(|order| {
            let (db, barrier) = (db.clone(), barrier.clone());
            tokio::spawn(async move {
                let first = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
                let options = TxOptions::new().isolation(Isolation::ReadCommitted).retries(5);
                db.transaction_with(options, |tx| {
                    let (barrier, first) = (barrier.clone(), first.clone());
                    async move {
                        tx.execute_script(&format!("UPDATE pairs SET n = n + 1 WHERE id = {}", order[0])).await?;
                        if first.swap(false, std::sync::atomic::Ordering::SeqCst) {
                            barrier.wait().await;
                        }
                        tx.execute_script(&format!("UPDATE pairs SET n = n + 1 WHERE id = {}", order[1])).await
                    }
                }).await
            })
        }).collect();
        for task in tasks {
            task.await.unwrap()?;
        }
        assert_eq!(number(&db, "SELECT n FROM pairs WHERE id = 1").await?, 2);
        assert_eq!(number(&db, "SELECT n FROM pairs WHERE id = 2").await?, 2);
        assert!(db.pool_stats().retried_transactions >= 1);
    }
}

on_every_database! {
    threads; only sqlite_file;

    async fn writers_of_one_file_take_turns(db: Db) {
        db.execute_script("CREATE TABLE turns (a int)").await?;
        let pool = Db::builder(&db.url).max_connections(8).connect().await?;
        let tasks: Vec<_> = (0..8).map(|task| {
            let pool = pool.clone();
            tokio::spawn(async move {
                for _ in 0..20 {
                    pool.transaction(async |tx| {
                        let before = number(&tx, "SELECT count(*) FROM turns").await?;
                        tx.execute_script(&format!("INSERT INTO turns VALUES ({task})")).await?;
                        assert_eq!(number(&tx, "SELECT count(*) FROM turns").await?, before + 1);
                        Ok::<_, Error>(())
                    }).await?;
                }
                Ok::<_, Error>(())
            })
        }).collect();
        for task in tasks {
            task.await.unwrap()?;
        }
        assert_eq!(number(&db, "SELECT count(*) FROM turns").await?, 160);
        pool.shutdown(Duration::from_secs(1)).await;
    }
}
