//! What each command does, and what it says when it cannot.

use orm::cli::Exit;
use orm::prelude::*;

use super::Project;
use crate::migrations::{has_table, toml};

mod before {
    use orm::prelude::*;

    #[derive(Model, Debug)]
    #[model(table = "notes")]
    pub struct Note {
        pub id: Id<Note>,
        pub title: String,
        pub old: Option<String>,
    }
}

mod after {
    use orm::prelude::*;

    #[derive(Model, Debug)]
    #[model(table = "notes")]
    pub struct Note {
        pub id: Id<Note>,
        pub title: String,
    }
}

/// A project with a migration by hand.
fn by_hand(db: &crate::support::TestDb, id: &str, up: &str, down: &str) -> Project {
    let project = Project::configured(db, &db.url);
    project.write(&format!("migrations/{id}/up.sql"), up);
    project.write(&format!("migrations/{id}/down.sql"), down);
    project.write(&format!("migrations/{id}/migration.toml"), &toml(id, None));
    project
}

on_every_database! {
    only sqlite_file, postgres, mariadb;

    async fn what_needs_no_models_is_done_without_them(db: Db) {
        let project = by_hand(&db, "1_one", "CREATE TABLE one (id INTEGER)", "DROP TABLE one");
        let status = project.plain("migrate status --json").await;
        assert_eq!((status.exit, status.json()["pending"].as_i64()), (Exit::Found, Some(1)));
        let planned = project.plain("migrate deploy --dry-run --json").await.ok().json();
        assert_eq!(planned["migrations"][0]["steps"][0], "CREATE TABLE one (id INTEGER)");
        assert!(!has_table(&db, "one").await);
        project.plain("migrate deploy").await.ok();
        assert!(has_table(&db, "one").await);
        let status = project.plain("migrate status --json").await.ok().json();
        assert_eq!((&status["clean"], &status["migrations"][0]["state"]), (&true.into(), &"applied".into()));
        let undone = project.plain("migrate rollback --dry-run").await.ok();
        assert!(undone.out.contains("DROP TABLE one"), "{}", undone.out);
        assert!(has_table(&db, "one").await);
        project.plain("migrate rollback").await.ok();
        assert!(!has_table(&db, "one").await);
        let refused = project.plain("migrate dev --name two").await;
        assert!(refused.exit == Exit::Error && refused.notes.contains("cargo orm"), "{}", refused.notes);
    }

    async fn an_edited_file_is_found_and_the_exit_says_so(db: Db) {
        let project = by_hand(&db, "1_one", "CREATE TABLE one (id INTEGER)", "DROP TABLE one");
        project.plain("migrate deploy").await.ok();
        project.write("migrations/1_one/up.sql", "CREATE TABLE one (id BIGINT)");
        let status = project.plain("migrate status").await;
        assert_eq!(status.exit, Exit::Found);
        assert!(status.out.contains("`1_one` was changed after it had been applied"), "{}", status.out);
        let deploy = project.plain("migrate deploy").await;
        assert_eq!(deploy.exit, Exit::Error);
        assert!(deploy.notes.starts_with("error: `1_one` was changed"), "{}", deploy.notes);
    }

    async fn an_interrupted_migration_is_resolved_by_its_flag(db: Db) {
        let project = by_hand(&db, "1_one", "CREATE TABLE one (id INTEGER)", "DROP TABLE one");
        let wrong = project.plain("migrate resolve --applied one").await;
        assert!(wrong.exit == Exit::Error && wrong.notes.contains("nothing to resolve"), "{}", wrong.notes);
        assert_eq!(project.plain("migrate resolve").await.exit, Exit::Usage);
        assert_eq!(project.plain("migrate resolve --applied one --rolled-back one").await.exit, Exit::Usage);
    }

    async fn a_database_that_was_there_before_is_noted_and_not_changed(db: Db) {
        db.execute_script("CREATE TABLE one (id INTEGER)").await?;
        let project = by_hand(&db, "1_one", "CREATE TABLE one (id INTEGER)", "DROP TABLE one");
        let planned = project.plain("migrate baseline --dry-run --json").await.ok().json();
        assert_eq!(planned["noted"][0], "1_one");
        assert_eq!(project.plain("migrate status").await.exit, Exit::Found);
        project.plain("migrate baseline").await.ok();
        project.plain("migrate status").await.ok();
    }

    async fn seeds_run_again_and_again(db: Db) {
        let project = by_hand(&db, "1_one", "CREATE TABLE one (id INTEGER PRIMARY KEY)", "DROP TABLE one");
        project.write("seeds/one.sql", "DELETE FROM one; INSERT INTO one VALUES (1)");
        project.plain("migrate deploy").await.ok();
        let planned = project.plain("seed --dry-run --json").await.ok().json();
        assert_eq!(planned["files"][0], "one.sql");
        project.plain("seed").await.ok();
        project.plain("seed").await.ok();
        let rows: i64 = sql!("SELECT count(*) FROM one").one(&db).await?;
        assert_eq!(rows, 1);
    }

    async fn a_change_of_the_models_without_a_migration_is_found(db: Db) {
        let project = Project::configured(&db, &db.url);
        project.run(&[before::Note::def()], "migrate dev --name init").await.ok();
        let checked = project.run(&[before::Note::def()], "migrate check --verify --json").await.ok().json();
        assert_eq!(checked["verified"][0]["proved"], true);
        let checked = project.run(&[after::Note::def()], "migrate check --json").await;
        assert_eq!((checked.exit, &checked.json()["changes"][0]), (Exit::Found, &"drop the column notes.old".into()));
        let diff = project.run(&[after::Note::def()], "migrate diff --from database --to models --sql").await;
        assert!(diff.exit == Exit::Found && diff.out.contains("old"), "{}", diff.out);
        project.run(&[before::Note::def()], "migrate diff --from database").await.ok();
    }

    async fn a_project_of_sqlx_goes_on_with_its_models(db: Db) {
        let project = Project::configured(&db, &db.url);
        let schema = orm::schema::Schema::from_models(&[before::Note::def()])?;
        let sql = orm::migrate::plan::create(&schema, db.dialect())?.join(";\n");
        project.write("migrations/20230101000000_notes.sql", &sql);
        let models = [before::Note::def()];
        let ran = project.run(&models, "migrate dev").await.ok();
        assert!(ran.out.contains("+ 20230101000000_notes") && ran.out.contains("the models are as"), "{}", ran.out);
        project.run(&[after::Note::def()], "migrate dev --name less --accept-data-loss").await.ok();
        let meta = project.read(project.newest().join("migration.toml"));
        assert!(meta.contains("parent = \"20230101000000_notes\""), "{meta}");
        project.run(&[after::Note::def()], "migrate status").await.ok();
    }

    async fn models_are_written_from_a_database_and_over_nothing(db: Db) {
        let project = Project::configured(&db, &db.url);
        project.run(&[before::Note::def()], "migrate dev --name init").await.ok();
        db.execute_script("CREATE TABLE other (id INTEGER PRIMARY KEY)").await?;
        let printed = project.plain("db pull --without other").await.ok().out;
        assert!(printed.contains("pub struct Note {") && !printed.contains("pub struct Other"), "{printed}");
        assert!(!printed.contains("orm_migrations"), "the history is no model: {printed}");
        project.write("src/models.rs", "// mine\n");
        let refused = project.plain("db pull --out src/models.rs").await;
        assert!(refused.exit == Exit::Usage && refused.notes.contains("--force"), "{}", refused.notes);
        assert_eq!(project.read("src/models.rs"), "// mine\n");
        project.plain("db pull --out src/models.rs --force --without other").await.ok();
        assert_eq!(project.read("src/models.rs"), printed);
        let json = project.plain("db pull --out src/new.rs --json").await.ok().json();
        assert_eq!((&json["file"], &json["tables"]), (&"src/new.rs".into(), &2.into()));
    }

    async fn several_migrations_become_one(db: Db) {
        let project = Project::configured(&db, &db.url);
        project.run(&[before::Note::def()], "migrate dev --name init").await.ok();
        project.run(&[after::Note::def()], "migrate dev --name less --accept-data-loss").await.ok();
        let refused = project.run(&[], "migrate squash --name all").await;
        assert!(refused.exit == Exit::Usage && refused.notes.contains("--yes"), "{}", refused.notes);
        let squashed = project.run(&[], "migrate squash --name all --yes --json").await.ok().json();
        assert_eq!(squashed["replaces"].as_array().unwrap().len(), 2);
        project.run(&[after::Note::def()], "migrate deploy").await.ok();
        project.run(&[after::Note::def()], "migrate check --verify").await.ok();
    }

    async fn a_reset_begins_anew(db: Db) {
        let project = by_hand(&db, "1_one", "CREATE TABLE one (id INTEGER)", "DROP TABLE one");
        db.execute_script("CREATE TABLE stray (id INTEGER)").await?;
        let refused = project.plain("migrate reset").await;
        assert!(refused.exit == Exit::Usage && refused.notes.contains("--yes"), "{}", refused.notes);
        project.plain("migrate reset --dry-run").await.ok();
        assert!(has_table(&db, "stray").await);
        project.plain("migrate reset --yes").await.ok();
        assert!(has_table(&db, "one").await && !has_table(&db, "stray").await);
    }

    async fn a_database_is_made_and_dropped(db: Db) {
        let url = beside(&db.url);
        let project = Project::configured(&db, &url);
        project.plain("db create --dry-run").await.ok();
        assert_eq!(project.plain("db create --json").await.ok().json()["created"], true);
        assert_eq!(project.plain("db create --json").await.ok().json()["created"], false);
        Db::connect(&url).await?.shutdown(std::time::Duration::from_secs(1)).await;
        let refused = project.plain("db drop").await;
        assert!(refused.exit == Exit::Usage && refused.notes.contains("--yes"), "{}", refused.notes);
        assert_eq!(project.plain("db drop --yes --json").await.ok().json()["dropped"], true);
        if !db.is_sqlite() {
            assert!(Db::connect(&url).await.is_err());
        }
    }
}

