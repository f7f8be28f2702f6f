//! The project that a command is about: its file, its migrations, its database.

use std::path::{Path, PathBuf};

use orm_core::dialect::Dialect;
use orm_core::{Db, dialect};
use orm_migrate::{Config, Folder, dialect_of};

use crate::command::Session;
use crate::failure::{Failure, Result};

/// The name of a project's file.
pub(crate) const FILE: &str = "orm.toml";

/// A project: where its file is, and what stands there.
#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) root: PathBuf,
    pub(crate) config: Config,
}

/// A database that files are written for.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    /// Its name in orm.toml.
    pub(crate) key: String,
    pub(crate) dialect: &'static dyn Dialect,
}

impl Project {
    /// The folder with the migrations.
    pub(crate) fn path(&self) -> PathBuf {
        self.root.join(&self.config.migrations.folder)
    }

    /// The migrations.
    pub(crate) fn folder(&self) -> Result<Folder> {
        Ok(Folder::load(self.path())?)
    }

    /// The databases that files are written for, in the order of orm.toml.
    pub(crate) fn targets(&self) -> Vec<Target> {
        let target = |key: &String| {
            Some(Target {
                key: key.clone(),
                dialect: dialect_of(key)?,
            })
        };
        self.config.dialects.iter().filter_map(target).collect()
    }

    /// A path as it is shown: from the project's directory.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root)
            .unwrap_or(path)
            .display()
            .to_string()
    }
}

impl Session {
    /// The project's file, here or above.
    pub(crate) fn find_project(&self) -> Result<Option<Project>> {
        let directory = &self.program.directory;
        let path = match &self.global.config {
            Some(path) => Some(directory.join(path)),
            None => directory
                .ancestors()
                .map(|d| d.join(FILE))
                .find(|path| path.is_file()),
        };
        let Some(path) = path else { return Ok(None) };
        let config = Config::load(&path)?;
        let root = path.parent().unwrap_or(directory).to_owned();
        Ok(Some(Project { root, config }))
    }

    pub(crate) fn project(&self) -> Result<Project> {
        self.find_project()?.ok_or_else(|| {
            Failure::message(format!(
                "there is no {FILE} here or in a directory above; `orm init` makes one, and --config names one that is elsewhere"
            ))
        })
    }

    /// The database's URL.
    pub(crate) fn url(&self, project: Option<&Project>) -> Result<String> {
        self.find_url(project).ok_or_else(|| {
            let variable = project.map_or("DATABASE_URL", |p| p.config.database.url_env.as_str());
            Failure::Usage(format!(
                "no database is named: set {variable}, in the environment or in .env, or say --database-url"
            ))
        })
    }

    pub(crate) fn find_url(&self, project: Option<&Project>) -> Option<String> {
        let root = project.map_or(self.program.directory.as_path(), |p| &p.root);
        let variable = project.map_or("DATABASE_URL", |p| p.config.database.url_env.as_str());
        let given = self.global.database_url.clone();
        given.or_else(|| self.program.variable(variable, root))
    }

    /// A connection to the project's database.
    pub(crate) async fn connect(&self, project: &Project) -> Result<Db> {
        let url = self.url(Some(project))?;
        connect(&url).await
    }
}

/// A connection to a database. What a command does is done one after the other, so a few connections are enough.
pub(crate) async fn connect(url: &str) -> Result<Db> {
    Ok(Db::builder(url).max_connections(4).connect().await?)
}

/// The database that a URL is for, as far as the URL says.
pub(crate) fn dialect_of_url(url: &str) -> Option<&'static dyn Dialect> {
    let scheme = url.split(':').next().unwrap_or_default();
    let scheme = match scheme {
        "postgresql" => "postgres",
        other => other,
    };
    dialect::all()
        .into_iter()
        .find(|d| d.file_keys().first() == Some(&scheme))
}

/// A URL without what must not be shown.
pub(crate) fn shown_url(url: &str) -> String {
    let (base, _) = url.split_once('?').unwrap_or((url, ""));
    let Some((scheme, rest)) = base.split_once("://") else {
        return base.to_owned();
    };
    match rest.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split(':').next().unwrap_or_default();
            format!("{scheme}://{user}@{host}")
        }
        None => base.to_owned(),
    }
}

/// Whether a URL names a database on this computer.
pub(crate) fn is_local(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else {
        return true;
    };
    if scheme == "sqlite" {
        return true;
    }
    let (address, parameters) = rest.split_once('?').unwrap_or((rest, ""));
    let authority = address.split('/').next().unwrap_or_default();
    let host = authority.rsplit_once('@').map_or(authority, |(_, h)| h);
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let named = |p: &str| p.strip_prefix("host=").map(str::to_owned);
    let host = parameters
        .split('&')
        .find_map(named)
        .unwrap_or_else(|| host.to_owned());
    let is_socket = host.starts_with('/') || host.to_lowercase().starts_with("%2f");
    host.is_empty() || is_socket || host == "localhost" || host == "::1" || host.starts_with("127.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_a_url_has_no_password() {
        assert_eq!(
            shown_url("postgres://ann:se@cret@host:1/app?password=x"),
            "postgres://ann@host:1/app"
        );
        assert_eq!(shown_url("sqlite://a.db"), "sqlite://a.db");
    }

    #[test]
    fn databases_of_this_computer_are_told_from_others() {
        for url in [
            "sqlite::memory:",
            "sqlite://a.db",
            "postgres://localhost/app",
            "postgres://u:p@127.0.0.1:5432/app",
            "postgres://[::1]:5432/app",
            "postgres:///app?host=/run/postgresql",
            "postgres://%2Frun%2Fpostgresql/app",
        ] {
            assert!(is_local(url), "{url}");
        }
        for url in [
            "postgres://db.example.com/localhost",
            "mysql://localhost@db/app",
            "postgres://localhost/app?host=db.example.com",
            "postgres://u@[fd00::1]/app",
        ] {
            assert!(!is_local(url), "{url}");
        }
    }

    #[test]
    fn a_url_says_which_database_it_is_for() {
        let name = |url| dialect_of_url(url).map(|d| d.file_keys()[0]);
        assert_eq!(name("postgresql://a/b"), Some("postgres"));
        assert_eq!(name("sqlite::memory:"), Some("sqlite"));
        assert_eq!(name("mariadb://a/b"), Some("mariadb"));
        assert_eq!(name("oracle://a/b"), None);
    }
}
