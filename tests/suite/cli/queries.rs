//! `check queries`: what is wrong with the program's statements, and an exit code for it.

use orm::Model;
use orm::cli::Exit;
use orm::prelude::*;

use super::Project;

#[derive(Model, Debug)]
#[model(table = "command_notes")]
struct Note {
    id: Id<Note>,
    title: String,
    text: Option<String>,
}

fn statements() {
    let _ = sql!("SELECT {Note::title} FROM {Note}" as String);
    let _ = sql!("SELECT text FROM command_notes" as String);
}

on_every_database! {
    only sqlite_file, postgres, mariadb;

    async fn statements_are_held_against_the_models_and_against_the_migrations(db: Db) {
        statements();
        let project = Project::configured(&db, &db.url);
        let models = [Note::def()];
        let found = project.run(&models, "check queries --file cli/queries.rs").await;
        assert_eq!(found.exit, Exit::Found, "{}{}", found.out, found.notes);
        assert!(found.out.contains("2 statements checked, 0 not checked, 1 problem"), "{}", found.out);
        assert!(found.out.contains("the column `text` may be NULL"), "{}", found.out);
        let json = project.run(&models, "check queries --file cli/queries.rs --json").await.json();
        assert_eq!((&json["clean"], json["problems"][0]["at"].as_u64()), (&false.into(), Some(7)));
        // Nothing was made in the project's own database.
        assert!(!crate::migrations::has_table(&db, "command_notes").await);

        let none = project.run(&models, "check queries --file nowhere.rs").await.ok();
        assert!(none.out.contains("0 statements checked"), "{}", none.out);
        project.run(&models, "migrate dev --name init").await.ok();
        let migrated = project.run(&models, "check queries --migrations --file cli/queries.rs --json").await;
        assert_eq!((migrated.exit, migrated.json()["problems"].as_array().map(Vec::len)), (Exit::Found, Some(1)));
        let plain = project.plain("check queries").await;
        assert!(plain.exit == Exit::Error && plain.notes.contains("cargo orm"), "{}", plain.notes);
    }
}
