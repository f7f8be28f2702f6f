//! Writing a new migration.

use std::path::PathBuf;
use std::time::SystemTime;

use orm_core::schema::Schema;
use orm_core::{Error, Result};

use super::{Folder, Meta, disk};
use crate::{clock, digest, snapshot};

/// The SQL of a migration for one database, or for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sql {
    /// The database's key in the names of files, as `postgres`; `None` if there is one file for all.
    pub key: Option<String>,
    /// What applies it.
    pub up: String,
    /// What undoes it.
    pub down: Option<String>,
}

/// A migration to be written.
///
/// ```
/// use orm::{migrate::{Folder, NewMigration, Sql}, schema::Schema};
///
/// # let path = std::env::temp_dir().join(format!("orm-doc-{}", std::process::id()));
/// # std::fs::create_dir_all(&path).unwrap();
/// let folder = Folder::load(&path)?;
/// let sql = Sql { key: None, up: "CREATE TABLE notes (body TEXT);\n".into(), down: Some("DROP TABLE notes;\n".into()) };
/// let made = folder.add(NewMigration::new("Add notes", sql).schema(Schema::default()))?;
/// assert!(made.id.ends_with("_add_notes"));
/// assert_eq!(Folder::load(&path)?.chain()?.len(), 1);
/// # std::fs::remove_dir_all(&path).unwrap();
/// # Ok::<(), orm::Error>(())
/// ```
///
/// Its SQL usually comes from a plan, which `verify` proves:
///
/// ```
/// use orm::migrate::{Decisions, Folder, NewMigration, Sql, diff, plan};
/// use orm::{Error, dialect, schema::{Column, ColumnType, Schema, Table, TableName}};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Error> {
/// # let path = std::env::temp_dir().join(format!("orm-doc-plan-{}", std::process::id()));
/// # std::fs::create_dir_all(&path).unwrap();
/// let mut schemas = vec![Schema::default()];
/// for ty in [ColumnType::Integer, ColumnType::Text] {              // the second change replaces the table
///     let mut notes = Table::new(TableName::new("notes"));
///     notes.columns.push(Column::new("body", ty));
///     schemas.push(Schema::from_parts(vec![], vec![notes]));
/// }
/// for step in schemas.windows(2) {
///     let up = diff(&step[0], &step[1], &Decisions::new(), dialect::SQLITE)?;
///     let sql = Sql { key: None, up: plan(&up)?.to_sql(), down: Some(plan(&up.reversed()?)?.to_sql()) };
///     Folder::load(&path)?.add(NewMigration::new("change notes", sql).schema(step[1].clone()))?;
/// }
/// let verified = Folder::load(&path)?.verify("sqlite::memory:").await?;
/// assert_eq!((verified.undone, verified.problems), (2, vec![]));
/// # std::fs::remove_dir_all(&path).unwrap();
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct NewMigration {
    name: String,
    sql: Vec<Sql>,
    schema: Option<Schema>,
    meta: Meta,
    at: SystemTime,
}

/// A migration that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Its id.
    pub id: String,
    /// Its folder.
    pub path: PathBuf,
    /// Its files, by name.
    pub files: Vec<String>,
}

impl NewMigration {
    /// A migration with this name and SQL, made now.
    pub fn new(name: impl Into<String>, sql: Sql) -> Self {
        Self {
            name: name.into(),
            sql: vec![sql],
            schema: None,
            meta: Meta::default(),
            at: SystemTime::now(),
        }
    }

    /// The same for another database.
    #[must_use]
    pub fn also(mut self, sql: Sql) -> Self {
        self.sql.push(sql);
        self
    }

    /// The schema that it leads to.
    #[must_use]
    pub fn schema(mut self, schema: Schema) -> Self {
        self.schema = Some(schema);
        self
    }

    /// What else is known about it. Its id, parent, and what follows from its SQL are filled in.
    #[must_use]
    pub fn meta(mut self, meta: Meta) -> Self {
        self.meta = meta;
        self
    }

    /// When it was made, if not now.
    #[must_use]
    pub fn at(mut self, at: SystemTime) -> Self {
        self.at = at;
        self
    }

    /// The files, by name, behind everything that is there.
    fn files(mut self, id: &str, parent: Option<&str>) -> Result<Vec<(String, String)>> {
        let mut files = Vec::new();
        self.meta.format = 1;
        self.meta.id = id.to_owned();
        self.meta.parent = parent.map(str::to_owned);
        for sql in self.sql {
            let key = sql.key.map_or_else(String::new, |key| format!(".{key}"));
            let up = format!("up{key}.sql");
            if let Some(down) = sql.down {
                self.meta.undoes.insert(up.clone(), digest::of(&sql.up));
                files.push((format!("down{key}.sql"), down));
            }
            files.push((up, sql.up));
        }
        if let Some(schema) = &self.schema {
            self.meta.schema = Some(snapshot::hash(schema)?);
            files.push(("schema.toml".to_owned(), snapshot::write(schema)?));
        }
        files.push(("migration.toml".to_owned(), self.meta.write()));
        files.sort();
        Ok(files)
    }
}

impl Folder {
    /// Writes a new migration behind the last one.
    ///
    /// # Errors
    /// When something is wrong with those that are there, the name has no letter, or the file system refuses.
    pub fn add(&self, new: NewMigration) -> Result<Made> {
        let head = self.head()?;
        let name = file_name(&new.name);
        if name.is_empty() {
            return Err(Error::invalid_query(
                "a migration needs a name that says what it does, as `add profiles`",
            ));
        }
        let id = self.new_id(&name, new.at);
        let files = new.files(&id, head.map(|m| m.id.as_str()))?;
        let path = self.path.join(&id);
        disk::write_new(&path, &files)?;
        if let Some(head) = head.filter(|head| !head.flat) {
            disk::touch(&self.path.join(&head.id).join("migration.toml"));
        }
        Ok(Made {
            id,
            path,
            files: files.into_iter().map(|(name, _)| name).collect(),
        })
    }

    /// The time and the name; later than all others, so that the order of names is the order of application.
    pub(crate) fn new_id(&self, name: &str, at: SystemTime) -> String {
        let mut seconds = clock::seconds(at);
        loop {
            let id = format!("{}_{name}", clock::compact(seconds));
            let behind = |m: &super::Migration| {
                let digits = m.id.split('_').next().unwrap_or_default();
                digits.len() != 14 || digits < id.split('_').next().unwrap_or_default()
            };
            if self.migrations.iter().all(behind) {
                return id;
            }
            seconds += 1;
        }
    }
}

/// A name in small letters, with `_` between its words.
pub(crate) fn file_name(name: &str) -> String {
    let words = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let joined = words.map(str::to_lowercase).collect::<Vec<_>>().join("_");
    joined.chars().take(80).collect()
}
