//! `orm.toml`: what the commands need to know about a project.

use std::path::PathBuf;
use std::time::Duration;

use orm_core::Result;
use serde::Deserialize;

use crate::Problem;
use crate::apply::{DeployOptions, OutOfOrder};
use crate::files::read_file;

/// What `orm.toml` says.
///
/// ```
/// use orm::migrate::Config;
///
/// let config = Config::parse(r#"
/// dialects = ["postgres", "sqlite"]       # which SQL a new migration gets
///
/// [database]
/// url_env = "DATABASE_URL"                # where the URL is
///
/// [migrations]
/// folder = "migrations"
/// out_of_order = "refuse"                 # or "accept"
/// lock_wait = 60                          # seconds to wait for others who deploy
/// lock_timeout = 5                        # seconds to wait for a lock on a table
/// "#, "orm.toml").unwrap();
/// assert_eq!(config.dialects, ["postgres", "sqlite"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Config {
    /// The databases for which SQL is written: `sqlite`, `postgres`, `mysql`.
    pub dialects: Vec<String>,
    /// Where the database is.
    #[serde(default)]
    pub database: Database,
    /// Where the migrations are, and how they are applied.
    #[serde(default)]
    pub migrations: Migrations,
}

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Database {
    /// The variable of the environment that holds its URL. The URL itself, with its password, has no place in a file.
    pub url_env: String,
}

/// Where the migrations are, and how they are applied.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Migrations {
    /// The folder, relative to the file.
    pub folder: PathBuf,
    /// What becomes of a migration that comes before one that is applied: `refuse` or `accept`.
    pub out_of_order: String,
    /// How many seconds to wait for others who apply migrations.
    pub lock_wait: u64,
    /// How many seconds a step waits for a lock on a table.
    pub lock_timeout: u64,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url_env: "DATABASE_URL".to_owned(),
        }
    }
}

impl Default for Migrations {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("migrations"),
            out_of_order: "refuse".to_owned(),
            lock_wait: 60,
            lock_timeout: 5,
        }
    }
}

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    /// When it cannot be read, or is not as it should be.
    pub fn load(path: impl AsRef<std::path::Path>) -> Result<Self> {
        let path = path.as_ref();
        Self::parse(&read_file(path)?, &path.display().to_string())
    }

    /// Reads the text of a file; `path` stands in messages.
    ///
    /// # Errors
    /// When it is not as it should be.
    pub fn parse(text: &str, path: &str) -> Result<Self> {
        let malformed = |message: String| Problem::Malformed {
            path: path.to_owned(),
            message,
        };
        let config: Self =
            toml::from_str(text).map_err(|error| malformed(error.to_string()).into_error())?;
        if config.dialects.is_empty() {
            return Err(malformed("`dialects` names no database".to_owned()).into_error());
        }
        if let Some(unknown) = config
            .dialects
            .iter()
            .find(|key| crate::dialect_of(key).is_none())
        {
            let known = crate::dialect_keys().join("`, `");
            return Err(malformed(format!(
                "`{unknown}` in `dialects` is unknown; there are `{known}`"
            ))
            .into_error());
        }
        if !matches!(config.migrations.out_of_order.as_str(), "refuse" | "accept") {
            return Err(
                malformed("`out_of_order` is `refuse` or `accept`".to_owned()).into_error(),
            );
        }
        Ok(config)
    }

    /// How migrations are applied.
    pub fn deploy_options(&self) -> DeployOptions {
        let policy = match self.migrations.out_of_order.as_str() {
            "accept" => OutOfOrder::Accept,
            _ => OutOfOrder::Refuse,
        };
        DeployOptions::new()
            .out_of_order(policy)
            .lock_wait(Duration::from_secs(self.migrations.lock_wait))
            .lock_timeout(Duration::from_secs(self.migrations.lock_timeout))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_is_as_usual() {
        let config = Config::parse("dialects = [\"sqlite\"]", "orm.toml").unwrap();
        assert_eq!(config.database.url_env, "DATABASE_URL");
        assert_eq!(config.migrations.folder, PathBuf::from("migrations"));
    }

    #[test]
    fn a_mistake_is_named() {
        let error = |text: &str| Config::parse(text, "orm.toml").unwrap_err().to_string();
        assert!(error("dialects = []").contains("`dialects` names no database"));
        assert!(
            error("dialects = [\"oracle\"]")
                .contains("`oracle` in `dialects` is unknown; there are")
        );
        assert!(error("dialects = [\"sqlite\"]\n[migrations]\nfoldre = \"a\"").contains("foldre"));
        let policy = "dialects = [\"sqlite\"]\n[migrations]\nout_of_order = \"maybe\"";
        assert!(error(policy).contains("`out_of_order` is `refuse` or `accept`"));
    }
}
