//! Inserts that may find the row there already.

use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{decimal, tables, users};

on_every_database! {
    also mysql_without_returning;

    async fn without_a_conflict_the_row_is_inserted(db: Db) {
        tables!(db: User);
        let ann = User::create().email("ann@example.com").name("Ann").on_conflict(User::email).do_nothing().insert(&db).await?.unwrap();
        assert_eq!(User::find(ann.id).one(&db).await?, ann);
        let bob = User::create().email("bob@example.com").name("Bob").on_conflict(User::email).update(User::name).insert(&db).await?.unwrap();
        assert_ne!(bob.id, ann.id);
        let cleo = User::create().email("cleo@example.com").name("Cleo").on_conflict(User::email).update_all().insert(&db).await?.unwrap();
        assert_eq!(cleo.name, "Cleo");
        assert_eq!(User::query().count(&db).await?, 3);
    }

    async fn do_nothing_leaves_the_row_as_it_was(db: Db) {
        let [ann, ..] = users(&db).await?;
        let again = User::create().email("Ann@example.com").name("Another").age(1).on_conflict(User::email).do_nothing().insert(&db).await?;
        assert_eq!(again, None);
        assert_eq!(User::find(ann.id).one(&db).await?, ann);
        assert_eq!(User::query().count(&db).await?, 4);
    }

    async fn update_changes_the_named_columns_only(db: Db) {
        let [ann, ..] = users(&db).await?;
        let changed = User::create()
            .email("ann@example.com")
            .name("Anna")
            .age(99)
            .balance(decimal("7"))
            .on_conflict(User::email)
            .update((User::name, User::age))
            .insert(&db)
            .await?
            .unwrap();
        assert_eq!((changed.id, changed.name.as_str(), changed.age), (ann.id, "Anna", Some(99)));
        assert_eq!((changed.nickname, changed.balance, changed.role), (ann.nickname, ann.balance, ann.role));
        assert_eq!(changed.created_at, ann.created_at);
        assert_eq!(User::query().count(&db).await?, 4);
    }

    async fn update_all_keeps_the_key_and_the_time_of_creation(db: Db) {
        let [ann, ..] = users(&db).await?;
        let changed = User::create().email("ann@example.com").name("Anna").on_conflict(User::email).update_all().insert(&db).await?.unwrap();
        assert_eq!((changed.id, changed.created_at), (ann.id, ann.created_at));
        assert_eq!((changed.name.as_str(), changed.nickname, changed.age, changed.role, changed.balance), ("Anna", None, None, Role::Member, Decimal::ZERO));
        assert!(changed.updated_at > ann.updated_at);
    }

    async fn set_computes_from_the_row_and_from_what_would_have_been_inserted(db: Db) {
        let [ann, ..] = users(&db).await?;
        let upsert = || User::create().email("ann@example.com").name("Anna").logins(10).balance(decimal("1")).on_conflict(User::email);
        let changed = upsert().set(User::logins, User::logins + 1).insert(&db).await?.unwrap();
        assert_eq!((changed.logins, changed.name), (ann.logins + 1, ann.name.clone()));
        let changed = upsert().set(User::logins, User::logins + User::logins.excluded()).insert(&db).await?.unwrap();
        assert_eq!(changed.logins, ann.logins + 11);
        let changed = upsert().set(User::balance, User::balance + User::balance.excluded()).set(User::name, "Fixed").insert(&db).await?.unwrap();
        assert_eq!((changed.balance, changed.name.as_str()), (decimal("11.50"), "Fixed"));
        let changed = upsert().update(User::name).set(User::logins, User::logins.excluded()).insert(&db).await?.unwrap();
        assert_eq!((changed.name.as_str(), changed.logins), ("Anna", 10));
        let changed = upsert().set(User::nickname, User::name.excluded().lower()).insert(&db).await?.unwrap();
        assert_eq!(changed.nickname.as_deref(), Some("anna"));
    }

    async fn another_unique_key_that_is_taken_is_an_error(db: Db) {
        let [ann, ..] = users(&db).await?;
        let upsert = || User::create().email("new@example.com").name("New").nickname("annie").on_conflict(User::email);
        for error in [
            upsert().update(User::name).insert(&db).await.unwrap_err(),
            upsert().update_all().insert(&db).await.unwrap_err(),
            upsert().do_nothing().insert(&db).await.unwrap_err(),
            upsert().do_nothing().exec(&db).await.unwrap_err(),
        ] {
            assert!(error.is_unique_violation(), "{error}");
            assert!(error.constraint().unwrap().is_on("nickname"), "{error}");
        }
        // The row is there, but the change takes somebody else's nickname.
        let error = User::create().email("bob@example.com").name("Bob").nickname("annie").on_conflict(User::email).update_all().insert(&db).await.unwrap_err();
        assert!(error.is_unique_violation() && error.constraint().unwrap().is_on("nickname"), "{error}");
        assert_eq!(User::find(ann.id).one(&db).await?, ann);
        assert_eq!(User::query().count(&db).await?, 4);
    }

    async fn columns_that_are_not_unique_are_refused(db: Db) {
        tables!(db: User, Membership);
        let refused = [
            User::create().email("a@example.com").name("Ann").on_conflict(User::name).do_nothing().insert(&db).await.unwrap_err(),
            User::create().email("a@example.com").name("Ann").on_conflict((User::email, User::name)).update_all().exec(&db).await.unwrap_err(),
            Membership::create().group_id(1).member_id(1).on_conflict(Membership::group_id).do_nothing().exec(&db).await.unwrap_err(),
        ];
        for error in refused {
            assert!(matches!(error.kind(), orm::ErrorKind::InvalidQuery { .. }) && error.to_string().contains("is not unique"), "{error}");
            assert_eq!(error.caller().unwrap().file(), file!());
        }
        assert_eq!(User::query().count(&db).await?, 0);
    }

    async fn keys_of_the_program_are_conflict_targets(db: Db) {
        tables!(db: Tag, Membership);
        for description in ["first", "second"] {
            let tag = Tag::create().name("rust").description(description).on_conflict(Tag::name).update_all().insert(&db).await?.unwrap();
            assert_eq!(tag.description.as_deref(), Some(description));
        }
        for weight in [1, 2] {
            let upsert = Membership::create().group_id(1).member_id(2).weight(weight).on_conflict((Membership::member_id, Membership::group_id));
            assert_eq!(upsert.update(Membership::weight).insert(&db).await?.unwrap().weight, weight);
        }
        assert_eq!((Tag::query().count(&db).await?, Membership::query().count(&db).await?), (1, 1));
    }

    async fn refused_fields_are_named_before_anything_is_sent(db: Db) {
        users(&db).await?;
        let error = User::create().email("nonsense").name("x").on_conflict(User::email).update_all().insert(&db).await.unwrap_err();
        assert_eq!(error.field_errors().unwrap().iter().count(), 2);
    }

    async fn many_rows_are_upserted_at_once(db: Db) {
        tables!(db: Tag);
        Tag::insert_many((0..50).map(|n| Tag::create().name(format!("{n}")).description("old"))).exec(&db).await?;
        let rows = || (25..75).map(|n| Tag::create().name(format!("{n}")).description("new"));
        Tag::insert_many(rows()).on_conflict(Tag::name).do_nothing().exec(&db).await?;
        let described = |text: &str| Tag::query().filter(Tag::description.eq(text.to_owned())).count(&db);
        assert_eq!((described("old").await?, described("new").await?), (50, 25));
        Tag::insert_many(rows()).on_conflict(Tag::name).update(Tag::description).exec(&db).await?;
        assert_eq!((described("old").await?, described("new").await?), (25, 50));
    }

    async fn the_number_of_written_rows_is_the_same_everywhere(db: Db) {
        tables!(db: Tag);
        let tags = |names: &[&str]| names.iter().map(|name| Tag::create().name(*name).description("x")).collect::<Vec<_>>();
        assert_eq!(Tag::insert_many(tags(&["a", "b"])).on_conflict(Tag::name).do_nothing().exec(&db).await?, 2);
        assert_eq!(Tag::insert_many(tags(&["a", "b", "c"])).on_conflict(Tag::name).do_nothing().exec(&db).await?, 1);
        assert_eq!(Tag::insert_many(tags(&["b", "c", "d"])).on_conflict(Tag::name).update_all().exec(&db).await?, 3);
        // Changed to what it was.
        assert_eq!(Tag::insert_many(tags(&["d"])).on_conflict(Tag::name).update_all().exec(&db).await?, 1);
    }

    async fn insert_takes_one_row_only(db: Db) {
        tables!(db: Tag);
        let error = Tag::insert_many(["a", "b"].map(|name| Tag::create().name(name))).on_conflict(Tag::name).do_nothing().insert(&db).await.unwrap_err();
        assert!(error.to_string().contains("`exec`"), "{error}");
    }

    async fn an_upsert_is_part_of_its_transaction(db: Db) {
        users(&db).await?;
        let tx = db.begin().await?;
        User::create().email("ann@example.com").name("Changed").on_conflict(User::email).update(User::name).insert(&tx).await?;
        User::create().email("new@example.com").name("New").on_conflict(User::email).update(User::name).insert(&tx).await?;
        tx.rollback().await?;
        assert_eq!(User::query().filter(User::name.in_(["Changed", "New"])).count(&db).await?, 0);
    }
}
