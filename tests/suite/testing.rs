//! What the crate gives to the tests of programs.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::Duration;

use orm::__private_testing::{Prepare, Setup, Tables, run, run_in_transaction};
use orm::prelude::*;
use orm::testing::{Queries, factory};

use crate::support::TestDb;
use crate::support::database::create_tables;
use crate::support::models::*;
use crate::support::seed::{self, tables};

/// The rules that a factory has to meet.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "factory_people")]
struct Person {
    id: Id<Person>,
    #[model(unique, length = 60)]
    #[validate(email)]
    email: String,
    #[model(unique, length = 12)]
    #[validate(length(min = 3, max = 12))]
    username: String,
    #[validate(range(min = 18, max = 21))]
    age: i32,
    #[validate(url)]
    site: String,
    #[validate(length(equal = 5))]
    area: String,
    #[validate(length(min = 120))]
    about: String,
    role: Role,
    #[model(precision = 5, scale = 2)]
    rate: Decimal,
    code: Uuid,
    born: NaiveDate,
    seen: DateTime<Utc>,
    nickname: Option<String>,
    #[model(default = 7)]
    lucky: i32,
}

/// Has one of each in turn.
#[derive(Model, Debug, Clone, PartialEq)]
#[model(table = "factory_badges")]
struct Badge {
    #[model(key, natural, length = 20)]
    code: String,
    #[belongs_to(owner: Person)]
    #[model(unique)]
    owner_id: Id<Person>,
}

