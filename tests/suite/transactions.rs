//! Transactions and savepoints.

mod concurrent;

use orm::ErrorKind;
use orm::prelude::*;

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
