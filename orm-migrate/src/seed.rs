//! Rows to begin with.

use std::collections::BTreeMap;
use std::path::Path;

use orm_core::{Db, Result};

use crate::Problem;
use crate::files::{Direction, Folder, sql_files};

/// Runs the files `*.sql` of a folder, in the order of their names, each in a transaction, and gives their names. Of `users.sql` and
/// `users.postgres.sql`, the one for the database is taken. Unlike migrations they run every time, so they say what to do with rows that
/// are there: `INSERT … ON CONFLICT DO NOTHING`, `DELETE FROM …`. Steps in Rust are called as in migrations.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> orm::Result<()> {
/// # let folder = std::env::temp_dir().join(format!("orm-seed-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder).unwrap();
/// # let db = orm::Db::connect("sqlite::memory:").await?;
/// # db.execute_script("CREATE TABLE notes (id INTEGER PRIMARY KEY, body TEXT)").await?;
/// std::fs::write(folder.join("notes.sql"), "INSERT INTO notes VALUES (1, 'hello') ON CONFLICT DO NOTHING;").unwrap();
/// assert_eq!(orm::migrate::seed(&db, &folder).await?, ["notes.sql"]);
/// assert_eq!(orm::migrate::seed(&db, &folder).await?, ["notes.sql"]);
/// # std::fs::remove_dir_all(&folder).unwrap();
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// When a file cannot be read or a statement fails; then nothing of its file stays, as far as the database can undo it.
pub async fn seed(db: &Db, folder: impl AsRef<Path>) -> Result<Vec<String>> {
    let mut done = Vec::new();
    for (name, text) in chosen(sql_files(folder.as_ref())?, db) {
        let migration = format!("{name}/up.sql");
        let meta = format!("format = 1\nid = \"{name}\"\n");
        let one =
            Folder::from_files([(migration, text), (format!("{name}/migration.toml"), meta)])?;
        let one = one.get(&name)?;
        let (_, script) = one.script(Direction::Up, db.dialect())?;
        let tx = db.begin().await?;
        for (at, piece) in script.pieces.iter().enumerate() {
            if let Err(error) = crate::apply::carry_out(&tx, piece).await {
                let _ = tx.rollback().await;
                return Err(Problem::Failed {
                    id: name.clone(),
                    place: format!("{name}:{}", piece.line),
                    step: at + 1,
                    total: script.pieces.len(),
                    stay: 0,
                    statement: piece.title(),
                    error: error.to_string(),
                }
                .into_error());
            }
        }
        tx.commit().await?;
        done.push(name);
    }
    Ok(done)
}

/// Of the files of one name, the one for this database.
fn chosen(files: Vec<(String, String)>, db: &Db) -> BTreeMap<String, String> {
    let keys = db.dialect().file_keys();
    let parts = |name: &str| {
        let stem = name.trim_end_matches(".sql").to_owned();
        match stem.rsplit_once('.') {
            Some((stem, key)) => (stem.to_owned(), Some(key.to_owned())),
            None => (stem, None),
        }
    };
    let rank = |key: &Option<String>| match key {
        None => Some(keys.len()),
        Some(key) => keys.iter().position(|own| own == key),
    };
    let mut best: BTreeMap<String, (usize, String, String)> = BTreeMap::new();
    for (name, text) in files {
        let (stem, key) = parts(&name);
        let Some(rank) = rank(&key) else { continue };
        if best.get(&stem).is_none_or(|(known, ..)| rank < *known) {
            best.insert(stem, (rank, name, text));
        }
    }
    best.into_values()
        .map(|(_, name, text)| (name, text))
        .collect()
}