on_every_database! {
    async fn a_factory_makes_rows_that_the_rules_accept(db: Db) {
        tables!(db: Person, Badge);
        let people = factory::<Person>().insert_many(30, &db).await?;
        for person in &people {
            assert!((18..=21).contains(&person.age));
            assert!(person.email.contains('@') && person.email.len() <= 60);
            assert!((3..=12).contains(&person.username.len()));
            assert!(person.site.starts_with("https://"));
            assert_eq!(person.area.len(), 5);
            assert!(person.about.len() >= 120);
            assert_eq!((person.nickname.clone(), person.lucky), (None, 7));
        }
        assert_eq!(Person::query().count(&db).await?, 30);
        // A row is what is read back.
        assert_eq!(Person::find(people[4].id).one(&db).await?, people[4]);
        // Each badge needs an owner of its own.
        let badges = factory::<Badge>().insert_many(3, &db).await?;
        assert_eq!(badges.len(), 3);
        assert_eq!(Person::query().count(&db).await?, 33);
    }

    async fn a_factory_makes_the_rows_that_are_referred_to_once(db: Db) {
        tables!(db: User, Post);
        let posts = factory::<Post>().set(Post::title, "Same").set_with(Post::slug, |n| format!("slug-{n}")).insert_many(4, &db).await?;
        assert!(posts.iter().all(|post| post.title == "Same" && post.slug.starts_with("slug-")));
        assert!(posts.iter().all(|post| post.user_id == posts[0].user_id && post.reviewer_id.is_none()));
        assert_eq!(User::query().count(&db).await?, 1);
        let ann = factory::<User>().set(User::name, "Ann").insert(&db).await?;
        let post = factory::<Post>().set(Post::user_id, ann.id).insert(&db).await?;
        assert_eq!((post.user_id, ann.name.as_str()), (ann.id, "Ann"));
        assert_eq!(User::query().count(&db).await?, 2);
    }

    async fn a_seed_makes_the_same_rows_again(db: Db) {
        tables!(db: User);
        let tx = db.begin().await?;
        let first = factory::<User>().seed(3).insert_many(3, &tx).await?;
        tx.rollback().await?;
        let second = factory::<User>().seed(3).insert_many(3, &db).await?;
        let names = |users: &[User]| users.iter().map(|u| (u.email.clone(), u.name.clone())).collect::<Vec<_>>();
        assert_eq!(names(&first), names(&second));
        assert!(factory::<User>().seed(3).insert(&db).await.unwrap_err().is_unique_violation());
    }

    async fn values_that_were_given_are_judged_as_ever(db: Db) {
        tables!(db: Person);
        let error = factory::<Person>().set(Person::age, 99).insert(&db).await.unwrap_err();
        assert!(error.field_errors().unwrap().of("age").next().is_some(), "{error}");
    }

    async fn queries_are_counted_and_listed(db: Db) {
        seed::users(&db).await?;
        create_tables(&db, &[Post::def()]).await?;
        let users = orm::assert_queries!(db, 1, { User::query().all(&db).await? });
        assert_eq!(users.len(), 4);
        let (counted, queries) = Queries::of(&db);
        User::query().filter(User::name.eq("a secret")).all(&counted).await?;
        let tx = counted.begin().await?;
        Post::query().count(&tx).await?;
        tx.commit().await?;
        let text = queries.check(1).unwrap_err().to_string();
        assert!(text.starts_with("expected 1 statement, and 2 were sent\n  1. SELECT "), "{text}");
        assert!(text.contains("\n  2. SELECT COUNT(*)") && !text.contains("secret"), "{text}");
        queries.check(0).unwrap();
    }

    async fn each_test_has_a_database_of_its_own(db: Db) {
        let (url, seen) = (leaked(&db), Mutex::new(Vec::new()));
        for _ in 0..2 {
            outside(|| run(&setup(url), Tables::Of(vec![Tag::def()]), async |db: Db| {
                assert_eq!(Tag::query().count(&db).await?, 0);
                Tag::create().name("rust").insert(&db).await?;
                let names = databases(&db).await?;
                seen.lock().unwrap().push(names);
                orm::Result::<()>::Ok(())
            })).unwrap();
        }
        // A panic and an error reach the test, and leave no database behind.
        let panic = catch_unwind(AssertUnwindSafe(|| outside(|| run(&setup(url), Tables::Of(vec![]), async |db: Db| {
            let names = databases(&db).await.unwrap();
            seen.lock().unwrap().push(names);
            assert_eq!(1 + 1, 3, "the test's own words");
        }))));
        let panic = panic.unwrap_err();
        assert!(panic.downcast_ref::<String>().unwrap().contains("the test's own words"));
        let error = outside(|| run(&setup(url), Tables::Of(vec![]), async |db: Db| {
            let names = databases(&db).await?;
                seen.lock().unwrap().push(names);
            sql!("SELECT nothing FROM nowhere").execute(&db).await
        })).unwrap_err();
        assert!(format!("{error:?}").contains("nowhere"));
        let seen = seen.into_inner().unwrap();
        assert_eq!(seen.len(), 4);
        if !db.is_sqlite() {
            let mut own: Vec<&String> = seen.iter().map(|(own, _)| own).collect();
            own.sort();
            own.dedup();
            assert_eq!(own.len(), 4);
            let (_, left) = databases(&db).await?;
            assert!(own.iter().all(|name| name.starts_with("orm_scratch_") && !left.contains(name)), "{own:?}");
        }
    }

    async fn a_test_in_a_transaction_leaves_nothing(db: Db) {
        let url = leaked(&db);
        for _ in 0..2 {
            outside(|| run_in_transaction(&setup(url), Tables::Of(vec![Tag::def()]), async |tx: Tx| {
                assert_eq!(Tag::query().count(&tx).await?, 0);
                Tag::create().name("rust").insert(&tx).await?;
                tx.commit().await
            })).unwrap();
        }
        let panic = catch_unwind(AssertUnwindSafe(|| outside(|| run_in_transaction(&setup(url), Tables::Of(vec![Tag::def()]), async |tx: Tx| {
            Tag::create().name("rust").insert(&tx).await.unwrap();
            assert!(Tag::query().count(&tx).await.unwrap() == 0, "on the way");
        }))));
        assert!(panic.is_err());
        outside(|| run_in_transaction(&setup(url), Tables::Of(vec![Tag::def()]), async |tx: Tx| {
            assert_eq!(Tag::query().count(&tx).await.unwrap(), 0);
        })).unwrap();
        if !db.is_sqlite() {
            drop_shared(&db, &shared(url, "").0).await?;
        }
    }
}

on_every_database! {
    only postgres, mariadb;

    async fn shared_databases_that_nobody_uses_any_more_are_dropped(db: Db) {
        let url = leaked(&db);
        let (old, old_url) = shared(url, "old");
        let (used, used_url) = shared(url, "used");
        let (recent, _) = shared(url, "recent");
        // As if they had been used last a long time ago; one of them is in use all the same.
        for url in [&old_url, &used_url] {
            let server = Db::connect(url).await?;
            server.execute_script("UPDATE orm_test_ready SET id = 1").await?;
            server.shutdown(Duration::from_secs(1)).await;
        }
        let user = Db::builder(&used_url).min_connections(1).connect().await?;
        let there = async |name: &String| orm::Result::Ok(databases(&db).await?.1.contains(name));
        assert!(there(&old).await? && there(&used).await? && there(&recent).await?);
        // Those that are there already make no room.
        assert_eq!(shared(url, "recent").0, recent);
        assert!(there(&old).await?);
        let (new, _) = shared(url, "new");
        assert_eq!((there(&old).await?, there(&used).await?, there(&recent).await?), (false, true, true));
        // Its next user says so, whoever else makes one.
        user.shutdown(Duration::from_secs(1)).await;
        assert_eq!(shared(url, "used").0, used);
        let (newer, _) = shared(url, "newer");
        assert!(there(&used).await? && there(&recent).await?);
        for name in [&used, &recent, &new, &newer] {
            drop_shared(&db, name).await?;
        }
    }

    async fn what_cannot_be_prepared_is_not_left_behind(db: Db) {
        let url = leaked(&db);
        let made = Mutex::new(Vec::new());
        for _ in 0..2 {
            let test = || run_in_transaction(&own_setup(url, "broken"), Broken(&made), async |_: Tx| {});
            let failure = outside(test).unwrap_err();
            assert!(format!("{failure:?}").contains("nowhere"), "{failure:?}");
        }
        let made = made.into_inner().unwrap();
        assert!(made.len() == 2 && made[0] == made[1] && made[0].starts_with("orm_shared_"), "{made:?}");
        assert!(!databases(&db).await?.1.contains(&made[0]));
    }
}

