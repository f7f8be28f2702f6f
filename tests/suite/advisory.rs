//! Locks that stand for no row.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use orm::ErrorKind;
use orm::db::AdvisoryLock;
use orm::prelude::*;

const REPORT: AdvisoryLock = AdvisoryLock::named("report");

/// A lock is the whole database's on PostgreSQL, where tests have a schema each, so its name has to be this test's alone.
fn lock() -> AdvisoryLock {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    AdvisoryLock::named("test").of(format_args!("{}-{next}", std::process::id()))
}

on_every_database! {
    only postgres, mariadb;

    async fn only_one_has_an_advisory_lock(db: Db) {
        let lock = lock();
        let guard = lock.lock(&db).await?;
        assert!(lock.try_lock(&db).await?.is_none());
        // Of another name it is another lock, also where only the case of a letter differs.
        let (lower, upper) = (lock.clone().of("a"), lock.clone().of("A"));
        let others = (lower.try_lock(&db).await?, upper.try_lock(&db).await?);
        assert!(others.0.is_some() && others.1.is_some());
        guard.check().await?;
        guard.unlock().await?;
        assert!(lock.try_lock(&db).await?.is_some());
    }

    async fn whoever_waits_for_an_advisory_lock_gets_it_next(db: Db) {
        let lock = lock();
        let guard = lock.lock(&db).await?;
        let waiting = lock.lock(&db);
        tokio::pin!(waiting);
        assert!(tokio::time::timeout(Duration::from_millis(150), &mut waiting).await.is_err());
        guard.unlock().await?;
        tokio::time::timeout(Duration::from_secs(5), waiting).await.unwrap()?.unlock().await?;
    }

    async fn waiting_for_an_advisory_lock_can_have_an_end(db: Db) {
        let lock = lock();
        let guard = lock.lock(&db).await?;
        assert!(lock.lock_within(Duration::from_millis(100), &db).await?.is_none());
        guard.unlock().await?;
        // The one who gave up is not in the queue any more.
        let guard = lock.lock_within(Duration::from_secs(5), &db).await?;
        assert!(guard.is_some());
    }

    async fn a_dropped_guard_gives_its_lock_up(db: Db) {
        let lock = lock();
        drop(lock.lock(&db).await?);
        let guard = lock.lock_within(Duration::from_secs(5), &db).await?;
        assert!(guard.is_some());
    }

    async fn an_unlocked_connection_goes_back_to_the_pool(db: Db) {
        let pool = db.another_pool(1).await;
        let lock = lock();
        for _ in 0..3 {
            let guard = lock.lock(&pool).await?;
            guard.unlock().await?;
            assert_eq!(pool.pool_stats().idle, 1);
        }
        pool.shutdown(Duration::from_secs(1)).await;
    }

    async fn long_names_are_told_apart_to_their_end(db: Db) {
        let long = lock().of("x".repeat(200));
        let guard = long.lock(&db).await?;
        assert!(long.clone().of("y").try_lock(&db).await?.is_some());
        assert!(long.try_lock(&db).await?.is_none());
        guard.unlock().await?;
    }

    async fn a_transaction_is_no_place_for_a_guard(db: Db) {
        let tx = db.begin().await?;
        let error = lock().lock(&tx).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
        tx.rollback().await?;
    }
}

on_every_database! {
    only postgres;

    async fn a_transaction_keeps_an_advisory_lock_until_it_ends(db: Db) {
        let lock = lock();
        let tx = db.begin().await?;
        lock.lock_in(&tx).await?;
        assert!(lock.try_lock_in(&tx).await?, "it has it already");
        assert!(lock.try_lock(&db).await?.is_none());
        tx.commit().await?;
        assert!(lock.try_lock(&db).await?.is_some());
    }

    async fn several_share_an_advisory_lock(db: Db) {
        let lock = lock();
        let one = lock.clone().shared().lock(&db).await?;
        let two = lock.clone().shared().try_lock(&db).await?;
        assert!(two.is_some());
        assert!(lock.try_lock(&db).await?.is_none());
        one.unlock().await?;
        two.unwrap().unlock().await?;
        assert!(lock.try_lock(&db).await?.is_some());
    }

    async fn hand_written_sql_can_take_the_same_lock(db: Db) {
        let number = i64::from(std::process::id()) << 20;
        let guard = AdvisoryLock::numbered(number).lock(&db).await?;
        assert!(!sql!("SELECT pg_try_advisory_lock({number})").one::<bool>(&db).await?);
        guard.unlock().await?;

        let name = format!("by hand {number}");
        let guard = AdvisoryLock::named("by hand").of(number).lock(&db).await?;
        let name = name.replacen("hand ", "hand:", 1);
        assert!(!sql!("SELECT pg_try_advisory_lock(hashtextextended({name}, 0))").one::<bool>(&db).await?);
        guard.unlock().await?;
    }

    async fn a_lock_whose_connection_is_lost_says_so(db: Db) {
        let guard = lock().lock(&db).await?;
        let pid: i32 = sql!("SELECT pg_backend_pid()").one(guard.db()).await?;
        sql!("SELECT pg_terminate_backend({pid})").execute(&db).await?;
        let error = guard.check().await.unwrap_err();
        assert!(error.is_connection(), "{error:?}");
        assert!(guard.unlock().await.unwrap_err().is_connection());
    }
}

on_every_database! {
    async fn what_a_database_lacks_of_advisory_locks_is_an_error_before_anything_is_sent(db: Db) {
        let (db, journal) = db.journaled();
        let mut errors = Vec::new();
        if db.dialect().name() == "SQLite" {
            errors.push(REPORT.lock(&db).await.unwrap_err());
            errors.push(REPORT.try_lock(&db).await.unwrap_err());
        }
        if db.dialect().name() != "PostgreSQL" {
            errors.push(REPORT.shared().lock(&db).await.unwrap_err());
            let tx = db.begin().await?;
            errors.push(REPORT.lock_in(&tx).await.unwrap_err());
            tx.rollback().await?;
        }
        for error in errors {
            assert!(error.is_unsupported() && error.to_string().contains("advisory locks"), "{error}");
        }
        assert_eq!(journal.len(), 0);
    }
}
