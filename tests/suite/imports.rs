//! Imports of many rows: by a stream or an iterator, in lots, all or none.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use futures_core::Stream;
use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{blog, day, decimal, instant, tables, users};

/// A stream that is not always ready, and counts what was taken from it.
struct Counted<I> {
    items: I,
    taken: Arc<AtomicU64>,
    ready: bool,
}

impl<I> Unpin for Counted<I> {}

impl<I: Iterator> Stream for Counted<I> {
    type Item = I::Item;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<I::Item>> {
        if self.taken.load(Ordering::Relaxed) % 100 == 50
            && !std::mem::replace(&mut self.ready, true)
        {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        self.ready = false;
        self.taken.fetch_add(1, Ordering::Relaxed);
        Poll::Ready(self.items.next())
    }
}

fn number(n: i64) -> impl orm::query::Create<Model = Number> {
    Number::create()
        .whole(n)
        .ratio(n as f64 / 8.0)
        .amount(Decimal::new(n * 25, 2))
}

on_every_database! {
    async fn an_iterator_is_imported_in_lots(db: Db) {
        tables!(db: Number);
        let mut seen = Vec::new();
        let imported = Number::import_iter((0..25_000).map(number)).progress(|progress| seen.push(progress.rows)).run(&db).await?;
        assert_eq!(imported, 25_000);
        assert!(seen.is_sorted() && seen.last() == Some(&25_000), "{seen:?}");
        let rows = Number::query().order_by(Number::whole).all(&db).await?;
        assert_eq!(rows.len(), 25_000);
        for (n, row) in (0..).zip(&rows) {
            assert_eq!((row.group, row.whole, row.ratio, row.amount), (0, Some(n), Some(n as f64 / 8.0), Some(Decimal::new(n * 25, 2))));
        }
        assert_eq!(Number::import_iter((0..0).map(number)).run(&db).await?, 0);
    }

    async fn a_stream_is_asked_for_no_more_rows_than_the_database_takes(db: Db) {
        tables!(db: Word);
        let taken = Arc::new(AtomicU64::new(0));
        let text = "x".repeat(10_000);
        let rows = (0..3000).map(|_| Word::create().text("a").other(text[..200].to_owned())).map(Ok::<_, orm::Error>);
        let stream = Counted { items: rows, taken: taken.clone(), ready: false };
        let mut ahead = 0;
        let count = taken.clone();
        let imported = Word::import(stream).progress(|p| ahead = ahead.max(count.load(Ordering::Relaxed) - p.rows)).run(&db).await?;
        assert_eq!((imported, taken.load(Ordering::Relaxed)), (3000, 3001));
        // One lot is on its way while the next one is made; that of PostgreSQL has many more rows than these.
        if !db.is_postgres() {
            assert!(ahead <= 2001, "{ahead}");
        }
        assert_eq!(Word::query().filter(Word::text.eq("a")).count(&db).await?, 3000);
    }

    async fn the_database_and_other_work_get_their_turns_while_rows_are_made(db: Db) {
        tables!(db: Word);
        let turns = AtomicU64::new(0);
        let other = async {
            loop {
                turns.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
            }
        };
        // An iterator is ready at all times, and would be asked for the rows of a whole lot without a pause.
        let (mut before, mut since, mut most) = (0, 0, 0);
        let rows = (0..20_000).map(|n| {
            let now = turns.load(Ordering::Relaxed);
            since = if now == before { since + 1 } else { 1 };
            before = now;
            most = most.max(since);
            Word::create().text(format!("{n}"))
        });
        let imported = tokio::select! {
            biased;
            () = other => 0,
            imported = Word::import_iter(rows).run(&db) => imported?,
        };
        assert_eq!(imported, 20_000);
        assert!(most <= 500, "{most}");
    }

    async fn rows_of_one_table_become_rows_of_another(db: Db) {
        users(&db).await?;
        tables!(db: Word);
        let taken = Arc::new(AtomicU64::new(0));
        let names = User::query().order_by(User::id).select(User::name).all(&db).await?;
        let rows = Counted { items: names.into_iter().map(|name| Word::create().text(name)), taken, ready: true };
        assert_eq!(Word::import(rows).run(&db).await?, 4);
        assert_eq!(Word::query().order_by(Word::id).select(Word::text).all(&db).await?, ["Ann", "Bob", "Cleo", "Dan"]);
    }

    async fn every_type_arrives_as_by_an_insert(db: Db) {
        tables!(db: Moment, Session, Tag, User, Number);
        let moments = || {
            let at = instant("2024-02-29T12:34:56.789012Z");
            let full = Moment::create().at(at).day(day("1969-12-31")).local(at.naive_utc()).clock(at.naive_utc().time());
            let far = Moment::create().at(instant("9999-12-31T23:59:59.999999Z")).day(day("0001-01-01"));
            [full, far]
        };
        assert_eq!(Moment::import_iter(moments()).run(&db).await?, 2);
        Moment::insert_many(moments()).exec(&db).await?;
        let rows = Moment::query().order_by(Moment::id).all(&db).await?;
        for (imported, inserted) in rows[..2].iter().zip(&rows[2..]) {
            assert_eq!(Moment { id: inserted.id, ..imported.clone() }, *inserted);
        }
        let numbers = || [
            Number::create().small(i16::MIN).medium(i32::MAX).whole(i64::MIN).single(1.5).ratio(-0.1).amount(decimal("-1234567890.0001")),
            Number::create().group(-3).whole(i64::MAX).amount(decimal("0")),
            Number::create().ratio(f64::MAX).amount(decimal("9999999999999999.9999")),
        ];
        Number::import_iter(numbers()).run(&db).await?;
        Number::insert_many(numbers()).exec(&db).await?;
        let rows = Number::query().order_by(Number::id).all(&db).await?;
        for (imported, inserted) in rows[..3].iter().zip(&rows[3..]) {
            assert_eq!(Number { id: inserted.id, ..imported.clone() }, *inserted);
        }
        Session::import_iter((0..3).map(|n| Session::create().note(format!("né\"{n}\n😀")))).run(&db).await?;
        assert_eq!(Session::query().order_by(Session::note).select(Session::note).all(&db).await?, ["né\"0\n😀", "né\"1\n😀", "né\"2\n😀"]);
        Tag::import_iter([Tag::create().name("empty").description(""), Tag::create().name("none")]).run(&db).await?;
        assert_eq!(Tag::query().order_by(Tag::name).select(Tag::description).all(&db).await?, [Some(String::new()), None]);
        // What is brought into form and filled in is so here, too.
        User::import_iter([User::create().email(" Ann@Example.com ").name("Ann")]).run(&db).await?;
        let ann = User::query().one(&db).await?;
        assert_eq!((ann.email.as_str(), ann.role, ann.balance, ann.is_active), ("ann@example.com", Role::Member, Decimal::ZERO, true));
    }

    async fn rows_may_give_different_columns(db: Db) {
        tables!(db: Invoice);
        let rows = (1..=10).map(|n| {
            let row = Invoice::create().quantity(n);
            if n % 3 == 0 { row.number(n * 100) } else { row }
        });
        assert_eq!(Invoice::import_iter(rows).run(&db).await?, 10);
        let rows = Invoice::query().order_by(Invoice::quantity).select((Invoice::number, Invoice::doubled, Invoice::state)).all(&db).await?;
        let expected: Vec<_> = (1..=10).map(|n| (if n % 3 == 0 { n * 100 } else { 7 }, n * 2, "open".to_owned())).collect();
        assert_eq!(rows, expected);
    }

    async fn a_taken_key_is_reported_with_its_row_and_nothing_is_inserted(db: Db) {
        tables!(db: Tag);
        let rows = |bad: i64| (1..=5000_i64).map(move |n| Tag::create().name(if n == bad { "secret-7".to_owned() } else { format!("secret-{n}") }));
        for bad in [8, 2300, 5000] {
            let error = Tag::import_iter(rows(bad)).run(&db).await.unwrap_err();
            assert!(error.is_unique_violation(), "{error}");
            assert_eq!(error.row(), Some(bad as u64), "{error}");
            assert!(error.to_string().contains(&format!("row: {bad}")) && !error.to_string().contains("secret"), "{error}");
            assert_eq!(Tag::query().count(&db).await?, 0);
        }
        assert_eq!(Tag::import_iter(rows(7)).run(&db).await?, 5000);
    }

    async fn a_missing_parent_is_reported_with_its_row(db: Db) {
        let [ann, ..] = blog(&db).await?;
        for bad in [1, 2345, 4000] {
            let rows = (1..=4000_u64).map(|n| {
                let author = if n == bad || n == 4000 { Id::new(999) } else { ann.id };
                Post::create().user_id(author).title("t").slug(format!("import-{n}"))
            });
            let error = Post::import_iter(rows).run(&db).await.unwrap_err();
            assert!(error.is_foreign_key_violation(), "{error}");
            assert_eq!(error.row(), Some(bad), "{error}");
        }
        assert_eq!(Post::query().count(&db).await?, 4);
    }

    async fn a_refused_check_is_reported_with_its_row(db: Db) {
        tables!(db: Invoice);
        let error = Invoice::import_iter((1..=100).map(|n| Invoice::create().quantity(if n == 77 { -1 } else { n }))).run(&db).await.unwrap_err();
        assert!(error.is_check_violation(), "{error}");
        assert_eq!(error.row(), Some(77));
    }

    async fn a_refused_field_is_reported_with_its_row(db: Db) {
        tables!(db: User);
        let rows = (1..=1500).map(|n| User::create().email(format!("u{n}@example.com")).name(if n == 1200 { "x" } else { "fine" }));
        let error = User::import_iter(rows).run(&db).await.unwrap_err();
        assert_eq!(error.field_errors().unwrap().iter().map(|e| e.path.to_string()).collect::<Vec<_>>(), ["name"]);
        assert_eq!(error.row(), Some(1200));
        assert_eq!(User::query().count(&db).await?, 0);
    }

    async fn an_error_of_the_stream_ends_the_import(db: Db) {
        tables!(db: Word);
        let rows = (1..=3000).map(|n| match n {
            2500 => Err(orm::Error::invalid_query("the source is broken")),
            n => Ok(Word::create().text(format!("{n}"))),
        });
        let error = Word::import_iter(rows).run(&db).await.unwrap_err();
        assert!(error.to_string().contains("the source is broken"));
        assert_eq!(error.row(), Some(2500));
        assert_eq!(Word::query().count(&db).await?, 0);
    }

    async fn a_failed_import_leaves_the_transaction_around_it_usable(db: Db) {
        tables!(db: Tag);
        let tx = db.begin().await?;
        Tag::create().name("before").insert(&tx).await?;
        let error = Tag::import_iter(["a", "b", "a"].map(|name| Tag::create().name(name))).run(&tx).await.unwrap_err();
        assert_eq!(error.row(), Some(3));
        assert_eq!(Tag::import_iter(["a", "b", "c"].map(|name| Tag::create().name(name))).run(&tx).await?, 3);
        Tag::create().name("after").insert(&tx).await?;
        tx.commit().await?;
        assert_eq!(Tag::query().order_by(Tag::name).select(Tag::name).all(&db).await?, ["a", "after", "b", "before", "c"]);
    }

    async fn rows_with_their_numbers_do_not_collide_with_later_ones(db: Db) {
        tables!(db: Word);
        Word::create().text("first").insert(&db).await?;
        let rows = [50, 7, 40].map(|n| Word::create().id(n).text(format!("{n}")));
        assert_eq!(Word::import_iter(rows).run(&db).await?, 3);
        let next = Word::create().text("next").insert(&db).await?;
        assert!(next.id.get() > 50, "{:?}", next.id);
        // An import of lower numbers sets nothing back.
        Word::import_iter([Word::create().id(3).text("low")]).run(&db).await?;
        for _ in 0..3 {
            assert!(Word::create().text("more").insert(&db).await?.id > next.id);
        }
    }
}

on_every_database! {
    only postgres;

    async fn a_table_with_other_types_takes_rows_by_insert(db: Db) {
        db.execute_script("CREATE TABLE numbers (id INTEGER PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, \"group\" BIGINT, small INTEGER, medium BIGINT, whole INTEGER, single DOUBLE PRECISION, ratio NUMERIC, amount NUMERIC)").await?;
        assert_eq!(Number::import_iter((0..1000).map(number)).run(&db).await?, 1000);
        assert_eq!(sql!("SELECT sum(whole) FROM numbers").one::<Option<i64>>(&db).await?, Some(499_500));
        let (journaled, journal) = db.journaled();
        Number::import_iter((0..10).map(number)).run(&journaled).await?;
        assert!(journal.take().iter().all(|sql| sql != "COPY"));
    }

    async fn copy_takes_the_rows_otherwise(db: Db) {
        tables!(db: Number);
        let (journaled, journal) = db.journaled();
        Number::import_iter((0..1000).map(number)).run(&journaled).await?;
        assert_eq!(journal.take(), ["COPY"]);
    }
}
