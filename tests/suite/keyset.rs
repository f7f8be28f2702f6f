//! Pages that begin behind a row.

use std::cmp::Ordering;

use orm::expr::Order;
use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{decimal, tables, users};

/// Forty rows in which every column has equal values and NULLs.
async fn numbers(db: &Db) -> orm::Result<Vec<Number>> {
    let rows = (0..40_i32).map(|n| {
        let medium = (n % 3 != 0).then_some(n % 5);
        let amount = (n % 4 != 1).then(|| Decimal::new(i64::from(n * 7 % 11) * 25, 1));
        Number::create()
            .group(n * 11 % 4)
            .medium(medium)
            .amount(amount)
            .whole((n % 2 == 0).then_some(i64::from(n / 10)))
    });
    Number::insert_many(rows).all(db).await
}

/// One term of an ordering, for the database and for Rust.
#[derive(Clone, Copy, Debug)]
enum Term {
    Group(bool),
    Medium(bool, bool),
    Amount(bool, bool),
    Whole(bool, bool),
    Id(bool),
}

impl Term {
    fn order(self) -> Order<Number> {
        fn directed<T: orm::Field>(
            column: orm::expr::Column<Number, Option<T>>,
            ascending: bool,
            nulls_first: bool,
        ) -> Order<Number>
        where
            Option<T>: orm::Field,
        {
            let order = if ascending {
                column.asc()
            } else {
                column.desc()
            };
            if nulls_first {
                order.nulls_first()
            } else {
                order.nulls_last()
            }
        }
        match self {
            Self::Group(true) => Number::group.asc(),
            Self::Group(false) => Number::group.desc(),
            Self::Id(true) => Number::id.asc(),
            Self::Id(false) => Number::id.desc(),
            Self::Medium(ascending, nulls_first) => {
                directed(Number::medium, ascending, nulls_first)
            }
            Self::Amount(ascending, nulls_first) => {
                directed(Number::amount, ascending, nulls_first)
            }
            Self::Whole(ascending, nulls_first) => directed(Number::whole, ascending, nulls_first),
        }
    }

    fn compare(self, a: &Number, b: &Number) -> Ordering {
        fn directed<T: Ord>(a: T, b: T, ascending: bool) -> Ordering {
            if ascending { a.cmp(&b) } else { b.cmp(&a) }
        }
        fn nullable<T: Ord>(
            a: Option<T>,
            b: Option<T>,
            ascending: bool,
            nulls_first: bool,
        ) -> Ordering {
            match (a, b) {
                (Some(a), Some(b)) => directed(a, b, ascending),
                (None, None) => Ordering::Equal,
                (None, _) => {
                    if nulls_first {
                        Ordering::Less
                    } else {
                        Ordering::Greater
                    }
                }
                (_, None) => {
                    if nulls_first {
                        Ordering::Greater
                    } else {
                        Ordering::Less
                    }
                }
            }
        }
        match self {
            Self::Group(ascending) => directed(a.group, b.group, ascending),
            Self::Id(ascending) => directed(a.id, b.id, ascending),
            Self::Medium(ascending, first) => nullable(a.medium, b.medium, ascending, first),
            Self::Amount(ascending, first) => nullable(a.amount, b.amount, ascending, first),
            Self::Whole(ascending, first) => nullable(a.whole, b.whole, ascending, first),
        }
    }
}

/// Orderings that between them have every direction and place of NULL in every position.
fn orderings() -> Vec<Vec<Term>> {
    let mut all = vec![vec![Term::Id(true)], vec![Term::Id(false)]];
    for bits in 0..16_u32 {
        let bit = |n: u32| bits & (1 << n) != 0;
        all.push(vec![Term::Medium(bit(0), bit(1)), Term::Id(bit(2))]);
        all.push(vec![
            Term::Group(bit(0)),
            Term::Amount(bit(1), bit(2)),
            Term::Id(bit(3)),
        ]);
        all.push(vec![
            Term::Medium(bit(0), bit(1)),
            Term::Whole(bit(2), bit(3)),
            Term::Amount(bit(1), bit(0)),
            Term::Id(bit(2)),
        ]);
    }
    all
}

