//! Transactions and savepoints.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use orm::prelude::*;
use orm::{ErrorKind, Isolation};

use crate::support::models::*;
use crate::support::seed::{tables, users};

async fn tag(name: &str, db: &Db) -> orm::Result<Tag> {
    Tag::create().name(name).insert(db).await
}

async fn tags(db: &Db) -> orm::Result<Vec<String>> {
    Tag::query()
        .order_by(Tag::name)
        .select(Tag::name)
        .all(db)
        .await
}

on_every_database! {
    also sqlite_file, mysql_without_returning;

    async fn what_a_closure_returns_as_ok_is_committed(db: Db) {
        tables!(db: Tag);
        let made = db.transaction(async |tx| {
            tag("a", &tx).await?;
            tag("b", &tx).await
        });
        assert_eq!(made.await?.name, "b");
        assert_eq!(tags(&db).await?, ["a", "b"]);
    }

    async fn what_a_closure_returns_as_err_is_rolled_back(db: Db) {
        tables!(db: Tag);
        #[derive(Debug)]
        enum AppError {
            Orm(#[allow(dead_code, reason = "for `Debug`")] orm::Error),
            Sorry,
        }
        impl From<orm::Error> for AppError {
            fn from(error: orm::Error) -> Self {
                Self::Orm(error)
            }
        }
        let result = db.transaction(async |tx| {
            tag("a", &tx).await?;
            assert_eq!(tags(&tx).await?, ["a"]);
            Err::<(), _>(AppError::Sorry)
        });
        assert!(matches!(result.await, Err(AppError::Sorry)));
        assert!(tags(&db).await?.is_empty());
        let error = db.transaction(async |tx| { tag("a", &tx).await?; tag("a", &tx).await }).await.unwrap_err();
        assert!(error.is_unique_violation(), "{error}");
        assert!(tags(&db).await?.is_empty());
    }

    async fn begin_commit_and_rollback_do_what_they_say(db: Db) {
        tables!(db: Tag);
        let tx = db.begin().await?;
        tag("a", &tx).await?;
        tx.commit().await?;
        let tx = db.begin().await?;
        tag("b", &tx).await?;
        tx.rollback().await?;
        assert_eq!(tags(&db).await?, ["a"]);
    }

    async fn a_dropped_transaction_is_rolled_back(db: Db) {
        tables!(db: Tag);
        for _ in 0..6 {
            let tx = db.begin().await?;
            tag("a", &tx).await?;
            drop(tx);
        }
        assert!(tags(&db).await?.is_empty());
        tag("a", &db).await?;
        assert_eq!(tags(&db).await?, ["a"]);
    }

    async fn a_failed_savepoint_leaves_the_rest_of_the_transaction(db: Db) {
        tables!(db: Tag);
        db.transaction(async |tx| {
            tag("outer", &tx).await?;
            let inner = tx.transaction(async |inner| { tag("inner", &inner).await?; tag("outer", &inner).await }).await;
            assert!(inner.unwrap_err().is_unique_violation());
            assert_eq!(tags(&tx).await?, ["outer"]);
            tx.transaction(async |inner| tag("second", &inner).await).await?;
            tag("third", &tx).await
        })
        .await?;
        assert_eq!(tags(&db).await?, ["outer", "second", "third"]);
    }

    async fn savepoints_nest_and_the_outer_rollback_takes_all(db: Db) {
        tables!(db: Tag);
        let tx = db.begin().await?;
        tag("1", &tx).await?;
        let one = tx.begin().await?;
        tag("2", &one).await?;
        let two = one.begin().await?;
        tag("3", &two).await?;
        two.commit().await?;
        assert_eq!(tags(&tx).await?, ["1", "2", "3"]);
        one.rollback().await?;
        assert_eq!(tags(&tx).await?, ["1"]);
        let again = tx.begin().await?;
        tag("4", &again).await?;
        again.commit().await?;
        tx.commit().await?;
        assert_eq!(tags(&db).await?, ["1", "4"]);
        let tx = db.begin().await?;
        let inner = tx.begin().await?;
        tag("5", &inner).await?;
        inner.commit().await?;
        tx.rollback().await?;
        assert_eq!(tags(&db).await?, ["1", "4"]);
    }

    async fn a_dropped_savepoint_is_rolled_back(db: Db) {
        tables!(db: Tag);
        let tx = db.begin().await?;
        tag("kept", &tx).await?;
        let inner = tx.begin().await?;
        tag("lost", &inner).await?;
        drop(inner);
        tag("later", &tx).await?;
        assert_eq!(tags(&tx).await?, ["kept", "later"]);
        let inner = tx.begin().await?;
        tag("lost", &inner).await?;
        drop(inner);
        tx.commit().await?;
        assert_eq!(tags(&db).await?, ["kept", "later"]);
    }

    async fn nested_dropped_savepoints_are_rolled_back_together(db: Db) {
        tables!(db: Tag);
        let tx = db.begin().await?;
        tag("kept", &tx).await?;
        let one = tx.begin().await?;
        tag("one", &one).await?;
        let two = one.begin().await?;
        tag("two", &two).await?;
        drop(two);
        drop(one);
        assert_eq!(tags(&tx).await?, ["kept"]);
        let one = tx.begin().await?;
        tag("one", &one).await?;
        let two = one.begin().await?;
        tag("two", &two).await?;
        drop(one);
        drop(two);
        tx.commit().await?;
        assert_eq!(tags(&db).await?, ["kept"]);
    }

    async fn a_committed_savepoint_outlives_a_dropped_one(db: Db) {
        tables!(db: Tag);
        let tx = db.begin().await?;
        for n in 0..4 {
            let inner = tx.begin().await?;
            tag(&format!("{n}"), &inner).await?;
            if n % 2 == 0 { inner.commit().await? } else { drop(inner) }
        }
        tx.commit().await?;
        assert_eq!(tags(&db).await?, ["0", "2"]);
    }

    async fn a_handle_that_outlives_its_transaction_is_refused(db: Db) {
        tables!(db: Tag);
        let tx = db.begin().await?;
        let handle: Db = (*tx).clone();
        tag("a", &handle).await?;
        tx.commit().await?;
        let error = tag("b", &handle).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::TransactionEnded), "{error:?}");
        assert!(matches!(handle.begin().await.unwrap_err().kind(), ErrorKind::TransactionEnded));
        let tx = db.begin().await?;
        let inner = tx.begin().await?;
        let (outer_handle, inner_handle): (Db, Db) = ((*tx).clone(), (*inner).clone());
        inner.commit().await?;
        assert!(matches!(tag("c", &inner_handle).await.unwrap_err().kind(), ErrorKind::TransactionEnded));
        tag("c", &outer_handle).await?;
        let inner = tx.begin().await?;
        tx.rollback().await?;
        assert!(matches!(tag("d", &inner).await.unwrap_err().kind(), ErrorKind::TransactionEnded));
        assert!(matches!(inner.commit().await.unwrap_err().kind(), ErrorKind::TransactionEnded));
        assert_eq!(tags(&db).await?, ["a"]);
    }

    async fn a_closure_may_keep_its_handle_and_gets_an_error(db: Db) {
        tables!(db: Tag);
        let kept = db.transaction(async |tx| { tag("a", &tx).await?; Ok::<_, orm::Error>(tx) }).await?;
        assert!(matches!(tag("b", &kept).await.unwrap_err().kind(), ErrorKind::TransactionEnded));
        assert_eq!(tags(&db).await?, ["a"]);
    }

    async fn a_panic_in_a_closure_rolls_back(db: Db) {
        tables!(db: Tag);
        let inside = db.clone();
        let task = tokio::spawn(async move {
            inside.transaction(async |tx| { tag("a", &tx).await?; if tags(&tx).await?.len() == 1 { panic!("in the middle, as expected") } Ok::<_, orm::Error>(()) }).await
        });
        assert!(task.await.unwrap_err().is_panic());
        assert!(tags(&db).await?.is_empty());
    }

    async fn a_cancelled_transaction_is_rolled_back(db: Db) {
        tables!(db: Tag);
        for _ in 0..6 {
            let work = db.transaction(async |tx| {
                tag("a", &tx).await?;
                std::future::pending::<()>().await;
                Ok::<_, orm::Error>(())
            });
            assert!(tokio::time::timeout(std::time::Duration::from_millis(60), work).await.is_err());
        }
        tag("a", &db).await?;
        assert_eq!(tags(&db).await?, ["a"]);
    }

    async fn a_read_only_transaction_refuses_writes(db: Db) {
        let [ann, ..] = users(&db).await?;
        tables!(db: Tag);
        let tx = db.begin_with(TxOptions::new().read_only()).await?;
        assert_eq!(User::query().count(&tx).await?, 4);
        assert!(tag("a", &tx).await.is_err());
        drop(tx);
        let tx = db.begin_with(TxOptions::new().read_only()).await?;
        assert!(ann.update().name("Anna").exec(&tx).await.is_err());
        tx.rollback().await?;
        let tx = db.begin_with(TxOptions::new().read_only()).await?;
        assert_eq!(User::query().count(&tx).await?, 4);
        tx.commit().await?;
        for name in ["a", "b", "c", "d", "e"] {
            tag(name, &db).await?;
        }
        assert_eq!(User::find(ann.id).one(&db).await?.name, "Ann");
    }

    async fn a_savepoint_has_no_options_of_its_own(db: Db) {
        tables!(db: Tag);
        let tx = db.begin().await?;
        for options in [TxOptions::new().read_only(), TxOptions::serializable()] {
            let error = tx.begin_with(options).await.unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }), "{error:?}");
        }
        tag("a", &tx).await?;
        tx.commit().await?;
        assert_eq!(tags(&db).await?, ["a"]);
    }

    async fn statements_of_one_transaction_take_turns(db: Db) {
        tables!(db: Tag);
        let tx = db.begin().await?;
        let (a, b, c) = tokio::join!(tag("a", &tx), tag("b", &tx), tags(&tx));
        a?;
        b?;
        c?;
        tx.commit().await?;
        assert_eq!(tags(&db).await?, ["a", "b"]);
    }

    async fn an_operation_that_fails_undoes_nothing_of_another_one_beside_it(db: Db) {
        tables!(db: Tag);
        let tx = db.begin().await?;
        // Several statements, of which the last one fails.
        let many = Tag::insert_many((0..12_000).map(|n| Tag::create().name(format!("{n}"))).chain([Tag::create().name("0")])).exec(&tx);
        let beside = async {
            for n in 0..20 {
                tag(&format!("beside {n}"), &tx).await?;
                tokio::task::yield_now().await;
            }
            Ok::<_, orm::Error>(())
        };
        let (many, beside) = tokio::join!(many, beside);
        assert!(many.unwrap_err().is_unique_violation());
        beside?;
        tx.commit().await?;
        assert_eq!(tags(&db).await?.len(), 20);
    }

    async fn an_ended_transaction_gives_its_connection_back(db: Db) {
        tables!(db: Tag);
        for n in 0..20 {
            let tx = db.begin().await?;
            tag("a", &tx).await?;
            match n % 3 {
                0 => tx.rollback().await?,
                1 => drop(tx),
                _ => { tx.commit().await?; Tag::query().delete().all_rows().exec(&db).await?; }
            }
        }
        assert!(tags(&db).await?.is_empty());
    }
}

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
