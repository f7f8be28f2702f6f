//! Models that are written from a database compile, and need exactly what the database has.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use orm::schema::Schema;
use orm_migrate::introspect::{Options, introspect};

use crate::introspect::{assert_same, foreign};
use crate::support::TestDb;
use crate::ui::library;

/// Prints the schema that the models need.
const MAIN: &str = r##"
fn main() {
    let schema = orm::schema::Schema::from_models(&orm::model::all()).unwrap_or_else(|error| panic!("{error}"));
    println!("{}", orm::serde_json::to_string(&schema).expect("a schema can be written"));
}
"##;

/// The schema that the models in the source need, by the word of a program that was made of them.
fn needed_by(source: &str) -> Schema {
    let directory = env::temp_dir().join(format!(
        "orm-pull-{}-{:x}",
        std::process::id(),
        std::ptr::from_ref(source).addr()
    ));
    fs::create_dir_all(&directory).unwrap();
    let (file, program) = (directory.join("models.rs"), directory.join("models"));
    fs::write(&file, source).unwrap();
    formatted(&file, source);
    fs::write(&file, format!("{source}{MAIN}")).unwrap();
    let (dependencies, orm) = library();
    let output = Command::new("rustc")
        .args([
            "--edition",
            "2024",
            "--color",
            "never",
            "-D",
            "warnings",
            "-A",
            "dead_code",
            "-A",
            "unused_imports",
        ])
        .args(["-C", "debuginfo=0", "-o"])
        .arg(&program)
        .arg("-L")
        .arg(format!("dependency={}", dependencies.display()))
        .arg("--extern")
        .arg(format!("orm={}", orm.display()))
        .arg(&file)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}\n{source}",
        String::from_utf8_lossy(&output.stderr)
    );
    let output = Command::new(&program).output().unwrap();
    assert!(
        output.status.success(),
        "{}\n{source}",
        String::from_utf8_lossy(&output.stderr)
    );
    fs::remove_dir_all(&directory).unwrap();
    orm::serde_json::from_slice(&output.stdout).unwrap()
}

/// What `rustfmt` would write is what is there.
fn formatted(file: &Path, source: &str) {
    let copy = file.with_file_name("formatted.rs");
    fs::write(&copy, source).unwrap();
    let Ok(output) = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .arg(&copy)
        .output()
    else {
        return eprintln!("there is no rustfmt to compare with");
    };
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let formatted = fs::read_to_string(&copy).unwrap();
    for (at, (found, wanted)) in source.lines().zip(formatted.lines()).enumerate() {
        assert_eq!(found, wanted, "line {}", at + 1);
    }
    assert_eq!(source, formatted);
}

/// Pulls models, and compares what they need with what the database has. Some tables cannot be models.
async fn pull(db: &TestDb, no_models: &[&str]) -> orm::Result<String> {
    let found = introspect(db, &Options::new()).await?;
    let source = orm_migrate::pull::models(&found, db.dialect());
    let wanted = needed_by(&source);
    let mut found = introspect(db, &Options::new().expecting(&wanted))
        .await?
        .schema;
    let left_out = |name: &str| no_models.contains(&name);
    assert!(
        no_models
            .iter()
            .all(|name| source.contains(&format!("// The table `{name}` ("))),
        "{source}"
    );
    found.tables.retain(|t| !left_out(&t.name.name));
    found
        .enums
        .retain(|e| !source.contains(&format!("// The type `{}` (", e.name)));
    assert_same(&found, &wanted);
    Ok(source)
}

/// The definitions of the real database, without its rows.
fn chinook(db: &TestDb) -> Option<String> {
    let name = match () {
        () if db.is_sqlite() => "sqlite.sql",
        () if db.is_postgres() => "postgresql.sql",
        () => "mysql.sql",
    };
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/data/chinook")
        .join(name);
    let script = fs::read_to_string(file).ok()?;
    let definitions = script.split("INSERT INTO").next().unwrap_or_default();
    let about_databases = ["CREATE DATABASE", "DROP DATABASE", "USE ", "\\c "];
    let lines = definitions.trim_start_matches('\u{feff}').lines();
    Some(
        lines
            .filter(|line| !about_databases.iter().any(|word| line.starts_with(word)))
            .collect::<Vec<_>>()
            .join("\n"),
    )
}

