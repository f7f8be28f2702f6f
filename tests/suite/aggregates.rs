//! Aggregates, and groups.

use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{blog, day, decimal, tables, users};

on_every_database! {
    async fn aggregates_over_no_rows_are_none_and_counts_are_zero(db: Db) {
        tables!(db: Number);
        let row = Number::query()
            .select((count(), Number::whole.count(), Number::whole.count_distinct(), Number::whole.sum(), Number::whole.avg(), Number::whole.min()))
            .one(&db)
            .await?;
        assert_eq!(row, (0, 0, 0, None, None, None));
        let row = Number::query().select((Number::amount.sum(), Number::amount.avg(), Number::amount.max(), Number::ratio.sum(), Number::ratio.avg())).one(&db).await?;
        assert_eq!(row, (None, None, None, None, None));
        Number::create().insert(&db).await?;
        let row = Number::query().select((count(), Number::whole.count(), Number::whole.sum(), Number::whole.avg(), Number::amount.sum())).one(&db).await?;
        assert_eq!(row, (1, 0, None, None, None));
    }

    async fn nulls_are_not_counted_summed_or_averaged(db: Db) {
        tables!(db: Number);
        for whole in [Some(1), None, Some(4), Some(4)] {
            Number::create().whole(whole).insert(&db).await?;
        }
        let row = Number::query()
            .select((count(), Number::whole.count(), Number::whole.count_distinct(), Number::whole.sum(), Number::whole.avg(), Number::whole.min(), Number::whole.max()))
            .one(&db)
            .await?;
        assert_eq!(row, (4, 3, 2, Some(9), Some(3.0), Some(1), Some(4)));
    }

    async fn the_mean_of_integers_is_not_cut(db: Db) {
        tables!(db: Number);
        for n in [1_i16, 2, 2] {
            Number::create().small(n).medium(i32::from(n)).whole(i64::from(n)).amount(Decimal::from(n)).ratio(f64::from(n)).single(f32::from(n)).insert(&db).await?;
        }
        let row = Number::query()
            .select((Number::small.avg(), Number::medium.avg(), Number::whole.avg(), Number::amount.avg(), Number::ratio.avg(), Number::single.avg()))
            .one(&db)
            .await?;
        for mean in [row.0, row.1, row.2, row.3, row.4, row.5] {
            assert!((mean.unwrap() - 5.0 / 3.0).abs() < 1e-12, "{row:?}");
        }
    }

    async fn a_sum_of_small_integers_may_be_large(db: Db) {
        tables!(db: Number);
        for _ in 0..3 {
            Number::create().small(i16::MAX).medium(i32::MAX).insert(&db).await?;
        }
        let sums = Number::query().select((Number::small.sum(), Number::medium.sum())).one(&db).await?;
        assert_eq!(sums, (Some(3 * i64::from(i16::MAX)), Some(3 * i64::from(i32::MAX))));
    }

    async fn a_sum_that_does_not_fit_is_an_error(db: Db) {
        tables!(db: Number);
        Number::create().whole(i64::MAX).insert(&db).await?;
        assert_eq!(Number::query().select(Number::whole.sum()).one(&db).await?, Some(i64::MAX));
        Number::create().whole(1).insert(&db).await?;
        Number::query().select(Number::whole.sum()).one(&db).await.unwrap_err();
        assert_eq!(Number::query().filter(Number::whole.eq(1)).select(Number::whole.sum()).one(&db).await?, Some(1));
    }

    async fn sums_of_decimals_are_exact(db: Db) {
        tables!(db: Number);
        for _ in 0..10 {
            Number::create().amount(decimal("0.1")).insert(&db).await?;
        }
        Number::create().amount(decimal("1234567890123456.0001")).insert(&db).await?;
        let row = Number::query().select((Number::amount.sum(), Number::amount.min(), Number::amount.max())).one(&db).await?;
        assert_eq!(row, (Some(decimal("1234567890123457.0001")), Some(decimal("0.1")), Some(decimal("1234567890123456.0001"))));
    }

    async fn floats_are_summed_with_the_precision_of_doubles(db: Db) {
        tables!(db: Number);
        for (single, ratio) in [(16_777_216.0_f32, 0.1), (1.0, 0.2), (1.0, 0.3)] {
            Number::create().single(single).ratio(ratio).insert(&db).await?;
        }
        let (single, ratio) = Number::query().select((Number::single.sum(), Number::ratio.sum())).one(&db).await?;
        assert_eq!(single, Some(16_777_218.0));
        assert!((ratio.unwrap() - 0.6).abs() < 1e-12);
    }

    async fn least_and_greatest_are_known_of_every_ordered_type(db: Db) {
        users(&db).await?;
        let row = User::query().select((User::name.min(), User::name.max(), User::nickname.max(), User::balance.min(), User::balance.max())).one(&db).await?;
        assert_eq!(row, (Some("Ann".into()), Some("Dan".into()), Some("c".into()), Some(decimal("-5.00")), Some(decimal("100.25"))));
        let [first, last] = [User::created_at.min(), User::created_at.max()].map(|e| User::query().select(e).one(&db));
        assert!(first.await? <= last.await?);
        tables!(db: Session);
        Session::create().note("a").day(day("1969-07-20")).insert(&db).await?;
        Session::create().note("b").day(day("2024-02-29")).insert(&db).await?;
        let days = Session::query().select((Session::day.min(), Session::day.max())).one(&db).await?;
        assert_eq!(days, (Some(day("1969-07-20")), Some(day("2024-02-29"))));
    }

    async fn the_greatest_truth_value_is_true(db: Db) {
        users(&db).await?;
        let row = User::query().select((User::is_active.min(), User::is_active.max())).one(&db).await?;
        assert_eq!(row, (Some(false), Some(true)));
        let row = User::query().filter(User::name.eq("Zoe")).select((User::is_active.min(), User::is_active.max())).one(&db).await?;
        assert_eq!(row, (None, None));
    }

    async fn the_least_and_greatest_uuids_are_known(db: Db) {
        tables!(db: Session);
        let rows = Session::insert_many((0..3).map(|n| Session::create().note(format!("{n}")))).all(&db).await?;
        let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
        let row = Session::query().select((Session::id.min(), Session::id.max())).one(&db).await?;
        assert_eq!(row, (ids.iter().min().copied(), ids.iter().max().copied()));
    }

    async fn rows_are_grouped_by_columns(db: Db) {
        let [ann, bob, ..] = blog(&db).await?;
        let per_author: Vec<(Id<User>, i64, Option<i64>, Option<f64>)> = Post::query()
            .group_by(Post::user_id)
            .order_by(Post::user_id)
            .select((Post::user_id, count(), Post::view_count.max(), Post::view_count.avg()))
            .all(&db)
            .await?;
        assert_eq!(per_author.len(), 2);
        assert_eq!((per_author[0].0, per_author[0].1, per_author[0].2), (ann.id, 3, Some(100)));
        assert!((per_author[0].3.unwrap() - 107.0 / 3.0).abs() < 1e-9);
        assert_eq!(per_author[1], (bob.id, 1, Some(20), Some(20.0)));
        let pairs: Vec<(Id<User>, bool, i64)> = Post::query()
            .group_by((Post::user_id, Post::published))
            .order_by((Post::user_id, Post::published))
            .select((Post::user_id, Post::published, count()))
            .all(&db)
            .await?;
        assert_eq!(pairs, [(ann.id, false, 1), (ann.id, true, 2), (bob.id, true, 1)]);
    }

    async fn nulls_are_one_group(db: Db) {
        let [_, _, cleo, _] = blog(&db).await?;
        let groups: Vec<(Option<Id<User>>, i64)> =
            Post::query().group_by(Post::reviewer_id).order_by(Post::reviewer_id).select((Post::reviewer_id, count())).all(&db).await?;
        assert_eq!(groups, [(Some(cleo.id), 1), (None, 3)]);
    }

    async fn having_keeps_some_groups(db: Db) {
        let [ann, bob, ..] = blog(&db).await?;
        let groups = |condition| Post::query().group_by(Post::user_id).having(condition).order_by(Post::user_id).select(Post::user_id);
        assert_eq!(groups(count().gt(1)).all(&db).await?, [ann.id]);
        assert_eq!(groups(Post::view_count.sum().lt(50)).all(&db).await?, [bob.id]);
        assert_eq!(groups(count().gt(1) | Post::view_count.max().eq(20)).all(&db).await?, [ann.id, bob.id]);
        assert_eq!(groups(Post::view_count.avg().gt(35.5)).all(&db).await?, [ann.id]);
        let published = Post::query().filter(Post::published.eq(true)).group_by(Post::user_id).having(count().eq(1)).select(Post::user_id);
        assert_eq!(published.all(&db).await?, [bob.id]);
    }

    async fn groups_are_ordered_by_aggregates(db: Db) {
        let [ann, bob, ..] = blog(&db).await?;
        let by_count = |order| Post::query().group_by(Post::user_id).order_by(order).select(Post::user_id).all(&db);
        assert_eq!(by_count(count().desc()).await?, [ann.id, bob.id]);
        assert_eq!(by_count(Post::view_count.min().desc()).await?, [bob.id, ann.id]);
    }

    async fn rows_are_grouped_by_expressions(db: Db) {
        users(&db).await?;
        let by_age: Vec<(i32, i64)> =
            User::query().group_by(User::age.coalesce(30)).order_by(User::age.coalesce(30)).select((User::age.coalesce(30), count())).all(&db).await?;
        assert_eq!(by_age, [(25, 1), (30, 2), (41, 1)]);
        let size = || case().when(User::balance.gt(decimal("10")), "rich").otherwise("poor");
        let by_size: Vec<(String, i64)> = User::query().group_by(size()).order_by(size()).select((size(), count())).all(&db).await?;
        assert_eq!(by_size, [("poor".to_owned(), 2), ("rich".to_owned(), 2)]);
        let by_case: Vec<(String, i64)> = User::query().group_by(User::name.lower()).order_by(User::name.lower()).select((User::name.lower(), count())).all(&db).await?;
        assert_eq!(by_case.len(), 4);
        let by_sum: Vec<(i64, i64)> = User::query().group_by(User::logins + 10).order_by(User::logins + 10).select((User::logins + 10, count())).all(&db).await?;
        assert_eq!(by_sum, [(10, 2), (11, 1), (13, 1)]);
    }

    async fn whatever_holds_a_column_beside_aggregates_must_be_grouped_by(db: Db) {
        let [ann, bob, ..] = blog(&db).await?;
        let refused = |rows: orm::Result<Vec<(String, i64)>>, part: &str| {
            let error = rows.unwrap_err();
            assert!(matches!(error.kind(), orm::ErrorKind::InvalidQuery { .. }) && error.to_string().contains(part), "{error}");
        };
        let lower = || Post::title.lower();
        refused(Post::query().select((lower(), count())).all(&db).await, "`Post::title` is selected beside aggregates");
        refused(Post::query().group_by(Post::user_id).select((lower(), count())).all(&db).await, "`Post::title` is selected");
        refused(Post::query().group_by(Post::title.upper()).select((lower(), count())).all(&db).await, "`Post::title` is selected");
        refused(Post::query().group_by(lower()).order_by(Post::view_count).select((lower(), count())).all(&db).await, "`Post::view_count` is ordered by");
        refused(Post::query().group_by(lower()).having(Post::published.eq(true)).select((lower(), count())).all(&db).await, "`Post::published` is compared");
        refused(Post::query().filter(count().gt(1)).group_by(lower()).select((lower(), count())).all(&db).await, "keep groups by `.having(…)`");
        refused(Post::query().group_by(Post::view_count.sum()).select((lower(), count())).all(&db).await, "cannot be grouped by an aggregate");
        refused(Post::query().order_by(count()).select((lower(), Post::view_count)).all(&db).await, "`Post::title` is selected");

        // A distinct query is ordered by what it selects, as it stands there.
        let by_name = || Post::query().select((lower(), Post::view_count)).distinct();
        refused(by_name().order_by(Post::title.upper()).all(&db).await, "just as it is written there");
        refused(by_name().order_by(Post::title).all(&db).await, "`Post::title` is not selected");
        refused(Post::query().group_by(lower()).select((lower(), count())).distinct().order_by(Post::view_count.max()).all(&db).await, "just as it is written there");
        assert_eq!(by_name().order_by(lower()).limit(1).all(&db).await?, [("draft".to_owned(), 0)]);

        // What is made of the groups' values has one value, and so has everything beside the key.
        let made = Post::query().group_by(Post::view_count).order_by(Post::view_count).select((Post::view_count * 2 + 1, count())).all(&db).await?;
        assert_eq!(made, [(1, 1), (15, 1), (41, 1), (201, 1)]);
        let by_key = Post::query().group_by(Post::id).order_by(lower()).select((lower(), count())).all(&db).await?;
        assert_eq!(by_key.len(), 4);
        let window = Post::query().group_by(Post::user_id).order_by(Post::user_id).select((Post::user_id, row_number().over(orm::expr::order_by(count().desc())))).all(&db).await?;
        assert_eq!(window, [(ann.id, 1), (bob.id, 2)]);
    }

    async fn groups_by_more_and_groups_that_are_asked_for_later(db: Db) {
        let [ann, ..] = blog(&db).await?;
        assert_eq!(Post::query().group_by((Post::user_id, Post::published)).count(&db).await?, 3);
        let some = |only: Option<i64>| {
            let groups = Post::query().group_by(Post::user_id).group_by(Post::published).filter_if(only, |at_least| Post::view_count.ge(at_least));
            groups.order_by((Post::user_id, Post::published)).limit(1).select((Post::user_id, Post::published, Post::view_count.sum().coalesce(0) * 2)).all(&db)
        };
        assert_eq!(some(None).await?, [(ann.id, false, 0)]);
        assert_eq!(some(Some(8)).await?, [(ann.id, true, 200)]);
    }

    async fn arithmetic_with_aggregates_is_possible(db: Db) {
        blog(&db).await?;
        let row: (Option<i64>, Option<i64>) =
            Post::query().select((Post::view_count.max() - Post::view_count.min(), Post::view_count.sum() * 2)).one(&db).await?;
        assert_eq!(row, (Some(100), Some(254)));
    }
}
