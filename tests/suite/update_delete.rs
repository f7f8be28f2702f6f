//! Changes and deletions, by filter and of one row.

use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{decimal, names, tables, users};

on_every_database! {
    also mysql_without_returning;

    async fn rows_are_changed_by_filter(db: Db) {
        users(&db).await?;
        let changed = User::query().filter(User::age.lt(35)).update().is_active(false).nickname(None::<&str>).exec(&db).await?;
        assert_eq!(changed, 2);
        assert_eq!(names(&db, User::is_active.eq(false)).await?, ["Ann", "Bob", "Cleo"]);
        assert_eq!(names(&db, User::nickname.is_not_null()).await?, [""; 0]);
        assert_eq!(User::query().filter(User::name.eq("Zoe")).update().is_active(false).exec(&db).await?, 0);
        let changed = User::query().filter(User::is_active.eq(false)).update().role(Role::Editor).filter(User::age.is_null()).exec(&db).await?;
        assert_eq!(changed, 1);
    }

    async fn values_are_computed_from_the_row_as_it_was(db: Db) {
        users(&db).await?;
        User::query()
            .filter(User::name.eq("Ann"))
            .update()
            .logins(User::logins * 2 + 1)
            .balance(User::balance - decimal("0.25"))
            .nickname(User::name)
            .name(User::name.upper())
            .age(User::age + 1)
            .exec(&db)
            .await?;
        let ann = User::query().filter(User::name.eq("ANN")).one(&db).await?;
        assert_eq!((ann.logins, ann.balance, ann.nickname.as_deref(), ann.age), (7, decimal("10.25"), Some("Ann"), Some(31)));
        User::query().update().all_rows().age(User::age.coalesce(1)).exec(&db).await?;
        assert_eq!(User::query().order_by(User::id).select(User::age).all(&db).await?, [Some(31), Some(1), Some(25), Some(41)]);
    }

    async fn two_columns_can_change_places(db: Db) {
        tables!(db: Number);
        Number::create().group(1).medium(2).insert(&db).await?;
        Number::query().filter(Number::group.eq(1)).update().group(Number::medium.coalesce(0)).medium(Number::group).exec(&db).await?;
        let number = Number::query().one(&db).await?;
        assert_eq!((number.group, number.medium), (2, Some(1)));
    }

    async fn a_row_is_changed_and_comes_back(db: Db) {
        let [ann, bob, ..] = users(&db).await?;
        let changed = ann.update().name("Anna").age(None).logins(User::logins + 1).save(&db).await?;
        assert_eq!((changed.id, changed.name.as_str(), changed.age, changed.logins), (ann.id, "Anna", None, 4));
        assert_eq!(User::find(ann.id).one(&db).await?, changed);
        bob.update().age(Some(7)).exec(&db).await?;
        assert_eq!(User::find(bob.id).one(&db).await?.age, Some(7));
        assert_eq!(User::query().filter(User::name.eq("Anna")).count(&db).await?, 1);
    }

    async fn changed_rows_come_back_as_they_are_then(db: Db) {
        users(&db).await?;
        let mut rows = User::query().filter(User::is_active.eq(true)).update().is_active(false).logins(User::logins + 5).returning(&db).await?;
        rows.sort_by_key(|user| user.id);
        let seen: Vec<_> = rows.iter().map(|user| (user.name.as_str(), user.is_active, user.logins)).collect();
        assert_eq!(seen, [("Ann", false, 8), ("Cleo", false, 5), ("Dan", false, 6)]);
        assert!(User::query().filter(User::name.eq("Zoe")).update().logins(0).returning(&db).await?.is_empty());
    }

    async fn the_time_of_the_update_moves_with_each_change(db: Db) {
        let [ann, bob, cleo, dan] = users(&db).await?;
        let pause = || tokio::time::sleep(std::time::Duration::from_millis(2));
        pause().await;
        let changed = ann.update().name("Anna").save(&db).await?;
        assert!(changed.updated_at > ann.updated_at && changed.created_at == ann.created_at);
        bob.update().name("Bobby").exec(&db).await?;
        User::query().filter(User::id.eq(cleo.id)).update().logins(1).exec(&db).await?;
        for user in [&bob, &cleo] {
            assert!(User::find(user.id).one(&db).await?.updated_at > user.updated_at);
        }
        assert_eq!(User::find(dan.id).one(&db).await?.updated_at, dan.updated_at);
        let time = crate::support::seed::instant("2001-01-01T00:00:00Z");
        assert_eq!(dan.update().updated_at(time).save(&db).await?.updated_at, time);
    }

    async fn a_row_that_is_gone_is_not_found(db: Db) {
        let [ann, ..] = users(&db).await?;
        ann.delete(&db).await?;
        let errors = [
            ann.update().name("Anna").save(&db).await.unwrap_err(),
            ann.update().name("Anna").exec(&db).await.unwrap_err(),
            ann.update().save(&db).await.unwrap_err(),
            ann.delete(&db).await.unwrap_err(),
        ];
        for error in errors {
            assert!(error.is_not_found() && error.to_string().contains("`User`"), "{error}");
            assert_eq!(error.caller().unwrap().file(), file!());
        }
    }

    async fn a_change_to_the_same_value_finds_the_row(db: Db) {
        tables!(db: Tag);
        let tag = Tag::create().name("rust").description("same").insert(&db).await?;
        tag.update().description("same").exec(&db).await?;
        assert_eq!(tag.update().description("same").save(&db).await?, tag);
        assert_eq!(Tag::query().filter(Tag::name.eq("rust")).update().description("same").exec(&db).await?, 1);
    }

    async fn a_change_of_nothing_sends_nothing(db: Db) {
        let [ann, ..] = users(&db).await?;
        assert_eq!(ann.update().save(&db).await?, ann);
        ann.update().exec(&db).await?;
        assert_eq!(User::query().filter(User::name.eq("Ann")).update().exec(&db).await?, 0);
        assert_eq!(User::query().update().exec(&db).await?, 0);
        assert_eq!(User::find(ann.id).one(&db).await?, ann);
    }

    async fn changed_values_are_brought_into_form_and_judged(db: Db) {
        let [ann, ..] = users(&db).await?;
        assert_eq!(ann.update().email(" NEW@Example.com ").save(&db).await?.email, "new@example.com");
        let error = ann.update().email("nonsense").name("x").balance(decimal("0.001")).save(&db).await.unwrap_err();
        let mut paths: Vec<&str> = error.field_errors().unwrap().iter().map(|e| &*e.path).collect();
        paths.sort_unstable();
        assert_eq!(paths, ["balance", "email", "name"]);
        let error = User::query().filter(User::id.eq(ann.id)).update().name("n".repeat(51)).exec(&db).await.unwrap_err();
        assert!(error.is_validation() && error.caller().is_some(), "{error:?}");
        assert_eq!(User::find(ann.id).one(&db).await?.email, "new@example.com");
    }

    async fn rows_with_keys_of_every_form_are_changed(db: Db) {
        tables!(db: Membership, Session);
        let one = Membership::create().group_id(1).member_id(1).insert(&db).await?;
        Membership::create().group_id(1).member_id(2).insert(&db).await?;
        assert_eq!(one.update().weight(9).save(&db).await?.weight, 9);
        assert_eq!(Membership::find((1, 2)).one(&db).await?.weight, 1);
        let mut rows = Membership::query().filter(Membership::group_id.eq(1)).update().weight(Membership::weight + 1).returning(&db).await?;
        rows.sort_by_key(|row| row.member_id);
        assert_eq!(rows.iter().map(|row| row.weight).collect::<Vec<_>>(), [10, 2]);
        one.delete(&db).await?;
        assert_eq!(Membership::query().count(&db).await?, 1);
        let session = Session::create().note("a").insert(&db).await?;
        assert_eq!(session.update().note("b").save(&db).await?.note, "b");
    }

    async fn rows_are_deleted_by_filter_and_by_themselves(db: Db) {
        let [ann, ..] = users(&db).await?;
        assert_eq!(User::query().filter(User::age.lt(35)).filter(User::name.ne("Ann")).delete().exec(&db).await?, 1);
        assert_eq!(names(&db, always()).await?, ["Ann", "Bob", "Dan"]);
        ann.delete(&db).await?;
        assert_eq!(names(&db, always()).await?, ["Bob", "Dan"]);
        assert_eq!(User::find(ann.id).delete().exec(&db).await?, 0);
        assert_eq!(User::query().filter(User::name.eq("Zoe")).delete().exec(&db).await?, 0);
    }

    async fn deleting_without_a_filter_is_refused(db: Db) {
        users(&db).await?;
        let error = User::query().delete().exec(&db).await.unwrap_err();
        assert!(error.to_string().contains("every row of `User`") && error.to_string().contains(".all_rows()"), "{error}");
        assert!(error.sql().is_none() && error.caller().unwrap().file() == file!());
        assert_eq!(User::query().count(&db).await?, 4);
        assert_eq!(User::query().delete().all_rows().exec(&db).await?, 4);
        assert_eq!(User::query().count(&db).await?, 0);
    }

    async fn changing_without_a_filter_is_refused(db: Db) {
        users(&db).await?;
        for error in [
            User::query().update().logins(9).exec(&db).await.unwrap_err(),
            User::query().update().logins(9).returning(&db).await.unwrap_err(),
        ] {
            assert!(error.to_string().contains("every row of `User`") && error.sql().is_none(), "{error}");
        }
        assert_eq!(names(&db, User::logins.eq(9)).await?, [""; 0]);
        assert_eq!(User::query().update().all_rows().logins(9).exec(&db).await?, 4);
        assert_eq!(User::query().update().all_rows().logins(8).returning(&db).await?.len(), 4);
    }

    async fn conditions_that_hold_for_all_rows_are_no_filter(db: Db) {
        users(&db).await?;
        let none: Option<&str> = None;
        assert!(User::query().filter_if(none, |name| User::name.eq(name)).delete().exec(&db).await.is_err());
        assert!(User::query().filter(always()).delete().exec(&db).await.is_err());
        assert_eq!(User::query().filter(never()).delete().exec(&db).await?, 0);
        assert_eq!(User::query().count(&db).await?, 4);
    }

    async fn what_a_change_would_drop_silently_is_refused(db: Db) {
        let [ann, ..] = users(&db).await?;
        let filtered = || User::query().filter(User::is_active.eq(true));
        for query in [filtered().limit(1), filtered().offset(1), filtered().order_by(User::id), filtered().distinct(), filtered().order_by(User::id).after(&ann)] {
            let error = query.clone().update().logins(9).exec(&db).await.unwrap_err();
            assert!(error.to_string().contains("filters only") && error.sql().is_none(), "{error}");
            let error = query.delete().exec(&db).await.unwrap_err();
            assert!(error.to_string().contains("filters only") && error.sql().is_none(), "{error}");
        }
        assert_eq!((User::query().count(&db).await?, names(&db, User::logins.eq(9)).await?.len()), (4, 0));
    }
}
