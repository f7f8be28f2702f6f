//! Locks on rows.

use std::time::Duration;

use orm::ErrorKind;
use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{decimal, users};

on_every_database! {
    only postgres, mariadb;

    async fn rows_that_others_have_locked_are_skipped(db: Db) {
        users(&db).await?;
        let next = || User::query().order_by(User::id).limit(1).for_update().skip_locked();
        let (one, two) = (db.begin().await?, db.begin().await?);
        assert_eq!(next().one(&one).await?.name, "Ann");
        assert_eq!(next().one(&two).await?.name, "Bob");
        one.commit().await?;
        two.commit().await?;
        let three = db.begin().await?;
        assert_eq!(next().one(&three).await?.name, "Ann");
        three.rollback().await?;
    }

    async fn a_locked_row_is_an_error_without_waiting(db: Db) {
        let [ann, bob, ..] = users(&db).await?;
        let (one, two) = (db.begin().await?, db.begin().await?);
        User::find(ann.id).for_update().one(&one).await?;
        let error = User::find(ann.id).for_update().no_wait().one(&two).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::LockTimeout) && error.is_timeout(), "{error:?}");
        two.rollback().await?;
        let two = db.begin().await?;
        User::find(bob.id).for_update().no_wait().one(&two).await?;
        // Reading alone needs no lock.
        assert_eq!(User::find(ann.id).one(&two).await?, ann);
        one.rollback().await?;
        two.rollback().await?;
    }

    async fn a_lock_holds_up_writers_until_the_transaction_ends(db: Db) {
        let [ann, ..] = users(&db).await?;
        let tx = db.begin().await?;
        let locked = User::find(ann.id).for_update().one(&tx).await?;
        let change = ann.update().logins(100).exec(&db);
        tokio::pin!(change);
        assert!(tokio::time::timeout(Duration::from_millis(100), &mut change).await.is_err());
        locked.update().balance(decimal("1")).exec(&tx).await?;
        tx.commit().await?;
        change.await?;
        let ann = User::find(ann.id).one(&db).await?;
        assert_eq!((ann.logins, ann.balance), (100, decimal("1")));
    }

    async fn shared_locks_go_together_and_keep_writers_out(db: Db) {
        let [ann, ..] = users(&db).await?;
        let (one, two) = (db.begin().await?, db.begin().await?);
        User::find(ann.id).for_share().one(&one).await?;
        User::find(ann.id).for_share().no_wait().one(&two).await?;
        let three = db.begin().await?;
        let error = User::find(ann.id).for_update().no_wait().one(&three).await.unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::LockTimeout), "{error:?}");
        drop((one, two, three));
    }

    async fn rows_of_a_group_cannot_be_locked(db: Db) {
        users(&db).await?;
        let errors = [
            User::query().select(count()).for_update().all(&db).await.unwrap_err(),
            User::query().distinct().select(User::role).for_update().all(&db).await.unwrap_err(),
            User::query().group_by(User::role).select(User::role).for_share().all(&db).await.unwrap_err(),
        ];
        for error in errors {
            assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }) && error.sql().is_none(), "{error:?}");
        }
    }
}

on_every_database! {
    only sqlite, sqlite_file;

    async fn row_locks_are_refused_before_anything_is_sent(db: Db) {
        users(&db).await?;
        for query in [User::query().for_update(), User::query().for_share(), User::query().for_update().skip_locked(), User::query().for_update().no_wait()] {
            let error = query.all(&db).await.unwrap_err();
            assert!(error.is_unsupported() && error.sql().is_none(), "{error:?}");
            assert!(error.to_string().contains("SQLite") && error.to_string().contains("row locks"), "{error}");
            assert_eq!(error.caller().unwrap().file(), file!());
        }
    }
}
