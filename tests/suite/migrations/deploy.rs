//! What a deployment does, and what it leaves when a statement fails.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use orm::migrate::{DeployOptions, OutOfOrder, Problem, Resolution, Standing};
use orm::prelude::*;

use super::{folder, has_table, ids, problem, toml};

const ONE: (&str, &str, &str) = (
    "1_one",
    "CREATE TABLE one (id INTEGER NOT NULL)",
    "DROP TABLE one",
);
#[orm::migration_step("of_two")]
async fn first_of_two(_tx: &Tx) -> orm::Result<()> {
    Ok(())
}

#[orm::migration_step("of_two")]
async fn second_of_two(_tx: &Tx) -> orm::Result<()> {
    Ok(())
}

const TWO: (&str, &str, &str) = (
    "2_two",
    "CREATE TABLE two (id INTEGER NOT NULL);\nINSERT INTO two VALUES (1), (2);",
    "DROP TABLE two",
);

on_every_database! {
    async fn what_is_not_applied_is_applied_in_order_and_once(db: Db) {
        let both = folder(&[ONE, TWO]);
        assert_eq!(ids(&folder(&[ONE]).deploy(&db).await?), ["1_one"]);
        assert_eq!(ids(&both.deploy(&db).await?), ["2_two"]);
        assert!(both.deploy(&db).await?.is_empty());
        assert_eq!(sql!("SELECT count(*) FROM two").one::<i64>(&db).await?, 2);
        let status = both.status(&db).await?;
        assert!(status.is_clean(), "{status:?}");
        assert!(status.migrations.iter().all(|m| matches!(&m.standing, Standing::Applied(r) if r.finished.is_some())));
        let history = both.history(&db).await?;
        assert!(history.iter().all(|row| row.tool.starts_with("orm ") && row.checksum.starts_with("sha256:")));
        assert_eq!(history.last().unwrap().parent.as_deref(), Some("1_one"));
    }

    async fn a_dry_run_says_what_would_be_done_and_does_nothing(db: Db) {
        let both = folder(&[ONE, TWO]);
        let planned = both.deploy_with(&db, &DeployOptions::new().dry_run()).await?;
        assert_eq!(planned.migrations[1].steps, ["CREATE TABLE two (id INTEGER NOT NULL)", "INSERT INTO two VALUES (1), (2)"]);
        assert!(planned.dry_run && !has_table(&db, "one").await && both.history(&db).await?.is_empty());
    }

    async fn a_deployment_can_end_before_the_last_migration(db: Db) {
        let both = folder(&[ONE, TWO]);
        assert_eq!(ids(&both.deploy_with(&db, &DeployOptions::new().up_to("1_one")).await?), ["1_one"]);
        assert_eq!(both.status(&db).await?.pending().collect::<Vec<_>>(), ["2_two"]);
    }

    async fn progress_is_told_step_by_step(db: Db) {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let to = Arc::clone(&lines);
        let options = DeployOptions::new().on_progress(move |p| to.lock().unwrap().push(p.to_string()));
        folder(&[TWO]).deploy_with(&db, &options).await?;
        let lines = lines.lock().unwrap().clone();
        assert_eq!(lines[..3], ["apply 2_two (2 steps)", "2_two 1/2: CREATE TABLE two (id INTEGER NOT NULL)", "2_two 2/2: INSERT INTO two VALUES (1), (2)"]);
        assert!(lines[3].starts_with("apply 2_two: done in "));
    }

    async fn migrations_are_undone_from_the_last_one_on(db: Db) {
        let both = folder(&[ONE, TWO]);
        both.deploy(&db).await?;
        assert_eq!(ids(&both.rollback(&db, &DeployOptions::new()).await?), ["2_two"]);
        assert!(!has_table(&db, "two").await && has_table(&db, "one").await);
        assert_eq!(ids(&both.deploy(&db).await?), ["2_two"]);
        let to = DeployOptions::new().up_to("1_one");
        assert_eq!(ids(&both.rollback(&db, &to).await?), ["2_two"]);
        assert!(both.rollback(&db, &to).await?.is_empty());
        let without = folder(&[("1_one", ONE.1, "")]);
        assert!(matches!(problem(without.rollback(&db, &DeployOptions::new()).await), Problem::NoDown { .. }));
        assert_eq!(ids(&both.rollback(&db, &DeployOptions::new()).await?), ["1_one"]);
        assert!(both.rollback(&db, &DeployOptions::new()).await?.is_empty());
    }

    async fn a_failed_statement_is_named_with_its_place_and_the_next_deployment_goes_on_there(db: Db) {
        let broken = folder(&[ONE, ("2_two", "CREATE TABLE two (id INTEGER NOT NULL);\n\nINSERT INTO two VALUES (1);\nINSERT INTO nowhere VALUES (1);\nCREATE TABLE three (id INTEGER);", "")]);
        let Problem::Failed { id, place, step, total, stay, statement, .. } = problem(broken.deploy(&db).await) else { panic!() };
        assert_eq!((id.as_str(), place.as_str(), step, total), ("2_two", "2_two/up.sql:4", 3, 4));
        assert_eq!(statement, "INSERT INTO nowhere VALUES (1)");
        // Where definitions can be undone, everything is; where they cannot, the table stays, and the first row goes with its transaction.
        assert_eq!(stay, if db.is_mariadb() { 1 } else { 0 });
        assert_eq!(has_table(&db, "two").await, db.is_mariadb());
        let status = broken.status(&db).await?;
        match &status.migrations[1].standing {
            Standing::Failed(failure) => assert!(!db.is_mariadb() && failure.statement.contains("nowhere")),
            Standing::Stopped(partial) => assert_eq!((db.is_mariadb(), partial.done, partial.total), (true, 1, 4)),
            other => panic!("{other:?}"),
        }
        // The failed statement may be corrected.
        let corrected = folder(&[ONE, ("2_two", "CREATE TABLE two (id INTEGER NOT NULL);\n\nINSERT INTO two VALUES (1);\nCREATE TABLE three (id INTEGER);", "")]);
        let done = corrected.deploy(&db).await?;
        assert_eq!(done.migrations[0].steps.len(), if db.is_mariadb() { 2 } else { 3 });
        assert_eq!(sql!("SELECT count(*) FROM two").one::<i64>(&db).await?, 1);
        assert!(has_table(&db, "three").await && corrected.status(&db).await?.is_clean());
    }

    async fn a_script_that_begins_a_transaction_or_calls_an_unknown_step_is_refused_before_anything_is_applied(db: Db) {
        let own = folder(&[ONE, ("2_two", "BEGIN;\nCREATE TABLE two (id INTEGER);\nCOMMIT;", "")]);
        assert!(matches!(problem(own.deploy(&db).await), Problem::OwnTransaction { place, .. } if place == "2_two/up.sql:1"));
        let step = folder(&[ONE, ("2_two", "-- orm: step no_such_step", "")]);
        let refused = problem(step.deploy(&db).await);
        assert!(matches!(&refused, Problem::NoStep { known, .. } if known.contains(&"split_names".to_owned())), "{refused}");
        let two = folder(&[ONE, ("2_two", "-- orm: step of_two", "")]);
        assert!(problem(two.deploy(&db).await).to_string().contains("the program has two steps `of_two`"));
        let directive = folder(&[ONE, ("2_two", "SELECT 1;\n-- orm: steps x", "")]);
        assert!(problem(directive.deploy(&db).await).to_string().contains("line 2: the directive `steps x` is unknown"));
        assert!(!has_table(&db, "one").await);
    }

    async fn what_is_out_of_order_is_refused_unless_it_is_accepted(db: Db) {
        let without = {
            // As a branch would that was made without the one between.
            let files = [("1_one/up.sql", ONE.1.to_owned()), ("1_one/migration.toml", toml("1_one", None)),
                ("3_three/up.sql", "CREATE TABLE three (id INTEGER)".to_owned()), ("3_three/migration.toml", toml("3_three", Some("2_two")))];
            let mut files = Vec::from(files);
            files.extend([("2_two/up.sql", TWO.1.to_owned()), ("2_two/migration.toml", toml("2_two", Some("1_one")))]);
            orm::migrate::Folder::from_files(files)?
        };
        without.deploy_with(&db, &DeployOptions::new().up_to("1_one")).await?;
        // The last one is there, since another program has applied it.
        let mut tables = vec![("3_three", "CREATE TABLE three (id INTEGER)")];
        for (id, up) in tables.drain(..) {
            let checksum = without.get(id)?.checksum(db.dialect())?;
            sql!("INSERT INTO _orm_migrations (id, name, parent, direction, event, phase, checksum, started, step, steps, tool) VALUES ({id}, 'three', '2_two', 'up', 'done', 'all', {checksum}, '', 1, 1, 'test')").execute(&db).await?;
            db.execute_script(up).await?;
        }
        let refused = problem(without.deploy(&db).await);
        assert_eq!(refused, Problem::OutOfOrder { id: "2_two".into(), applied: "3_three".into() });
        let accept = DeployOptions::new().out_of_order(OutOfOrder::Accept);
        assert_eq!(ids(&without.deploy_with(&db, &accept).await?), ["2_two"]);
    }

    async fn a_baseline_notes_what_is_there_already(db: Db) {
        let both = folder(&[ONE, TWO]);
        db.execute_script(ONE.1).await?;
        assert_eq!(both.baseline(&db, Some("1_one")).await?, ["1_one"]);
        assert!(both.baseline(&db, Some("1_one")).await?.is_empty());
        assert_eq!(ids(&both.deploy(&db).await?), ["2_two"]);
    }

    async fn only_what_did_not_come_to_its_end_is_resolved(db: Db) {
        let both = folder(&[ONE, TWO]);
        both.deploy(&db).await?;
        let refused = problem(both.resolve(&db, "1_one", Resolution::Applied).await).to_string();
        assert!(refused.contains("`1_one` is applied, so there is nothing to resolve"), "{refused}");
        assert!(matches!(problem(both.resolve(&db, "3_x", Resolution::Applied).await), Problem::Unknown { .. }));
    }
}

