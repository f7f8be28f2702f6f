//! Migrations that are a part of the program.

use std::fmt;
use std::sync::OnceLock;

use orm_core::{Db, Result};

use crate::apply::{DeployOptions, Deployed};
use crate::files::Folder;
use crate::resolve::Resolution;
use crate::status::Status;

/// The migrations of a folder, put into the program when it is built by `migrations!`.
///
/// ```no_run
/// # use orm::Db;
/// # async fn example() -> orm::Result<()> {
/// # static FILES: &[(&str, &str)] = &[];
/// # static MIGRATIONS: orm::Migrations = orm::Migrations::embedded("migrations", FILES);
/// // static MIGRATIONS: orm::Migrations = orm::migrations!("migrations");
/// let db = Db::connect("postgres://localhost/app").await?;
/// MIGRATIONS.deploy(&db).await?;
/// # Ok(())
/// # }
/// ```
pub struct Migrations {
    folder: &'static str,
    files: &'static [(&'static str, &'static str)],
    loaded: OnceLock<Folder>,
}

impl Migrations {
    /// Migrations from the paths and texts of their files; the macro writes this.
    pub const fn embedded(
        folder: &'static str,
        files: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self {
            folder,
            files,
            loaded: OnceLock::new(),
        }
    }

    /// The migrations as if they had been read from their folder.
    ///
    /// # Errors
    /// When a file is not as it should be.
    pub fn folder(&self) -> Result<&Folder> {
        if let Some(folder) = self.loaded.get() {
            return Ok(folder);
        }
        let folder = Folder::from_files(self.files.iter().copied())?;
        Ok(self.loaded.get_or_init(|| folder))
    }

    /// Applies all migrations that are not applied yet. See [`Folder::deploy_with`].
    ///
    /// # Errors
    /// As there.
    pub async fn deploy(&self, db: &Db) -> Result<Deployed> {
        self.folder()?.deploy(db).await
    }

    /// The same with options. See [`Folder::deploy_with`].
    ///
    /// # Errors
    /// As there.
    pub async fn deploy_with(&self, db: &Db, options: &DeployOptions) -> Result<Deployed> {
        self.folder()?.deploy_with(db, options).await
    }

    /// How a database stands to these migrations. See [`Folder::status`].
    ///
    /// # Errors
    /// As there.
    pub async fn status(&self, db: &Db) -> Result<Status> {
        self.folder()?.status(db).await
    }

    /// Undoes the last migration, or all behind one. See [`Folder::rollback`].
    ///
    /// # Errors
    /// As there.
    pub async fn rollback(&self, db: &Db, options: &DeployOptions) -> Result<Deployed> {
        self.folder()?.rollback(db, options).await
    }

    /// Says how an attempt ended that was interrupted. See [`Folder::resolve`].
    ///
    /// # Errors
    /// As there.
    pub async fn resolve(&self, db: &Db, id: &str, resolution: Resolution) -> Result<()> {
        self.folder()?.resolve(db, id, resolution).await
    }
}

impl fmt::Debug for Migrations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Migrations")
            .field("folder", &self.folder)
            .field("files", &self.files.len())
            .finish_non_exhaustive()
    }
}
