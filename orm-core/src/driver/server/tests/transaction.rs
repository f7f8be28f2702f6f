//! Transactions that end in other ways than by COMMIT.

use super::*;

#[test]
fn a_script_leaves_no_transaction_open() {
    on_each(async |_, pool| {
        let mut lease = pool.lease().await.unwrap();
        let table = "orm_driver_script";
        let create = format!("DROP TABLE IF EXISTS {table}; CREATE TABLE {table} (a int)");
        lease.script(&create).await.unwrap();
        lease
            .script(&format!("BEGIN; INSERT INTO {table} VALUES (1)"))
            .await
            .unwrap();
        lease
            .script(&format!(
                "BEGIN; INSERT INTO {table} VALUES (1); SELECT nonsense; COMMIT"
            ))
            .await
            .unwrap_err();
        let hand_written = Statement {
            access: Access::Unknown,
            ..statement("BEGIN", Vec::new())
        };
        lease.fetch(&hand_written, NoRows).await.unwrap();
        lease
            .fetch(
                &statement(format!("INSERT INTO {table} VALUES (2)"), Vec::new()),
                NoRows,
            )
            .await
            .unwrap();
        lease.script("ROLLBACK").await.unwrap();
        assert_eq!(
            number(&mut lease, &format!("SELECT count(*) FROM {table}")).await,
            Some(1)
        );
        lease.script(&format!("DROP TABLE {table}")).await.unwrap();
    });
}

#[test]
fn committing_a_transaction_that_failed_is_an_error() {
    on_each(async |words, pool| {
        if words.name == "mysql" {
            // A failed statement leaves the rest of the transaction as it was.
            return;
        }
        let mut lease = pool.lease().await.unwrap();
        lease
            .begin(&TxOptions::serializable().read_only())
            .await
            .unwrap();
        lease
            .fetch(&statement("SELECT nonsense", Vec::new()), NoRows)
            .await
            .map(|_| ())
            .unwrap_err();
        let error = lease.commit().await.unwrap_err();
        assert!(error.to_string().contains("25P02"), "{error}");
        lease.begin(&TxOptions::new()).await.unwrap();
        lease.script("SAVEPOINT a").await.unwrap();
        lease.script("SELECT nonsense").await.unwrap_err();
        lease.script("ROLLBACK TO SAVEPOINT a").await.unwrap();
        lease.commit().await.unwrap();
        assert!(number(&mut lease, words.connection).await.is_some());
    });
}

#[test]
fn a_deadlock_ends_the_transaction_and_a_lock_that_is_not_granted_does_not() {
    on_each(async |words, pool| {
        let other = Pool::connect(words.own_url, &config(1)).await.unwrap();
        let table = "orm_driver_lock";
        let (mut a, mut b) = (pool.lease().await.unwrap(), other.lease().await.unwrap());
        let rows = format!("INSERT INTO {table} VALUES (1, 0), (2, 0)");
        a.script(&format!(
            "DROP TABLE IF EXISTS {table}; CREATE TABLE {table} (id int PRIMARY KEY, a int); {rows}"
        ))
        .await
        .unwrap();
        let change = |id: i32| {
            statement(
                format!("UPDATE {table} SET a = a + 1 WHERE id = {id}"),
                Vec::new(),
            )
        };
        a.begin(&TxOptions::new()).await.unwrap();
        b.begin(&TxOptions::new()).await.unwrap();
        a.fetch(&change(1), NoRows).await.unwrap();
        b.fetch(&change(2), NoRows).await.unwrap();
        let (two, one) = (change(2), change(1));
        let (left, right) = tokio::join!(a.fetch(&two, NoRows), async {
            tokio::time::sleep(Duration::from_millis(100)).await;
            b.fetch(&one, NoRows).await
        });
        let (mut winner, mut loser, error) = match (left, right) {
            (Ok(_), Err(error)) => (a, b, error),
            (Err(error), Ok(_)) => (b, a, error),
            _ => panic!("{}: one of them must lose", words.name),
        };
        assert!(matches!(error.kind(), ErrorKind::Deadlock), "{error:?}");
        // On MySQL this would otherwise run outside of any transaction.
        assert!(loser.fetch(&change(1), NoRows).await.is_err());
        assert!(loser.commit().await.is_err());
        loser.script(words.lock_timeout).await.unwrap();
        loser.begin(&TxOptions::new()).await.unwrap();
        let error = loser
            .fetch(&change(1), NoRows)
            .await
            .map(|_| ())
            .unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::LockTimeout), "{error:?}");
        loser.rollback().await.unwrap();
        winner.commit().await.unwrap();
        winner.script(&format!("DROP TABLE {table}")).await.unwrap();
    });
}
