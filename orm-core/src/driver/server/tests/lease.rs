//! What a lease leaves to the next borrower.

use super::*;

#[test]
fn an_abandoned_statement_is_stopped_and_its_slot_is_free_at_once() {
    on_each(async |words, pool| {
        let mut lease = pool.lease().await.unwrap();
        let connection = number(&mut lease, words.connection).await.unwrap();
        let begun = Instant::now();
        let abandoned = tokio::time::timeout(
            Duration::from_millis(200),
            lease.fetch(&statement(words.sleep, Vec::new()), NoRows),
        )
        .await;
        assert!(abandoned.is_err());
        drop(lease);
        // The pool has one connection, so this is a new one.
        let mut lease = pool.lease().await.unwrap();
        assert_ne!(number(&mut lease, words.connection).await, Some(connection));
        assert!(
            begun.elapsed() < Duration::from_secs(2),
            "{:?}",
            begun.elapsed()
        );
        let running = format!("{}{connection}", words.sleeping);
        for _ in 0..100 {
            if number(&mut lease, &running).await == Some(0) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("{}: the statement still runs", words.name);
    });
}

#[test]
fn an_abandoned_begin_leaves_no_transaction_to_the_next_borrower() {
    on_each(async |words, pool| {
        for polls in 1..4 {
            let mut lease = pool.lease().await.unwrap();
            {
                let options = TxOptions::new();
                let mut begin = std::pin::pin!(lease.begin(&options));
                for _ in 0..polls {
                    let polled = std::future::poll_fn(|context| {
                        std::task::Poll::Ready(begin.as_mut().poll(context))
                    })
                    .await;
                    if polled.is_ready() {
                        break;
                    }
                    tokio::task::yield_now().await;
                }
            }
            drop(lease);
            let mut lease = pool.lease().await.unwrap();
            let begun = if words.name == "postgres" {
                // In a transaction the time stands still.
                let time = "SELECT (extract(epoch FROM now()) * 1000000)::int8";
                let first = number(&mut lease, time).await;
                tokio::time::sleep(Duration::from_millis(2)).await;
                first == number(&mut lease, time).await
            } else {
                number(&mut lease, "SELECT @@in_transaction").await != Some(0)
            };
            assert!(!begun, "{} after {polls} polls", words.name);
        }
    });
}

#[test]
fn an_open_transaction_is_rolled_back_before_the_connection_is_used_again() {
    on_each(async |words, pool| {
        let table = format!("orm_driver_rollback_{}", std::process::id());
        let mut lease = pool.lease().await.unwrap();
        lease
            .script(&format!(
                "DROP TABLE IF EXISTS {table}; CREATE TABLE {table} (a int)"
            ))
            .await
            .unwrap();
        let connection = number(&mut lease, words.connection).await;
        lease.begin(&TxOptions::new()).await.unwrap();
        lease
            .fetch(
                &statement(format!("INSERT INTO {table} VALUES (1)"), Vec::new()),
                NoRows,
            )
            .await
            .unwrap();
        drop(lease);
        let mut lease = pool.lease().await.unwrap();
        assert_eq!(
            number(&mut lease, words.connection).await,
            connection,
            "the connection was good, so it is kept"
        );
        assert_eq!(
            number(&mut lease, &format!("SELECT count(*) FROM {table}")).await,
            Some(0)
        );
        lease.script(&format!("DROP TABLE {table}")).await.unwrap();
    });
}

#[test]
fn a_dead_connection_is_replaced_and_close_returns() {
    on_each(async |words, pool| {
        let mut lease = pool.lease().await.unwrap();
        let connection = number(&mut lease, words.connection).await.unwrap();
        let url = words.own_url;
        let other = Pool::connect(url, &config(1)).await.unwrap();
        let kill = if words.name == "mysql" {
            format!("KILL {connection}")
        } else {
            format!("{}{connection})", words.terminate)
        };
        other.lease().await.unwrap().script(&kill).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        let error = lease
            .fetch(&statement(words.connection, Vec::new()), NoRows)
            .await
            .map(|_| ())
            .unwrap_err();
        assert!(error.is_connection(), "{error:?}");
        drop(lease);
        let mut lease = pool.lease().await.unwrap();
        assert_ne!(number(&mut lease, words.connection).await, Some(connection));
        // Killed while it is idle: found out by the ping.
        let connection = number(&mut lease, words.connection).await.unwrap();
        drop(lease);
        let kill = if words.name == "mysql" {
            format!("KILL {connection}")
        } else {
            format!("{}{connection})", words.terminate)
        };
        other.lease().await.unwrap().script(&kill).await.unwrap();
        tokio::time::sleep(Duration::from_millis(600)).await;
        let mut lease = pool.lease().await.unwrap();
        assert_ne!(number(&mut lease, words.connection).await, Some(connection));
        // A statement that runs when the pool is closed is cancelled.
        let running = tokio::spawn(async move {
            lease
                .fetch(&statement(words.sleep, Vec::new()), NoRows)
                .await
                .map(|_| ())
        });
        tokio::time::sleep(Duration::from_millis(100)).await;
        let begun = Instant::now();
        pool.close(Duration::from_millis(200)).await;
        assert!(
            begun.elapsed() < Duration::from_secs(3),
            "{:?}",
            begun.elapsed()
        );
        let result = running.await.unwrap();
        // MySQL's SLEEP returns 1 when it is cancelled.
        assert!(
            words.name == "mysql"
                || matches!(
                    result.as_ref().map_err(Error::kind),
                    Err(ErrorKind::Cancelled)
                ),
            "{result:?}"
        );
        assert!(matches!(
            pool.lease().await.map(|_| ()).unwrap_err().kind(),
            ErrorKind::PoolClosed
        ));
        assert_eq!(pool.stats().total, 0);
    });
}

#[test]
fn a_full_pool_is_a_timeout_and_a_refusing_server_is_its_own_error() {
    on_each(async |words, _| {
        let url = words.own_url;
        let mut config = config(1);
        config.acquire_timeout = Duration::from_millis(100);
        let pool = Pool::connect(url, &config).await.unwrap();
        let _held = pool.lease().await.unwrap();
        let error = pool.lease().await.map(|_| ()).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::AcquireTimeout { in_use: 1, .. }),
            "{error:?}"
        );
        for refused in ["127.0.0.1:1", "no.such.host.invalid:1"] {
            let scheme = words.name;
            let error = Pool::connect(&format!("{scheme}://ann:secret@{refused}/app"), &config)
                .await
                .map(|_| ())
                .unwrap_err();
            assert!(
                matches!(error.kind(), ErrorKind::Connect { target } if *target == format!("{refused}/app")),
                "{error:?}"
            );
            assert!(
                !format!("{error} {error:?}").contains("secret"),
                "{error:?}"
            );
        }
    });
}