on_every_database! {
    only mariadb;
    async fn steps_that_stay_are_resolved_either_way(db: Db) {
        let broken = folder(&[("1_a", "CREATE TABLE a (id INTEGER); CREATE TABLE b (id INTEGER); INSERT INTO nowhere VALUES (1)", "")]);
        assert!(matches!(problem(broken.deploy(&db).await), Problem::Failed { stay: 2, .. }));
        let edited = folder(&[("1_a", "CREATE TABLE a (id BIGINT); CREATE TABLE b (id INTEGER); SELECT 1", "")]);
        assert_eq!(problem(edited.deploy(&db).await), Problem::EditedSteps { id: "1_a".into(), step: 2 });
        let stopped = broken.status(&db).await?.problems.remove(0).to_string();
        assert!(stopped.contains("`1_a` stopped at step 3 of 3 (2 are carried out and stay)"), "{stopped}");
        // Undone by hand: from the beginning.
        db.execute_script("DROP TABLE a; DROP TABLE b").await?;
        broken.resolve(&db, "1_a", Resolution::RolledBack).await?;
        assert_eq!(broken.status(&db).await?.migrations[0].standing, Standing::Pending);
        assert!(matches!(problem(broken.deploy(&db).await), Problem::Failed { stay: 2, .. }));
        // Finished by hand.
        broken.resolve(&db, "1_a", Resolution::Applied).await?;
        assert!(broken.deploy(&db).await?.is_empty());
    }

    async fn a_failed_undoing_goes_on_where_it_stopped(db: Db) {
        let with = |down| folder(&[("1_a", "CREATE TABLE a (id INTEGER); CREATE TABLE b (id INTEGER)", down)]);
        let broken = with("DROP TABLE b; DROP TABLE nowhere; DROP TABLE a");
        broken.deploy(&db).await?;
        let options = DeployOptions::new();
        assert!(matches!(problem(broken.rollback(&db, &options).await), Problem::Failed { stay: 1, .. }));
        assert!(problem(broken.deploy(&db).await).to_string().contains("is undone in part; go on with `rollback`"));
        let done = with("DROP TABLE b; DROP TABLE a").rollback(&db, &options).await?;
        assert_eq!(done.migrations[0].steps, ["DROP TABLE a"]);
        assert_eq!(broken.status(&db).await?.migrations[0].standing, Standing::Pending);
    }
}

