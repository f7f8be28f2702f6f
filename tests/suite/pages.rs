//! Pages by number.

use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{blog, users};

on_every_database! {
    async fn pages_cut_the_rows_and_count_them(db: Db) {
        users(&db).await?;
        let page = |n| User::query().order_by(User::id).select(User::name).page(n, 3, &db);
        let first = page(1).await?;
        assert_eq!(first.items, ["Ann", "Bob", "Cleo"]);
        assert_eq!((first.total, first.page, first.per_page, first.pages()), (4, 1, 3, 2));
        assert!(first.has_next() && !first.has_previous());
        let second = page(2).await?;
        assert_eq!(second.items, ["Dan"]);
        assert!(!second.has_next() && second.has_previous());
    }

    async fn a_page_behind_the_last_one_is_empty(db: Db) {
        users(&db).await?;
        for far in [3, 1_000_000, u64::MAX] {
            let page = User::query().order_by(User::id).page(far, 3, &db).await?;
            assert_eq!((page.items.len(), page.total, page.page), (0, 4, far));
            assert!(!page.has_next() && page.has_previous());
        }
        let all = User::query().order_by(User::id).page(1, u64::MAX, &db).await?;
        assert_eq!((all.items.len(), all.total, all.pages()), (4, 4, 1));
    }

    async fn a_page_of_nothing_has_no_pages(db: Db) {
        users(&db).await?;
        let page = User::query().filter(User::name.eq("Zoe")).order_by(User::id).page(1, 10, &db).await?;
        assert_eq!((page.items.len(), page.total, page.pages()), (0, 0, 0));
        assert!(!page.has_next() && !page.has_previous());
    }

    async fn the_total_is_of_what_the_query_gives(db: Db) {
        blog(&db).await?;
        let page = Post::query().filter(Post::published.eq(true)).order_by(Post::id).page(1, 2, &db).await?;
        assert_eq!((page.items.len(), page.total), (2, 3));
        let groups = Post::query().group_by(Post::user_id).order_by(Post::user_id).select((Post::user_id, count())).page(1, 1, &db).await?;
        assert_eq!((groups.items.len(), groups.total), (1, 2));
        let distinct = Post::query().distinct().order_by(Post::published).select(Post::published).page(1, 10, &db).await?;
        assert_eq!((distinct.items, distinct.total), (vec![false, true], 2));
    }

    async fn a_page_that_makes_no_sense_is_refused_before_anything_is_sent(db: Db) {
        // There is not even a table.
        let query = || User::query().order_by(User::id);
        let refused = [
            query().page(0, 10, &db).await,
            query().page(1, 0, &db).await,
            User::query().page(1, 10, &db).await,
            query().limit(5).page(1, 10, &db).await,
            query().offset(5).page(1, 10, &db).await,
        ];
        for result in refused {
            let error = result.unwrap_err();
            assert!(matches!(error.kind(), orm::ErrorKind::InvalidQuery { .. }), "{error:?}");
            assert_eq!(error.caller().unwrap().file(), file!());
            assert!(error.sql().is_none());
        }
    }
}
