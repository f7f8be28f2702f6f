//! Handles that read from replicas, where there are none: programs are the same on every database.

use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed;

on_every_database! {
    async fn without_replicas_reading_handles_are_the_same_handle(db: Db) {
        let [ann, ..] = seed::users(&db).await?;
        let request = db.read_own_writes();
        let changed = User::find(ann.id).one(&request).await?.update().name("Anne").save(&request).await?;
        for reading in [&request, &db.read(), &db.read().read_own_writes()] {
            assert_eq!(User::find(ann.id).one(reading).await?, changed);
        }
        let stats = db.nodes();
        assert_eq!(stats.len(), 1);
        assert_eq!((stats[0].role, stats[0].health, stats[0].reads), (orm::NodeRole::Primary, orm::NodeHealth::Up, 0));
        let tx = db.begin().await?;
        tx.read().execute_script("DELETE FROM users").await?;
        assert_eq!(User::query().count(&tx.read()).await?, 0);
        tx.rollback().await?;
        assert_eq!(User::query().count(&db).await?, 4);
    }

    async fn what_is_read_after_a_token_is_as_new(db: Db) {
        let [ann, ..] = seed::users(&db).await?;
        let request = db.read_own_writes();
        let changed = ann.update().name("Anne").save(&request).await?;
        let token = match request.token().await {
            Ok(token) => token,
            // The server counts nothing without a log.
            Err(error) if db.is_mariadb() && error.is_unsupported() => return Ok(()),
            Err(error) => return Err(error),
        };
        let next = db.read_after(&token.to_string().parse()?);
        assert_eq!(User::find(changed.id).one(&next).await?, changed);
        assert!(db.begin().await?.token().await.is_err());
    }

    async fn a_read_only_transaction_says_that_it_is_one(db: Db) {
        let [ann, ..] = seed::users(&db).await?;
        if db.is_sqlite() {
            return Ok(());
        }
        let tx = db.begin_with(orm::TxOptions::new().read_only()).await?;
        let error = ann.delete(&tx).await.unwrap_err();
        assert!(matches!(error.kind(), orm::ErrorKind::ReadOnly), "{error:?}");
    }
}
