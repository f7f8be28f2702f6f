//! Several who deploy at once.

use std::time::Duration;

use orm::migrate::{DeployOptions, Problem};
use orm::prelude::*;

use super::{folder, ids, problem};

/// Enough migrations, and with enough to do, that the deployments meet.
fn some() -> orm::migrate::Folder {
    let names: Vec<(String, String)> = (1..=6)
        .map(|n| (format!("{n}_t"), format!("CREATE TABLE t{n} (id INTEGER); INSERT INTO t{n} VALUES (1); CREATE INDEX t{n}_idx ON t{n} (id);")))
        .collect();
    let list: Vec<_> = names
        .iter()
        .map(|(id, up)| (id.as_str(), up.as_str(), ""))
        .collect();
    folder(&list)
}

on_every_database! {
    threads;
    only sqlite_file, postgres, mariadb;
    async fn of_three_deployments_at_once_each_migration_is_applied_by_one(db: Db) {
        let mut tasks = Vec::new();
        for _ in 0..3 {
            let own = db.another_pool(2).await;
            tasks.push(tokio::spawn(async move {
                let done = some().deploy(&own).await?;
                own.shutdown(Duration::from_secs(1)).await;
                Ok::<_, orm::Error>(ids(&done).len())
            }));
        }
        let mut applied = 0;
        for task in tasks {
            let done = tokio::time::timeout(Duration::from_secs(60), task).await.expect("it hangs");
            applied += done.unwrap()?;
        }
        assert_eq!(applied, 6);
        assert!(some().status(&db).await?.is_clean());
        for row in some().history(&db).await? {
            assert!(row.error.is_none(), "{row:?}");
        }
        assert_eq!(sql!("SELECT count(*) FROM t6").one::<i64>(&db).await?, 1);
    }

    async fn who_waits_too_long_for_another_one_is_told_so(db: Db) {
        let other = db.another_pool(1).await;
        let held = other.hold().await?;
        let writer = if db.is_sqlite() {
            Some(held.begin().await?)
        } else {
            let sql = match db.is_postgres() {
                true => "SELECT CASE WHEN pg_try_advisory_lock(1869770093, hashtext(current_schema())) THEN 1 ELSE 0 END::bigint",
                false => "SELECT GET_LOCK(concat('orm_migrations_', sha1(DATABASE())), 0)",
            };
            assert_eq!(orm::query::Raw::new(vec![orm::query::RawPart::Text(sql)]).one::<i64>(&held).await?, 1);
            None
        };
        let options = DeployOptions::new().lock_wait(Duration::from_millis(300));
        let found = problem(some().deploy_with(&db, &options).await);
        assert!(matches!(found, Problem::Locked { .. }), "{found}");
        drop(writer);
        // The lock goes with the connection.
        drop(held);
        assert_eq!(some().deploy(&db).await?.migrations.len(), 6);
    }

    async fn a_deployment_that_is_dropped_gives_up_its_lock(db: Db) {
        let slow = folder(&[("1_a", if db.is_postgres() { "SELECT pg_sleep(30)" } else if db.is_mariadb() { "DO SLEEP(30)" } else { "-- orm: step wait_for_ever" }, "")]);
        let dropped = tokio::time::timeout(Duration::from_millis(500), slow.deploy(&db)).await;
        assert!(dropped.is_err());
        let options = DeployOptions::new().lock_wait(Duration::from_secs(10));
        assert_eq!(some().deploy_with(&db, &options).await?.migrations.len(), 6);
    }
}

#[orm::migration_step("wait_for_ever")]
async fn wait_for_ever(_tx: &Tx) -> orm::Result<()> {
    std::future::pending().await
}
