//! Migrations: applied, undone, interrupted, and held against what is in the database.

mod chain;
mod concurrent;
mod crash;
mod data;
mod deploy;
mod moving;
mod proof;

use orm::Db;
use orm::migrate::{Folder, Problem};
use orm::query::{Raw, RawPart};

/// Migrations that follow each other: id, `up`, `down`.
pub fn folder(migrations: &[(&str, &str, &str)]) -> Folder {
    let mut parent = None;
    let mut files = Vec::new();
    for (id, up, down) in migrations {
        files.push((format!("{id}/up.sql"), (*up).to_owned()));
        if !down.is_empty() {
            files.push((format!("{id}/down.sql"), (*down).to_owned()));
        }
        files.push((format!("{id}/migration.toml"), toml(id, parent)));
        parent = Some(*id);
    }
    Folder::from_files(files).unwrap()
}

pub fn toml(id: &str, parent: Option<&str>) -> String {
    let parent = parent.map_or_else(String::new, |parent| format!("parent = \"{parent}\"\n"));
    format!("format = 1\nid = \"{id}\"\n{parent}")
}

pub fn ids(deployed: &orm::migrate::Deployed) -> Vec<&str> {
    deployed.migrations.iter().map(|m| m.id.as_str()).collect()
}

pub fn problem<T: std::fmt::Debug>(result: orm::Result<T>) -> Problem {
    let error = result.expect_err("a problem");
    Problem::of(&error)
        .unwrap_or_else(|| panic!("no problem, but: {error}"))
        .clone()
}

/// Whether there is a table with this name.
pub async fn has_table(db: &Db, table: &'static str) -> bool {
    let sql: &'static str = Box::leak(format!("SELECT count(*) FROM {table}").into_boxed_str());
    Raw::new(vec![RawPart::Text(sql)])
        .one::<i64>(db)
        .await
        .is_ok()
}
