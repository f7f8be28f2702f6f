//! Inserts of the rows of a query, some of which are there already: the same rows on every database, whatever the query looks like.

use orm::prelude::*;
use orm::query::QueryModel;

use crate::support::models::*;
use crate::support::seed::{blog, decimal, tables, users};

#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "scores", unique(fields(place, day)))]
pub struct Score {
    pub id: Id<Score>,
    #[model(unique, length = 100)]
    pub email: String,
    #[model(length = 50)]
    pub name: String,
    #[model(unique, length = 50)]
    pub nickname: Option<String>,
    pub place: Option<i64>,
    #[model(default = 1)]
    pub day: i32,
    #[model(default = 7)]
    pub points: i64,
    #[model(precision = 12, scale = 2, default = Decimal::ONE)]
    pub balance: Decimal,
    #[model(default = Role::Editor)]
    pub role: Role,
    #[model(created_at)]
    pub made_at: DateTime<Utc>,
    #[model(updated_at)]
    pub changed_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, PartialEq)]
#[model(query, table = "sums")]
struct Sum {
    #[model(key, natural)]
    email: String,
    views: i64,
}

/// The users, and scores of two of them.
async fn scores(db: &Db) -> orm::Result<()> {
    users(db).await?;
    tables!(db: Score);
    let score = |email: &str| Score::create().email(email).name("Old").points(5).place(9);
    let ann = score("ann@example.com").nickname("first");
    Score::insert_many([ann, score("bob@example.com").day(2)])
        .exec(db)
        .await?;
    Ok(())
}

/// What the tests look at, in the order of the emails.
async fn seen(db: &Db) -> orm::Result<Vec<(String, String, i64)>> {
    let rows = Score::query().order_by(Score::email).all(db).await?;
    let row = |score: Score| {
        let who = score.email.split('@').next().unwrap_or_default().to_owned();
        (who, score.name, score.points)
    };
    Ok(rows.into_iter().map(row).collect())
}

fn row(who: &str, name: &str, points: i64) -> (String, String, i64) {
    (who.to_owned(), name.to_owned(), points)
}

fn from_users() -> orm::query::InsertFrom<Score> {
    let query = User::query().select((User::email, User::name, User::logins));
    Score::insert_from((Score::email, Score::name, Score::points), query)
}

