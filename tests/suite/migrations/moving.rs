//! Coming from sqlx, putting migrations together, and putting one branch behind another.

use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use orm::migrate::{DeployOptions, Folder, NewMigration, Problem, Sql, plan};
use orm::prelude::*;
use orm::schema::{Column, ColumnType, Schema, Table, TableName};

use super::{has_table, ids, problem};

/// A folder on disk that is gone when the test ends.
struct Dir(PathBuf);

impl Dir {
    fn new(db: &crate::support::TestDb, name: &str) -> Self {
        let path = std::env::temp_dir().join(format!(
            "orm-moving-{}-{:?}-{name}",
            std::process::id(),
            db.database
        ));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn load(&self) -> Folder {
        Folder::load(&self.0).unwrap()
    }

    fn write(&self, file: &str, text: &str) {
        std::fs::write(self.0.join(file), text).unwrap();
    }

    /// A migration that leads to a schema of tables, made at a second.
    fn add(&self, at: u64, name: &str, up: &str, tables: &[(&str, &[&str])]) -> String {
        let sql = Sql {
            key: None,
            up: format!("{up};\n"),
            down: None,
        };
        let new = NewMigration::new(name, sql)
            .schema(schema(tables))
            .at(UNIX_EPOCH + Duration::from_secs(at));
        self.load().add(new).unwrap().id
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn schema(tables: &[(&str, &[&str])]) -> Schema {
    let tables = tables.iter().map(|(name, columns)| {
        let mut table = Table::new(TableName::new(*name));
        table.columns = columns
            .iter()
            .map(|c| Column::new(*c, ColumnType::Integer))
            .collect();
        table
    });
    Schema::from_parts(vec![], tables.collect())
}

fn create(table: &str, db: &Db) -> String {
    plan::create(&schema(&[(table, &["id"])]), db.dialect())
        .unwrap()
        .remove(0)
}

on_every_database! {
    async fn the_history_of_sqlx_is_taken_over(db: Db) {
        let dir = Dir::new(&db, "sqlx");
        let (one, two) = ("CREATE TABLE one (id INTEGER NOT NULL);\n", "CREATE TABLE two (id INTEGER NOT NULL);\n");
        dir.write("20230101000000_one.sql", one);
        dir.write("20230102000000_two.up.sql", two);
        dir.write("20230102000000_two.down.sql", "DROP TABLE two;\n");
        assert!(dir.load().adopt(&db).await?.is_empty());
        // As sqlx 0.9 makes its table.
        let types = match db.is_postgres() {
            true => ["BIGINT", "TIMESTAMPTZ", "BOOLEAN", "BYTEA", "BIGINT"],
            false => ["BIGINT", "TIMESTAMP", "BOOLEAN", "BLOB", "BIGINT"],
        };
        db.execute_script(&format!("CREATE TABLE _sqlx_migrations (version {} PRIMARY KEY, description TEXT NOT NULL, installed_on {} NOT NULL DEFAULT CURRENT_TIMESTAMP, success {} NOT NULL, checksum {} NOT NULL, execution_time {} NOT NULL)", types[0], types[1], types[2], types[3], types[4])).await?;
        db.execute_script(one).await?;
        let checksum = sha384_of_one();
        sql!("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (20230101000000, 'one', TRUE, {checksum}, 1)").execute(&db).await?;
        assert_eq!(dir.load().adopt(&db).await?, ["20230101000000_one"]);
        assert!(dir.load().adopt(&db).await?.is_empty());
        let next = dir.add(1_800_000_000, "three", &create("three", &db), &[("three", &["id"])]);
        assert_eq!(ids(&dir.load().deploy(&db).await?), ["20230102000000_two", next.as_str()]);
        assert!(dir.load().status(&db).await?.problems.is_empty());
        let to = DeployOptions::new().up_to("20230102000000_two").allow_loss(true);
        assert!(matches!(problem(dir.load().rollback(&db, &to).await), Problem::NoDown { .. }));
        // A file that was changed since is noticed.
        let other = Dir::new(&db, "sqlx-edited");
        other.write("20230101000000_one.sql", "CREATE TABLE one (id BIGINT NOT NULL);\n");
        assert_eq!(problem(other.load().adopt(&db).await), Problem::Edited { id: "20230101000000_one".into() });
    }

    async fn migrations_that_are_put_together_are_noted_where_they_are_applied(db: Db) {
        let dir = Dir::new(&db, "squash");
        dir.add(1_700_000_000, "a", &create("a", &db), &[("a", &["id"])]);
        let b = dir.add(1_700_000_001, "b", &format!("{};\nINSERT INTO a VALUES (1)", create("b", &db)), &[("a", &["id"]), ("b", &["id"])]);
        let c = dir.add(1_700_000_002, "c", &create("c", &db), &[("a", &["id"]), ("b", &["id"]), ("c", &["id"])]);
        let part = dir.load();
        part.deploy_with(&db, &DeployOptions::new().up_to(b.as_str())).await?;
        let squashed = part.squash("b", "begin", &[db.dialect()])?;
        assert_eq!(squashed.replaces.len(), 2);
        assert_eq!(squashed.left_out.len(), 1);
        assert!(squashed.left_out[0].contains("INSERT INTO a VALUES (1)"), "{squashed:?}");
        let now = dir.load();
        assert_eq!(now.check(), []);
        assert_eq!(now.chain()?.iter().map(|m| m.id.as_str()).collect::<Vec<_>>(), [squashed.made.id.as_str(), c.as_str()]);
        // Here it is only noted, and the next one is applied.
        assert_eq!(ids(&now.deploy(&db).await?), [squashed.made.id.as_str(), c.as_str()]);
        assert!(now.deploy(&db).await?.is_empty());
        assert!(now.status(&db).await?.problems.is_empty(), "{:?}", now.status(&db).await?.problems);
        // In an empty database it creates the same.
        assert_eq!(now.verify(&db.url).await?.problems, []);
    }

    async fn what_stands_for_several_is_refused_where_only_some_are_applied(db: Db) {
        let dir = Dir::new(&db, "squash-part");
        let a = dir.add(1_700_000_000, "a", &create("a", &db), &[("a", &["id"])]);
        dir.add(1_700_000_001, "b", &create("b", &db), &[("a", &["id"]), ("b", &["id"])]);
        dir.load().deploy_with(&db, &DeployOptions::new().up_to(a)).await?;
        let made = dir.load().squash("b", "begin", &[db.dialect()])?.made;
        let found = problem(dir.load().deploy(&db).await).to_string();
        assert!(found.contains(&format!("`{}` stands for 2 migrations, of which only 1 are applied here", made.id)), "{found}");
    }

    async fn a_branch_is_put_behind_the_other_one(db: Db) {
        let dir = Dir::new(&db, "rebase");
        let base = dir.add(1_700_000_000, "base", &create("base", &db), &[("base", &["id"])]);
        // Two branches from the same state: each is made where the other one is not yet.
        let mine = dir.add(1_700_000_001, "mine", &create("mine", &db), &[("base", &["id"]), ("mine", &["id"])]);
        let aside = dir.0.with_extension("aside");
        std::fs::rename(dir.0.join(&mine), &aside).unwrap();
        let theirs = dir.add(1_700_000_002, "theirs", &create("theirs", &db), &[("base", &["id"]), ("theirs", &["id"])]);
        std::fs::rename(&aside, dir.0.join(&mine)).unwrap();
        assert!(matches!(dir.load().check().as_slice(), [Problem::Forked { .. }]));
        let moved = dir.load().rebase("mine")?;
        assert_eq!((moved.len(), &moved[0].from), (1, &mine));
        let now = dir.load();
        assert_eq!(now.check(), []);
        assert_eq!(now.chain()?.iter().map(|m| m.id.as_str()).collect::<Vec<_>>(), [base.as_str(), theirs.as_str(), moved[0].to.as_str()]);
        assert_eq!(now.verify(&db.url).await?.problems, []);
        now.deploy(&db).await?;
        assert!(has_table(&db, "mine").await && now.status(&db).await?.is_clean());
        assert!(matches!(problem(now.rebase("theirs")), Problem::WrongState { .. }));
    }

    async fn branches_that_change_the_same_are_left_as_they_are(db: Db) {
        let dir = Dir::new(&db, "conflict");
        dir.add(1_700_000_000, "base", &create("base", &db), &[("base", &["id"])]);
        let mine = dir.add(1_700_000_001, "mine", "SELECT 1", &[]);
        let aside = dir.0.with_extension("aside");
        std::fs::rename(dir.0.join(&mine), &aside).unwrap();
        dir.add(1_700_000_002, "theirs", "SELECT 2", &[("base", &["id", "more"])]);
        std::fs::rename(&aside, dir.0.join(&mine)).unwrap();
        let found = problem(dir.load().rebase("mine"));
        assert!(matches!(&found, Problem::Conflict { what, .. } if what == &["tables base"]), "{found}");
        assert!(dir.0.join(&mine).exists());
    }
}

/// SHA-384 of `CREATE TABLE one (id INTEGER NOT NULL);` and the end of its line, as `sha384sum` gives it.
fn sha384_of_one() -> Vec<u8> {
    let digits = "ec3580c753b29e6d59e20c138e1fce46b489dda5fc2583829dee43116783bef4499eaab685b8e9f764874a9ba902cced";
    (0..digits.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap())
        .collect()
}
