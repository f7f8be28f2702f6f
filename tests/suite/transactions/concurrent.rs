//! Transactions beside each other: on threads, and what they see of each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use orm::prelude::*;
use orm::{ErrorKind, Isolation};

use super::{tag, tags};
use crate::support::models::*;
use crate::support::seed::tables;

/// Two people move money between accounts at the same time.
async fn transfer(tx: &Db, from: i64, to: i64, amount: i32) -> orm::Result<()> {
    for (member, amount) in [(from, -amount), (to, amount)] {
        let account = Membership::find((1, member)).one(tx).await?;
        account
            .update()
            .weight(account.weight + amount)
            .exec(tx)
            .await?;
    }
    Ok(())
}

async fn accounts(db: &Db, count: i64, weight: i32) -> orm::Result<()> {
    crate::support::database::create_tables(db, &[Membership::def()]).await?;
    Membership::insert_many(
        (0..count).map(|n| Membership::create().group_id(1).member_id(n).weight(weight)),
    )
    .exec(db)
    .await?;
    Ok(())
}

on_every_database! {
    threads; only sqlite, sqlite_file, postgres, mariadb;

    async fn a_transaction_works_inside_of_spawned_tasks(db: Db) {
        tables!(db: Tag);
        let prefix = String::from("tag");
        let tasks: Vec<_> = (0..8).map(|n| {
            let (db, prefix) = ((*db).clone(), prefix.clone());
            tokio::spawn(async move {
                let (borrowed, names) = (&prefix, vec![1, 2, 3]);
                db.transaction(async |tx| {
                    for name in &names {
                        tag(&format!("{borrowed} {n} {name}"), &tx).await?;
                    }
                    let mut total = 0;
                    for chunk in names.chunks(2) {
                        total += helper(&tx, chunk).await?;
                    }
                    tx.transaction(async |inner| tag(&format!("{borrowed} {n} inner"), &inner).await).await?;
                    Ok::<_, orm::Error>(total)
                }).await
            })
        }).collect();
        for task in tasks {
            task.await.unwrap()?;
        }
        assert_eq!(tags(&db).await?.len(), 32);
    }

    async fn serializable_transfers_keep_the_sum(db: Db) {
        accounts(&db, 3, 100).await?;
        let attempts = Arc::new(AtomicU32::new(0));
        let tasks: Vec<_> = (0..4_i64).map(|n| {
            let (db, attempts) = ((*db).clone(), Arc::clone(&attempts));
            tokio::spawn(async move {
                for step in 0..5_i64 {
                    let (from, to) = ((n + step) % 3, (n + step + 1) % 3);
                    let attempts = &attempts;
                    db.transaction_with(TxOptions::serializable().retries(50), |tx| async move {
                        attempts.fetch_add(1, Ordering::Relaxed);
                        transfer(&tx, from, to, 5).await
                    })
                    .await?;
                }
                Ok::<_, orm::Error>(())
            })
        }).collect();
        for task in tasks {
            task.await.unwrap()?;
        }
        assert!(attempts.load(Ordering::Relaxed) >= 20);
        assert_eq!(Membership::query().select(Membership::weight.sum()).one(&db).await?, Some(300));
    }

    async fn an_increment_by_expression_loses_nothing(db: Db) {
        accounts(&db, 1, 0).await?;
        let tasks: Vec<_> = (0..4).map(|_| {
            let db = (*db).clone();
            tokio::spawn(async move {
                for _ in 0..25 {
                    Membership::find((1, 0)).update().weight(Membership::weight + 1).exec(&db).await?;
                }
                Ok::<_, orm::Error>(())
            })
        }).collect();
        for task in tasks {
            task.await.unwrap()?;
        }
        assert_eq!(Membership::find((1, 0)).one(&db).await?.weight, 100);
    }
}

async fn helper(db: &Db, chunk: &[i32]) -> orm::Result<u64> {
    Ok(Tag::query().count(db).await? + chunk.len() as u64)
}

