//! Changes of many rows at once, each to values of its own.

use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{day, decimal, instant, tables, users};

#[derive(Patch, Default)]
#[patch(User)]
struct Edit {
    #[patch(field = name)]
    full_name: Option<String>,
    age: orm::Change<i32>,
}

on_every_database! {
    also mysql_without_returning;

    async fn each_row_gets_values_of_its_own_in_one_statement(db: Db) {
        let all = users(&db).await?;
        let (journaled, journal) = db.journaled();
        let changes = all.iter().map(|user| user.update().logins(user.logins * 10).nickname(user.name.to_uppercase()));
        assert_eq!(User::update_many(changes).exec(&journaled).await?, 4);
        assert_eq!(journal.len(), 1);
        let rows = User::query().order_by(User::id).all(&db).await?;
        for (before, after) in all.iter().zip(&rows) {
            assert_eq!((after.logins, after.nickname.as_deref()), (before.logins * 10, Some(&*before.name.to_uppercase())));
            assert_eq!((&after.email, after.age, after.balance, after.role), (&before.email, before.age, before.balance, before.role));
            assert!(after.updated_at > before.updated_at && after.created_at == before.created_at);
        }
    }

    async fn rows_are_named_by_key_and_may_change_different_columns(db: Db) {
        let [ann, bob, cleo, dan] = users(&db).await?;
        let changes = [
            User::change(ann.id).age(None),
            User::change(&bob).age(1).role(Role::Admin).balance(decimal("12.5")),
            User::change(cleo.id.get()).age(2),
            User::change(dan.id),
            User::change(999).age(3),
        ];
        assert_eq!(User::update_many(changes).exec(&db).await?, 3);
        let rows = User::query().order_by(User::id).select((User::age, User::role, User::balance)).all(&db).await?;
        assert_eq!(rows, [
            (None, Role::Admin, decimal("10.50")),
            (Some(1), Role::Admin, decimal("12.50")),
            (Some(2), Role::Editor, decimal("100.25")),
            (Some(41), Role::Member, decimal("-5.00")),
        ]);
        assert_eq!(User::find(dan.id).one(&db).await?.updated_at, dan.updated_at);
        assert_eq!(User::query().filter(User::balance.eq(decimal("12.5"))).count(&db).await?, 1);
        assert_eq!(User::update_many::<(Id<User>, Edit)>([]).exec(&db).await?, 0);
    }

    async fn patches_are_applied_by_key(db: Db) {
        let [ann, bob, ..] = users(&db).await?;
        let edits = [
            (ann.id, Edit { full_name: Some("  Anna ".into()), age: orm::Change::Clear }),
            (bob.id, Edit { age: orm::Change::To(60), ..Edit::default() }),
        ];
        assert_eq!(User::update_many(edits).exec(&db).await?, 2);
        let rows = User::query().order_by(User::id).limit(2).select((User::name, User::age)).all(&db).await?;
        assert_eq!(rows, [("Anna".to_owned(), None), ("Bob".to_owned(), Some(60))]);
        let refused = [(ann.id, Edit::default()), (bob.id, Edit { full_name: Some("x".into()), ..Edit::default() })];
        let error = User::update_many(refused).exec(&db).await.unwrap_err();
        assert_eq!(error.field_errors().unwrap().iter().map(|e| e.path.to_string()).collect::<Vec<_>>(), ["rows[1].full_name"]);
    }

    async fn every_type_arrives_as_by_a_change_of_one_row(db: Db) {
        tables!(db: Number, Moment, Session, Tag, Membership);
        for n in 0..4 {
            Number::create().group(n).whole(1).single(1.0).amount(decimal("1")).insert(&db).await?;
        }
        let rows = Number::query().order_by(Number::id).all(&db).await?;
        let change = |row: &Number, n: usize| match n % 2 {
            0 => row.update().small(i16::MIN).medium(i32::MIN).whole(i64::MIN).single(0.1).ratio(-1e-300).amount(decimal("-9999999999999999.9999")),
            _ => row.update().small(None).medium(None).whole(i64::MAX).single(None).ratio(f64::MAX).amount(None),
        };
        assert_eq!(Number::update_many(rows[..2].iter().enumerate().map(|(n, row)| change(row, n))).exec(&db).await?, 2);
        for (n, row) in rows[2..].iter().enumerate() {
            change(row, n).exec(&db).await?;
        }
        let after = Number::query().order_by(Number::id).all(&db).await?;
        for (many, one) in after[..2].iter().zip(&after[2..]) {
            assert_eq!(Number { id: one.id, group: one.group, ..many.clone() }, *one);
        }
        assert_eq!((after[0].whole, after[0].amount, after[1].whole), (Some(i64::MIN), Some(decimal("-9999999999999999.9999")), Some(i64::MAX)));

        let at = instant("2024-02-29T12:34:56.789012Z");
        for _ in 0..2 {
            Moment::create().at(instant("2000-01-01T00:00:00Z")).insert(&db).await?;
        }
        let rows = Moment::query().order_by(Moment::id).all(&db).await?;
        let changes = [
            rows[0].update().at(at).day(day("1969-12-31")).local(at.naive_utc()).clock(at.naive_utc().time()),
            rows[1].update().at(instant("9999-12-31T23:59:59.999999Z")).day(None).local(None).clock(None),
        ];
        assert_eq!(Moment::update_many(changes).exec(&db).await?, 2);
        let after = Moment::query().order_by(Moment::id).all(&db).await?;
        assert_eq!(after[0], Moment { id: rows[0].id, at, day: Some(day("1969-12-31")), local: Some(at.naive_utc()), clock: Some(at.naive_utc().time()) });
        assert_eq!((after[1].at, after[1].day), (instant("9999-12-31T23:59:59.999999Z"), None));

        let sessions = Session::insert_many(["a", "b"].map(|note| Session::create().note(note))).all(&db).await?;
        let notes = ["né\"'\\\n", "😀 \u{1} {}[]"];
        assert_eq!(Session::update_many(sessions.iter().zip(notes).map(|(s, note)| s.update().note(note))).exec(&db).await?, 2);
        for (session, note) in sessions.iter().zip(notes) {
            assert_eq!(Session::find(session.id).one(&db).await?.note, note);
        }

        Tag::insert_many(["ä", "a", "A"].map(|name| Tag::create().name(name))).exec(&db).await?;
        let changes = [Tag::change("ä").description("umlaut"), Tag::change("A").description(""), Tag::change("B").description("missing")];
        assert_eq!(Tag::update_many(changes).exec(&db).await?, 2);
        let tags = Tag::query().order_by(Tag::name).all(&db).await?;
        assert_eq!(tags.iter().map(|t| (t.name.as_str(), t.description.as_deref())).collect::<Vec<_>>(), [("A", Some("")), ("a", None), ("ä", Some("umlaut"))]);

        Membership::insert_many([(1, 1), (1, 2), (2, 1)].map(|(g, m)| Membership::create().group_id(g).member_id(m))).exec(&db).await?;
        let changes = [((1, 2), 12), ((2, 1), 21), ((2, 2), 22)].map(|(key, weight)| Membership::change(key).weight(weight));
        assert_eq!(Membership::update_many(changes).exec(&db).await?, 2);
        let weights = Membership::query().order_by((Membership::group_id, Membership::member_id)).select(Membership::weight).all(&db).await?;
        assert_eq!(weights, [1, 12, 21]);
    }

    async fn thousands_of_rows_are_changed_all_or_none(db: Db) {
        tables!(db: Tag);
        let name = |n: u32| format!("tag-{n:05}");
        Tag::insert_many((0..3500).map(|n| Tag::create().name(name(n)))).exec(&db).await?;
        let changes = (0..3500).rev().map(|n| Tag::change(name(n)).description(format!("{}", n * 3)));
        assert_eq!(Tag::update_many(changes).exec(&db).await?, 3500);
        let rows = Tag::query().order_by(Tag::name).all(&db).await?;
        assert!((0..).zip(&rows).all(|(n, tag)| tag.name == name(n) && tag.description == Some(format!("{}", n * 3))));
        users(&db).await?;
        let many = User::insert_many((0..2500).map(|n| User::create().email(format!("{n}@example.com")).name("Many"))).all(&db).await?;
        // The last one takes a nickname that is taken.
        let changes = many.iter().enumerate().map(|(n, user)| user.update().nickname(if n == 2499 { "annie".to_owned() } else { format!("n{n}") }));
        let error = User::update_many(changes).exec(&db).await.unwrap_err();
        assert!(error.is_unique_violation(), "{error}");
        assert_eq!(User::query().filter(User::nickname.starts_with("n")).count(&db).await?, 0);
    }

    async fn what_has_no_value_of_its_own_is_refused_before_anything_is_sent(db: Db) {
        let [ann, bob, ..] = users(&db).await?;
        let (db, journal) = db.journaled();
        let error = User::update_many([ann.update().logins(1), bob.update().logins(User::logins + 1)]).exec(&db).await.unwrap_err();
        assert!(error.to_string().contains("rows[1]: `User::logins` is given an expression"), "{error}");
        let error = User::update_many([ann.update().logins(1), bob.update().logins(1), ann.update().age(1)]).exec(&db).await.unwrap_err();
        assert!(error.to_string().contains("rows[2] changes a row that another change is about"), "{error}");
        let error = User::update_many([ann.update().set(User::id, Id::new(7))]).exec(&db).await.unwrap_err();
        assert!(error.to_string().contains("`User::id` is the key"), "{error}");
        let refused = User::update_many([ann.update().name("x"), bob.update().email("none")]).exec(&db).await.unwrap_err();
        assert_eq!(refused.field_errors().unwrap().iter().map(|e| e.path.to_string()).collect::<Vec<_>>(), ["rows[0].name", "rows[1].email"]);
        assert!(journal.is_empty());
    }
}

