//! Many new rows at once.

use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{decimal, tables};

on_every_database! {
    also mysql_without_returning;

    async fn no_rows_are_no_statement(db: Db) {
        // There is not even a table.
        let none = || Vec::<NumberCreate>::new();
        assert_eq!(Number::insert_many(none()).exec(&db).await?, 0);
        assert!(Number::insert_many(none()).all(&db).await?.is_empty());
    }

    async fn one_row_and_a_thousand_are_inserted(db: Db) {
        tables!(db: Number);
        assert_eq!(Number::insert_many([Number::create().group(1)]).exec(&db).await?, 1);
        let rows = (0..1000).map(|n| Number::create().group(n).medium((n % 2 == 0).then_some(n)).amount(Decimal::new(i64::from(n), 3)));
        assert_eq!(Number::insert_many(rows).exec(&db).await?, 1000);
        assert_eq!(Number::query().count(&db).await?, 1001);
        let sum = Number::query().select((Number::group.sum(), Number::medium.count(), Number::amount.sum())).one(&db).await?;
        assert_eq!(sum, (Some(499_501), 500, Some(decimal("499.5"))));
    }

    async fn the_rows_come_back_in_their_order(db: Db) {
        tables!(db: Number);
        for length in [1, 2, 3000] {
            let rows = Number::insert_many((0..length).map(|n| Number::create().group(length - n).whole(i64::from(n)))).all(&db).await?;
            assert_eq!(rows.len(), usize::try_from(length).unwrap());
            for (n, row) in (0..length).zip(&rows) {
                assert_eq!((row.group, row.whole), (length - n, Some(i64::from(n))));
            }
            let last = rows.last().unwrap();
            assert_eq!(Number::find(last.id).one(&db).await?, *last);
        }
    }

    async fn rows_with_keys_of_the_program_come_back_in_their_order(db: Db) {
        tables!(db: Membership, Session, Tag);
        let keys: Vec<(i64, i64)> = (0..700).map(|n| (n * 7919 % 701, n)).collect();
        let rows = Membership::insert_many(keys.iter().map(|(a, b)| Membership::create().group_id(*a).member_id(*b))).all(&db).await?;
        assert_eq!(rows.iter().map(|row| (row.group_id, row.member_id)).collect::<Vec<_>>(), keys);
        let rows = Session::insert_many((0..700).map(|n| Session::create().note(format!("note {n}")))).all(&db).await?;
        assert!(rows.iter().enumerate().all(|(n, row)| row.note == format!("note {n}")));
        let names: Vec<String> = (0..300).map(|n| format!("tag {}", n * 7919 % 701)).collect();
        let rows = Tag::insert_many(names.iter().map(|name| Tag::create().name(name))).all(&db).await?;
        assert_eq!(rows.iter().map(|row| row.name.clone()).collect::<Vec<_>>(), names);
    }

    async fn a_failure_in_the_last_row_leaves_nothing(db: Db) {
        tables!(db: Tag);
        let rows = |length: usize| (0..length).map(|n| Tag::create().name(format!("tag {n}"))).chain([Tag::create().name("tag 0")]).collect::<Vec<_>>();
        for length in [1, 10, 12_000] {
            let error = Tag::insert_many(rows(length)).exec(&db).await.unwrap_err();
            assert!(error.is_unique_violation(), "{error}");
            assert_eq!(Tag::query().count(&db).await?, 0, "exec of {length}");
        }
        let error = Tag::insert_many(rows(2_500)).all(&db).await.unwrap_err();
        assert!(error.is_unique_violation(), "{error}");
        assert_eq!(Tag::query().count(&db).await?, 0);
    }

    async fn refused_fields_are_named_with_their_row(db: Db) {
        tables!(db: User);
        let rows = ["ann@example.com", "nonsense", "bob@example.com", "more nonsense"].map(|email| User::create().email(email).name("Name"));
        let error = User::insert_many(rows).exec(&db).await.unwrap_err();
        let paths: Vec<&str> = error.field_errors().unwrap().iter().map(|e| &*e.path).collect();
        assert_eq!(paths, ["rows[1].email", "rows[3].email"]);
        assert_eq!(User::query().count(&db).await?, 0);
    }

    async fn rows_may_differ_in_what_they_leave_to_the_database(db: Db) {
        tables!(db: Invoice);
        let rows = [
            Invoice::create().quantity(1),
            Invoice::create().quantity(2).number(20),
            Invoice::create().quantity(3).number(30).state("paid"),
            Invoice::create().quantity(4),
            Invoice::create().quantity(5),
        ];
        let rows = Invoice::insert_many(rows).all(&db).await?;
        let seen: Vec<_> = rows.iter().map(|row| (row.quantity, row.number, row.state.as_str(), row.doubled)).collect();
        assert_eq!(seen, [(1, 7, "open", 2), (2, 20, "open", 4), (3, 30, "paid", 6), (4, 7, "open", 8), (5, 7, "open", 10)]);
        let error = Invoice::insert_many([Invoice::create().quantity(1), Invoice::create().quantity(-1).number(1)]).exec(&db).await.unwrap_err();
        assert!(error.is_check_violation(), "{error}");
        assert_eq!(Invoice::query().count(&db).await?, 5);
    }

    async fn odd_values_are_stored_as_they_are(db: Db) {
        tables!(db: Word, Moment, Number);
        let odd = ["", " ", "'", "\"", "\\", "{}", "{a,b}", "NULL", "null", "😀", ",", "line\nbreak"];
        let rows = Word::insert_many(odd.iter().map(|text| Word::create().text(*text).other((*text != "").then_some(*text)))).all(&db).await?;
        for (row, text) in rows.iter().zip(odd) {
            assert_eq!((row.text.as_str(), row.other.as_deref().unwrap_or_default()), (text, text));
        }
        let times = ["1969-12-31T23:59:59.999999Z", "2024-02-29T00:00:00Z", "1000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"].map(crate::support::seed::instant);
        let rows = Moment::insert_many(times.map(|t| Moment::create().at(t).day(t.date_naive()).local(t.naive_utc()).clock(t.time()))).all(&db).await?;
        for (row, time) in rows.iter().zip(times) {
            assert_eq!((row.at, row.day, row.local, row.clock), (time, Some(time.date_naive()), Some(time.naive_utc()), Some(time.time())));
        }
        let rows = [i64::MIN, -1, 0, i64::MAX].map(|whole| Number::create().whole(whole).small(i16::MIN).ratio(1e300).single(f32::MIN_POSITIVE));
        let back = Number::insert_many(rows).all(&db).await?;
        assert_eq!(back.iter().map(|row| row.whole.unwrap()).collect::<Vec<_>>(), [i64::MIN, -1, 0, i64::MAX]);
        assert!(back.iter().all(|row| row.ratio == Some(1e300) && row.single == Some(f32::MIN_POSITIVE) && row.small == Some(i16::MIN)));
    }

    async fn text_is_brought_into_form_in_every_row(db: Db) {
        tables!(db: User);
        let users = User::insert_many([" A@Example.com", "B@example.com "].map(|email| User::create().email(email).name("Name"))).all(&db).await?;
        assert_eq!(users.iter().map(|user| user.email.as_str()).collect::<Vec<_>>(), ["a@example.com", "b@example.com"]);
        assert_eq!(users[0].role, Role::Member);
    }

    async fn a_hundred_thousand_rows_are_inserted(db: Db) {
        tables!(db: Number);
        let rows = (0..100_000).map(|n| Number::create().group(n).whole(i64::from(n)));
        assert_eq!(Number::insert_many(rows).exec(&db).await?, 100_000);
        let row = Number::query().select((count(), Number::whole.sum(), Number::group.count_distinct())).one(&db).await?;
        assert_eq!(row, (100_000, Some(4_999_950_000), 100_000));
    }

    async fn inside_a_transaction_they_are_part_of_it(db: Db) {
        tables!(db: Tag);
        let tx = db.begin().await?;
        Tag::insert_many((0..5000).map(|n| Tag::create().name(format!("{n}")))).exec(&tx).await?;
        let error = Tag::insert_many((4999..7000).map(|n| Tag::create().name(format!("{n}")))).exec(&tx).await.unwrap_err();
        assert!(error.is_unique_violation());
        // What failed is undone, and the transaction goes on.
        if !db.is_postgres() {
            assert_eq!(Tag::query().count(&tx).await?, 5000);
        }
        tx.rollback().await?;
        assert_eq!(Tag::query().count(&db).await?, 0);
    }
}
