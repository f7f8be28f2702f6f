//! Servers that go away, and come back.

use std::time::{Duration, Instant};

use orm::prelude::*;

use super::run;
use crate::support::cluster::{MariadbServer, PostgresServer, Stop};

macro_rules! on_each_server {
    ($test:ident) => {
        mod $test {
            #[test]
            fn postgres() {
                let Some(server) = super::PostgresServer::start() else {
                    return;
                };
                super::run(super::$test(
                    &server.url(),
                    |how| server.stop(how),
                    || server.start_again(),
                ));
            }
            #[test]
            fn mariadb() {
                let Some(server) = super::MariadbServer::start() else {
                    return;
                };
                super::run(super::$test(
                    &server.url(),
                    |how| server.stop(how),
                    || server.start_again(),
                ));
            }
        }
    };
}

on_each_server!(a_pool_recovers_when_its_server_comes_back);

async fn a_pool_recovers_when_its_server_comes_back(
    url: &str,
    stop: impl Fn(Stop),
    start: impl Fn(),
) -> orm::Result<()> {
    let db = Db::builder(url).max_connections(2).connect().await?;
    assert_eq!(sql!("SELECT 1").one::<i64>(&db).await?, 1);
    for how in [Stop::Fast, Stop::Immediate] {
        stop(how);
        let begun = Instant::now();
        for _ in 0..3 {
            let error = sql!("SELECT 1").one::<i64>(&db).await.unwrap_err();
            assert!(error.is_connection(), "{error:?}");
        }
        assert!(
            begun.elapsed() < Duration::from_secs(3),
            "{:?}",
            begun.elapsed()
        );
        start();
        assert_eq!(sql!("SELECT 1").one::<i64>(&db).await?, 1);
    }
    db.shutdown(Duration::from_secs(1)).await;
    Ok(())
}
