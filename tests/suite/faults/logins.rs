//! Servers that do not let in: for good, or for a while.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use orm::prelude::*;

use super::{number, run};
use crate::support::cluster::{MariadbServer, PostgresServer};

#[test]
fn a_wrong_password_is_an_error_at_once_and_a_new_one_is_asked_for() {
    let Some(server) = PostgresServer::start() else {
        return;
    };
    run(async {
        let admin = Db::connect(&server.url()).await?;
        admin
            .execute_script("CREATE ROLE app LOGIN PASSWORD 'one'")
            .await?;
        server.let_in(
            "host all postgres 127.0.0.1/32 trust\nhost all app 127.0.0.1/32 scram-sha-256\n",
        );
        let url = server.url().replace("postgres@", "app@");
        let secret = Arc::new(Mutex::new("one".to_owned()));
        let asked = Arc::clone(&secret);
        let db = Db::builder(&url)
            .password(move || {
                let secret = asked.lock().unwrap().clone();
                async move { Ok::<_, std::io::Error>(secret) }
            })
            .connect()
            .await?;
        admin
            .execute_script("ALTER ROLE app PASSWORD 'two'")
            .await?;
        // Connections that are open are not asked again.
        assert_eq!(number(&db, "SELECT 1").await?, 1);
        db.renew_connections();
        let begun = Instant::now();
        let refused = number(&db, "SELECT 1").await.unwrap_err();
        assert!(
            refused.is_connection() && !refused.is_timeout(),
            "{refused:?}"
        );
        assert!(refused.to_string().contains("28P01"), "{refused}");
        assert!(
            begun.elapsed() < Duration::from_secs(2),
            "{:?}",
            begun.elapsed()
        );
        *secret.lock().unwrap() = "two".to_owned();
        assert_eq!(number(&db, "SELECT 1").await?, 1);
        assert!(!format!("{refused} {refused:?} {db:?}").contains("two"));
        Ok(())
    });
}

#[test]
fn a_server_that_is_not_ready_yet_is_waited_for() {
    let Some(server) = PostgresServer::create("hot_standby = off") else {
        return;
    };
    // It recovers, and lets nobody in, until it is promoted.
    std::fs::write(server.path().join("data/standby.signal"), "").unwrap();
    server.start_unseen();
    run(async {
        let begun = Instant::now();
        let hurried = Db::builder(server.url()).connect_timeout(Duration::from_millis(300));
        let error = hurried.connect().await.map(|_| ()).unwrap_err();
        assert!(error.is_connection(), "{error:?}");
        while std::net::TcpStream::connect(("127.0.0.1", server.port())).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(30));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        let url = server.url();
        let patient = tokio::spawn(async move {
            let db = Db::builder(url)
                .connect_timeout(Duration::from_secs(30))
                .connect()
                .await?;
            number(&db, "SELECT 1").await
        });
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!patient.is_finished());
        tokio::task::block_in_place(|| server.promote());
        assert_eq!(patient.await.unwrap()?, 1);
        Ok(())
    });
}

/// Takes all connections of a server that has no more than these.
async fn too_many(url: &str, code: &str) -> orm::Result<()> {
    let full = Db::builder(url)
        .max_connections(10)
        .min_connections(10)
        .connect()
        .await?;
    let error = Db::builder(url)
        .connect_timeout(Duration::from_millis(300))
        .connect()
        .await
        .map(|_| ())
        .unwrap_err();
    assert!(
        error.is_connection() && error.to_string().contains(code),
        "{error:?}"
    );
    let free = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(400)).await;
        full.shutdown(Duration::from_secs(1)).await;
    });
    // It waits for one, and gets it.
    let db = Db::builder(url)
        .connect_timeout(Duration::from_secs(20))
        .connect()
        .await?;
    assert_eq!(number(&db, "SELECT 1").await?, 1);
    assert!(db.pool_stats().failures >= 1);
    free.await.unwrap();
    Ok(())
}

#[test]
fn too_many_connections_are_named_and_waited_for_on_postgres() {
    let settings = "max_connections = 3\nsuperuser_reserved_connections = 0";
    let Some(server) = PostgresServer::start_with(settings) else {
        return;
    };
    run(too_many(&server.url(), "53300"));
}

#[test]
fn too_many_connections_are_named_and_waited_for_on_mariadb() {
    // The server keeps one more for its administrator, who would be let in here.
    let Some(server) = MariadbServer::start_with(&["--max-connections=10"]) else {
        return;
    };
    run(async {
        let admin = Db::builder(server.url())
            .max_connections(1)
            .connect()
            .await?;
        admin
            .execute_script("CREATE USER app@localhost; GRANT ALL ON mysql.* TO app@localhost")
            .await?;
        admin.shutdown(Duration::from_secs(1)).await;
        too_many(&server.url().replace("root@", "app@"), "1040").await
    });
}

#[test]
fn a_unix_socket_is_an_address_as_well() {
    if let Some(server) = PostgresServer::start() {
        run(async {
            let db = Db::connect(&server.socket_url()).await?;
            assert_eq!(number(&db, "SELECT count(*) FROM pg_stat_activity WHERE pid = pg_backend_pid() AND client_addr IS NULL").await?, 1);
            Ok(())
        });
    }
    if let Some(server) = MariadbServer::start() {
        run(async {
            let db = Db::connect(&server.socket_url()).await?;
            assert_eq!(number(&db, "SELECT count(*) FROM information_schema.processlist WHERE id = CONNECTION_ID() AND host = 'localhost'").await?, 1);
            Ok(())
        });
    }
}

#[cfg(not(feature = "tls"))]
#[test]
fn tls_without_its_feature_is_an_error_before_anything_is_sent() {
    run(async {
        for url in ["postgres://127.0.0.1:1/app", "mysql://127.0.0.1:1/app"] {
            let builder = Db::builder(url)
                .tls(orm::db::TlsMode::VerifyFull)
                .root_certificate("/ca.pem");
            let error = builder.connect().await.map(|_| ()).unwrap_err();
            assert!(error.to_string().contains("feature `tls`"), "{error}");
        }
        Ok(())
    });
}
