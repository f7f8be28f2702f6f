//! What a pool does by itself, and what it tells.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use futures_core::Stream;
use orm::db::{CloseReason, PoolEvent};
use orm::prelude::*;
use orm::{DbBuilder, ErrorKind};

use super::{endless, number, until};
use crate::support::models::Tag;
use crate::support::seed::tables;

/// What a pool has told, a word each.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<String>>>);

impl Told {
    fn by(&self, builder: DbBuilder) -> DbBuilder {
        let told = self.clone();
        builder.on_pool_event(move |event| {
            let word = match event {
                PoolEvent::Connected { .. } => "connected".to_owned(),
                PoolEvent::Closed { reason, .. } => format!("closed {reason:?}"),
                PoolEvent::WaitedLong { .. } => "waited".to_owned(),
                PoolEvent::Leaked { caller, .. } => {
                    format!("leaked {}:{}", caller.file(), caller.line())
                }
                _ => return,
            };
            told.0.lock().unwrap().push(word);
        })
    }

    fn count(&self, word: &str) -> usize {
        self.0
            .lock()
            .unwrap()
            .iter()
            .filter(|told| *told == word)
            .count()
    }
}

/// A stream that lets others wait for its first row.
struct Slow<I> {
    items: I,
    wait: Pin<Box<tokio::time::Sleep>>,
}

impl<I: Iterator + Unpin> Stream for Slow<I> {
    type Item = orm::Result<I::Item>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        ready!(self.wait.as_mut().poll(cx));
        Poll::Ready(self.items.next().map(Ok))
    }
}

fn millis(number: u64) -> Duration {
    Duration::from_millis(number)
}

on_every_database! {
    only sqlite_file, postgres, mariadb;

    async fn idle_connections_are_closed_down_to_the_minimum(db: Db) {
        let told = Told::default();
        let builder = Db::builder(&db.url).max_connections(4).min_connections(2).idle_timeout(millis(60));
        let pool = told.by(builder).connect().await?;
        assert_eq!((pool.pool_stats().total, pool.pool_stats().idle), (2, 2));
        let all = [pool.begin().await?, pool.begin_with(TxOptions::new().read_only()).await?];
        if !db.is_sqlite() {
            let more = [pool.begin().await?, pool.begin().await?];
            assert_eq!(pool.pool_stats().in_use, 4);
            drop(more);
        }
        drop(all);
        until(|| pool.pool_stats().total == 2 && pool.pool_stats().in_use == 0).await;
        tokio::time::sleep(millis(150)).await;
        assert_eq!(pool.pool_stats().total, 2);
        if !db.is_sqlite() {
            assert_eq!(told.count(&format!("closed {:?}", CloseReason::Idle)), 2);
        }
        let stats = pool.pool_stats();
        assert_eq!(stats.created - stats.closed, 2, "{stats:?}");
        pool.shutdown(Duration::from_secs(1)).await;
        assert_eq!(pool.pool_stats().total, 0);
    }

    async fn a_transaction_that_is_kept_is_told_with_its_place(db: Db) {
        let told = Told::default();
        let pool = told.by(Db::builder(&db.url).warn_after_holding(millis(50))).connect().await?;
        let kept = pool.begin().await?; let line = line!();
        let place = format!("leaked {}:{line}", file!());
        until(|| told.count(&place) == 1).await;
        tokio::time::sleep(millis(100)).await;
        assert_eq!(told.count(&place), 1, "once");
        kept.rollback().await?;
        pool.shutdown(Duration::from_secs(1)).await;
    }

    async fn an_operation_that_takes_long_is_told_with_the_place_of_its_call(db: Db) {
        tables!(db: Tag);
        let told = Told::default();
        let pool = told.by(Db::builder(&db.url).warn_after_holding(millis(50))).connect().await?;
        let rows = Slow { items: [Tag::create().name("late")].into_iter(), wait: Box::pin(tokio::time::sleep(millis(400))) };
        let imported = Tag::import(rows).run(&pool).await?; let line = line!();
        assert_eq!(imported, 1);
        let place = format!("leaked {}:{line}", file!());
        assert_eq!(told.count(&place), 1, "{:?}", told.0.lock().unwrap());
        pool.shutdown(Duration::from_secs(1)).await;
    }

    async fn whoever_comes_first_is_served_first(db: Db) {
        let told = Told::default();
        let pool = told.by(Db::builder(&db.url).max_connections(1).warn_after_waiting(millis(30))).connect().await?;
        let held = pool.begin().await?;
        let served = Arc::new(Mutex::new(Vec::new()));
        let mut waiting = Vec::new();
        for turn in 0..5 {
            let (one, served) = (pool.clone(), Arc::clone(&served));
            waiting.push(tokio::spawn(async move {
                number(&one, "SELECT 1").await.unwrap();
                served.lock().unwrap().push(turn);
            }));
            until(|| pool.pool_stats().waiting == turn + 1).await;
        }
        tokio::time::sleep(millis(40)).await;
        held.rollback().await?;
        for task in waiting {
            task.await.unwrap();
        }
        assert_eq!(*served.lock().unwrap(), [0, 1, 2, 3, 4]);
        assert_eq!(told.count("waited"), 5);
        assert_eq!(pool.pool_stats().waiting, 0);
        pool.shutdown(Duration::from_secs(1)).await;
    }

    async fn shutdown_lets_work_end_and_stops_what_does_not(db: Db) {
        let pool = db.another_pool(3).await;
        let tasks: Vec<_> = (0..10).map(|_| {
            let pool = pool.clone();
            tokio::spawn(async move {
                loop {
                    if let Err(error) = number(&pool, "SELECT 1").await {
                        return error;
                    }
                    tokio::task::yield_now().await;
                }
            })
        }).collect();
        tokio::time::sleep(millis(50)).await;
        let begun = Instant::now();
        pool.shutdown(Duration::from_secs(10)).await;
        assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
        for task in tasks {
            let error = task.await.unwrap();
            assert!(matches!(error.kind(), ErrorKind::PoolClosed), "{error:?}");
        }
        // What would never end is stopped.
        let pool = db.another_pool(2).await;
        let (busy, sql) = (pool.clone(), endless(&db));
        let task = tokio::spawn(async move { busy.execute_script(sql).await });
        tokio::time::sleep(millis(100)).await;
        let begun = Instant::now();
        pool.shutdown(millis(100)).await;
        assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
        let ended = tokio::time::timeout(Duration::from_secs(3), task).await.expect("it was stopped");
        assert!(ended.unwrap().is_err());
    }
}

on_every_database! {
    only postgres, mariadb;

    async fn old_connections_are_replaced(db: Db) {
        let told = Told::default();
        let pool = told.by(Db::builder(&db.url).max_connections(1).max_lifetime(millis(80))).connect().await?;
        for _ in 0..20 {
            assert_eq!(number(&pool, "SELECT 1").await?, 1);
            tokio::time::sleep(millis(15)).await;
        }
        assert!(told.count("closed Lifetime") >= 2);
        let before = pool.pool_stats();
        pool.renew_connections();
        assert_eq!(number(&pool, "SELECT 1").await?, 1);
        assert!(pool.pool_stats().created > before.created);
        pool.shutdown(Duration::from_secs(1)).await;
    }
}
