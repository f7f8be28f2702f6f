//! Watching statements: what is counted, told and refused, and that no value is among it.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use orm::DbBuilder;
use orm::observe::{
    Call, Comments, Ended, Observer, Outcome, Repetition, Request, Step, TransactionStep,
};
use orm::prelude::*;

use crate::support::TestDb;
use crate::support::models::*;
use crate::support::seed::{self, tables};

/// Another pool for the test's database, in which something is watched. For a database in memory it is another one.
async fn watched(db: &TestDb, what: impl FnOnce(DbBuilder) -> DbBuilder) -> orm::Result<Db> {
    what(Db::builder(&db.url).max_connections(3))
        .connect()
        .await
}

/// Writes down what it hears.
#[derive(Clone, Default)]
struct Ear(Arc<Mutex<Vec<String>>>);

impl Ear {
    fn add(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Observer for Ear {
    fn began(&self, call: &Call<'_>) {
        let session = if call.in_session { " in a session" } else { "" };
        self.add(format!("began {}{session}", call.summary()));
    }

    fn ended(&self, call: &Call<'_>, end: &Ended<'_>) {
        assert!(end.duration > Duration::ZERO);
        let outcome = end.outcome.error_type().unwrap_or("done");
        let request = call.request.map_or("none", Request::label);
        let line = call.caller.map_or(0, |caller| {
            assert!(caller.file().ends_with("observe.rs"), "{caller}");
            caller.line()
        });
        self.add(format!(
            "ended {} {outcome} {} rows for {request} at {}",
            call.summary(),
            end.rows,
            line > 0
        ));
    }

    fn slow(&self, call: &Call<'_>, _: &Ended<'_>) {
        self.add(format!("slow {}", call.sql));
    }

    fn repeated(&self, repetition: &Repetition<'_>) {
        self.add(repetition.to_string());
    }

    fn transaction(&self, step: &TransactionStep<'_>) {
        let done = matches!(step.outcome, Outcome::Done);
        self.add(format!("{:?} {} {done}", step.step, step.savepoint));
        assert!(matches!(
            step.step,
            Step::Begin | Step::Commit | Step::Rollback
        ));
    }
}

/// Has nothing to hear.
struct Loud;

impl Observer for Loud {
    fn slow(&self, call: &Call<'_>, _: &Ended<'_>) {
        panic!("{} is not slow", call.sql);
    }
}

on_every_database! {
    async fn statistics_count_calls_rows_and_errors_by_statement(db: Db) {
        let db = watched(&db, |b| b.statistics()).await?;
        seed::users(&db).await?;
        db.forget_stats();
        assert!(db.stats().is_empty());
        for age in [20, 30, 40] {
            User::query().filter(User::age.gt(age)).all(&db).await?;
        }
        User::query().filter(User::name.eq("Ann")).update().logins(4).exec(&db).await?;
        let taken = User::create().email("ann@example.com").name("Again").insert(&db).await;
        assert!(taken.is_err());
        let stats = db.stats();
        let of = |summary: &str| {
            let mut found = stats.iter().filter(|s| s.summary == summary);
            let one = found.next().unwrap_or_else(|| panic!("{summary} is not in {stats:?}"));
            assert!(found.next().is_none());
            (one.calls, one.rows, one.errors)
        };
        // Older than 20: Ann, Cleo and Dan; than 30: Dan; than 40: Dan.
        assert_eq!(of("SELECT users"), (3, 5, 0));
        assert_eq!(of("UPDATE users"), (1, 1, 0));
        assert_eq!(of("INSERT users"), (1, 0, 1));
        for s in &stats {
            assert!(s.total >= s.max && s.max >= s.p99 && s.p99 >= s.p95 && s.p95 >= s.p50);
            assert!(s.caller.is_some_and(|caller| caller.file().ends_with("observe.rs")));
            assert!(!s.sql.contains("Ann"));
        }
    }

    async fn statements_that_differ_in_the_length_of_a_list_are_one(db: Db) {
        let db = watched(&db, |b| b.statistics()).await?;
        seed::users(&db).await?;
        db.forget_stats();
        for names in [vec!["Ann"], vec!["Ann", "Bob"], vec!["Ann", "Bob", "Cleo"]] {
            User::query().filter(User::name.in_(names)).all(&db).await?;
        }
        let stats = db.stats();
        assert_eq!(stats.iter().map(|s| (s.calls, s.rows)).collect::<Vec<_>>(), [(3, 6)]);
    }

    async fn an_observer_hears_of_statements_and_transactions(db: Db) {
        let ear = Ear::default();
        let db = watched(&db, |b| b.observer(ear.clone())).await?;
        tables!(db: Tag);
        ear.take();
        let db = db.request(Request::new("POST /tags").id("42"));
        db.transaction(async |tx| {
            Tag::query().count(&tx).await?;
            let inner = tx.begin().await?;
            inner.rollback().await
        }).await?;
        assert_eq!(ear.take(), [
            "Begin false true",
            "began SELECT tags in a session",
            "ended SELECT tags done 1 rows for POST /tags at true",
            "Begin true true",
            "Rollback true true",
            "Commit false true",
        ]);
        let mut tags = Tag::query().stream(&db);
        assert!(tags.next().await.is_none());
        assert_eq!(ear.take(), ["began SELECT tags", "ended SELECT tags done 0 rows for POST /tags at true"]);
        assert!(sql!("SELECT nothing FROM nowhere").execute(&db).await.is_err());
        assert_eq!(ear.take(), ["began SELECT", "ended SELECT database 0 rows for POST /tags at true"]);
    }

    async fn exports_are_watched_with_the_place_that_asked_for_them(db: Db) {
        let ear = Ear::default();
        let db = watched(&db, |b| b.observer(ear.clone())).await?;
        tables!(db: Tag);
        Tag::create().name("rust").insert(&db).await?;
        ear.take();
        Tag::query().select(Tag::name).export_csv(Vec::new()).run(&db).await?;
        assert_eq!(ear.take(), ["began SELECT tags", "ended SELECT tags done 1 rows for none at true"]);
    }

    async fn slow_statements_are_told_without_values(db: Db) {
        let patient = watched(&db, |b| b.observer(Loud).slow_query(Duration::from_secs(60))).await?;
        assert_eq!(sql!("SELECT 1").one::<i32>(&patient).await?, 1);
        let ear = Ear::default();
        let db = watched(&db, |b| b.observer(ear.clone()).slow_query(Duration::from_nanos(1))).await?;
        tables!(db: Tag);
        ear.take();
        Tag::query().filter(Tag::name.eq("a secret")).all(&db).await?;
        let slow: Vec<_> = ear.take().into_iter().filter(|line| line.starts_with("slow")).collect();
        assert_eq!(slow.len(), 1);
        assert!(slow[0].contains("SELECT") && !slow[0].contains("secret"), "{slow:?}");
    }

    async fn a_query_in_a_loop_is_told_with_the_include_to_write(db: Db) {
        let ear = Ear::default();
        let db = watched(&db, |b| b.observer(ear.clone()).warn_on_repeats(3)).await?;
        let (posts, _) = blog(&db).await?;
        ear.take();
        let told = |ear: &Ear| -> Vec<String> {
            ear.take().into_iter().filter(|line| line.contains("times")).collect()
        };
        // Nothing without a request, and nothing up to the limit.
        for post in &posts {
            User::find(post.user_id).one(&db).await?;
        }
        assert!(told(&ear).is_empty());
        let request = db.request("GET /posts");
        for post in Post::query().order_by(Post::id).limit(3).all(&request).await? {
            User::find(post.user_id).one(&request).await?;
        }
        assert!(told(&ear).is_empty());
        let request = db.request("GET /posts");
        for post in Post::query().all(&request).await? {
            User::find(post.user_id).one(&request).await?;
        }
        let found = told(&ear);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("`SELECT users` was sent 4 times from "), "{found:?}");
        assert!(found[0].contains("observe.rs:"), "{found:?}");
        assert!(found[0].contains(
            " in the request `GET /posts`; add one of these to the query that reads the rows around it: `.include(Post::author)`, `.include(Post::reviewer)`"
        ), "{found:?}");
    }

    async fn a_relation_read_row_by_row_names_itself(db: Db) {
        let db = watched(&db, |b| b.fail_on_repeats(3)).await?;
        let (_, rooms) = blog(&db).await?;
        let request = db.request("GET /users");
        let mut results = Vec::new();
        for user in &rooms {
            results.push(Post::query().filter(Post::user_id.eq(user.id)).all(&request).await);
        }
        let error = results.pop().unwrap().unwrap_err();
        assert!(results.iter().all(Result::is_ok));
        let text = error.to_string();
        assert!(text.contains("`SELECT posts` was sent 4 times"), "{text}");
        assert!(text.contains("`Post::author` backwards"), "{text}");
        // Another place, and another request, begin anew.
        assert!(Post::query().filter(Post::user_id.eq(rooms[0].id)).all(&request).await.is_ok());
        let request = db.request("GET /users");
        for user in &rooms[..3] {
            Post::query().filter(Post::user_id.eq(user.id)).all(&request).await?;
        }
    }

    async fn comments_change_no_result(db: Db) {
        for comments in [Comments::Place, Comments::Request] {
            let db = watched(&db, |b| b.comments(comments)).await?;
            let (posts, _) = if comments == Comments::Place { blog(&db).await? } else {
                match Post::query().order_by(Post::id).all(&db).await {
                    Ok(posts) => (posts, Vec::new()),
                    // A database in memory is another one.
                    Err(_) => blog(&db).await?,
                }
            };
            let db = db.request(Request::new("GET /*/?$1").id("a'b"));
            for _ in 0..2 {
                let found = Post::query().filter(Post::id.in_(posts.iter().map(|p| p.id).collect::<Vec<_>>())).order_by(Post::id).all(&db).await?;
                assert_eq!(found, posts);
                assert_eq!(sql!("SELECT count(*) FROM posts;").one::<i64>(&db).await?, 4);
            }
            // The text of an error is the one that was written.
            let error = sql!("SELECT nothing FROM nowhere").execute(&db).await.unwrap_err();
            assert_eq!(error.sql(), Some("SELECT nothing FROM nowhere"));
        }
    }
}

on_every_database! {
    only postgres;

    async fn the_server_sees_the_comment(db: Db) {
        let db = watched(&db, |b| b.comments(Comments::Request)).await?;
        let db = db.request(Request::new("GET /x").id("77"));
        let line = line!() + 1;
        let text: String = sql!("SELECT query FROM pg_stat_activity WHERE pid = pg_backend_pid()").one(&db).await?;
        assert!(text.ends_with(&format!("observe.rs',code_lineno='{line}',request_id='77',route='GET%20%2Fx'*/")), "{text}");
    }

    async fn a_statement_that_is_dropped_is_told_as_dropped(db: Db) {
        let ear = Ear::default();
        let db = watched(&db, |b| b.observer(ear.clone())).await?;
        let slow = sql!("SELECT pg_sleep(10)").execute(&db);
        assert!(tokio::time::timeout(Duration::from_millis(100), slow).await.is_err());
        assert_eq!(ear.take(), ["began SELECT", "ended SELECT dropped 0 rows for none at true"]);
    }
}

/// Four posts, each by an author of its own.
async fn blog(db: &Db) -> orm::Result<(Vec<Post>, Vec<User>)> {
    tables!(db: User, Post);
    let (mut posts, mut users) = (Vec::new(), Vec::new());
    for n in 1..=4 {
        let user = User::create()
            .email(format!("u{n}@example.com"))
            .name(format!("User {n}"))
            .insert(db)
            .await?;
        posts.push(
            Post::create()
                .user_id(user.id)
                .title("t")
                .slug(format!("s{n}"))
                .insert(db)
                .await?,
        );
        users.push(user);
    }
    Ok((posts, users))
}