on_every_database! {
    only postgres;
    async fn an_index_is_made_beside_writers_and_an_unfinished_one_made_again(db: Db) {
        let first = ("1_a", "CREATE TABLE a (id INTEGER); INSERT INTO a VALUES (1), (1)", "");
        let index = "CREATE TABLE b (id INTEGER);\nCREATE UNIQUE INDEX CONCURRENTLY a_id_idx ON a (id);\nCREATE TABLE c (id INTEGER);";
        let both = folder(&[first, ("2_b", index, "")]);
        // Two rows are equal: the statement fails and leaves an index that is of no use.
        let Problem::Failed { stay, step, .. } = problem(both.deploy(&db).await) else { panic!() };
        assert_eq!((stay, step, has_table(&db, "b").await), (1, 2, true));
        let unfinished = "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid AND c.relname = 'a_id_idx' AND pg_table_is_visible(c.oid)";
        let count = || orm::query::Raw::new(vec![orm::query::RawPart::Text(unfinished)]);
        assert_eq!(count().one::<i64>(&db).await?, 1);
        db.execute_script("DELETE FROM a").await?;
        let done = both.deploy(&db).await?;
        assert_eq!(done.migrations[0].steps.len(), 2);
        assert_eq!(count().one::<i64>(&db).await?, 0);
        assert!(has_table(&db, "c").await && both.status(&db).await?.is_clean());
    }

    async fn a_new_label_can_be_used_in_the_same_migration(db: Db) {
        let up = "CREATE TYPE mood AS ENUM ('sad'); CREATE TABLE a (m mood);\nALTER TYPE mood ADD VALUE 'happy';\nINSERT INTO a VALUES ('happy');";
        folder(&[("1_a", up, "")]).deploy(&db).await?;
        assert_eq!(sql!("SELECT count(*) FROM a").one::<i64>(&db).await?, 1);
    }

    async fn an_index_waits_for_open_transactions_as_long_as_it_takes(db: Db) {
        let both = folder(&[("1_a", "CREATE TABLE a (id INTEGER)", ""), ("2_b", "CREATE INDEX CONCURRENTLY a_idx ON a (id)", "")]);
        both.deploy_with(&db, &DeployOptions::new().up_to("1_a")).await?;
        let writer = db.begin().await?;
        sql!("INSERT INTO a VALUES (1)").execute(&writer).await?;
        let options = DeployOptions::new().lock_timeout(Duration::from_millis(50)).retries(0);
        let (done, ()) = tokio::join!(both.deploy_with(&db, &options), async {
            tokio::time::sleep(Duration::from_millis(400)).await;
            writer.rollback().await.unwrap();
        });
        assert_eq!(ids(&done?), ["2_b"]);
    }

    async fn a_script_may_change_where_names_are_looked_for(db: Db) {
        // As `pg_dump` begins.
        let up = "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE pg_temp.a (id INTEGER);\n-- orm: no transaction\nSELECT 1;";
        let both = folder(&[("1_a", up, ""), ("2_b", "CREATE TABLE b (id INTEGER)", "")]);
        assert_eq!(ids(&both.deploy(&db).await?), ["1_a", "2_b"]);
        assert!(has_table(&db, "b").await && both.status(&db).await?.is_clean());
    }
}

