//! Data that migrations change: a name that becomes a first and a last name, and back, once in SQL and once in Rust.

use orm::Migrations;
use orm::migrate::DeployOptions;
use orm::prelude::*;

use super::ids;

static MIGRATIONS: Migrations = orm::migrations!("tests/migrations");

#[orm::migration_step("split_names")]
async fn split_names(tx: &Tx) -> orm::Result<()> {
    let authors: Vec<(i32, String)> = sql!("SELECT id, name FROM authors").all(tx).await?;
    for (id, name) in authors {
        let (first, last) = name.split_once(' ').unwrap_or((&name, ""));
        sql!(
            "UPDATE authors SET first_name = {first}, last_name = {last} WHERE id = {id}",
            last = last.trim()
        )
        .execute(tx)
        .await?;
    }
    Ok(())
}

#[orm::migration_step("join_names")]
async fn join_names(tx: &Tx) -> orm::Result<()> {
    let authors: Vec<(i32, String, String)> = sql!("SELECT id, first_name, last_name FROM authors")
        .all(tx)
        .await?;
    for (id, first, last) in authors {
        let name = format!("{first} {last}");
        sql!(
            "UPDATE authors SET name = {name} WHERE id = {id}",
            name = name.trim()
        )
        .execute(tx)
        .await?;
    }
    Ok(())
}

const NAMES: [(i32, &str); 3] = [
    (1, "Ada Lovelace"),
    (2, "Plato"),
    (3, "Ludwig van Beethoven"),
];
const PARTS: [(i32, &str, &str); 3] = [
    (1, "Ada", "Lovelace"),
    (2, "Plato", ""),
    (3, "Ludwig", "van Beethoven"),
];

fn owned(rows: &[(i32, &str)]) -> Vec<(i32, String)> {
    rows.iter()
        .map(|(id, name)| (*id, (*name).to_owned()))
        .collect()
}

fn owned_parts(rows: &[(i32, &str, &str)]) -> Vec<(i32, String, String)> {
    rows.iter()
        .map(|(id, a, b)| (*id, (*a).to_owned(), (*b).to_owned()))
        .collect()
}

on_every_database! {
    async fn names_are_split_in_sql_and_put_together_again(db: Db) {
        MIGRATIONS.deploy_with(&db, &DeployOptions::new().up_to("people")).await?;
        for (id, name) in NAMES {
            sql!("INSERT INTO people (id, name) VALUES ({id}, {name})").execute(&db).await?;
        }
        MIGRATIONS.deploy_with(&db, &DeployOptions::new().up_to("split_names")).await?;
        let split = sql!("SELECT id, first_name, last_name FROM people ORDER BY id").all::<(i32, String, String)>(&db).await?;
        assert_eq!(split, owned_parts(&PARTS));
        MIGRATIONS.rollback(&db, &DeployOptions::new()).await?;
        assert_eq!(sql!("SELECT id, name FROM people ORDER BY id").all::<(i32, String)>(&db).await?, owned(&NAMES));
    }

    async fn names_are_split_in_rust_and_put_together_again(db: Db) {
        MIGRATIONS.deploy_with(&db, &DeployOptions::new().up_to("authors")).await?;
        for (id, name) in NAMES {
            sql!("INSERT INTO authors (id, name) VALUES ({id}, {name})").execute(&db).await?;
        }
        let done = MIGRATIONS.deploy(&db).await?;
        assert_eq!(ids(&done), ["20260104000000_split_authors"]);
        assert_eq!(done.migrations[0].steps[2], "step split_names");
        let split = sql!("SELECT id, first_name, last_name FROM authors ORDER BY id").all::<(i32, String, String)>(&db).await?;
        assert_eq!(split, owned_parts(&PARTS));
        MIGRATIONS.rollback(&db, &DeployOptions::new()).await?;
        assert_eq!(sql!("SELECT id, name FROM authors ORDER BY id").all::<(i32, String)>(&db).await?, owned(&NAMES));
        assert!(MIGRATIONS.rollback(&db, &DeployOptions::new()).await.is_err(), "it would lose rows");
        MIGRATIONS.rollback(&db, &DeployOptions::new().allow_loss(true)).await?;
    }
}
