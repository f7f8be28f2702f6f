//! A program that is killed in the middle of a deployment, and what the next one finds.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use orm::migrate::{DeployOptions, Folder, Problem, Resolution, Standing};
use orm::prelude::*;

use super::{folder, has_table, ids, problem};
use crate::support::TestDb;

/// Where the child finds the database, and which of the folders it deploys.
const URL: &str = "ORM_TEST_CHILD_URL";
const WHICH: &str = "ORM_TEST_CHILD_FOLDER";

/// Its second migration stops in the middle, for a few seconds.
fn stopping(which: &str) -> Folder {
    let second = match which {
        "step" => {
            "CREATE TABLE b (id INTEGER);\n-- orm: step wait_for_ever\nCREATE TABLE c (id INTEGER);"
        }
        // Outside of a transaction, in the server, after a table that stays.
        "postgres" => {
            "CREATE TABLE b (id INTEGER);\n-- orm: no transaction\nSELECT pg_sleep(2);\nCREATE TABLE c (id INTEGER);"
        }
        "mariadb" => {
            "CREATE TABLE b (id INTEGER);\n-- orm: no transaction\nDO SLEEP(2);\nCREATE TABLE c (id INTEGER);"
        }
        "mariadb step" => {
            "CREATE TABLE b (id INTEGER);\n-- orm: step wait_for_ever\nCREATE TABLE c (id INTEGER);"
        }
        "index" => {
            "CREATE TABLE b (id INTEGER);\nCREATE INDEX CONCURRENTLY a_id_idx ON a (id);\nCREATE TABLE c (id INTEGER);"
        }
        other => panic!("{other}"),
    };
    folder(&[
        ("1_a", "CREATE TABLE a (id INTEGER)", ""),
        ("2_b", second, ""),
    ])
}

/// What the killed program is: this test, run by itself with the two variables.
#[test]
fn child() {
    let (Ok(url), Ok(which)) = (std::env::var(URL), std::env::var(WHICH)) else {
        return;
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let db = Db::connect(&url).await.unwrap();
        let options = DeployOptions::new().on_progress(|progress| println!("{progress}"));
        stopping(&which).deploy_with(&db, &options).await.unwrap();
    });
}

fn start(db: &TestDb, which: &str) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "migrations::crash::child", "--nocapture"])
        .env(URL, &db.url)
        .env(WHICH, which)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Waits until the child says that it has come to a step, kills it, and waits until it is gone.
fn kill_at(mut child: Child, step: &str) {
    use std::io::{BufRead as _, BufReader};
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let reached = lines.map_while(Result::ok).any(|line| line.contains(step));
    assert!(reached, "the child has not come to {step}");
    // The server gets the statement a moment after it was told of.
    std::thread::sleep(Duration::from_millis(200));
    child.kill().unwrap();
    child.wait().unwrap();
}

on_every_database! {
    only sqlite_file, postgres;
    async fn of_a_killed_transaction_nothing_stays_and_nobody_waits_for_it(db: Db) {
        kill_at(start(&db, "step"), "2_b 2/3");
        let folder = stopping("step");
        assert_eq!(folder.status(&db).await?.migrations[1].standing, Standing::Pending);
        assert!(has_table(&db, "a").await && !has_table(&db, "b").await);
        // The same again, without what stops it.
        let without = super::folder(&[("1_a", "CREATE TABLE a (id INTEGER)", ""), ("2_b", "CREATE TABLE b (id INTEGER)", "")]);
        let started = Instant::now();
        assert_eq!(ids(&without.deploy(&db).await?), ["2_b"]);
        assert!(started.elapsed() < Duration::from_secs(10));
    }
}

on_every_database! {
    only postgres, mariadb;
    async fn after_a_kill_in_the_middle_of_a_statement_somebody_says_whether_it_was_carried_out(db: Db) {
        let which = if db.is_postgres() { "postgres" } else { "mariadb" };
        let folder = stopping(which);
        kill_at(start(&db, which), "2_b 2/3");
        let status = folder.status(&db).await?;
        assert!(matches!(&status.migrations[1].standing, Standing::Interrupted(p) if p.done == 1 && p.total == 3), "{status:?}");
        let options = DeployOptions::new().lock_wait(Duration::from_secs(20));
        let Problem::Interrupted { done: 1, total: 3, statement, .. } = problem(folder.deploy_with(&db, &options).await) else { panic!() };
        assert!(statement.contains("2)"), "{statement}");
        // Not carried out: again.
        folder.resolve(&db, "2_b", Resolution::StepRolledBack).await?;
        kill_at(start(&db, which), "2_b 2/3");
        // Carried out: on with the next one.
        folder.resolve(&db, "2_b", Resolution::StepApplied).await?;
        let done = folder.deploy_with(&db, &options).await?;
        assert_eq!(done.migrations[0].steps, ["CREATE TABLE c (id INTEGER)"]);
        assert!(has_table(&db, "c").await && folder.status(&db).await?.is_clean());
    }
}

on_every_database! {
    only mariadb;
    async fn of_a_killed_step_in_a_transaction_it_is_known_that_it_was_not_carried_out(db: Db) {
        let folder = stopping("mariadb step");
        kill_at(start(&db, "mariadb step"), "2_b 2/3");
        let options = DeployOptions::new().lock_wait(Duration::from_secs(20));
        let without = super::folder(&[("1_a", "CREATE TABLE a (id INTEGER)", ""), ("2_b", "CREATE TABLE b (id INTEGER); CREATE TABLE c (id INTEGER);", "")]);
        assert_eq!(folder.status(&db).await?.pending().count(), 1);
        let done = without.deploy_with(&db, &options).await?;
        assert_eq!(done.migrations[0].steps, ["CREATE TABLE c (id INTEGER)"]);
    }
}

on_every_database! {
    only postgres;
    async fn an_index_whose_making_was_killed_is_looked_at_and_made_again(db: Db) {
        let folder = stopping("index");
        folder.deploy_with(&db, &DeployOptions::new().up_to("1_a")).await?;
        // A writer keeps the index from being finished.
        let writer = db.begin().await?;
        sql!("INSERT INTO a VALUES (1)").execute(&writer).await?;
        kill_at(start(&db, "index"), "2_b 2/3");
        assert!(matches!(folder.status(&db).await?.migrations[1].standing, Standing::Interrupted(_)));
        writer.commit().await?;
        let options = DeployOptions::new().lock_wait(Duration::from_secs(20));
        let done = folder.deploy_with(&db, &options).await?;
        assert_eq!(ids(&done), ["2_b"]);
        let valid = sql!("SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indisvalid AND c.relname = 'a_id_idx' AND pg_table_is_visible(c.oid)");
        assert_eq!(valid.one::<i64>(&db).await?, 1);
    }
}
