//! Groups of groups, up to one of all rows.

use std::collections::BTreeMap;

use orm::expr::{grouping, order_by};
use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{blog, decimal, instant, tables, users};

/// A row of text as it is easy to compare.
fn text(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or("-")
}

on_every_database! {
    async fn a_rollup_has_a_row_for_each_larger_group(db: Db) {
        blog(&db).await?;
        let posts = Post::query().all(&db).await?;
        let query = || Post::query().group_by((Post::user_id, Post::published)).rollup();
        let rows = query().select((Post::user_id.nullable(), Post::published.nullable(), count(), Post::view_count.sum())).all(&db).await?;
        let mut groups: BTreeMap<(Option<i64>, Option<bool>), (i64, Option<i64>)> = BTreeMap::new();
        for post in &posts {
            let user = Some(post.user_id.get());
            for key in [(user, Some(post.published)), (user, None), (None, None)] {
                let group = groups.entry(key).or_default();
                group.0 += 1;
                group.1 = Some(group.1.unwrap_or(0) + post.view_count);
            }
        }
        let mut found: Vec<_> = rows.into_iter().map(|(user, published, posts, views)| ((user.map(|id| id.get()), published), (posts, views))).collect();
        found.sort();
        assert_eq!(found, groups.clone().into_iter().collect::<Vec<_>>());
        assert_eq!(query().select(count()).count(&db).await?, groups.len() as u64);
        assert_eq!(query().having(count().gt(2)).select(count()).count(&db).await?, 2);
        assert!(query().select(count()).exists(&db).await?);
        assert!(!query().having(count().gt(9)).select(count()).exists(&db).await?);
        assert_eq!(query().select((Post::user_id.nullable(), Post::published.nullable())).all(&db).await?.len(), groups.len());
    }

    async fn the_rows_of_a_rollup_are_ordered_and_limited_like_others(db: Db) {
        blog(&db).await?;
        let query = || Post::query()
            .group_by((Post::user_id, Post::published))
            .rollup()
            .order_by((Post::user_id.asc(), Post::published.desc()))
            .select((Post::user_id.nullable(), Post::published.nullable(), count()));
        // NULL comes behind all values in an ascending order, and before them in a descending one.
        let all: Vec<_> = query().all(&db).await?.into_iter().map(|(user, published, posts)| (user.map(|id| id.get()), published, posts)).collect();
        let expected = [
            (Some(1), None, 3),
            (Some(1), Some(true), 2),
            (Some(1), Some(false), 1),
            (Some(2), None, 1),
            (Some(2), Some(true), 1),
            (None, None, 4),
        ];
        assert_eq!(all, expected);
        let counts = |rows: Vec<(Option<Id<User>>, Option<bool>, i64)>| rows.into_iter().map(|row| row.2).collect::<Vec<_>>();
        assert_eq!(counts(query().limit(2).all(&db).await?), [3, 2]);
        assert_eq!(counts(query().offset(3).limit(2).all(&db).await?), [1, 1]);
        assert_eq!(query().offset(3).limit(9).count(&db).await?, 3);
        assert_eq!(query().one(&db).await?.2, 3);
        let page = query().page(2, 4, &db).await?;
        assert_eq!((page.total, counts(page.items)), (6, vec![1, 4]));
        let most = Post::query().group_by(Post::user_id).rollup().order_by((Post::view_count.sum().desc(), Post::user_id.asc()));
        assert_eq!(most.select(Post::view_count.sum()).all(&db).await?, [Some(127), Some(107), Some(20)]);
    }

    async fn grouping_tells_all_values_from_no_value(db: Db) {
        users(&db).await?;
        let query = || User::query().group_by((User::is_active, User::age)).rollup();
        let rows = query()
            .order_by((grouping(User::is_active), User::is_active.asc(), grouping(User::age), User::age.asc()))
            .select((User::is_active.nullable(), User::age, grouping(User::is_active), grouping(User::age), count()))
            .all(&db)
            .await?;
        let expected = [
            (Some(false), None, false, false, 1),
            (Some(false), None, false, true, 1),
            (Some(true), Some(25), false, false, 1),
            (Some(true), Some(30), false, false, 1),
            (Some(true), Some(41), false, false, 1),
            (Some(true), None, false, true, 3),
            (None, None, true, true, 4),
        ];
        assert_eq!(rows, expected);
        let totals = query().having(grouping(User::age)).having(!grouping(User::is_active)).order_by(User::is_active).select((User::is_active.nullable(), count()));
        assert_eq!(totals.all(&db).await?, [(Some(false), 1), (Some(true), 3)]);
        let named = case().when(grouping(User::is_active), "all").when(User::is_active.eq(true), "active").otherwise("other");
        let names = query().having(grouping(User::age)).order_by(count().asc()).select(named);
        assert_eq!(names.all(&db).await?, ["other", "active", "all"]);
        // A column that is never NULL.
        let rows = User::query().group_by(User::is_active).rollup().order_by(User::is_active).select((grouping(User::is_active), count())).all(&db).await?;
        assert_eq!(rows, [(false, 1), (false, 3), (true, 4)]);
    }

    async fn related_rows_and_expressions_are_rolled_up(db: Db) {
        blog(&db).await?;
        let (author, reviewer) = (|| Post::author.get(User::name), || Post::reviewer.get(User::name));
        let rows = Post::query()
            .group_by((author(), reviewer()))
            .rollup()
            .order_by((author().asc(), grouping(reviewer()), reviewer().asc()))
            .select((author().nullable(), Post::reviewer.get(User::name), grouping(reviewer()), count()))
            .all(&db)
            .await?;
        let rows: Vec<_> = rows.iter().map(|(author, reviewer, all, posts)| (text(author), text(reviewer), *all, *posts)).collect();
        let expected = [("Ann", "Cleo", false, 1), ("Ann", "-", false, 2), ("Ann", "-", true, 3), ("Bob", "-", false, 1), ("Bob", "-", true, 1), ("-", "-", true, 4)];
        assert_eq!(rows, expected);

        // The same expression is known again, also inside of others and with values; an aggregate sees the rows' own values.
        let class = || case().when(Post::view_count.ge(20), "much").otherwise("little");
        let rows = Post::query()
            .filter(Post::author.is(User::is_active.eq(true)) | Post::title.eq("Other"))
            .group_by((class(), Post::view_count % 2))
            .rollup()
            .order_by((class().desc(), (Post::view_count % 2).asc()))
            .select((class().upper().nullable(), (Post::view_count % 2 + 10).nullable(), Post::view_count.sum(), class().count()))
            .all(&db)
            .await?;
        let rows: Vec<_> = rows.iter().map(|(class, rest, sum, count)| (text(class), *rest, *sum, *count)).collect();
        let expected = [
            ("-", None, Some(127), 4),
            ("MUCH", Some(10), Some(120), 2),
            ("MUCH", None, Some(120), 2),
            ("LITTLE", Some(10), Some(0), 1),
            ("LITTLE", Some(11), Some(7), 1),
            ("LITTLE", None, Some(7), 2),
        ];
        assert_eq!(rows, expected);

        // A subquery as a group: whose post it is, and how many such posts there are.
        let posts = || exists::<Post, _, _>(User::query().filter(User::id.eq(Post::user_id.outer())).filter(User::is_active.eq(true)));
        let rows = Post::query().group_by(posts()).rollup().order_by(posts()).select((posts().nullable(), count())).all(&db).await?;
        assert_eq!(rows, [(Some(false), 1), (Some(true), 3), (None, 4)]);
        // A group is summed as itself and left out as a group.
        let rows = Post::query().group_by(Post::view_count).rollup().order_by(Post::view_count).select((Post::view_count.nullable(), Post::view_count.sum()));
        assert_eq!(rows.all(&db).await?, [(Some(0), Some(0)), (Some(7), Some(7)), (Some(20), Some(20)), (Some(100), Some(100)), (None, Some(127))]);
    }

    async fn groups_of_a_rollup_keep_their_types(db: Db) {
        users(&db).await?;
        tables!(db: Moment, Session, Number);
        let rows = User::query().group_by((User::role, User::balance)).rollup().order_by((User::role.asc(), User::balance.asc()));
        let rows = rows.having(User::balance.gt(decimal("5")) | User::role.nullable().is_null()).select((User::role.nullable(), User::balance.nullable(), User::balance.max())).all(&db).await?;
        let expected = [
            (Some(Role::Admin), Some(decimal("10.5")), Some(decimal("10.5"))),
            (Some(Role::Editor), Some(decimal("100.25")), Some(decimal("100.25"))),
            (None, None, Some(decimal("100.25"))),
        ];
        assert_eq!(rows, expected);

        let at = instant("2024-02-29T12:00:00.123456Z");
        Moment::create().at(at).day(at.date_naive()).local(at.naive_utc()).clock(at.time()).insert(&db).await?;
        let rows = Moment::query()
            .group_by((Moment::at, Moment::day, Moment::local, Moment::clock))
            .rollup()
            .order_by((Moment::at.asc(), Moment::day.asc(), Moment::local.asc(), Moment::clock.asc()))
            .select((Moment::at.nullable(), Moment::day, Moment::local, Moment::clock, grouping(Moment::local), Moment::at.max()))
            .all(&db)
            .await?;
        assert_eq!(rows[0], (Some(at), Some(at.date_naive()), Some(at.naive_utc()), Some(at.time()), false, Some(at)));
        assert_eq!(rows[2], (Some(at), Some(at.date_naive()), None, None, true, Some(at)));
        assert_eq!((rows.len(), rows[4]), (5, (None, None, None, None, true, Some(at))));

        let session = Session::create().note("n").insert(&db).await?;
        let rows = Session::query().group_by((Session::id, Session::note)).rollup().order_by((Session::id.asc(), Session::note.asc())).select((Session::id.nullable(), Session::note.nullable())).all(&db).await?;
        assert_eq!(rows, [(Some(session.id), Some("n".into())), (Some(session.id), None), (None, None)]);

        Number::create().small(1_i16).medium(2).ratio(0.5).single(1.5_f32).amount(decimal("1.25")).insert(&db).await?;
        let rows = Number::query().group_by((Number::small, Number::medium, Number::ratio, Number::single, Number::amount)).rollup().order_by((Number::amount.asc(), Number::single.asc(), Number::ratio.asc()));
        let rows = rows.select((Number::small, Number::medium, Number::ratio, Number::single, Number::amount, Number::ratio.avg(), Number::amount.sum(), count())).all(&db).await?;
        assert_eq!(rows[0], (Some(1), Some(2), Some(0.5), Some(1.5), Some(decimal("1.25")), Some(0.5), Some(decimal("1.25")), 1));
        assert_eq!((rows.len(), rows[2].2, rows[2].3), (6, Some(0.5), None));
    }

    async fn a_rollup_of_no_rows_has_the_row_of_all(db: Db) {
        tables!(db: User, Post);
        let rows = Post::query().group_by((Post::user_id, Post::published)).rollup().select((Post::user_id.nullable(), count(), Post::id.count(), Post::view_count.sum(), grouping(Post::published)));
        assert_eq!(rows.all(&db).await?, [(None, 0, 0, None, true)]);
        let rows = User::query().filter(User::name.eq("nobody")).group_by(User::age).rollup().order_by(User::age).select((grouping(User::age), count()));
        assert_eq!(rows.clone().all(&db).await?, [(true, 0)]);
        assert_eq!(rows.count(&db).await?, 1);
        let rows = User::query().group_by(User::age).rollup().having(count().gt(0)).select(count());
        assert_eq!(rows.all(&db).await?, [] as [i64; 0]);
    }

    async fn a_rollup_is_a_subquery_like_others(db: Db) {
        let [ann, ..] = blog(&db).await?;
        let active = || Post::query().group_by(Post::user_id).rollup().having(count().gt(2)).select(Post::user_id);
        let names = |query: Query<User>| query.order_by(User::id).select(User::name);
        assert_eq!(names(User::query().filter(User::id.in_(active()))).all(&db).await?, ["Ann"]);
        // The row of all has NULL for the user, and that is nobody.
        assert_eq!(names(User::query().filter(User::id.not_in(active()))).all(&db).await?, ["Bob", "Cleo", "Dan"]);
        assert_eq!(names(User::query().filter(User::id.in_(active().order_by(Post::user_id).limit(1)))).all(&db).await?, ["Ann"]);
        assert_eq!(User::query().filter(exists(active())).count(&db).await?, 4);
        let sums = |published: bool| Post::query().filter(Post::published.eq(published)).group_by(Post::user_id).rollup().select((Post::user_id.nullable(), count()));
        let mut both = sums(true).union_all(sums(false)).all(&db).await?;
        both.sort_by_key(|(user, posts)| (user.map(|id| id.get()), *posts));
        let found: Vec<_> = both.iter().map(|(user, posts)| (user.map(|id| id.get()), *posts)).collect();
        assert_eq!(found, [(None, 1), (None, 3), (Some(1), 1), (Some(1), 2), (Some(2), 1)]);
        let own = Post::query().filter(Post::user_id.eq(ann.id));
        assert_eq!(own.group_by(Post::published).rollup().order_by(Post::published).select(count()).all(&db).await?, [1, 2, 3]);
        assert_eq!(Post::query().group_by((Post::user_id, Post::published)).rollup().distinct().order_by(count().desc()).select(count()).all(&db).await?, [4, 3, 2, 1]);

        // About the row around it.
        let many = || Post::query().filter(Post::user_id.eq(User::id.outer())).group_by(Post::published).rollup().having(count().gt(2)).select(count());
        let found = names(User::query().filter(exists(many()))).all(&db).await;
        if !db.is_sqlite() && !db.is_postgres() {
            let error = found.unwrap_err();
            assert!(error.is_unsupported() && error.to_string().contains("rollup"), "{error}");
        } else {
            assert_eq!(found?, ["Ann"]);
        }
    }

    async fn windows_see_the_rows_of_a_rollup(db: Db) {
        blog(&db).await?;
        let place = row_number().over(order_by((grouping(Post::user_id).desc(), Post::view_count.sum().desc())));
        let rows = Post::query().group_by(Post::user_id).rollup().order_by(Post::user_id).select((Post::user_id.nullable(), place)).all(&db).await?;
        let rows: Vec<_> = rows.iter().map(|(user, place)| (user.map(|id| id.get()), *place)).collect();
        assert_eq!(rows, [(Some(1), 2), (Some(2), 3), (None, 1)]);
    }

    async fn what_a_rollup_does_not_say_is_refused(db: Db) {
        blog(&db).await?;
        let query = || Post::query().group_by(Post::user_id).rollup();
        let refused = [
            query().to_sql(db.dialect()).map(drop),
            Post::query().rollup().select(count()).all(&db).await.map(drop),
            query().select((Post::title.lower(), count())).all(&db).await.map(drop),
            query().order_by(Post::title.lower()).select(count()).all(&db).await.map(drop),
            query().having(Post::published).select(count()).all(&db).await.map(drop),
            Post::query().group_by(Post::id).rollup().select((Post::title, count())).all(&db).await.map(drop),
            query().select(grouping(Post::published)).all(&db).await.map(drop),
            query().filter(grouping(Post::user_id)).select(count()).all(&db).await.map(drop),
            Post::query().group_by(Post::user_id).select(grouping(Post::user_id)).all(&db).await.map(drop),
            Post::query().order_by(Post::id).after(&Post::find(1).one(&db).await?).group_by(Post::id).rollup().select(count()).all(&db).await.map(drop),
            query().for_update().select(count()).all(&db).await.map(drop),
            query().select(exists::<Post, _, _>(User::query().filter(User::id.eq(Post::reviewer_id.outer())))).all(&db).await.map(drop),
        ];
        for (at, result) in refused.into_iter().enumerate() {
            let error = result.unwrap_err();
            assert!(matches!(error.kind(), orm::ErrorKind::InvalidQuery { .. }), "{at}: {error}");
        }
    }
}
