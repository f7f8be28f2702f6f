//! Windows, against values computed from the rows in memory.

use orm::expr::{all_rows, order_by};
use orm::prelude::*;

use crate::support::models::*;
use crate::support::seed::{blog, decimal};

orm::label!(standing);

/// Rows in the order of their keys: group, whole (NULL in some), amount.
type Line = (i32, Option<i64>, Decimal);

const GROUPS: [i32; 12] = [1, 2, 1, 3, 2, 1, 1, 2, 3, 1, 2, 1];
const WHOLES: [Option<i64>; 12] = [
    Some(5),
    None,
    Some(-7),
    Some(5),
    Some(12),
    Some(5),
    None,
    Some(12),
    Some(0),
    Some(40),
    Some(-1),
    Some(2),
];

fn lines() -> Vec<Line> {
    let amounts = [
        "0.10", "0.20", "-1.00", "99.99", "0.30", "10.01", "0.00", "7.77", "-3.33", "0.10", "2.50",
        "0.10",
    ];
    GROUPS
        .into_iter()
        .zip(WHOLES)
        .zip(amounts)
        .map(|((g, w), a)| (g, w, decimal(a)))
        .collect()
}

async fn seed(db: &Db) -> orm::Result<Vec<Line>> {
    crate::support::database::create_tables(db, &[Number::def()]).await?;
    let rows = lines().into_iter().map(|(group, whole, amount)| {
        Number::create()
            .group(group)
            .whole(whole)
            .amount(amount)
            .ratio(amount.to_string().parse::<f64>().unwrap())
    });
    Number::insert_many(rows).exec(db).await?;
    Ok(lines())
}

/// The rows of the same group, by their place, in the order of the keys.
fn of_group(lines: &[Line], group: i32) -> Vec<usize> {
    (0..lines.len())
        .filter(|at| lines[*at].0 == group)
        .collect()
}

/// NULL is the greatest.
fn null_last(whole: Option<i64>) -> (bool, i64) {
    (whole.is_none(), whole.unwrap_or(0))
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap()
}