on_every_database! {
    only postgres, mariadb;

    async fn others_see_nothing_before_the_commit(db: Db) {
        tables!(db: Tag);
        let tx = db.begin().await?;
        tag("a", &tx).await?;
        assert!(tags(&db).await?.is_empty());
        tx.commit().await?;
        assert_eq!(tags(&db).await?, ["a"]);
    }

    async fn repeatable_reads_see_one_state(db: Db) {
        tables!(db: Tag);
        let tx = db.begin_with(TxOptions::new().isolation(Isolation::RepeatableRead)).await?;
        assert!(tags(&tx).await?.is_empty());
        tag("a", &db).await?;
        assert!(tags(&tx).await?.is_empty());
        tx.commit().await?;
        let tx = db.begin_with(TxOptions::new().isolation(Isolation::ReadCommitted)).await?;
        assert_eq!(tags(&tx).await?, ["a"]);
        tag("b", &db).await?;
        assert_eq!(tags(&tx).await?, ["a", "b"]);
        tx.commit().await?;
    }

    async fn a_write_skew_is_found_and_the_loser_is_run_again(db: Db) {
        // Two doctors are on call; each may leave if another one stays.
        accounts(&db, 2, 1).await?;
        let meeting = tokio::sync::Barrier::new(2);
        let runs = AtomicU32::new(0);
        let (runs, meeting) = (&runs, &meeting);
        let leave = |doctor: i64| {
            db.transaction_with(TxOptions::serializable().retries(10), move |tx| async move {
                let on_call = Membership::query().select(Membership::weight.sum()).one(&tx).await?;
                // Both have looked before either leaves; only at the first try, or the second one would wait for ever.
                if runs.fetch_add(1, Ordering::SeqCst) < 2 {
                    meeting.wait().await;
                }
                if on_call > Some(1) {
                    Membership::find((1, doctor)).update().weight(0).exec(&tx).await?;
                }
                Ok::<_, orm::Error>(())
            })
        };
        let (one, two) = tokio::join!(leave(0), leave(1));
        one?;
        two?;
        assert_eq!(Membership::query().select(Membership::weight.sum()).one(&db).await?, Some(1));
        assert!(runs.load(Ordering::SeqCst) > 2);
    }

    async fn a_deadlock_is_recognized_and_its_victim_is_run_again(db: Db) {
        accounts(&db, 2, 0).await?;
        let meeting = tokio::sync::Barrier::new(2);
        let runs = AtomicU32::new(0);
        let (runs, meeting) = (&runs, &meeting);
        let both = |first: i64, second: i64| {
            db.transaction_with(TxOptions::new().retries(5), move |tx| async move {
                let run = runs.fetch_add(1, Ordering::SeqCst);
                Membership::find((1, first)).update().weight(Membership::weight + 1).exec(&tx).await?;
                if run < 2 {
                    meeting.wait().await;
                }
                Membership::find((1, second)).update().weight(Membership::weight + 1).exec(&tx).await?;
                Ok::<_, orm::Error>(())
            })
        };
        let (one, two) = tokio::join!(both(0, 1), both(1, 0));
        one?;
        two?;
        assert!(runs.load(Ordering::SeqCst) > 2);
        assert_eq!(Membership::query().select(Membership::weight).all(&db).await?, [2, 2]);
    }

    async fn without_retries_a_deadlock_is_a_retryable_error(db: Db) {
        accounts(&db, 2, 0).await?;
        let meeting = &tokio::sync::Barrier::new(2);
        let both = |first: i64, second: i64| {
            db.transaction(async move |tx| {
                Membership::find((1, first)).update().weight(1).exec(&tx).await?;
                meeting.wait().await;
                Membership::find((1, second)).update().weight(1).exec(&tx).await?;
                Ok::<_, orm::Error>(())
            })
        };
        let (one, two) = tokio::join!(both(0, 1), both(1, 0));
        let errors: Vec<_> = [one, two].into_iter().filter_map(Result::err).collect();
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert!(errors[0].is_retryable() && matches!(errors[0].kind(), ErrorKind::Deadlock), "{:?}", errors[0]);
        assert_eq!(Membership::query().select(Membership::weight).all(&db).await?, [1, 1]);
    }
}

on_every_database! {
    only postgres;

    async fn a_transaction_in_which_a_statement_failed_is_not_committed_silently(db: Db) {
        tables!(db: Tag);
        let tx = db.begin().await?;
        tag("a", &tx).await?;
        tag("a", &tx).await.unwrap_err();
        // The server refuses everything until the end.
        assert!(tag("b", &tx).await.is_err());
        assert!(tx.commit().await.is_err());
        assert!(tags(&db).await?.is_empty());
    }
}
