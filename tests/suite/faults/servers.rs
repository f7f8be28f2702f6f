//! The servers that the tests start do what the tests rely on.

use std::time::Duration;

use orm::prelude::*;

use super::run;
use crate::support::cluster::{PostgresServer, Stop};
use crate::support::proxy::Proxy;

#[test]
fn a_replica_follows_is_paused_and_is_promoted() {
    let Some(primary) = PostgresServer::start() else {
        return;
    };
    let replica = primary.replica("");
    run(async {
        let db = Db::connect(&primary.url()).await?;
        let copy = Db::connect(&replica.url()).await?;
        db.execute_script("CREATE TABLE copied (a int)").await?;
        while sql!("SELECT count(*) FROM pg_class WHERE relname = 'copied'")
            .one::<i64>(&copy)
            .await?
            == 0
        {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert!(
            sql!("SELECT pg_is_in_recovery()")
                .one::<bool>(&copy)
                .await?
        );
        replica.pause();
        let limit = Duration::from_millis(200);
        assert!(
            tokio::time::timeout(limit, sql!("SELECT 1").one::<i64>(&copy))
                .await
                .is_err()
        );
        replica.resume();
        assert_eq!(sql!("SELECT 1").one::<i64>(&copy).await?, 1);
        primary.stop(Stop::Immediate);
        replica.promote();
        copy.execute_script("INSERT INTO copied VALUES (1)").await?;
        Ok(())
    });
}

#[test]
fn a_line_is_late_goes_dead_and_comes_back() {
    let Some(server) = PostgresServer::start() else {
        return;
    };
    let line = Proxy::to(&server.url());
    run(async {
        let db = Db::builder(line.url(&server.url()))
            .max_connections(1)
            .connect()
            .await?;
        line.delay(Duration::from_millis(60));
        let begun = std::time::Instant::now();
        assert_eq!(sql!("SELECT 1").one::<i64>(&db).await?, 1);
        assert!(
            begun.elapsed() >= Duration::from_millis(120),
            "{:?}",
            begun.elapsed()
        );
        line.delay(Duration::ZERO);
        line.black_hole(true);
        let limit = Duration::from_millis(200);
        assert!(
            tokio::time::timeout(limit, sql!("SELECT 1").one::<i64>(&db))
                .await
                .is_err()
        );
        line.black_hole(false);
        assert_eq!(sql!("SELECT 1").one::<i64>(&db).await?, 1);
        assert!(line.connections() >= 2);
        Ok(())
    });
}