on_every_database! {
    async fn rows_are_numbered_and_ranked_in_their_part(db: Db) {
        let lines = seed(&db).await?;
        let by = || partition_by(Number::group).order_by(Number::whole);
        let found: Vec<(i64, i64, i64)> = Number::query()
            .order_by(Number::id)
            .select((row_number().over(by().order_by(Number::id)), rank().over(by()), dense_rank().over(by())))
            .all(&db)
            .await?;
        let expected: Vec<(i64, i64, i64)> = (0..lines.len())
            .map(|at| {
                let mine = null_last(lines[at].1);
                let part = of_group(&lines, lines[at].0);
                let less: Vec<_> = part.iter().map(|i| null_last(lines[*i].1)).filter(|w| *w < mine).collect();
                let equal_before = part.iter().filter(|i| null_last(lines[**i].1) == mine && **i < at).count();
                let mut different = less.clone();
                different.sort_unstable();
                different.dedup();
                (count(less.len() + equal_before + 1), count(less.len() + 1), count(different.len() + 1))
            })
            .collect();
        assert_eq!(found, expected);
    }

    async fn values_before_and_behind_are_those_of_the_part(db: Db) {
        let lines = seed(&db).await?;
        let by = || partition_by(Number::group).order_by(Number::id);
        let found: Vec<(Option<i64>, Option<i64>, Option<Decimal>, Option<i64>)> = Number::query()
            .order_by(Number::id)
            .select((
                Number::whole.lag(1).over(by()),
                Number::whole.lead(2).over(by()),
                Number::amount.lag(1).over(by()),
                Number::whole.nth_value(2).over(by().rows(..)),
            ))
            .all(&db)
            .await?;
        for (at, row) in found.into_iter().enumerate() {
            let part = of_group(&lines, lines[at].0);
            let place = part.iter().position(|i| *i == at).unwrap();
            let before = place.checked_sub(1).map(|p| &lines[part[p]]);
            assert_eq!(row.0, before.and_then(|l| l.1), "{at}");
            assert_eq!(row.1, part.get(place + 2).and_then(|i| lines[*i].1), "{at}");
            assert_eq!(row.2, before.map(|l| l.2), "{at}");
            assert_eq!(row.3, part.get(1).and_then(|i| lines[*i].1), "{at}");
        }
    }

    async fn aggregates_run_over_frames(db: Db) {
        let lines = seed(&db).await?;
        let by = || partition_by(Number::group).order_by(Number::id);
        let found: Vec<(Option<Decimal>, Option<i64>, i64, Option<Decimal>, Option<i64>)> = Number::query()
            .order_by(Number::id)
            .select((
                Number::amount.sum().over(by()),
                Number::whole.sum().over(by().rows(-1..=1)),
                Number::whole.count().over(by().rows(..0)),
                Number::amount.max().over(by().rows(-2..=0)),
                Number::whole.min().over(by().rows(1..)),
            ))
            .all(&db)
            .await?;
        for (at, row) in found.into_iter().enumerate() {
            let part = of_group(&lines, lines[at].0);
            let place = part.iter().position(|i| *i == at).unwrap();
            let slice = |from: usize, to: usize| part[from.min(part.len())..to.min(part.len())].iter().map(|i| &lines[*i]);
            assert_eq!(row.0, Some(slice(0, place + 1).map(|l| l.2).sum()), "{at}");
            let near: Vec<i64> = slice(place.saturating_sub(1), place + 2).filter_map(|l| l.1).collect();
            assert_eq!(row.1, (!near.is_empty()).then(|| near.iter().sum()), "{at}");
            assert_eq!(row.2, count(slice(0, place).filter(|l| l.1.is_some()).count()), "{at}");
            assert_eq!(row.3, slice(place.saturating_sub(2), place + 1).map(|l| l.2).max(), "{at}");
            assert_eq!(row.4, slice(place + 1, usize::MAX).filter_map(|l| l.1).min(), "{at}");
        }
    }

    async fn ends_of_a_window_and_equal_parts(db: Db) {
        let lines = seed(&db).await?;
        let all = || order_by(Number::id);
        let found: Vec<(Option<i32>, Option<i32>, i64, Option<f64>)> = Number::query()
            .order_by(Number::id)
            .select((
                Number::group.first_value().over(all()),
                Number::group.last_value().over(all().rows(..)),
                ntile(5).over(all()),
                Number::ratio.avg().over(all_rows()),
            ))
            .all(&db)
            .await?;
        let mean = lines.iter().map(|l| l.2.to_string().parse::<f64>().unwrap()).sum::<f64>() / 12.0;
        // Twelve rows in five parts: the first two have one more.
        let parts = [1, 1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 5];
        for (row, part) in found.iter().zip(parts) {
            assert_eq!((row.0, row.1, row.2), (Some(1), Some(1), part));
            assert!((row.3.unwrap() - mean).abs() < 1e-9);
        }
    }

    async fn values_of_every_type_come_back_as_they_are(db: Db) {
        blog(&db).await?;
        let by = || order_by(User::id);
        let rows: Vec<(Option<String>, Option<bool>, Option<Role>, Option<DateTime<Utc>>)> = User::query()
            .order_by(User::id)
            .select((User::name.lag(1).over(by()), User::is_active.lag(1).over(by()), User::role.lag(1).over(by()), User::created_at.lag(1).over(by())))
            .all(&db)
            .await?;
        let users = User::query().order_by(User::id).all(&db).await?;
        assert_eq!(rows[0], (None, None, None, None));
        for (user, row) in users.into_iter().zip(&rows[1..]) {
            assert_eq!(*row, (Some(user.name), Some(user.is_active), Some(user.role), Some(user.created_at)));
        }
    }

    async fn running_sums_of_groups(db: Db) {
        let lines = seed(&db).await?;
        let found = Number::query()
            .group_by(Number::group)
            .order_by(Number::group)
            .select((
                Number::group,
                Number::amount.sum(),
                Number::amount.sum().sum().over(order_by(Number::group)),
                rank().over(order_by(Number::amount.sum().desc())),
                Number::amount.sum().lag(1).over(order_by(Number::group)).map(|before| Number::amount.sum() - before),
            ))
            .all(&db)
            .await?;
        let sum = |group: i32| -> Decimal { lines.iter().filter(|l| l.0 == group).map(|l| l.2).sum() };
        let mut total = Decimal::ZERO;
        for (at, row) in found.into_iter().enumerate() {
            let group = i32::try_from(at + 1).unwrap();
            total += sum(group);
            let greater = (1..=3).filter(|g| sum(*g) > sum(group)).count();
            let growth = (group > 1).then(|| sum(group) - sum(group - 1));
            assert_eq!(row, (group, Some(sum(group)), Some(total), count(greater + 1), growth));
        }
    }

    async fn rows_are_kept_by_a_window(db: Db) {
        let lines = seed(&db).await?;
        let place = || row_number().over(partition_by(Number::group).order_by((Number::amount.desc(), Number::id.asc())));
        let kept = Number::query().filter_window(place(), |place| place.le(2)).order_by(Number::id);
        let mut expected = Vec::new();
        for group in [1, 2, 3] {
            let mut part = of_group(&lines, group);
            part.sort_by_key(|at| (std::cmp::Reverse(lines[*at].2), *at));
            expected.extend(part.into_iter().take(2).map(|at| i64::try_from(at + 1).unwrap()));
        }
        expected.sort_unstable();
        let ids = |rows: Vec<Number>| rows.into_iter().map(|n| n.id.get()).collect::<Vec<_>>();
        assert_eq!(ids(kept.clone().all(&db).await?), expected);
        // It composes with counting, pages, filters on both sides, and cursors.
        assert_eq!(kept.clone().count(&db).await?, 6);
        assert_eq!(ids(kept.clone().page(2, 4, &db).await?.items), expected[4..]);
        assert_eq!(ids(kept.clone().filter(Number::group.ne(2)).all(&db).await?).len(), 4);
        let third = kept.clone().offset(2).one(&db).await?;
        assert_eq!(ids(kept.after(&third).all(&db).await?), expected[3..]);
        // A filter before the window takes rows from it.
        let without = Number::query().filter(Number::amount.lt(decimal("10"))).filter_window(place(), |place| place.eq(1)).order_by(Number::group);
        let amounts: Vec<Option<Decimal>> = without.select(Number::amount).all(&db).await?;
        assert_eq!(amounts, [Some(decimal("0.10")), Some(decimal("7.77")), Some(decimal("-3.33"))]);
        // The condition may name columns beside the window.
        let above = Number::query().filter_window(Number::amount.avg().over(partition_by(Number::group)), |mean| Number::ratio.gt(mean)).count(&db).await?;
        let mut expected = 0;
        for line in &lines {
            let part = of_group(&lines, line.0);
            let sum: Decimal = part.iter().map(|at| lines[*at].2).sum();
            expected += u64::from(line.2 * Decimal::from(part.len()) > sum);
        }
        assert_eq!(above, expected);
    }

    async fn windows_are_ordered_by_included_and_shown_in_views(db: Db) {
        blog(&db).await?;
        let by_views = || rank().over(order_by(Post::view_count.desc()));
        let titles = Post::query().order_by(by_views().desc()).select(Post::title).all(&db).await?;
        assert_eq!(titles, ["Draft", "Second", "Other", "First"]);
        let posts = Post::query().include(by_views().named(standing)).order_by(Post::id).all(&db).await?;
        assert_eq!(posts.iter().map(|p| *p.get(standing)).collect::<Vec<_>>(), [1, 3, 4, 2]);

        #[derive(View)]
        #[view(Post)]
        struct Placed {
            title: String,
            #[view(expr = row_number().over(partition_by(Post::user_id).order_by(Post::view_count)))]
            place: i64,
            #[view(expr = Post::view_count.sum().over(all_rows()))]
            total: Option<i64>,
        }
        let shown = Post::query().order_by(Post::id).limit(3).view::<Placed>().all(&db).await?;
        assert_eq!(shown.iter().map(|p| (p.title.as_str(), p.place, p.total)).collect::<Vec<_>>(), [("First", 3, Some(127)), ("Second", 2, Some(127)), ("Draft", 1, Some(127))]);
        let first: Vec<(String, bool)> = Post::query().order_by(Post::id).select((Post::title, by_views().eq(1))).all(&db).await?;
        assert_eq!(first[0], ("First".into(), true));
        assert_eq!(first[1], ("Second".into(), false));
    }

    async fn what_no_database_computes_is_refused_before_it_is_sent(db: Db) {
        let refused = |query: Query<Post, i64>| query.to_sql(db.dialect()).is_err_and(|e| e.to_string().contains("window"));
        assert!(refused(Post::query().select(row_number().over(all_rows()))));
        assert!(refused(Post::query().select(ntile(0).over(order_by(Post::id)))));
        assert!(refused(Post::query().select(Post::user_id.count_distinct().over(all_rows()))));
        assert!(refused(Post::query().limit(3).filter_window(rank().over(order_by(Post::id)), |r| r.eq(1)).select(Post::view_count)));
        let (from, to) = (1, 0);
        let empty = Post::query().select(orm::expr::count().over(order_by(Post::id).rows(from..=to)));
        assert!(empty.to_sql(db.dialect()).is_err());
        // A window that left its closure stands in a filter.
        let mut leaked = None;
        let _ = rank().over(order_by(Post::id)).map(|value| {
            leaked = Some(value.clone());
            value
        });
        assert!(refused(Post::query().filter(leaked.unwrap().eq(1)).select(Post::view_count)));
    }
}