on_every_database! {
    only postgres, mariadb;
    async fn a_step_that_gets_no_lock_is_tried_again(db: Db) {
        let both = folder(&[("1_a", "CREATE TABLE a (id INTEGER)", ""), ("2_b", "CREATE TABLE b (id INTEGER); ALTER TABLE a ADD COLUMN b INTEGER", "")]);
        both.deploy_with(&db, &DeployOptions::new().up_to("1_a")).await?;
        let reader = db.begin().await?;
        sql!("SELECT count(*) FROM a").one::<i64>(&reader).await?;
        let again = Arc::new(Mutex::new(0));
        let seen = Arc::clone(&again);
        let options = DeployOptions::new().lock_timeout(Duration::from_millis(50)).on_progress(move |p| {
            if matches!(p, orm::migrate::Progress::Again { .. }) { *seen.lock().unwrap() += 1; }
        });
        let none = problem(both.deploy_with(&db, &options.clone().retries(0)).await);
        let stays = usize::from(db.is_mariadb());
        assert!(matches!(none, Problem::Failed { stay, step: 2, .. } if stay == stays), "{none}");
        let (done, ()) = tokio::join!(both.deploy_with(&db, &options), async {
            // A whole second is the least that MariaDB waits.
            tokio::time::sleep(Duration::from_millis(if db.is_mariadb() { 1500 } else { 400 })).await;
            reader.rollback().await.unwrap();
        });
        assert_eq!(ids(&done?), ["2_b"]);
        assert!(*again.lock().unwrap() > 0);
    }
}

