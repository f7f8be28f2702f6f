//! SQLite files in a temporary directory, one for each contender: every one reads what it wrote itself.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::Connection;

use super::{DATABASE, Store};
use crate::{
    contender::{Result, TABLES, Workload},
    contenders::{self, rusqlite as by_hand},
    input,
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
        for (table, parent, of) in TABLES {
            let text = match table {
                "posts" => "title TEXT NOT NULL, body TEXT",
                _ => "text TEXT NOT NULL",
            };
            file.execute_batch(&format!(
                "CREATE TABLE {table} (
                    id INTEGER PRIMARY KEY,
                    {parent} INTEGER NOT NULL REFERENCES {of} (id),
                    {text}
                );
                CREATE INDEX {table}_{parent} ON {table} ({parent})"
            ))?;
        }
        self.files.push(file);
        Ok(path)
    }

    #[cfg(any(feature = "orm", feature = "sea-orm"))]
    fn url(&mut self) -> Result<String> {
        Ok(format!("sqlite://{}", self.file()?.display()))
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
            #[cfg(feature = "sqlx")]
            Box::new(contenders::sqlx_sqlite::SqlxConnection::connect(&self.file()?).await?),
            #[cfg(feature = "diesel")]
            Box::new(contenders::diesel::sqlite::Diesel::connect(
                &self.file()?.display().to_string(),
            )?),
            #[cfg(feature = "sea-orm")]
            Box::new(contenders::sea_orm::SeaOrm::connect(&self.url()?).await?),
            #[cfg(feature = "toasty")]
            Box::new(
                contenders::toasty::Toasty::connect(&format!("sqlite:{}", self.file()?.display()))
                    .await?,
            ),
            #[cfg(feature = "orm")]
            Box::new(contenders::orm::Orm::connect(&self.url()?).await?),
        ])
    }

    async fn clear(&mut self) -> Result<()> {
        for file in &self.files {
            for (table, ..) in TABLES.iter().rev() {
                file.execute_batch(&format!("DELETE FROM {table}"))?;
            }
            file.execute_batch("DELETE FROM users; PRAGMA wal_checkpoint(TRUNCATE)")?;
        }
        Ok(())
    }

    async fn fill(
        &mut self,
        contenders: &mut [Box<dyn AnyContender>],
        workload: Workload,
    ) -> Result<()> {
        for contender in contenders {
            contender.fill(workload.rows()).await?;
        }
        for file in &self.files {
            if file.query_row("SELECT EXISTS (SELECT 1 FROM users)", [], |row| row.get(0))? {
                let mut parents = workload.rows();
                for level in workload.levels() {
                    let numbers = format!(
                        "(WITH RECURSIVE numbers (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < {}) SELECT i FROM numbers)",
                        level.rows
                    );
                    file.execute_batch(&input::insert(level, parents, &numbers))?;
                    parents = level.rows;
                }
            }
            file.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)")?;
        }
        Ok(())
    }

    async fn remove(self) -> Result<()> {
        drop(self.files);
        Ok(fs::remove_dir_all(&self.directory as &Path)?)
    }
}
