//! The first rows of each group.

use std::collections::BTreeMap;

use orm::ErrorKind;
use orm::prelude::*;

use crate::support::database::create_tables;
use crate::support::models::*;
use crate::support::seed::users;

/// Group, value with gaps, in the order of the keys.
const ROWS: &[(i32, Option<i64>)] = &[
    (1, Some(5)),
    (2, None),
    (1, Some(9)),
    (3, Some(-1)),
    (2, Some(4)),
    (1, Some(9)),
    (3, Some(i64::MAX)),
    (2, Some(4)),
    (1, None),
    (4, None),
];

async fn numbers(db: &Db) -> orm::Result<()> {
    create_tables(db, &[Number::def()]).await?;
    for (group, whole) in ROWS {
        Number::create()
            .group(*group)
            .whole(*whole)
            .insert(db)
            .await?;
    }
    Ok(())
}

#[derive(Model, Debug, Clone, PartialEq)]
#[has_many(toys: Toy)]
struct Child {
    id: Id<Child>,
    name: String,
}

#[derive(Model, Debug, Clone, PartialEq)]
struct Toy {
    id: Id<Toy>,
    #[belongs_to(child: Child)]
    child_id: Id<Child>,
    name: String,
    price: i32,
    noisy: bool,
}

async fn toys(db: &Db) -> orm::Result<[Child; 2]> {
    create_tables(db, &[Child::def(), Toy::def()]).await?;
    let toy = |name: &str, price, noisy| Toy::create().name(name).price(price).noisy(noisy);
    let ann = Child::create().name("Ann").toys([
        toy("ball", 3, false),
        toy("kite", 9, false),
        toy("horn", 4, true),
    ]);
    let bob = Child::create()
        .name("Bob")
        .toys([toy("bell", 1, true), toy("drum", 8, true)]);
    let cyd = Child::create().name("Cyd").toys([toy("flute", 8, true)]);
    let (ann, bob) = (ann.insert(db).await?, bob.insert(db).await?);
    cyd.insert(db).await?;
    Ok([ann, bob])
}

fn every(_: i32, _: Option<i64>) -> bool {
    true
}

/// The keys of the first rows of each group, the greatest value first; NULL is greater than every value.
fn greatest(most: usize, keep: impl Fn(i32, Option<i64>) -> bool) -> Vec<i64> {
    let mut groups: BTreeMap<i32, Vec<(bool, Option<i64>, i64)>> = BTreeMap::new();
    for (key, (group, whole)) in (1_i64..).zip(ROWS) {
        if keep(*group, *whole) {
            groups
                .entry(*group)
                .or_default()
                .push((whole.is_some(), whole.map(|w| !w), key));
        }
    }
    let mut all: Vec<_> = groups
        .into_values()
        .flat_map(|mut rows| {
            rows.sort();
            rows.truncate(most);
            rows
        })
        .collect();
    all.sort();
    all.into_iter().map(|(.., key)| key).collect()
}

fn query() -> Query<Number> {
    Number::query().order_by((Number::whole.desc(), Number::id.asc()))
}

fn keys(rows: &[Number]) -> Vec<i64> {
    rows.iter().map(|row| row.id.get()).collect()
}

