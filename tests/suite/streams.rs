//! Rows, one after the other.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use orm::prelude::*;
use orm::query::{Raw, RawPart};
use orm::{Cells, FromRow as Row, RowColumns};

use crate::support::models::*;
use crate::support::seed::tables;

const ROWS: usize = 50_000;

async fn many(db: &Db, rows: usize) -> orm::Result<()> {
    crate::support::database::create_tables(db, &[Number::def()]).await?;
    let rows = (0..rows).map(|n| {
        Number::create()
            .group(i32::try_from(n).unwrap())
            .whole(i64::try_from(n).unwrap())
    });
    Number::insert_many(rows).exec(db).await?;
    Ok(())
}

fn raw(text: &'static str) -> Raw {
    Raw::new(vec![RawPart::Text(text)])
}

/// Waits until nobody has a connection.
async fn all_connections_are_free(db: &Db) -> bool {
    for _ in 0..500 {
        let stats = db.pool_stats();
        if stats.idle == stats.total {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}

on_every_database! {
    async fn a_stream_gives_every_row_in_order(db: Db) {
        many(&db, ROWS).await?;
        let mut stream = Number::query().order_by(Number::id).select((Number::group, Number::whole)).stream(&db);
        let mut expected = 0;
        while let Some(row) = stream.next().await {
            assert_eq!(row?, (expected, Some(i64::from(expected))));
            expected += 1;
        }
        assert_eq!(usize::try_from(expected).unwrap(), ROWS);
        assert!(stream.next().await.is_none());
        assert!(all_connections_are_free(&db).await);
    }

    async fn a_stream_reads_no_further_ahead_than_a_few_hundred_rows(db: Db) {
        static DECODED: AtomicUsize = AtomicUsize::new(0);
        /// Counts how often it is read.
        struct Counted(i64);
        impl Row for Counted {
            const NAME: &'static str = "Counted";

            fn columns() -> RowColumns {
                RowColumns::Positional(1)
            }

            fn read(cells: &mut Cells<'_>) -> orm::Result<Self> {
                DECODED.fetch_add(1, Ordering::SeqCst);
                cells.read().map(Self)
            }
        }
        // The databases' tests run side by side, and share the counter.
        static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
        let _alone = ALONE.lock().await;
        many(&db, ROWS).await?;
        DECODED.store(0, Ordering::SeqCst);
        let mut stream = raw("SELECT whole FROM numbers ORDER BY id").stream::<Counted>(&db);
        let mut most = 0;
        for taken in 0..2_000 {
            let row = stream.next().await.unwrap()?;
            assert_eq!(row.0, i64::from(taken));
            if taken % 500 == 0 {
                // Time in which a reader without bounds would run ahead.
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
            most = most.max(DECODED.load(Ordering::SeqCst) - usize::try_from(taken).unwrap());
        }
        assert!(most <= 300, "{most} rows were decoded ahead of the reader");
        drop(stream);
        assert!(all_connections_are_free(&db).await);
        tokio::time::sleep(Duration::from_millis(30)).await;
        assert!(DECODED.load(Ordering::SeqCst) < ROWS / 2, "the statement went on after its stream was dropped");
    }

    async fn dropping_a_stream_gives_its_connection_back_in_order(db: Db) {
        many(&db, ROWS).await?;
        for taken in [0, 1, 63, 64, 65, 5_000] {
            let mut stream = Number::query().order_by(Number::id).stream(&db);
            for _ in 0..taken {
                stream.next().await.unwrap()?;
            }
            drop(stream);
            assert_eq!(Number::query().filter(Number::group.eq(7)).count(&db).await?, 1);
        }
        assert!(all_connections_are_free(&db).await, "{:?}", db.pool_stats());
    }

    async fn a_stream_that_nobody_reads_takes_no_connection(db: Db) {
        tables!(db: Number);
        let streams: Vec<_> = (0..10).map(|_| Number::query().stream(&db)).collect();
        assert_eq!(Number::query().count(&db).await?, 0);
        drop(streams);
    }

    async fn an_error_in_the_middle_comes_behind_the_rows_before_it(db: Db) {
        many(&db, 2_000).await?;
        let text = "SELECT CASE WHEN whole = 1500 THEN NULL ELSE whole END AS whole FROM numbers ORDER BY id";
        let mut stream = raw(text).stream::<i64>(&db);
        let mut rows = 0;
        let error = loop {
            match stream.next().await.unwrap() {
                Ok(_) => rows += 1,
                Err(error) => break error,
            }
        };
        assert!(matches!(error.kind(), orm::ErrorKind::Decode { .. }), "{error:?}");
        assert_eq!(error.caller().map(|caller| caller.file()), Some(file!()));
        // The batch that holds the broken row is lost with it.
        assert!((1_500 - 64..=1_500).contains(&rows), "{rows}");
        assert!(stream.next().await.is_none());
        assert!(all_connections_are_free(&db).await);
        assert_eq!(Number::query().count(&db).await?, 2_000);
    }

    async fn an_error_before_the_first_row_is_the_first_item(db: Db) {
        let mut stream = Number::query().stream(&db);
        assert!(stream.next().await.unwrap().is_err());
        assert!(stream.next().await.is_none());
        let mut stream = Number::query().filter(Number::id.eq(Number::id.outer())).stream(&db);
        assert!(stream.next().await.unwrap().unwrap_err().sql().is_none());
    }

    async fn a_stream_inside_a_transaction_sees_what_the_transaction_did(db: Db) {
        many(&db, 500).await?;
        let tx = db.begin().await?;
        Number::query().filter(Number::group.lt(100)).delete().exec(&tx).await?;
        let mut stream = Number::query().order_by(Number::id).stream(&tx);
        assert_eq!(stream.next().await.unwrap()?.group, 100);
        drop(stream);
        // The connection is still the transaction's, and in order.
        assert_eq!(Number::query().count(&tx).await?, 400);
        tx.rollback().await?;
        assert_eq!(Number::query().count(&db).await?, 500);
    }

    async fn nothing_else_runs_in_a_transaction_while_its_stream_is_read(db: Db) {
        many(&db, 5_000).await?;
        let tx = db.begin().await?;
        let mut stream = Number::query().order_by(Number::id).stream(&tx);
        assert_eq!(stream.next().await.unwrap()?.group, 0);
        // To wait here would be to wait for ever.
        let error = Number::query().count(&tx).await.unwrap_err();
        assert!(error.to_string().contains("a stream of this transaction"), "{error}");
        assert_eq!(error.caller().unwrap().file(), file!());
        assert_eq!(stream.next().await.unwrap()?.group, 1);
        drop(stream);
        Number::query().filter(Number::group.lt(100)).delete().exec(&tx).await?;
        let mut stream = Number::query().stream(&tx);
        let mut rows = 0;
        while let Some(row) = stream.next().await {
            row?;
            rows += 1;
        }
        assert_eq!(rows, 4_900);
        tx.commit().await?;
        assert_eq!(Number::query().count(&db).await?, 4_900);
    }

    async fn a_transaction_ends_after_its_stream_was_dropped(db: Db) {
        many(&db, 5_000).await?;
        for keep in [true, false] {
            let tx = db.begin().await?;
            Number::query().filter(Number::group.eq(7)).delete().exec(&tx).await?;
            let mut stream = Number::query().order_by(Number::id).stream(&tx);
            stream.next().await.unwrap()?;
            drop(stream);
            if keep { tx.commit().await? } else { tx.rollback().await? }
        }
        assert_eq!(Number::query().count(&db).await?, 4_999);
        assert!(all_connections_are_free(&db).await);
    }

    async fn a_stream_in_reverse_is_refused(db: Db) {
        many(&db, 10).await?;
        let last = Number::query().order_by(Number::id.desc()).one(&db).await?;
        let error = Number::query().order_by(Number::id).before(&last).stream(&db).next().await.unwrap().unwrap_err();
        assert!(error.to_string().contains("use `all`"), "{error}");
        let mut rows = Number::query().order_by(Number::id).after(&Number { id: Id::new(last.id.get() - 2), ..last }).stream(&db);
        assert!(rows.next().await.unwrap().is_ok() && rows.next().await.unwrap().is_ok() && rows.next().await.is_none());
    }
}
