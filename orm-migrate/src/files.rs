//! Migrations in files: a folder of folders, each with its SQL, what is known about it, and the schema that it leads to.
//!
//! This is the only place of this crate that touches the file system.

mod chain;
mod disk;
mod flat;
mod meta;
mod new;
mod rebase;
mod squash;
#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeMap;

use orm_core::Result;
use orm_core::dialect::Dialect;
use orm_core::schema::Schema;

use crate::lexer::Script;
use crate::{Problem, digest, snapshot};

pub use meta::{Meta, StepNote, Transaction, Waiver};
pub use new::{Made, NewMigration, Sql};
pub use rebase::Moved;
pub use squash::Squashed;

pub(crate) use disk::{read as read_file, sql_files};

/// Which way a migration is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Applied.
    Up,
    /// Undone.
    Down,
}

impl Direction {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
        }
    }
}

/// A migration, as its files say.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Migration {
    /// The name of its folder: when it was made, and what it is called.
    pub id: String,
    /// What is known about it.
    pub meta: Meta,
    /// Its SQL by file: `up.sql`, `down.postgres.sql`.
    sql: BTreeMap<String, Cow<'static, str>>,
    /// The text of the schema after it.
    schema: Option<Cow<'static, str>>,
    /// Whether it is of the flat form that sqlx reads.
    flat: bool,
}

/// All migrations of a program, in a folder or inside the program.
///
/// ```
/// use orm::migrate::Folder;
///
/// let folder = Folder::from_files([
///     ("20260101000000_init/up.sql", "CREATE TABLE notes (body TEXT)"),
///     ("20260101000000_init/migration.toml", "format = 1\nid = \"20260101000000_init\""),
/// ])?;
/// assert_eq!(folder.chain()?.len(), 1);
/// # Ok::<(), orm::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Folder {
    /// Where it is; empty for migrations inside the program.
    path: std::path::PathBuf,
    /// By id.
    migrations: Vec<Migration>,
    /// What was found while reading.
    problems: Vec<Problem>,
}

impl Migration {
    /// What it is called: its id without the time.
    pub fn name(&self) -> &str {
        self.id
            .split_once('_')
            .map_or(self.id.as_str(), |(_, name)| name)
    }

    /// The migration that it follows.
    pub fn parent(&self) -> Option<&str> {
        self.meta.parent.as_deref()
    }

    /// The file with the SQL for this database, as `up.sql`, and its text.
    pub fn sql(&self, direction: Direction, dialect: &dyn Dialect) -> Option<(String, &str)> {
        self.files(direction, dialect)
            .find_map(|file| self.sql.get(&file).map(|text| (file, text.as_ref())))
    }

    fn files(&self, direction: Direction, dialect: &dyn Dialect) -> impl Iterator<Item = String> {
        let word = direction.word();
        let own = dialect
            .file_keys()
            .iter()
            .map(move |key| format!("{word}.{key}.sql"));
        own.chain([format!("{word}.sql")])
    }

    /// The path of one of its files, for messages.
    pub fn path_of(&self, file: &str) -> String {
        match self.flat {
            true => format!("{}.sql", self.id),
            false => format!("{}/{file}", self.id),
        }
    }

    /// The file and text of the SQL for this database.
    ///
    /// # Errors
    /// When there is none.
    pub fn required_sql(
        &self,
        direction: Direction,
        dialect: &dyn Dialect,
    ) -> Result<(String, &str)> {
        self.sql(direction, dialect).ok_or_else(|| {
            let id = self.id.clone();
            match direction {
                Direction::Up => Problem::NoSql {
                    id,
                    file: self.files(direction, dialect).next().unwrap_or_default(),
                },
                Direction::Down => Problem::NoDown { id },
            }
            .into_error()
        })
    }

    /// The SQL for this database, cut into its pieces, and the file that it is in.
    ///
    /// # Errors
    /// When there is none, or it cannot be cut.
    pub fn script(&self, direction: Direction, dialect: &dyn Dialect) -> Result<(String, Script)> {
        let (file, text) = self.required_sql(direction, dialect)?;
        let path = self.path_of(&file);
        match Script::parse(text, dialect) {
            Ok(script) => Ok((path, script)),
            Err(error) => Err(Problem::Malformed {
                path,
                message: error.to_string(),
            }
            .into_error()),
        }
    }

    /// The checksum of what is applied on this database.
    ///
    /// # Errors
    /// When there is nothing for it.
    pub fn checksum(&self, dialect: &dyn Dialect) -> Result<String> {
        Ok(digest::of(self.required_sql(Direction::Up, dialect)?.1))
    }

    /// The schema after it, where it is kept.
    ///
    /// # Errors
    /// When its file is no schema or was changed by hand.
    pub fn schema(&self) -> Result<Option<Schema>> {
        let Some(text) = &self.schema else {
            return Ok(None);
        };
        match snapshot::read(text, &self.path_of("schema.toml")) {
            Err(error) if matches!(Problem::of(&error), Some(Problem::EditedSchema { .. })) => {
                Err(Problem::EditedSchema {
                    id: self.id.clone(),
                }
                .into_error())
            }
            result => result.map(Some),
        }
    }

    /// The hash of the schema after it.
    pub fn schema_hash(&self) -> Option<&str> {
        let stated = self.schema.as_deref().and_then(snapshot::stated_hash);
        self.meta.schema.as_deref().or(stated)
    }
}
