//! Futures that are dropped at every place where they wait.

use std::task::Poll;
use std::time::Duration;

use orm::prelude::*;

use super::number;

/// Polls a future as often as this and drops it, unless it ends before.
async fn ends_within<F: Future>(polls: usize, future: F) -> bool {
    let mut future = std::pin::pin!(future);
    for _ in 0..polls {
        if std::future::poll_fn(|context| Poll::Ready(future.as_mut().poll(context)))
            .await
            .is_ready()
        {
            return true;
        }
        // The answer comes meanwhile.
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    false
}

/// Drops what `work` makes after one poll, after two, and so on, until it ends; after each the connection must be in order.
macro_rules! drop_everywhere {
    ($work:expr, $check:expr) => {
        let mut polls = 1;
        loop {
            let ended = ends_within(polls, $work).await;
            $check.await;
            if ended {
                break;
            }
            polls += 1;
            assert!(polls < 100, "it never ends");
        }
    };
}

on_every_database! {
    also sqlite_file;

    async fn whatever_is_dropped_leaves_one_connection_in_order(db: Db) {
        db.execute_script("CREATE TABLE dropped (a int)").await?;
        // With one connection, the next statement is the next borrower's.
        let one = if db.url == "sqlite::memory:" { (*db).clone() } else { db.another_pool(1).await };
        let mut rows = 0;
        let mut in_order = async || {
            // Outside of a transaction: it is there for everybody.
            one.execute_script("INSERT INTO dropped VALUES (1)").await.unwrap();
            rows += 1;
            assert_eq!(number(&db, "SELECT count(*) FROM dropped WHERE a = 1").await.unwrap(), rows);
            assert_eq!(number(&db, "SELECT count(*) FROM dropped WHERE a = 2").await.unwrap(), 0);
            assert!(one.pool_stats().total <= one.pool_stats().max);
        };
        drop_everywhere!(one.begin(), in_order());
        drop_everywhere!(one.begin_with(TxOptions::serializable()), in_order());
        drop_everywhere!(number(&one, "SELECT 1"), in_order());
        drop_everywhere!(async {
            let tx = one.begin().await?;
            tx.execute_script("INSERT INTO dropped VALUES (2)").await?;
            number(&tx, "SELECT count(*) FROM dropped").await?;
            let inner = tx.begin().await?;
            inner.execute_script("INSERT INTO dropped VALUES (2)").await?;
            inner.commit().await?;
            tx.rollback().await
        }, in_order());
        drop_everywhere!(one.hold(), in_order());
        let limited = one.statement_timeout(Duration::from_secs(5));
        drop_everywhere!(number(&limited, "SELECT 1"), in_order());
        drop_everywhere!(limited.begin(), in_order());
    }
}