on_every_database! {
    only postgres;

    async fn columns_of_arrays_and_enums_are_changed(db: Db) {
        #[derive(DbEnum, Debug, Clone, Copy, PartialEq, Eq)]
        #[db_enum(native)]
        enum Color { Red, Green }

        #[derive(Model, Debug, Clone, PartialEq)]
        struct Thing {
            id: Id<Thing>,
            tags: Vec<String>,
            numbers: Option<Vec<i64>>,
            color: Color,
        }
        tables!(db: Thing);
        let things = [Color::Red, Color::Green].map(|color| Thing::create().tags(vec!["a".to_owned()]).color(color));
        assert_eq!(Thing::import_iter(things).run(&db).await?, 2);
        let things = Thing::query().order_by(Thing::id).all(&db).await?;
        assert_eq!((things[0].color, things[1].color, things[0].tags.len()), (Color::Red, Color::Green, 1));
        let changes = [
            things[0].update().tags(vec!["x".to_owned(), "y\"{}".to_owned()]).numbers(vec![1, 2]).color(Color::Green),
            things[1].update().tags(vec![]).numbers(None).color(Color::Red),
        ];
        assert_eq!(Thing::update_many(changes).exec(&db).await?, 2);
        let after = Thing::query().order_by(Thing::id).all(&db).await?;
        assert_eq!((after[0].tags.as_slice(), after[0].numbers.clone(), after[0].color), (&["x".to_owned(), "y\"{}".to_owned()][..], Some(vec![1, 2]), Color::Green));
        assert_eq!((after[1].tags.len(), after[1].numbers.clone(), after[1].color), (0, None, Color::Red));
        let colors = things.iter().map(|thing| thing.update().color(Color::Green));
        assert_eq!(Thing::update_many(colors).exec(&db).await?, 2);
    }
}
