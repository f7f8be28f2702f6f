//! What a replay proves, what drift is, and beginning anew.

use orm::migrate::{DeployOptions, Folder, Problem, snapshot};
use orm::prelude::*;
use orm::schema::Schema;

use super::{folder, has_table, ids, problem, toml};

#[derive(Model)]
#[model(table = "proof_tags")]
struct Tag {
    id: Id<Tag>,
    #[model(unique, length = 50)]
    label: String,
    #[model(default = 0)]
    uses: i32,
    note: Option<String>,
}

#[derive(Model)]
#[model(table = "proof_marks")]
struct Mark {
    id: Id<Mark>,
    #[belongs_to(tag: Tag)]
    tag_id: Id<Tag>,
}

fn tags() -> Schema {
    Schema::from_models(&[Tag::def()]).unwrap()
}

fn both() -> Schema {
    Schema::from_models(&[Tag::def(), Mark::def()]).unwrap()
}

/// What creates a schema, and what drops it.
fn scripts(schema: &Schema, db: &Db) -> (String, String) {
    let script = |statements: Vec<String>| statements.join(";\n\n") + ";\n";
    let up = orm::migrate::plan::create(schema, db.dialect()).unwrap();
    let down = orm::migrate::plan::drop(schema, db.dialect()).unwrap();
    (script(up), script(down))
}

fn with_schema(id: &str, up: &str, down: &str, schema: &Schema) -> Folder {
    Folder::from_files([
        (format!("{id}/up.sql"), up.to_owned()),
        (format!("{id}/down.sql"), down.to_owned()),
        (format!("{id}/migration.toml"), toml(id, None)),
        (
            format!("{id}/schema.toml"),
            snapshot::write(schema).unwrap(),
        ),
    ])
    .unwrap()
}

