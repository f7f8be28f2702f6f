//! SQLite files in a temporary directory, one for each contender: every one reads what it wrote itself.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::Connection;

use super::{DATABASE, Store};
use crate::{
    contender::Result,
    contenders::{orm::Orm, rusqlite as by_hand, sqlx_sqlite},
    runner::AnyContender,
};

pub struct SqliteStore {
    directory: PathBuf,
    /// One connection to each file.
    files: Vec<Connection>,
}

impl SqliteStore {
    /// A new file with an empty table, in WAL mode.
    fn file(&mut self) -> Result<PathBuf> {
        let path = self.directory.join(format!("{}.db", self.files.len()));
        let file = Connection::open(&path)?;
        file.busy_timeout(Duration::from_secs(5))?;
        file.execute_batch(
            "PRAGMA journal_mode = WAL;
            CREATE TABLE users (
                id INTEGER PRIMARY KEY,
                name TEXT NOT NULL,
                hair_color TEXT,
                created_at TEXT NOT NULL
            )",
        )?;
        self.files.push(file);
        Ok(path)
    }
}

impl Store for SqliteStore {
    const NAME: &'static str = "SQLite";

    async fn create() -> Result<Self> {
        let directory = std::env::temp_dir().join(format!("{DATABASE}_{}", std::process::id()));
        fs::create_dir(&directory)?;
        Ok(Self {
            directory,
            files: Vec::new(),
        })
    }

    async fn contenders(&mut self) -> Result<Vec<Box<dyn AnyContender>>> {
        Ok(vec![
            Box::new(by_hand::Rusqlite::open(&self.file()?)?),
            Box::new(sqlx_sqlite::SqlxConnection::connect(&self.file()?).await?),
            Box::new(Orm::connect(&format!("sqlite://{}", self.file()?.display())).await?),
        ])
    }

    async fn clear(&mut self) -> Result<()> {
        for file in &self.files {
            file.execute_batch("DELETE FROM users; PRAGMA wal_checkpoint(TRUNCATE)")?;
        }
        Ok(())
    }

    async fn fill(&mut self, contenders: &mut [Box<dyn AnyContender>], rows: i64) -> Result<()> {
        for contender in contenders {
            contender.fill(rows).await?;
        }
        for file in &self.files {
            file.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
        }
        Ok(())
    }

    async fn remove(self) -> Result<()> {
        drop(self.files);
        Ok(fs::remove_dir_all(&self.directory as &Path)?)
    }
}