on_every_database! {
    only sqlite, postgres, mariadb;

    async fn models_of_a_real_database_need_what_it_has(db: Db) {
        let Some(script) = chinook(&db) else {
            eprintln!("the data of Chinook is not there");
            return Ok(());
        };
        db.execute_script(&script).await?;
        let source = pull(&db, &[]).await?;
        assert_eq!(source.matches("pub struct ").count(), 11, "{source}");
        assert_eq!(source.matches("#[belongs_to(").count(), 11, "{source}");
    }

    async fn models_of_tables_with_everything_need_what_they_have(db: Db) {
        db.execute_script(foreign::statements(&db)).await?;
        let no_models: &[&str] = if db.is_postgres() { &["keyless", "parts"] } else { &["keyless"] };
        let source = pull(&db, no_models).await?;
        assert!(source.contains("//! - view "), "{source}");
    }

    async fn models_that_made_tables_come_back_from_them(db: Db) {
        let models = crate::introspect::of(&db);
        orm::create_tables_of(&db, &models).await?;
        let source = pull(&db, &[]).await?;
        assert_eq!(source.matches("pub struct ").count(), models.len());
    }
}

/// The names that the derive refuses, from its source, and words of Rust.
fn taken() -> Vec<&'static str> {
    let source = include_str!("../../orm-derive/src/check/member.rs");
    let list = source
        .split("RESERVED: &[&str] = &[")
        .nth(1)
        .unwrap()
        .split("];")
        .next()
        .unwrap();
    let mut names: Vec<_> = list.split('"').skip(1).step_by(2).collect();
    assert!(names.contains(&"query"));
    names.extend([
        "type", "self", "Self", "async", "gen", "id", "Id", "3d", "a b", "a_b", "a-b", "", "$",
    ]);
    names
}

on_every_database! {
    only sqlite;

    async fn names_that_rust_or_models_take_are_kept_as_columns(db: Db) {
        let columns = taken().into_iter().filter(|name| *name != "Id" && *name != "Self");
        let columns: Vec<_> = columns.map(|name| format!("\"{name}\" TEXT")).collect();
        let sql = format!(
            "CREATE TABLE \"Option\" (key INTEGER PRIMARY KEY AUTOINCREMENT, {}) STRICT; CREATE TABLE options (key INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;",
            columns.join(", ")
        );
        db.execute_script(&sql).await?;
        pull(&db, &[]).await?;
    }

    async fn other_ends_of_foreign_keys_are_there(db: Db) {
        db.execute_script(
            "CREATE TABLE people (id INTEGER PRIMARY KEY AUTOINCREMENT, boss_id INTEGER REFERENCES people) STRICT;
             CREATE TABLE passports (id INTEGER PRIMARY KEY AUTOINCREMENT, person_id INTEGER NOT NULL UNIQUE REFERENCES people) STRICT;
             CREATE TABLE letters (id INTEGER PRIMARY KEY AUTOINCREMENT, sender_id INTEGER REFERENCES people, receiver_id INTEGER REFERENCES people) STRICT;
             CREATE TABLE tags (id INTEGER PRIMARY KEY AUTOINCREMENT) STRICT;
             CREATE TABLE letter_tags (letter_id INTEGER REFERENCES letters, tag_id INTEGER REFERENCES tags, PRIMARY KEY (letter_id, tag_id)) STRICT;
             CREATE TABLE follows (follower_id INTEGER REFERENCES people, followed_id INTEGER REFERENCES people, PRIMARY KEY (follower_id, followed_id)) STRICT;",
        )
        .await?;
        let source = pull(&db, &[]).await?;
        for line in [
            "#[has_many(people_as_boss: Person)]",
            "#[has_one(passport: Passport)]",
            "#[has_many(letters_as_sender: Letter, via = sender)]",
            "#[has_many(letters_as_receiver: Letter, via = receiver)]",
            "#[many_to_many(tags: Tag, through = LetterTag)]",
            "#[many_to_many(letters: Letter, through = LetterTag)]",
            "#[many_to_many(people_as_followed: Person, through = Follow, via = follower, to = followed)]",
            "#[many_to_many(people_as_follower: Person, through = Follow, via = followed, to = follower)]",
        ] {
            assert!(source.contains(line), "{line}\n{source}");
        }
    }
}