on_every_database! {
    async fn a_migration_that_does_what_it_says_is_proved(db: Db) {
        let (up, down) = scripts(&both(), &db);
        let verified = with_schema("1_a", &up, &down, &both()).verify(&db.url).await?;
        assert_eq!(verified.problems, []);
        assert_eq!((verified.migrations, verified.undone), (1, 1));
        assert!(!has_table(&db, "proof_tags").await, "it is done somewhere else");
    }

    async fn a_migration_that_does_something_else_is_not_proved(db: Db) {
        let (up, down) = scripts(&both(), &db);
        let more = with_schema("1_a", &up, &down, &tags()).verify(&db.url).await?;
        let [Problem::Unproved { message, differences, .. }] = more.problems.as_slice() else { panic!("{:?}", more.problems) };
        assert!(message.contains("its `up.sql` does not lead to its schema.toml"));
        assert_eq!(differences, &["table proof_marks should not be there"]);
        let (up, down) = scripts(&tags(), &db);
        let less = with_schema("1_a", &up, &down, &both()).verify(&db.url).await?;
        assert!(matches!(&less.problems[0], Problem::Unproved { differences, .. } if differences[0] == "table proof_marks is missing"), "{less:?}");
        let mut other = tags();
        other.tables[0].columns[3].nullable = false;
        let other = with_schema("1_a", &up, &down, &other).verify(&db.url).await?;
        let Problem::Unproved { differences, .. } = &other.problems[0] else { panic!("{other:?}") };
        assert_eq!(differences, &["table proof_tags: column note: nullable: is true, and should be false"]);
    }

    async fn a_down_that_leaves_something_behind_is_not_proved(db: Db) {
        let (up, _) = scripts(&both(), &db);
        let left = with_schema("1_a", &up, "DROP TABLE proof_marks;", &both()).verify(&db.url).await?;
        let text: Vec<String> = left.problems.iter().map(ToString::to_string).collect();
        assert!(text[0].contains("its `down.sql` does not lead back to the schema before it") && text[0].contains("table proof_tags should not be there"), "{text:?}");
        assert!(text[1].contains("it cannot be applied again after it was undone"), "{text:?}");
        let failing = with_schema("1_a", &up, "DROP TABLE nowhere;", &both()).verify(&db.url).await?;
        assert!(matches!(&failing.problems[0], Problem::Failed { place, .. } if place == "1_a/down.sql:1"), "{failing:?}");
    }

    async fn what_somebody_changed_by_hand_is_drift(db: Db) {
        let (up, down) = scripts(&tags(), &db);
        let one = with_schema("1_a", &up, &down, &tags());
        one.deploy(&db).await?;
        assert!(one.status(&db).await?.is_clean());
        // Another program's table is none of ours.
        db.execute_script("CREATE TABLE others (id INTEGER)").await?;
        assert!(one.status(&db).await?.is_clean());
        db.execute_script("ALTER TABLE proof_tags DROP COLUMN note").await?;
        let status = one.status(&db).await?;
        assert_eq!(status.drift.as_deref(), Some(&["table proof_tags: column note is missing".to_owned()][..]));
        let mut files = vec![("2_b/up.sql".to_owned(), "CREATE TABLE two (id INTEGER)".to_owned()), ("2_b/migration.toml".to_owned(), toml("2_b", Some("1_a")))];
        files.extend([("1_a/up.sql".to_owned(), up), ("1_a/migration.toml".to_owned(), toml("1_a", None)), ("1_a/schema.toml".to_owned(), snapshot::write(&tags())?)]);
        let two = Folder::from_files(files)?;
        assert!(matches!(problem(two.deploy(&db).await), Problem::Drift { id, .. } if id == "1_a"));
        assert_eq!(ids(&two.deploy_with(&db, &DeployOptions::new().check_drift(false)).await?), ["2_b"]);
    }

    async fn a_baseline_of_another_schema_is_refused(db: Db) {
        let (up, down) = scripts(&tags(), &db);
        db.execute_script(&up).await?;
        db.execute_script("ALTER TABLE proof_tags DROP COLUMN note").await?;
        let found = problem(with_schema("1_a", &up, &down, &tags()).baseline(&db, None).await);
        assert!(matches!(&found, Problem::Unproved { differences, .. } if differences == &["table proof_tags: column note is missing"]), "{found}");
    }

    async fn a_reset_drops_everything_and_applies_all(db: Db) {
        let up = "CREATE TABLE one (id INTEGER NOT NULL PRIMARY KEY);\nCREATE TABLE two (id INTEGER NOT NULL PRIMARY KEY, one_id INTEGER NOT NULL, FOREIGN KEY (one_id) REFERENCES one (id));";
        let one = folder(&[("1_a", up, "")]);
        one.deploy(&db).await?;
        db.execute_script("CREATE TABLE \"odd \"\"name\" (id INTEGER)".replace('"', if db.is_mariadb() { "`" } else { "\"" }).as_str()).await?;
        db.execute_script("CREATE VIEW seen AS SELECT id FROM two").await?;
        db.execute_script("INSERT INTO one VALUES (1); INSERT INTO two VALUES (1, 1);").await?;
        let done = one.reset(&db, &DeployOptions::new()).await?;
        assert_eq!(ids(&done), ["1_a"]);
        assert_eq!(sql!("SELECT count(*) FROM two").one::<i64>(&db).await?, 0);
        assert!(!has_table(&db, "seen").await);
        assert!(one.status(&db).await?.is_clean());
    }
}

on_every_database! {
    only sqlite;
    async fn triggers_of_a_replaced_table_are_kept(db: Db) {
        let first = ("1_a", "CREATE TABLE a (id INTEGER PRIMARY KEY, v TEXT); CREATE TABLE log (v TEXT);
            CREATE TRIGGER note AFTER INSERT ON a BEGIN INSERT INTO log VALUES (new.v); END;", "");
        let rebuild = "-- orm: foreign keys off\n\nCREATE TABLE new_a (id INTEGER PRIMARY KEY, v TEXT NOT NULL);\nINSERT INTO new_a SELECT id, v FROM a;\n-- orm: save triggers \"a\"\nDROP TABLE a;\n-- orm: restore triggers \"a\"\nALTER TABLE new_a RENAME TO a;";
        folder(&[first, ("2_b", rebuild, "")]).deploy(&db).await?;
        db.execute_script("INSERT INTO a VALUES (1, 'x')").await?;
        assert_eq!(sql!("SELECT v FROM log").all::<String>(&db).await?, ["x"]);
    }
}