on_every_database! {
    only sqlite, sqlite_file;
    async fn a_table_that_others_refer_to_can_be_replaced(db: Db) {
        let first = ("1_a", "CREATE TABLE a (id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER REFERENCES a (id) ON DELETE CASCADE);
            INSERT INTO a VALUES (1, 'x'); INSERT INTO b VALUES (1, 1)", "");
        let rebuild = "-- orm: foreign keys off\nCREATE TABLE new_a (id INTEGER PRIMARY KEY, v TEXT NOT NULL);\nINSERT INTO new_a SELECT id, v FROM a;\nDROP TABLE a;\nALTER TABLE new_a RENAME TO a;";
        folder(&[first, ("2_b", rebuild, "")]).deploy(&db).await?;
        assert_eq!(sql!("SELECT count(*) FROM b").one::<i64>(&db).await?, 1);
        assert!(sql!("INSERT INTO b VALUES (2, 9)").execute(&db).await.is_err_and(|e| e.is_foreign_key_violation()));
        // One that leaves a row without its target is undone.
        let broken = "-- orm: foreign keys off\nCREATE TABLE c (id INTEGER);\nDELETE FROM a;";
        let broken = folder(&[first, ("2_b", rebuild, ""), ("3_c", broken, "")]);
        assert_eq!(problem(broken.deploy(&db).await), Problem::BrokenForeignKeys { id: "3_c".into(), between: vec![("b".into(), "a".into())] });
        assert!(!has_table(&db, "c").await);
        assert_eq!(sql!("SELECT count(*) FROM a").one::<i64>(&db).await?, 1);
    }

    async fn statements_that_cannot_stand_in_a_transaction_run_by_themselves(db: Db) {
        let up = "CREATE TABLE a (id INTEGER);\nVACUUM;\nCREATE TABLE b (id INTEGER);";
        let one = folder(&[("1_a", up, "")]);
        one.deploy(&db).await?;
        assert!(has_table(&db, "b").await);
        let events: Vec<_> = one.history(&db).await?.iter().map(|row| (row.event.word(), row.step)).collect();
        assert_eq!(events, [("step", 1), ("begun", 1), ("step", 2), ("done", 3)]);
    }
}