/// The URL of a database of its own, beside the one of the test.
fn beside(url: &str) -> String {
    let (base, _) = url.split_once('?').unwrap_or((url, ""));
    let (base, name) = base.rsplit_once('/').unwrap();
    let id = std::process::id();
    match url.starts_with("sqlite") {
        true => format!("{base}/made_{name}"),
        false => format!("{base}/orm_suite_made_{id}"),
    }
}

#[test]
fn a_server_elsewhere_is_not_destroyed_without_a_word() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let project = Project::new("postgres://db.example.com/app");
    project.write("orm.toml", "dialects = [\"postgres\"]\n");
    std::fs::create_dir(project.path.join("migrations")).unwrap();
    for command in ["migrate reset --yes", "db drop --yes"] {
        let ran = runtime.block_on(project.plain(command));
        assert!(
            ran.exit == Exit::Usage && ran.notes.contains("--allow-remote"),
            "{}",
            ran.notes
        );
    }
}

#[test]
fn init_writes_over_nothing_without_a_word() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let project = Project::new("sqlite://app.db");
    let missing = runtime.block_on(project.plain("init"));
    assert!(
        missing.exit == Exit::Error && missing.notes.contains("no Cargo.toml"),
        "{}",
        missing.notes
    );
    project.write("Cargo.toml", "[package]\nname = \"my-app\"\n");
    project.write("src/bin/orm.rs", "fn main() {}\n");
    runtime.block_on(project.plain("init --dry-run")).ok();
    assert!(!project.path.join("orm.toml").exists());
    let refused = runtime.block_on(project.plain("init"));
    assert!(
        refused.exit == Exit::Usage && refused.notes.contains("--force"),
        "{}",
        refused.notes
    );
    assert_eq!(project.read("src/bin/orm.rs"), "fn main() {}\n");
    let declined = runtime
        .block_on(project.answering(&[], "init", &["n"]))
        .ok();
    assert_eq!(
        project.read("src/bin/orm.rs"),
        "fn main() {}\n",
        "{}",
        declined.notes
    );
    runtime.block_on(project.plain("init --force")).ok();
    assert!(project.read("src/bin/orm.rs").contains("use my_app as _;"));
    assert!(project.read("orm.toml").contains("dialects = [\"sqlite\"]"));
    let again = runtime.block_on(project.plain("init --json")).ok().json();
    assert_eq!(again["files"].as_array().unwrap().len(), 0);
}

#[test]
fn errors_are_documents_for_programs() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let project = Project::new("sqlite::memory:");
    let ran = runtime.block_on(project.plain("migrate status --json"));
    assert_eq!(ran.exit, Exit::Error);
    assert!(
        ran.json()["error"]["message"]
            .as_str()
            .unwrap()
            .contains("there is no orm.toml")
    );
    assert_eq!(
        runtime.block_on(project.plain("migrate statsu")).exit,
        Exit::Usage
    );
}