on_every_database! {
    also mysql_without_returning;

    async fn rows_that_are_there_are_left_as_they_are(db: Db) {
        scores(&db).await?;
        let before = Score::query().order_by(Score::id).all(&db).await?;
        assert_eq!(from_users().on_conflict(Score::email).do_nothing().exec(&db).await?, 2);
        assert_eq!(seen(&db).await?, [row("ann", "Old", 5), row("bob", "Old", 5), row("cleo", "Cleo", 0), row("dan", "Dan", 1)]);
        let now = Score::query().order_by(Score::id).all(&db).await?;
        assert_eq!(now[..2], before);
        // What is not named got its default, as in an insert of one row.
        assert_eq!((now[2].day, now[2].balance, now[2].role, now[2].place), (1, Decimal::ONE, Role::Editor, None));
        assert!(now[2].made_at >= before[0].made_at && now[2].made_at == now[2].changed_at);
        assert_eq!(from_users().on_conflict(Score::email).do_nothing().exec(&db).await?, 0);
    }

    async fn rows_that_are_there_get_what_would_have_been_inserted(db: Db) {
        scores(&db).await?;
        assert_eq!(from_users().on_conflict(Score::email).update(Score::points).exec(&db).await?, 4);
        assert_eq!(seen(&db).await?, [row("ann", "Old", 3), row("bob", "Old", 0), row("cleo", "Cleo", 0), row("dan", "Dan", 1)]);
        let before = Score::query().order_by(Score::id).all(&db).await?;
        assert_eq!(from_users().on_conflict(Score::email).update_all().exec(&db).await?, 4);
        assert_eq!(seen(&db).await?[0], row("ann", "Ann", 3));
        let now = Score::query().order_by(Score::id).all(&db).await?;
        let kept = |score: &Score| (score.id, score.made_at);
        assert_eq!(now.iter().map(kept).collect::<Vec<_>>(), before.iter().map(kept).collect::<Vec<_>>());
        assert_eq!((now[0].nickname.as_deref(), now[0].place, now[1].day), (None, None, 1));
        assert!(now[0].changed_at > before[0].changed_at);
    }

    async fn values_are_computed_from_both_rows(db: Db) {
        scores(&db).await?;
        let upsert = from_users().on_conflict(Score::email).set(Score::points, Score::points * 10 + Score::points.excluded()).set(Score::name, Score::name.excluded().upper());
        assert_eq!(upsert.exec(&db).await?, 4);
        assert_eq!(seen(&db).await?, [row("ann", "ANN", 53), row("bob", "BOB", 50), row("cleo", "Cleo", 0), row("dan", "Dan", 1)]);
        let fixed = from_users().on_conflict(Score::email).update(Score::points).set(Score::name, "Same");
        assert_eq!(fixed.exec(&db).await?, 4);
        assert_eq!(seen(&db).await?, [row("ann", "Same", 3), row("bob", "Same", 0), row("cleo", "Same", 0), row("dan", "Same", 1)]);
    }

    async fn a_condition_says_which_rows_are_changed(db: Db) {
        scores(&db).await?;
        let better = || Score::points.lt(Score::points.excluded() + 3);
        assert_eq!(from_users().on_conflict(Score::email).update(Score::points).filter(better()).exec(&db).await?, 3);
        assert_eq!(seen(&db).await?, [row("ann", "Old", 3), row("bob", "Old", 5), row("cleo", "Cleo", 0), row("dan", "Dan", 1)]);
        let never = from_users().on_conflict(Score::email).update(Score::points).filter(better()).filter(Score::name.eq("Nobody"));
        assert_eq!(never.exec(&db).await?, 0);
    }

    async fn written_rows_come_back(db: Db) {
        scores(&db).await?;
        let sorted = |mut rows: Vec<Score>| {
            rows.sort_by(|a, b| a.email.cmp(&b.email));
            rows.into_iter().map(|r| (r.name, r.points)).collect::<Vec<_>>()
        };
        let new = from_users().on_conflict(Score::email).do_nothing().all(&db).await?;
        assert_eq!(sorted(new), [("Cleo".to_owned(), 0), ("Dan".to_owned(), 1)]);
        let changed = from_users().on_conflict(Score::email).update(Score::points).filter(Score::points.gt(Score::points.excluded())).all(&db).await?;
        assert_eq!(sorted(changed), [("Old".to_owned(), 3), ("Old".to_owned(), 0)]);
        let copies = User::query().select((User::email.concat("x"), User::name, User::logins, User::balance));
        let plain = Score::insert_from((Score::email, Score::name, Score::points, Score::balance), copies);
        let rows = plain.all(&db).await?;
        assert_eq!(rows.iter().map(|r| r.balance).sum::<Decimal>(), decimal("105.75"));
        let mut stored = Score::query().filter(Score::email.ends_with("x")).all(&db).await?;
        stored.sort_by_key(|r| r.id);
        assert_eq!(rows.len(), 4);
        assert!(rows.iter().all(|row| stored.contains(row)));
    }

    async fn any_query_gives_the_rows(db: Db) {
        blog(&db).await?;
        tables!(db: Score);
        let insert = |query: orm::Query<User, (String, String)>| Score::insert_from((Score::email, Score::name), query);
        let both = || (User::email, User::name);
        let ann = || User::query().filter(User::name.eq("Ann")).select(both());
        let written = async |query| insert(query).on_conflict(Score::email).update(Score::name).exec(&db).await;
        assert_eq!(written(User::query().select(both())).await?, 4);
        assert_eq!(written(ann()).await?, 1);
        assert_eq!(written(User::query().order_by(User::id.desc()).limit(2).select(both())).await?, 2);
        assert_eq!(written(User::query().group_by(both()).select(both())).await?, 4);
        assert_eq!(written(User::query().filter(User::id.in_(Post::query().select(Post::user_id))).select(both())).await?, 2);
        assert_eq!(written(ann().union(User::query().filter(User::name.eq("Bob")).select(both()))).await?, 2);
        // Joined tables, constants, and a query under a name.
        let posts = Post::query().filter(Post::slug.ne("draft")).group_by(Post::author.get(User::email)).select((Post::author.get(User::email), Post::view_count.sum().coalesce(0)));
        let sums = Sum::from_query(posts).select((Sum::email, Sum::email.upper(), Sum::views));
        let upsert = Score::insert_from((Score::email, Score::name, Score::points), sums).on_conflict(Score::email).set(Score::points, Score::points.excluded() + 1);
        assert_eq!(upsert.exec(&db).await?, 2);
        assert_eq!(seen(&db).await?, [row("ann", "Ann", 108), row("bob", "Bob", 21), row("cleo", "Cleo", 7), row("dan", "Dan", 7)]);
        let of_author = Post::query().filter(Post::slug.eq("other")).select((Post::author.get(User::email), Post::author.get(User::balance), Post::author.get(User::role)));
        let upsert = Score::insert_from((Score::email, Score::balance, Score::role), of_author);
        assert!(upsert.on_conflict(Score::email).update_all().exec(&db).await.unwrap_err().to_string().contains("`Score::name` needs a value"));
        let given = Sum::rows([Sum { email: "ann@example.com".into(), views: 4 }, Sum { email: "eve@example.com".into(), views: 5 }]);
        let upsert = Score::insert_from((Score::email, Score::name, Score::points), given.select((Sum::email, Sum::email, Sum::views)));
        assert_eq!(upsert.on_conflict(Score::email).update(Score::points).exec(&db).await?, 2);
        assert_eq!(seen(&db).await?[0], row("ann", "Ann", 4));
        assert_eq!(seen(&db).await?[4], row("eve", "eve@example.com", 5));
    }

    async fn a_table_is_upserted_from_itself(db: Db) {
        scores(&db).await?;
        let doubled = Score::query().select((Score::email, Score::name, Score::points * 2));
        let upsert = Score::insert_from((Score::email, Score::name, Score::points), doubled).on_conflict(Score::email).update(Score::points);
        assert_eq!(upsert.exec(&db).await?, 2);
        assert_eq!(seen(&db).await?, [row("ann", "Old", 10), row("bob", "Old", 10)]);
    }

    async fn another_key_that_is_taken_is_an_error_and_nothing_is_written(db: Db) {
        scores(&db).await?;
        let query = User::query().order_by(User::id).select((User::email, User::name, User::logins, User::name));
        Score::query().filter(Score::nickname.eq("first")).update().nickname("Dan").exec(&db).await?;
        let before = Score::query().order_by(Score::id).all(&db).await?;
        let insert = || Score::insert_from((Score::email, Score::name, Score::points, Score::nickname), query.clone()).on_conflict(Score::email);
        for error in [
            insert().do_nothing().exec(&db).await.unwrap_err(),
            insert().update(Score::points).exec(&db).await.unwrap_err(),
            insert().update(Score::points).all(&db).await.unwrap_err(),
        ] {
            assert!(error.is_unique_violation() && error.constraint().unwrap().is_on("nickname"), "{error}");
            assert_eq!(error.caller().unwrap().file(), file!());
        }
        assert_eq!(Score::query().order_by(Score::id).all(&db).await?, before);
    }

    async fn a_key_that_the_query_gives_twice(db: Db) {
        blog(&db).await?;
        tables!(db: Score);
        let insert = || Score::insert_from((Score::email, Score::name, Score::points), Post::query().filter(Post::author.is(User::name.eq("Ann"))).select((Post::author.get(User::email), Post::author.get(User::name), Post::view_count)));
        for error in [
            insert().on_conflict(Score::email).update(Score::points).exec(&db).await.unwrap_err(),
            insert().on_conflict(Score::email).set(Score::points, Score::points + 1).all(&db).await.unwrap_err(),
        ] {
            assert!(error.to_string().contains("the query gives several rows with the same `Score::(email)`"), "{error}");
            assert_eq!(error.caller().unwrap().file(), file!());
        }
        assert_eq!(Score::query().count(&db).await?, 0);
        // Where nothing is changed, the first of them is inserted.
        assert_eq!(insert().on_conflict(Score::email).do_nothing().exec(&db).await?, 1);
        // NULL is in conflict with nothing.
        let places = || {
            let query = Post::query().select((Post::slug, Post::title, Post::reviewer.get(User::logins)));
            Score::insert_from((Score::email, Score::name, Score::place), query).on_conflict((Score::place, Score::day)).update(Score::name)
        };
        assert_eq!(places().exec(&db).await?, 4);
        assert!(places().exec(&db).await.unwrap_err().constraint().unwrap().is_on("email"));
        // Another error keeps its own words.
        let many = Post::query().select(Post::view_count);
        let upsert = from_users().on_conflict(Score::email).set(Score::points, many);
        upsert.exec(&db).await.map_or_else(|error| assert!(!error.to_string().contains("several rows"), "{error}"), |_| ());
    }

    async fn what_is_no_unique_key_is_refused(db: Db) {
        scores(&db).await?;
        let error = from_users().on_conflict(Score::name).do_nothing().exec(&db).await.unwrap_err();
        assert!(error.to_string().contains("`Score::(name)` is not unique"), "{error}");
        let error = from_users().on_conflict(Score::email).set(Score::name, "x".repeat(51)).exec(&db).await.unwrap_err();
        assert_eq!(error.field_errors().unwrap().iter().count(), 1);
        assert!(from_users().on_conflict(Score::name).do_nothing().to_sql(db.dialect()).is_err());
    }

    async fn its_statements_are_shown_and_explained(db: Db) {
        scores(&db).await?;
        let upsert = || from_users().on_conflict(Score::email).update(Score::points).filter(Score::points.lt(Score::points.excluded()));
        let texts: Vec<String> = upsert().to_sql(db.dialect())?.into_iter().map(|(sql, _)| sql).collect();
        let shown = format!("{:?}", upsert());
        assert!(shown.starts_with(r#"INSERT INTO "scores""#) && shown.ends_with(r#"ON CONFLICT ("email") DO UPDATE SET "points" = excluded."points" WHERE "scores"."points" < excluded."points""#), "{shown}");
        let plan = upsert().explain(&db).await?;
        assert_eq!(plan.statements.iter().map(|s| s.sql.clone()).collect::<Vec<_>>(), texts);
        assert_eq!(upsert().explain_analyze(&db).await?.statements.len(), texts.len());
        assert_eq!(seen(&db).await?, [row("ann", "Old", 5), row("bob", "Old", 5)]);
        let (watched, journal) = db.journaled();
        upsert().exec(&watched).await?;
        let sent = journal.take();
        assert!(texts.iter().all(|text| sent.contains(text)), "{texts:?} {sent:?}");
    }
}
