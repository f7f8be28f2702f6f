//! Queries inside of queries.

use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{blog, names, tables};

on_every_database! {
    async fn a_list_may_be_a_query(db: Db) {
        blog(&db).await?;
        let authors = || Post::query().filter(Post::published.eq(true)).select(Post::user_id);
        assert_eq!(names(&db, User::id.in_(authors())).await?, ["Ann", "Bob"]);
        assert_eq!(names(&db, User::id.not_in(authors())).await?, ["Cleo", "Dan"]);
        let nobody = Post::query().filter(Post::title.eq("none")).select(Post::user_id);
        assert_eq!(names(&db, User::id.in_(nobody.clone())).await?, [""; 0]);
        assert_eq!(names(&db, User::id.not_in(nobody)).await?, ["Ann", "Bob", "Cleo", "Dan"]);
    }

    async fn nulls_of_a_query_do_not_make_not_in_unknown(db: Db) {
        blog(&db).await?;
        let reviewers = || Post::query().select(Post::reviewer_id);
        assert_eq!(names(&db, User::id.in_(reviewers())).await?, ["Cleo"]);
        assert_eq!(names(&db, User::id.not_in(reviewers())).await?, ["Ann", "Bob", "Dan"]);
        assert_eq!(names(&db, !User::id.in_(reviewers().filter(Post::reviewer_id.is_not_null()))).await?, ["Ann", "Bob", "Dan"]);
        let greatest = Post::query().filter(Post::title.eq("none")).select(Post::user_id.max());
        assert_eq!(names(&db, User::id.not_in(greatest)).await?, ["Ann", "Bob", "Cleo", "Dan"]);
    }

    async fn not_in_a_grouped_query_leaves_out_its_nulls(db: Db) {
        blog(&db).await?;
        let reviewers = Post::query().group_by(Post::reviewer_id).having(count().ge(1)).select(Post::reviewer_id);
        assert_eq!(names(&db, User::id.not_in(reviewers)).await?, ["Ann", "Bob", "Dan"]);
        let most = Post::query().group_by(Post::user_id).select(Post::reviewer_id.max());
        assert_eq!(names(&db, User::id.not_in(most)).await?, ["Ann", "Bob", "Dan"]);
    }

    async fn exists_refers_to_the_row_around_it(db: Db) {
        blog(&db).await?;
        let posts = || Post::query().filter(Post::user_id.eq(User::id.outer()));
        assert_eq!(names(&db, exists(posts())).await?, ["Ann", "Bob"]);
        assert_eq!(names(&db, not_exists(posts())).await?, ["Cleo", "Dan"]);
        assert_eq!(names(&db, exists(posts().filter(Post::published.eq(false)))).await?, ["Ann"]);
        assert_eq!(names(&db, User::is_active & !exists(posts())).await?, ["Cleo", "Dan"]);
        assert_eq!(names(&db, exists(posts().filter(Post::reviewer_id.is_not_null()))).await?, ["Ann"]);
        let often = posts().group_by(Post::user_id).having(count().gt(2)).select(Post::user_id);
        assert_eq!(names(&db, exists(often)).await?, ["Ann"]);
        assert_eq!(names(&db, exists(posts().order_by(Post::id).offset(2))).await?, ["Ann"]);
    }

    async fn a_query_over_the_same_model_has_columns_of_its_own(db: Db) {
        blog(&db).await?;
        let older = User::query().filter(User::age.gt(User::age.outer()));
        assert_eq!(names(&db, not_exists(older) & User::age.is_not_null()).await?, ["Dan"]);
        let same = User::query().filter(User::id.eq(User::id.outer()) & User::name.eq("Bob")).select(User::id);
        assert_eq!(names(&db, User::id.in_(same)).await?, ["Bob"]);
    }

    async fn subqueries_nest(db: Db) {
        blog(&db).await?;
        let reviewed_by_active = Post::query().filter(Post::reviewer_id.in_(User::query().filter(User::is_active.eq(true)).select(User::id))).select(Post::user_id);
        assert_eq!(names(&db, User::id.in_(reviewed_by_active)).await?, ["Ann"]);
        // A post by the user around, of which the user around that one … is older than its reviewer.
        let inner = User::query().filter(User::id.eq(Post::reviewer_id.outer()));
        let posts = Post::query().filter(Post::user_id.eq(User::id.outer()) & exists(inner));
        assert_eq!(names(&db, exists(posts)).await?, ["Ann"]);
    }

    async fn a_query_of_one_value_stands_for_the_value(db: Db) {
        blog(&db).await?;
        let most = || Post::query().select(Post::view_count.max());
        let best = Post::query().filter(Post::view_count.eq(most())).select(Post::slug);
        assert_eq!(best.one(&db).await?, "first");
        let above: Vec<String> = Post::query()
            .filter(Post::view_count.gt(Post::query().filter(Post::slug.eq("second")).select(Post::view_count)))
            .order_by(Post::id)
            .select(Post::slug)
            .all(&db)
            .await?;
        assert_eq!(above, ["first", "other"]);
        let none = Post::query().filter(Post::view_count.gt(Post::query().filter(Post::slug.eq("none")).select(Post::view_count)));
        assert_eq!(none.count(&db).await?, 0);
        let count_of_posts = Post::query().filter(Post::user_id.eq(User::id.outer())).select(count());
        assert_eq!(names(&db, User::logins.eq(count_of_posts)).await?, ["Ann", "Cleo"]);
    }

    async fn a_query_inside_may_have_an_order_and_a_limit(db: Db) {
        blog(&db).await?;
        let two = || Post::query().order_by(Post::view_count.desc()).limit(2).select(Post::user_id);
        assert_eq!(names(&db, User::id.in_(two())).await?, ["Ann", "Bob"]);
        assert_eq!(names(&db, User::id.not_in(two())).await?, ["Cleo", "Dan"]);
        let best = Post::query().order_by(Post::view_count.desc()).limit(1).select(Post::user_id);
        assert_eq!(names(&db, User::id.eq(best)).await?, ["Ann"]);
        let rest = Post::query().order_by(Post::view_count.desc()).offset(1).limit(1).select(Post::user_id);
        assert_eq!(names(&db, User::id.in_(rest)).await?, ["Bob"]);
    }

    async fn changes_and_deletions_may_look_at_other_tables(db: Db) {
        blog(&db).await?;
        let authors = Post::query().select(Post::user_id);
        assert_eq!(User::query().filter(User::id.in_(authors)).update().logins(50).exec(&db).await?, 2);
        assert_eq!(names(&db, User::logins.eq(50)).await?, ["Ann", "Bob"]);
        let posts = Post::query().filter(Post::user_id.eq(User::id.outer()));
        let reviews = Post::query().filter(Post::reviewer_id.eq(User::id.outer()));
        assert_eq!(User::query().filter(not_exists(posts)).filter(not_exists(reviews)).delete().exec(&db).await?, 1);
        assert_eq!(names(&db, always()).await?, ["Ann", "Bob", "Cleo"]);
    }

    async fn the_first_rows_of_a_table_are_changed_by_their_keys(db: Db) {
        blog(&db).await?;
        let oldest = || User::query().order_by(User::age.desc().nulls_last()).limit(2).select(User::id);
        assert_eq!(User::query().filter(User::id.in_(oldest())).update().logins(7).exec(&db).await?, 2);
        assert_eq!(names(&db, User::logins.eq(7)).await?, ["Ann", "Dan"]);
        let last = Post::query().order_by(Post::id.desc()).limit(1).select(Post::id);
        assert_eq!(Post::query().filter(Post::id.in_(last)).delete().exec(&db).await?, 1);
        assert_eq!(Post::query().count(&db).await?, 3);
    }

    async fn a_column_of_another_model_is_refused_before_anything_is_sent(db: Db) {
        tables!(db: User);
        let nowhere = User::query().filter(User::id.eq(Post::user_id.outer())).all(&db).await.unwrap_err();
        assert!(matches!(nowhere.kind(), orm::ErrorKind::InvalidQuery { .. }), "{nowhere:?}");
        assert!(nowhere.to_string().contains("`Post::user_id.outer()` stands in no subquery"), "{nowhere}");
        assert!(nowhere.sql().is_none());
    }
}
