//! What `dev` asks, what it does with the answers, and what it says where nobody can answer.

use orm::cli::Exit;
use orm::prelude::*;

use super::Project;

mod before {
    use orm::prelude::*;

    #[derive(Model, Debug)]
    #[model(table = "people")]
    pub struct Person {
        pub id: Id<Person>,
        pub name: String,
    }
}

mod renamed {
    use orm::prelude::*;

    #[derive(Model, Debug)]
    #[model(table = "people")]
    pub struct Person {
        pub id: Id<Person>,
        pub full_name: String,
    }
}

mod gone {
    use orm::prelude::*;

    #[derive(Model, Debug)]
    #[model(table = "people")]
    pub struct Person {
        pub id: Id<Person>,
    }
}

async fn begun(db: &crate::support::TestDb) -> orm::Result<Project> {
    let project = Project::configured(db, &db.url);
    project
        .run(&[before::Person::def()], "migrate dev --name init")
        .await
        .ok();
    before::Person::create().name("Ann").insert(db).await?;
    Ok(project)
}

on_every_database! {
    only sqlite_file, postgres, mariadb;

    async fn a_rename_is_asked_for_and_keeps_what_is_there(db: Db) {
        let project = begun(&db).await?;
        let models = [renamed::Person::def()];
        let open = project.run(&models, "migrate dev --name x --json").await;
        assert_eq!(open.exit, Exit::Usage);
        let error = &open.json()["error"];
        assert_eq!((&error["kind"], &error["questions"][0]["flags"][0]), (&"open_question".into(), &"--rename people.name=people.full_name".into()));
        let ran = project.answering(&models, "migrate dev --name rename", &["9", "1"]).await.ok();
        assert!(ran.notes.contains("1) people.name was renamed to people.full_name"), "{}", ran.notes);
        let rows = renamed::Person::query().all(&db).await?;
        assert_eq!(rows[0].full_name, "Ann");
        project.run(&models, "migrate check --verify").await.ok();
        let meta = project.read(project.newest().join("migration.toml"));
        assert!(meta.contains("\"people.name\" = \"people.full_name\""), "{meta}");
    }

    async fn what_loses_data_needs_a_yes(db: Db) {
        let project = begun(&db).await?;
        let models = [gone::Person::def()];
        let before = project.newest();
        let open = project.run(&models, "migrate dev --name less").await;
        assert!(open.exit == Exit::Usage && open.notes.contains("--accept-data-loss"), "{}", open.notes);
        let declined = project.answering(&models, "migrate dev --name less", &["no"]).await;
        assert_eq!((declined.exit, project.newest()), (Exit::Error, before));
        assert_eq!(before::Person::query().count(&db).await?, 1);
        project.answering(&models, "migrate dev --name less", &["yes"]).await.ok();
        assert!(sql!("SELECT people.name FROM people").all::<String>(&db).await.is_err());
        // What is undone comes back without its values, so that asks, too.
        let open = project.run(&models, "migrate rollback").await;
        assert!(open.exit == Exit::Usage && open.notes.contains("--accept-data-loss"), "{}", open.notes);
    }

    async fn a_lossy_migration_that_was_only_written_asks_when_it_is_applied(db: Db) {
        let project = begun(&db).await?;
        let models = [gone::Person::def()];
        project.run(&models, "migrate dev --name less --create-only").await.ok();
        assert_eq!(before::Person::query().count(&db).await?, 1);
        let open = project.run(&models, "migrate dev").await;
        assert!(open.exit == Exit::Usage && open.notes.contains("--accept-data-loss"), "{}", open.notes);
        project.run(&models, "migrate dev --accept-data-loss").await.ok();
        assert!(sql!("SELECT people.name FROM people").all::<String>(&db).await.is_err());
    }

    async fn drift_is_explained_with_ways_out(db: Db) {
        let project = begun(&db).await?;
        let models = [before::Person::def()];
        db.execute_script("ALTER TABLE people ADD COLUMN stray INTEGER").await?;
        let open = project.run(&models, "migrate dev").await;
        assert_eq!(open.exit, Exit::Usage);
        assert!(open.out.contains("column stray should not be there"), "{}", open.out);
        assert!(open.notes.contains("--ignore-drift"), "{}", open.notes);
        assert_eq!(project.answering(&models, "migrate dev", &["1"]).await.exit, Exit::Error);
        project.answering(&models, "migrate dev", &["3"]).await.ok();
        assert_eq!(project.answering(&models, "migrate dev", &["2", "no"]).await.exit, Exit::Error);
        assert_eq!(before::Person::query().count(&db).await?, 1);
        project.answering(&models, "migrate dev", &["2", "yes"]).await.ok();
        assert_eq!(before::Person::query().count(&db).await?, 0);
        project.run(&models, "migrate status").await.ok();
    }

    async fn tables_that_no_migration_made_are_not_touched(db: Db) {
        orm::create_tables_of(&db, &[before::Person::def()]).await?;
        before::Person::create().name("Ann").insert(&db).await?;
        let project = Project::configured(&db, &db.url);
        let models = [before::Person::def()];
        let refused = project.run(&models, "migrate dev --name init").await;
        assert!(refused.exit == Exit::Error && refused.notes.contains("migrate baseline"), "{}", refused.notes);
        project.run(&models, "migrate dev --name init --create-only").await.ok();
        project.run(&models, "migrate baseline").await.ok();
        let ran = project.run(&models, "migrate dev").await.ok();
        assert!(ran.out.contains("the models are as the newest migration says"), "{}", ran.out);
        assert_eq!(before::Person::query().count(&db).await?, 1);
    }

    async fn a_database_that_orm_toml_does_not_list_is_refused(db: Db) {
        let project = Project::new(&db.url);
        let other = if db.is_sqlite() { "postgres" } else { "sqlite" };
        project.write("orm.toml", &format!("dialects = [\"{other}\"]\n"));
        let ran = project.run(&[before::Person::def()], "migrate dev --name init").await;
        assert!(ran.exit == Exit::Usage && ran.notes.contains("to its `dialects`"), "{}", ran.notes);
        let shown = project.run(&[before::Person::def()], "migrate dev --dry-run").await.ok();
        assert!(shown.out.contains("CREATE TABLE"), "{}", shown.out);
        assert!(project.path.join("migrations").read_dir().is_ok_and(|mut d| d.next().is_none()));
    }
}