on_every_database! {
    also mysql_without_returning;

    async fn the_first_row_of_each_group_by_the_querys_ordering(db: Db) {
        numbers(&db).await?;
        let rows = query().distinct_on(Number::group).all(&db).await?;
        assert_eq!(keys(&rows), greatest(1, every));
        for most in [1, 2, 3, 100] {
            let rows = query().limit_per(most, Number::group).all(&db).await?;
            assert_eq!(keys(&rows), greatest(most as usize, every), "{most}");
        }
        assert!(query().limit_per(0, Number::group).all(&db).await?.is_empty());
    }

    async fn filters_come_before_and_limits_after_the_choice(db: Db) {
        numbers(&db).await?;
        let filtered = || query().filter(Number::whole.is_not_null()).distinct_on(Number::group).filter(Number::group.ne(3));
        let expected = greatest(1, |group, whole| whole.is_some() && group != 3);
        assert_eq!(keys(&filtered().all(&db).await?), expected);
        assert_eq!(keys(&filtered().offset(1).limit(5).all(&db).await?), expected[1..]);
        assert_eq!(filtered().count(&db).await?, expected.len() as u64);
        assert!(filtered().exists(&db).await?);
        assert!(!filtered().filter(Number::group.gt(4)).exists(&db).await?);
        let page = query().limit_per(2, Number::group).page(2, 3, &db).await?;
        let all = greatest(2, every);
        assert_eq!((keys(&page.items), page.total), (all[3..6].to_vec(), all.len() as u64));
    }

    async fn cursors_go_through_the_first_rows(db: Db) {
        numbers(&db).await?;
        let mut found = Vec::new();
        let mut cursor = None;
        loop {
            let slice = query().limit_per(2, Number::group).after(cursor).slice(2, &db).await?;
            found.extend(keys(&slice.items));
            cursor = slice.next;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(found, greatest(2, every));
    }

    async fn rows_may_be_grouped_by_several_expressions(db: Db) {
        numbers(&db).await?;
        let odd = Number::group % 2;
        let rows = query().limit_per(1, (odd, Number::whole.is_null())).select((Number::id, Number::group % 2)).all(&db).await?;
        let mut first = BTreeMap::new();
        for key in greatest(100, every) {
            let (group, whole) = ROWS[key as usize - 1];
            first.entry((group % 2, whole.is_none())).or_insert((key, group % 2));
        }
        let mut expected: Vec<_> = first.into_values().collect();
        let mut found: Vec<_> = rows.into_iter().map(|(id, odd)| (id.get(), odd)).collect();
        expected.sort();
        found.sort();
        assert_eq!(found, expected);
    }

    async fn rows_with_keys_of_several_columns_have_first_ones_too(db: Db) {
        create_tables(&db, &[Membership::def()]).await?;
        let weight = |group: i64, member: i64| ((group * 7 + member * 5) % 11) as i32;
        for (group, member) in (1..=4).flat_map(|group| (1..=5).map(move |member| (group, member))) {
            Membership::create().group_id(group).member_id(member).weight(weight(group, member)).insert(&db).await?;
        }
        let rows = Membership::query()
            .order_by((Membership::weight.desc(), Membership::member_id.asc(), Membership::group_id.asc()))
            .distinct_on(Membership::group_id)
            .select((Membership::group_id, Membership::member_id))
            .all(&db).await?;
        let mut expected: Vec<(i32, i64, i64)> = (1..=4)
            .map(|group| {
                let best = (1..=5).max_by_key(|member| (weight(group, *member), -*member)).unwrap();
                (-weight(group, best), best, group)
            })
            .collect();
        expected.sort();
        assert_eq!(rows, expected.into_iter().map(|(_, member, group)| (group, member)).collect::<Vec<_>>());
    }

    async fn it_goes_together_with_relations_and_includes(db: Db) {
        let [ann, bob] = toys(&db).await?;
        let order = || (Toy::child.get(Child::name).desc(), Toy::price.desc(), Toy::id.asc());
        let names = |rows: &[Toy]| rows.iter().map(|toy| toy.name.clone()).collect::<Vec<_>>();

        let dearest = Toy::query()
            .filter(Toy::child.is(Child::name.ne("Cyd")))
            .order_by(order())
            .distinct_on(Toy::child.get(Child::name))
            .include(Toy::child)
            .all(&db).await?;
        let found: Vec<_> = dearest.iter().map(|toy| (toy.get(Toy::child).name.as_str(), toy.name.as_str())).collect();
        assert_eq!(found, [("Bob", "drum"), ("Ann", "kite")]);

        let own = Child::toys.of(&ann).order_by((Toy::price.desc(), Toy::id.asc())).distinct_on(Toy::noisy).all(&db).await?;
        assert_eq!(names(&own), ["kite", "horn"]);
        let own = Child::toys.of(&bob).order_by((Toy::price.asc(), Toy::id.asc())).distinct_on(Toy::noisy).all(&db).await?;
        assert_eq!(names(&own), ["bell"]);

        let best = Toy::query().filter(Toy::noisy).order_by((Toy::price.desc(), Toy::id.asc())).distinct_on(Toy::child_id).select(Toy::child_id);
        let owners = Child::query().filter(Child::id.in_(best)).order_by(Child::id).select(Child::name).all(&db).await?;
        assert_eq!(owners, ["Ann", "Bob", "Cyd"]);
    }

    async fn what_makes_no_sense_is_refused_before_it_is_sent(db: Db) {
        users(&db).await?;
        let errors = [
            User::query().distinct_on(User::role).all(&db).await.unwrap_err(),
            User::query().order_by(User::id).group_by(User::role).select(User::role).distinct_on(User::role).all(&db).await.map(drop).unwrap_err(),
            User::query().order_by(User::id).distinct_on(count()).all(&db).await.unwrap_err(),
            User::query().order_by(User::id).distinct_on(User::role).update().logins(0).exec(&db).await.unwrap_err(),
            User::query()
                .filter(exists(User::query().filter(User::role.eq(User::role.outer())).order_by(User::id).distinct_on(User::role)))
                .all(&db).await.unwrap_err(),
        ];
        for error in errors {
            assert!(matches!(error.kind(), ErrorKind::InvalidQuery { .. }) && error.sql().is_none(), "{error:?}");
        }
    }
}