/// A database that cannot be prepared; it notes its name.
struct Broken<'n>(&'n Mutex<Vec<String>>);

impl Prepare for Broken<'_> {
    fn identity(&self, _: &Db) -> orm::Result<u64> {
        Ok(1)
    }

    async fn prepare(&self, db: &Db) -> orm::Result<()> {
        let (name, _) = databases(db).await?;
        self.0.lock().unwrap().push(name);
        db.execute_script("SELECT nothing FROM nowhere").await
    }
}

/// The name and the URL of the database that the tests of a module share. It is made now if it is not there.
fn shared(url: &'static str, module: &str) -> (String, String) {
    let name = Mutex::new(String::new());
    let look = async |tx: Tx| -> orm::Result<()> {
        let (own, _) = databases(&tx).await?;
        *name.lock().unwrap() = own;
        orm::Result::Ok(())
    };
    outside(|| run_in_transaction(&own_setup(url, module), Tables::Of(vec![Tag::def()]), look))
        .unwrap();
    let name = name.into_inner().unwrap();
    let address = url.split('?').next().unwrap_or_default();
    let (server, _) = address.rsplit_once('/').unwrap();
    let url = format!("{server}/{name}");
    (name, url)
}

async fn drop_shared(db: &Db, name: &str) -> orm::Result<()> {
    db.execute_script(&format!("DROP DATABASE IF EXISTS {name}"))
        .await
}

fn leaked(db: &TestDb) -> &'static str {
    Box::leak(db.url.clone().into_boxed_str())
}

fn setup(url: &'static str) -> Setup {
    own_setup(url, "")
}

fn own_setup(url: &'static str, name: &str) -> Setup {
    // Its own module for each run, so that runs at the same time do not meet.
    let module = format!("{}_{}_{name}", module_path!(), std::process::id());
    Setup {
        database: Some(url),
        module: Box::leak(module.into_boxed_str()),
    }
}

/// Runs something on a thread without a runtime, as tests have it.
fn outside<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| match scope.spawn(work).join() {
        Ok(value) => value,
        Err(panic) => std::panic::resume_unwind(panic),
    })
}

/// The database that this is, and those of its server.
async fn databases(db: &Db) -> orm::Result<(String, Vec<String>)> {
    match db.dialect().name() {
        "SQLite" => Ok((String::new(), Vec::new())),
        "PostgreSQL" => Ok((
            sql!("SELECT current_database()::text").one(db).await?,
            sql!("SELECT datname::text FROM pg_database")
                .all(db)
                .await?,
        )),
        _ => Ok((
            sql!("SELECT CAST(DATABASE() AS CHAR(64))").one(db).await?,
            sql!("SELECT CAST(schema_name AS CHAR(64)) FROM information_schema.schemata")
                .all(db)
                .await?,
        )),
    }
}

#[orm::test(models(User, Post))]
async fn a_test_has_the_tables_of_its_models(db: Db) -> orm::Result<()> {
    assert_eq!(User::query().count(&db).await?, 0);
    factory::<Post>().insert(&db).await?;
    Ok(())
}

#[orm::test(transaction, models(Tag), database = "sqlite::memory:")]
async fn a_test_may_run_in_a_transaction_and_return_nothing(tx: Tx) {
    assert_eq!(Tag::query().count(&tx).await.unwrap(), 0);
}

static MIGRATIONS: orm::Migrations = orm::migrations!("tests/migrations");

#[orm::test(migrations = MIGRATIONS)]
async fn a_test_may_have_what_migrations_make(db: Db) -> Result<(), Box<dyn std::error::Error>> {
    assert_eq!(MIGRATIONS.status(&db).await?.pending().count(), 0);
    Ok(())
}

#[orm::test(models())]
#[should_panic(expected = "as it should")]
async fn a_test_may_expect_a_panic(db: Db) {
    assert!(
        sql!("SELECT 1").one::<i64>(&db).await.unwrap() == 2,
        "as it should"
    );
}
