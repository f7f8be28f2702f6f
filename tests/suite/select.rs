//! What a query reads of its rows: tuples, single values, structs.

use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{blog, decimal, tables, users};

#[derive(FromRow, Debug, PartialEq)]
struct Author {
    id: Id<User>,
    posts: i64,
    views: Option<i64>,
}

#[derive(FromRow, Debug, PartialEq)]
struct Name {
    name: String,
    nickname: Option<String>,
}

on_every_database! {
    async fn a_single_column_is_a_value(db: Db) {
        let [ann, bob, ..] = users(&db).await?;
        let ids: Vec<Id<User>> = User::query().order_by(User::id).limit(2).select(User::id).all(&db).await?;
        assert_eq!(ids, [ann.id, bob.id]);
        let nicknames: Vec<Option<String>> = User::query().order_by(User::id).select(User::nickname).all(&db).await?;
        assert_eq!(nicknames, [Some("annie".into()), None, Some("c".into()), None]);
        assert_eq!(User::find(ann.id).select(User::role).one(&db).await?, Role::Admin);
        assert_eq!(User::find(ann.id).select(User::balance).one(&db).await?, decimal("10.50"));
        assert_eq!(User::find(ann.id).select(User::is_active).one(&db).await?, true);
        assert_eq!(User::find(ann.id).select(User::created_at).one(&db).await?, ann.created_at);
    }

    async fn several_columns_are_a_tuple(db: Db) {
        let [ann, ..] = users(&db).await?;
        let row: (Id<User>, String, Option<i32>, bool, Role, Decimal, i64, DateTime<Utc>) = User::find(ann.id)
            .select((User::id, User::name, User::age, User::is_active, User::role, User::balance, User::logins, User::created_at))
            .one(&db)
            .await?;
        assert_eq!(row, (ann.id, "Ann".into(), Some(30), true, Role::Admin, decimal("10.50"), 3, ann.created_at));
        let nested: Vec<((String, Option<i32>), bool)> =
            User::query().order_by(User::id).limit(2).select(((User::name, User::age), User::is_active)).all(&db).await?;
        assert_eq!(nested, [(("Ann".into(), Some(30)), true), (("Bob".into(), None), false)]);
    }

    async fn expressions_are_selected_beside_columns(db: Db) {
        users(&db).await?;
        let rows = User::query()
            .order_by(User::id)
            .select((User::name.upper(), User::logins + 1, User::age.gt(28), User::name.length()))
            .limit(1)
            .all(&db)
            .await?;
        assert_eq!(rows, [("ANN".to_owned(), 4, true, Some(3))]);
    }

    async fn a_struct_is_filled_field_by_field(db: Db) {
        let [ann, bob, ..] = blog(&db).await?;
        let authors: Vec<Author> = Post::query()
            .group_by(Post::user_id)
            .order_by(Post::user_id)
            .select_as::<Author, _>((Post::user_id, count(), Post::view_count.sum()))
            .all(&db)
            .await?;
        assert_eq!(authors, [Author { id: ann.id, posts: 3, views: Some(107) }, Author { id: bob.id, posts: 1, views: Some(20) }]);
        let name = User::find(ann.id).select_as::<Name, _>((User::name, User::nickname)).one(&db).await?;
        assert_eq!(name, Name { name: "Ann".into(), nickname: Some("annie".into()) });
    }

    async fn the_order_may_be_by_what_is_not_selected(db: Db) {
        users(&db).await?;
        let all = User::query().order_by((User::is_active.asc(), User::balance.desc())).select(User::name).all(&db).await?;
        assert_eq!(all, ["Bob", "Cleo", "Ann", "Dan"]);
    }

    async fn the_last_select_counts(db: Db) {
        users(&db).await?;
        let all = User::query().select(User::id).select(User::name).order_by(User::name).all(&db).await?;
        assert_eq!(all, ["Ann", "Bob", "Cleo", "Dan"]);
    }

    async fn words_of_sql_are_names_like_others(db: Db) {
        tables!(db: Number);
        Number::create().group(5).whole(1).insert(&db).await?;
        assert_eq!(Number::query().filter(Number::group.eq(5)).order_by(Number::group).select(Number::group).all(&db).await?, [5]);
        let sums = Number::query().group_by(Number::group).select((Number::group, Number::whole.sum())).all(&db).await?;
        assert_eq!(sums, [(5, Some(1))]);
    }

    async fn null_that_a_type_does_not_allow_is_an_error(db: Db) {
        users(&db).await?;
        // Division by zero is NULL, and `i64` cannot be that.
        let error = User::query().order_by(User::id).select(User::logins / 0).all(&db).await.unwrap_err();
        assert!(matches!(error.kind(), orm::ErrorKind::Decode { .. }), "{error:?}");
        assert!(error.to_string().contains("NULL"), "{error}");
    }
}