#[test]
fn a_reader_that_stops_early_leaves_the_connection_clean() {
    on_each(async |words, pool| {
        let many = |rows: i64| match words.name {
            "postgres" => format!("SELECT * FROM generate_series(1, {rows})"),
            _ => format!("SELECT * FROM seq_1_to_{rows}"),
        };
        let mut lease = pool.lease().await.unwrap();
        let connection = number(&mut lease, words.connection).await;
        let (few, _) = lease
            .fetch(&statement(many(100), Vec::new()), Few(0))
            .await
            .unwrap();
        assert_eq!(few.0, 3);
        assert_eq!(
            number(&mut lease, words.connection).await,
            connection,
            "a short rest is read"
        );
        lease.begin(&TxOptions::new()).await.unwrap();
        lease
            .fetch(&statement(many(100_000), Vec::new()), Few(0))
            .await
            .unwrap();
        assert_eq!(
            number(&mut lease, words.connection).await,
            connection,
            "a transaction is kept"
        );
        lease.rollback().await.unwrap();
        lease
            .fetch(&statement(many(1_000_000), Vec::new()), Few(0))
            .await
            .unwrap();
        drop(lease);
        let mut lease = pool.lease().await.unwrap();
        assert_ne!(
            number(&mut lease, words.connection).await,
            connection,
            "a long rest is cancelled"
        );
    });
}