fn query(terms: &[Term]) -> Query<Number> {
    Number::query().order_by(terms.iter().map(|term| term.order()).collect::<Vec<_>>())
}

fn sorted(rows: &[Number], terms: &[Term]) -> Vec<Number> {
    let mut rows = rows.to_vec();
    rows.sort_by(|a, b| {
        terms
            .iter()
            .map(|term| term.compare(a, b))
            .find(|o| o.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    rows
}

on_every_database! {
    async fn walking_forwards_meets_every_row_once(db: Db) {
        tables!(db: Number);
        let rows = numbers(&db).await?;
        for terms in orderings() {
            let expected = sorted(&rows, &terms);
            let mut walked: Vec<Number> = Vec::new();
            loop {
                let batch = query(&terms).after(walked.last()).limit(7).all(&db).await?;
                if batch.is_empty() {
                    break;
                }
                walked.extend(batch);
                assert!(walked.len() <= rows.len(), "{terms:?}");
            }
            assert_eq!(walked, expected, "{terms:?}");
        }
    }

    async fn walking_backwards_meets_every_row_once(db: Db) {
        tables!(db: Number);
        let rows = numbers(&db).await?;
        for terms in orderings() {
            let expected = sorted(&rows, &terms);
            let mut walked: Vec<Number> = vec![expected.last().unwrap().clone()];
            loop {
                let mut batch = query(&terms).before(&walked[0]).limit(9).all(&db).await?;
                if batch.is_empty() {
                    break;
                }
                batch.extend(walked);
                walked = batch;
                assert!(walked.len() <= rows.len(), "{terms:?}");
            }
            assert_eq!(walked, expected, "{terms:?}");
        }
    }

    async fn slices_lead_to_the_end_and_back_again(db: Db) {
        tables!(db: Number);
        let rows = numbers(&db).await?;
        let terms = [Term::Medium(false, false), Term::Group(true), Term::Id(false)];
        let expected = sorted(&rows, &terms);
        let (mut forwards, mut cursor, mut slices) = (Vec::new(), None::<Cursor>, 0);
        let last = loop {
            // As a client would send it back.
            let sent = cursor.map(|c| c.to_string().parse::<Cursor>().unwrap());
            let slice = query(&terms).after(sent).slice(7, &db).await?;
            assert_eq!(slice.previous.is_some(), slices > 0);
            forwards.extend(slice.items.iter().cloned());
            slices += 1;
            match slice.next {
                Some(next) => cursor = Some(next),
                None => break slice,
            }
        };
        assert_eq!((slices, &forwards), (6, &expected));
        let (mut backwards, mut cursor) = (last.items, last.previous);
        while let Some(before) = cursor {
            let slice = query(&terms).before(&before).slice(7, &db).await?;
            assert!(slice.next.is_some());
            backwards = slice.items.into_iter().chain(backwards).collect();
            cursor = slice.previous;
        }
        assert_eq!(backwards, expected);
    }

    async fn a_slice_that_ends_with_the_last_row_has_no_next(db: Db) {
        users(&db).await?;
        let slice = |rows| User::query().order_by(User::id).slice(rows, &db);
        assert!(slice(3).await?.next.is_some());
        assert!(slice(4).await?.next.is_none());
        assert!(slice(5).await?.next.is_none());
        let none = User::query().filter(User::name.eq("Zoe")).order_by(User::id).slice(5, &db).await?;
        assert!(none.items.is_empty() && none.next.is_none() && none.previous.is_none());
    }

    async fn a_keyset_goes_together_with_filters(db: Db) {
        let [ann, bob, _, dan] = users(&db).await?;
        let active = || User::query().filter(User::is_active.eq(true) | User::name.eq("Nobody")).order_by(User::id.asc());
        assert_eq!(active().after(&ann).select(User::name).all(&db).await?, ["Cleo", "Dan"]);
        assert_eq!(active().after(&bob).count(&db).await?, 2);
        assert_eq!(active().before(&dan).limit(1).one(&db).await?.name, "Cleo");
        assert!(!active().after(&dan).exists(&db).await?);
        assert_eq!(active().after(None::<&User>).count(&db).await?, 3);
    }

    async fn orderings_by_text_decimals_and_times_have_cursors(db: Db) {
        users(&db).await?;
        let by_email = User::query().order_by(User::email);
        let mut walked = Vec::new();
        let mut cursor = None;
        loop {
            let slice = by_email.clone().after(cursor).slice(1, &db).await?;
            walked.extend(slice.items.into_iter().map(|user| user.name));
            cursor = slice.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(walked, ["Ann", "Bob", "Cleo", "Dan"]);
        let [_, _, cleo, _] = &User::query().order_by(User::id).all(&db).await?[..] else { panic!() };
        let poorer = User::query().order_by((User::balance.desc(), User::created_at.desc(), User::id.asc())).after(cleo).select(User::balance).all(&db).await?;
        assert_eq!(poorer, [decimal("10.50"), decimal("0"), decimal("-5")]);
        let later = User::query().order_by((User::created_at.asc(), User::id.asc())).after(cleo).select(User::name).all(&db).await?;
        assert_eq!(later, ["Dan"]);
    }

    async fn an_ordering_that_is_not_unique_is_refused(db: Db) {
        let [ann, ..] = users(&db).await?;
        let refused = [
            User::query().order_by(User::name).after(&ann).all(&db).await.unwrap_err(),
            User::query().order_by(User::name).before(&ann).all(&db).await.unwrap_err(),
            User::query().order_by(User::name).slice(5, &db).await.unwrap_err(),
            User::query().slice(5, &db).await.unwrap_err(),
            User::query().after(&ann).all(&db).await.unwrap_err(),
            // It is unique, but several rows may have no nickname.
            User::query().order_by(User::nickname).after(&ann).all(&db).await.unwrap_err(),
            User::query().order_by((User::name.lower(), User::id)).after(&ann).all(&db).await.unwrap_err(),
            User::query().order_by(User::name).cursor(&ann).unwrap_err(),
        ];
        for error in refused {
            assert!(error.to_string().contains("cursor"), "{error}");
            assert!(error.sql().is_none(), "{error}");
        }
    }

    async fn a_cursor_of_another_ordering_is_refused(db: Db) {
        let [ann, ..] = users(&db).await?;
        let by_id = User::query().order_by(User::id).cursor(&ann)?;
        let by_age = User::query().order_by((User::age.asc(), User::id.asc())).cursor(&ann)?;
        let by_name = User::query().order_by((User::name.asc(), User::id.asc())).cursor(&ann)?;
        let nobody = User::query().order_by((User::age.asc(), User::id.asc())).cursor(&User { age: None, ..ann.clone() })?;
        let query = || User::query().order_by((User::name.asc(), User::id.asc()));
        for foreign in [by_id.clone(), by_age, nobody] {
            let error = query().after(foreign).all(&db).await.unwrap_err();
            assert!(error.sql().is_none() && error.to_string().contains("cursor"), "{error}");
        }
        assert_eq!(query().after(by_name).count(&db).await?, 3);
        let session = "g00000000000000000000000000000000".parse::<Cursor>().unwrap();
        assert!(User::query().order_by(User::id).after(session).all(&db).await.is_err());
        assert_eq!(User::query().order_by(User::id).after(by_id).count(&db).await?, 3);
    }

    async fn a_composite_key_is_an_ordering(db: Db) {
        tables!(db: Membership);
        let rows: Vec<_> = (0..12).map(|n| Membership::create().group_id(n % 3).member_id(n)).collect();
        Membership::insert_many(rows).exec(&db).await?;
        let query = || Membership::query().order_by((Membership::group_id.desc(), Membership::member_id.asc()));
        let expected = query().all(&db).await?;
        let mut walked: Vec<Membership> = Vec::new();
        for _ in 0..12 {
            walked.extend(query().after(walked.last()).limit(1).all(&db).await?);
        }
        assert_eq!(walked, expected);
        assert!(query().after(walked.last()).all(&db).await?.is_empty());
    }
}
