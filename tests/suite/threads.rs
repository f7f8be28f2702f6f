//! SQLite runs short statements on the calling thread and long ones on a thread of their own; nobody must notice.

use std::time::{Duration, Instant};

use orm::prelude::*;

use crate::support::TestDb;

#[derive(Model, Debug)]
#[model(table = "steps")]
struct Step {
    id: Id<Step>,
    text: String,
}

async fn steps(db: &TestDb, rows: usize) -> orm::Result<()> {
    orm::create_tables_of(db, &[<Step as Model>::def()]).await?;
    Step::insert_many((0..rows).map(|n| Step::create().text(format!("step number {n}"))))
        .exec(db)
        .await?;
    Ok(())
}

on_every_database! {
    only sqlite, sqlite_file;

    async fn a_read_that_becomes_long_gives_each_row_once(db: Db) {
        steps(&db, 30_000).await?;
        let up_to = |n: i64| Step::query().filter(Step::id.le(Id::new(n)));
        for _ in 0..3 {
            assert_eq!(up_to(1).all(&db).await?.len(), 1);
        }
        let rows = up_to(30_000).all(&db).await?;
        assert_eq!(rows.len(), 30_000);
        assert!(rows.is_sorted_by_key(|row| row.id));
    }

    async fn a_long_read_does_not_hold_up_other_tasks(db: Db) {
        steps(&db, 1).await?;
        let mut longest = Duration::ZERO;
        let read = sql!(
            "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 1000000)
             SELECT count(*) FROM numbers"
        );
        let read = read.one::<i64>(&db);
        tokio::pin!(read);
        loop {
            let began = Instant::now();
            tokio::select! {
                biased;
                count = &mut read => {
                    assert_eq!(count?, 1_000_000);
                    break;
                }
                () = tokio::time::sleep(Duration::from_millis(1)) => longest = longest.max(began.elapsed()),
            }
        }
        assert!(longest > Duration::ZERO, "the read held the only thread from beginning to end");
    }
}

#[tokio::test]
async fn a_read_beside_a_transaction_in_memory_times_out() {
    let db = Db::connect("sqlite::memory:?busy_timeout=50")
        .await
        .unwrap();
    orm::create_tables_of(&db, &[<Step as Model>::def()])
        .await
        .unwrap();
    let tx = db.begin().await.unwrap();
    Step::create().text("one").insert(&tx).await.unwrap();
    let error = Step::query().count(&db).await.unwrap_err();
    assert!(error.is_timeout(), "{error}");
    tx.commit().await.unwrap();
    assert_eq!(Step::query().count(&db).await.unwrap(), 1);
}

/// A thread of tokio has a stack of 2 MiB, and in a debug build each caller's frame holds the futures that it awaits.
#[tokio::test]
async fn futures_of_statements_are_small() {
    let db = Db::connect("sqlite::memory:").await.unwrap();
    let sizes = [
        size_of_val(&Step::query().all(&db)),
        size_of_val(&Step::query().one(&db)),
        size_of_val(&Step::query().delete().exec(&db)),
        size_of_val(&sql!("SELECT 1").all::<i64>(&db)),
        size_of_val(&db.begin()),
    ];
    assert!(sizes.iter().all(|size| *size < 8 * 1024), "{sizes:?}");
}
