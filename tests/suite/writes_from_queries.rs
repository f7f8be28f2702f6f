//! Writes whose values or rows come from queries: inserts from a select, changes from subqueries and related rows, deletions by them.

use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{blog, decimal, names, tables, users};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "archive")]
pub struct Archived {
    pub id: Id<Archived>,
    pub post_id: i64,
    #[model(length = 100)]
    pub title: String,
    pub note: Option<String>,
    #[model(default = 5)]
    pub weight: i32,
    #[model(default = Role::Editor)]
    pub role: Role,
    #[model(precision = 8, scale = 1, default = Decimal::ONE)]
    pub balance: Decimal,
    #[model(created_at)]
    pub at: DateTime<Utc>,
}

on_every_database! {
    also mysql_without_returning;

    async fn rows_of_a_query_are_inserted_with_the_defaults_of_what_is_not_named(db: Db) {
        blog(&db).await?;
        tables!(db: Archived);
        let before = Utc::now();
        let posts = Post::query().filter(Post::published.eq(true)).order_by(Post::id).select((Post::id, Post::title, Post::slug));
        let inserted = Archived::insert_from((Archived::post_id, Archived::title, Archived::note), posts).exec(&db).await?;
        assert_eq!(inserted, 3);
        let rows = Archived::query().order_by(Archived::post_id).all(&db).await?;
        let seen: Vec<_> = rows.iter().map(|r| (r.post_id, r.title.as_str(), r.note.as_deref(), r.weight, r.role, r.balance)).collect();
        let expected = |id, title, note| (id, title, Some(note), 5, Role::Editor, decimal("1.0"));
        assert_eq!(seen, [expected(1, "First", "first"), expected(2, "Second", "second"), expected(4, "Other", "other")]);
        assert!(rows.iter().all(|r| r.at >= before - chrono::Duration::milliseconds(1) && r.at == rows[0].at));
    }

    async fn computed_values_related_values_and_constants_are_inserted(db: Db) {
        blog(&db).await?;
        tables!(db: Archived);
        let query = Post::query()
            .filter(Post::author.is(User::name.eq("Ann")))
            .order_by(Post::view_count.desc())
            .limit(2)
            .select((Post::id, Post::author.get(User::name), Post::author.get(User::balance), Post::author.get(User::role)));
        Archived::insert_from((Archived::post_id, Archived::title, Archived::balance, Archived::role), query).exec(&db).await?;
        let rows = Archived::query().order_by(Archived::post_id).select((Archived::post_id, Archived::title, Archived::balance, Archived::role)).all(&db).await?;
        let row = |id| (id, "Ann".to_owned(), decimal("10.5"), Role::Admin);
        assert_eq!(rows, [row(1), row(2)]);
    }

    async fn a_decimal_is_brought_into_the_form_of_its_column(db: Db) {
        users(&db).await?;
        tables!(db: Archived);
        let query = User::query().filter(User::name.eq("Cleo")).select((User::id, User::name, User::balance));
        Archived::insert_from((Archived::post_id, Archived::title, Archived::balance), query).exec(&db).await?;
        // 100.25 has two digits, and the column one.
        assert_eq!(Archived::query().one(&db).await?.balance, decimal("100.3"));
        assert_eq!(Archived::query().filter(Archived::balance.eq(decimal("100.3"))).count(&db).await?, 1);
    }

    async fn groups_are_inserted(db: Db) {
        blog(&db).await?;
        tables!(db: Archived);
        let error = Archived::insert_from((Archived::post_id, Archived::note), Post::query().group_by(Post::user_id).select((Post::user_id, Post::title.max())));
        assert!(error.exec(&db).await.unwrap_err().to_string().contains("`Archived::title` needs a value, and is not named"));
        tables!(db: Number);
        let counts = Number::insert_from((Number::whole, Number::ratio), Post::query().group_by(Post::user_id).select((count(), Post::view_count.avg())));
        assert_eq!(counts.exec(&db).await?, 2);
        let mut seen = Number::query().select((Number::group, Number::whole, Number::ratio)).all(&db).await?;
        seen.sort_by_key(|row| row.1);
        assert_eq!(seen, [(0, Some(1), Some(20.0)), (0, Some(3), Some(107.0 / 3.0))]);
    }

    async fn a_table_can_be_copied_into_itself(db: Db) {
        blog(&db).await?;
        let copies = Post::query().select((Post::user_id, Post::title, Post::slug.concat("-copy")));
        assert_eq!(Post::insert_from((Post::user_id, Post::title, Post::slug), copies).exec(&db).await?, 4);
        assert_eq!(Post::query().filter(Post::slug.ends_with("-copy")).filter(Post::published.eq(false)).count(&db).await?, 4);
    }

    async fn what_cannot_be_inserted_is_refused_before_anything_is_sent(db: Db) {
        tables!(db: User, Post, Session, Invoice);
        let refusal = async |result: orm::Result<u64>| result.unwrap_err().to_string();
        let query = || User::query().select(User::name);
        assert!(refusal(Session::insert_from(Session::note, query()).exec(&db).await).await.contains("`Session::id` is made by the program for each row"));
        assert!(refusal(Post::insert_from(Post::title, query()).exec(&db).await).await.contains("`Post::user_id` needs a value"));
        let numbers = User::query().select(User::age.coalesce(0));
        assert!(refusal(Invoice::insert_from(Invoice::doubled, numbers).exec(&db).await).await.contains("`Invoice::doubled` is computed by the database"));
        let twice = User::query().select((User::name, User::name));
        assert!(refusal(Word::insert_from((Word::text, Word::text), twice).exec(&db).await).await.contains("`Word::text` is named twice"));
    }

    async fn a_constraint_is_the_error_it_is_elsewhere(db: Db) {
        blog(&db).await?;
        let copies = Post::query().select((Post::user_id, Post::title, Post::slug));
        let error = Post::insert_from((Post::user_id, Post::title, Post::slug), copies).exec(&db).await.unwrap_err();
        assert!(error.is_unique_violation(), "{error}");
        assert_eq!(Post::query().count(&db).await?, 4);
    }

    async fn a_column_is_set_to_a_subquery(db: Db) {
        let [ann, bob, ..] = blog(&db).await?;
        let posts = Post::query().filter(Post::user_id.eq(User::id.outer())).select(count());
        assert_eq!(User::query().filter(User::is_active.eq(true)).update().logins(posts).exec(&db).await?, 3);
        let logins = User::query().order_by(User::id).select(User::logins).all(&db).await?;
        assert_eq!(logins, [3, 0, 0, 0]);
        let best = Post::query().filter(Post::user_id.eq(User::id.outer())).order_by(Post::view_count.desc()).limit(1).select(Post::title);
        User::query().update().all_rows().nickname(best).exec(&db).await?;
        let names = User::query().order_by(User::id).select(User::nickname).all(&db).await?;
        assert_eq!(names, [Some("First".to_owned()), Some("Other".to_owned()), None, None]);
        let views = || Post::query().filter(Post::user_id.eq(User::id.outer())).select(Post::view_count.sum().coalesce(0));
        assert_eq!(ann.update().logins(views()).save(&db).await?.logins, 107);
        assert_eq!(bob.update().logins(views()).age(9).save(&db).await?.logins, 20);
    }

    async fn a_column_is_set_to_a_related_rows_column(db: Db) {
        blog(&db).await?;
        let changed = Post::query().filter(Post::published.eq(true)).update().title(Post::author.get(User::name)).exec(&db).await?;
        assert_eq!(changed, 3);
        let titles = Post::query().order_by(Post::id).select(Post::title).all(&db).await?;
        assert_eq!(titles, ["Ann", "Ann", "Draft", "Bob"]);
        let changed = Post::query().update().all_rows().view_count(Post::author.get(User::logins) * 2 + Post::view_count).exec(&db).await?;
        assert_eq!(changed, 4);
        assert_eq!(Post::query().order_by(Post::id).select(Post::view_count).all(&db).await?, [106, 13, 6, 20]);
    }

    async fn a_subquery_may_read_the_table_that_is_changed(db: Db) {
        users(&db).await?;
        let most = User::query().select(User::logins.max().coalesce(0));
        User::query().filter(User::name.eq("Bob")).update().logins(most).exec(&db).await?;
        assert_eq!(names(&db, User::logins.eq(3)).await?, ["Ann", "Bob"]);
        let older = User::query().filter(User::age.gt(28)).select(User::id);
        assert_eq!(User::query().filter(User::id.in_(older)).update().is_active(false).exec(&db).await?, 2);
        assert_eq!(names(&db, User::is_active.eq(false)).await?, ["Ann", "Bob", "Dan"]);
        let best = User::query().order_by(User::balance.desc()).limit(1).select(User::id);
        let changed = User::query().filter(User::id.in_(best)).update().name("Rich").returning(&db).await?;
        assert_eq!(changed.iter().map(|u| u.email.as_str()).collect::<Vec<_>>(), ["cleo@example.com"]);
        let oldest = User::query().order_by(User::age.desc().nulls_last()).limit(1).select(User::id);
        assert_eq!(User::query().filter(User::id.in_(oldest)).delete().exec(&db).await?, 1);
        assert_eq!(names(&db, always()).await?, ["Ann", "Bob", "Rich"]);
    }

    async fn rows_are_changed_and_deleted_by_their_relations(db: Db) {
        blog(&db).await?;
        let changed = Post::query().filter(Post::author.is(User::name.eq("Ann"))).update().view_count(1).exec(&db).await?;
        assert_eq!(changed, 3);
        let deleted = Post::query().filter(Post::author.is(User::is_active.eq(false)) | Post::reviewer.exists()).delete().exec(&db).await?;
        assert_eq!(deleted, 2);
        assert_eq!(Post::query().order_by(Post::id).select(Post::slug).all(&db).await?, ["second", "draft"]);
        let silent = User::query().filter(not_exists(Post::query().filter(Post::user_id.eq(User::id.outer()))));
        assert_eq!(silent.delete().exec(&db).await?, 3);
        assert_eq!(names(&db, always()).await?, ["Ann"]);
    }

    async fn deleted_rows_come_back_as_they_were(db: Db) {
        blog(&db).await?;
        let mut expected = Post::query().filter(Post::author.is(User::name.eq("Ann"))).order_by(Post::id).all(&db).await?;
        let mut deleted = Post::query().filter(Post::author.is(User::name.eq("Ann"))).delete().returning(&db).await?;
        deleted.sort_by_key(|post| post.id);
        expected.sort_by_key(|post| post.id);
        assert_eq!(deleted, expected);
        assert_eq!(deleted.len(), 3);
        assert_eq!(Post::query().count(&db).await?, 1);
        assert!(Post::query().delete().returning(&db).await.unwrap_err().to_string().contains("every row"));
        assert!(Post::query().filter(Post::slug.eq("none")).delete().returning(&db).await?.is_empty());
    }

    async fn changed_rows_come_back_old_and_new(db: Db) {
        let before = users(&db).await?;
        let mut both = User::query().filter(User::is_active.eq(true)).update().is_active(false).logins(User::logins + 5).returning_both(&db).await?;
        both.sort_by_key(|changed| changed.old.id);
        assert_eq!(both.iter().map(|changed| changed.old.clone()).collect::<Vec<_>>(), [before[0].clone(), before[2].clone(), before[3].clone()]);
        let new: Vec<_> = both.iter().map(|changed| (changed.new.name.as_str(), changed.new.is_active, changed.new.logins)).collect();
        assert_eq!(new, [("Ann", false, 8), ("Cleo", false, 5), ("Dan", false, 6)]);
        assert!(User::query().filter(User::name.eq("Zoe")).update().logins(0).returning_both(&db).await?.is_empty());
        let same = User::query().filter(User::name.eq("Bob")).update().returning_both(&db).await?;
        assert_eq!((same.len(), &same[0].old, &same[0].new), (1, &before[1], &before[1]));
        assert!(User::query().update().logins(0).returning_both(&db).await.unwrap_err().to_string().contains("every row"));
        let moved = User::query().filter(User::name.eq("Bob")).update().set(User::id, Id::new(77)).returning_both(&db).await;
        assert!(moved.unwrap_err().to_string().contains("primary key"));
    }

    async fn an_upsert_changes_a_row_only_if_it_meets_a_condition(db: Db) {
        let [ann, ..] = users(&db).await?;
        let upsert = |logins: i64| User::create().email("ann@example.com").name("Anna").logins(logins).on_conflict(User::email).update((User::name, User::logins));
        let newer = || User::logins.lt(User::logins.excluded());
        assert_eq!(upsert(2).filter(newer()).insert(&db).await?, None);
        assert_eq!(upsert(3).filter(newer()).exec(&db).await?, 0);
        assert_eq!(User::find(ann.id).one(&db).await?, ann);
        let changed = upsert(4).filter(newer()).insert(&db).await?.unwrap();
        assert_eq!((changed.id, changed.name.as_str(), changed.logins), (ann.id, "Anna", 4));
        assert_eq!(upsert(9).filter(newer()).filter(User::role.eq(Role::Member)).exec(&db).await?, 0);
        assert_eq!(upsert(9).filter(newer()).filter(User::role.eq(Role::Admin) & User::is_active.eq(true)).exec(&db).await?, 1);
        // A new row is inserted whatever the condition says.
        let new = User::create().email("new@example.com").name("New").on_conflict(User::email).update(User::name).filter(never());
        assert_eq!(new.insert(&db).await?.unwrap().name, "New");
        let rows = [("ann@example.com", 100), ("bob@example.com", 0), ("eve@example.com", 1)].map(|(email, logins)| User::create().email(email).name("Many").logins(logins));
        let many = User::insert_many(rows).on_conflict(User::email).update((User::name, User::logins)).filter(newer());
        assert_eq!(many.exec(&db).await?, 2);
        assert_eq!(names(&db, User::name.eq("Many")).await?, ["Many", "Many"]);
    }
}
