//! Files that do not fit what is in the database.

use orm::migrate::{Folder, Problem, Standing};

use super::{folder, has_table, problem, toml};

const ONE: (&str, &str, &str) = ("1_one", "CREATE TABLE one (id INTEGER)", "");
const TWO: (&str, &str, &str) = ("2_two", "CREATE TABLE two (id INTEGER)", "");

on_every_database! {
    async fn an_edited_migration_is_refused_and_another_end_of_lines_is_none(db: Db) {
        folder(&[("1_one", "CREATE TABLE one (\n id INTEGER)", "")]).deploy(&db).await?;
        let windows = folder(&[("1_one", "CREATE TABLE one (\r\n id INTEGER)", "")]);
        assert!(windows.deploy(&db).await?.is_empty());
        let edited = folder(&[("1_one", "CREATE TABLE one (\n id BIGINT)", ""), TWO]);
        let found = problem(edited.deploy(&db).await);
        assert_eq!(found, Problem::Edited { id: "1_one".into() });
        assert!(found.to_string().contains("undo the change, and put what is to be different into a new migration"));
        assert_eq!(edited.status(&db).await?.problems, [found]);
    }

    async fn a_missing_migration_is_refused(db: Db) {
        folder(&[ONE, TWO]).deploy(&db).await?;
        let without = folder(&[ONE]);
        let found = problem(without.deploy(&db).await);
        assert_eq!(found, Problem::Missing { id: "2_two".into() });
        let status = without.status(&db).await?;
        assert!(matches!(status.migrations[1].standing, Standing::Missing(_)));
        assert_eq!(status.problems, [found]);
    }

    async fn a_migration_that_has_got_another_parent_is_refused(db: Db) {
        folder(&[ONE, TWO]).deploy(&db).await?;
        let files = [
            ("1_one/up.sql", ONE.1.to_owned()), ("1_one/migration.toml", toml("1_one", None)),
            ("1_b/up.sql", "CREATE TABLE b (id INTEGER)".to_owned()), ("1_b/migration.toml", toml("1_b", Some("1_one"))),
            ("2_two/up.sql", TWO.1.to_owned()), ("2_two/migration.toml", toml("2_two", Some("1_b"))),
        ];
        let found = problem(Folder::from_files(files)?.deploy(&db).await);
        assert_eq!(found, Problem::Diverged { id: "2_two".into(), recorded: Some("1_one".into()), parent: Some("1_b".into()) });
    }

    async fn forks_and_duplicates_are_refused_before_the_database_is_asked(db: Db) {
        let fork = [
            ("1_one/up.sql", ONE.1.to_owned()), ("1_one/migration.toml", toml("1_one", None)),
            ("2_two/up.sql", TWO.1.to_owned()), ("2_two/migration.toml", toml("2_two", Some("1_one"))),
            ("3_c/up.sql", "SELECT 1".to_owned()), ("3_c/migration.toml", toml("3_c", Some("1_one"))),
        ];
        let found = problem(Folder::from_files(fork)?.deploy(&db).await);
        assert_eq!(found, Problem::Forked { parent: Some("1_one".into()), first: "2_two".into(), second: "3_c".into() });
        let copy = [
            ("1_one/up.sql", ONE.1.to_owned()), ("1_one/migration.toml", toml("1_one", None)),
            ("1_copy/up.sql", ONE.1.to_owned()), ("1_copy/migration.toml", toml("1_one", None)),
        ];
        assert!(matches!(problem(Folder::from_files(copy)?.deploy(&db).await), Problem::Renamed { .. } | Problem::Duplicated { .. }));
        assert!(!has_table(&db, "one").await);
    }

    async fn a_migration_without_sql_for_this_database_is_refused(db: Db) {
        let files = [("1_one/up.oracle.sql", ONE.1.to_owned()), ("1_one/migration.toml", toml("1_one", None))];
        let found = problem(Folder::from_files(files)?.deploy(&db).await);
        assert!(matches!(&found, Problem::NoSql { file, .. } if file.starts_with("up.")), "{found}");
    }
}
