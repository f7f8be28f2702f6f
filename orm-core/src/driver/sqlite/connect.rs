//! Opening a file, or a database in memory.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::driver::url::configuration;
use crate::error::{Error, ErrorKind, Result};

/// What a URL says about a database.
pub(super) struct Options {
    path: String,
    memory: bool,
    flags: OpenFlags,
    busy_timeout: Duration,
    synchronous: Synchronous,
}

#[derive(Clone, Copy)]
enum Synchronous {
    Normal,
    Full,
}

static MEMORY: AtomicU64 = AtomicU64::new(0);

impl Options {
    /// Reads `sqlite://path?mode=rwc&busy_timeout=5000&synchronous=normal`, or `sqlite::memory:`.
    pub(super) fn parse(url: &str) -> Result<Self> {
        let rest = url.strip_prefix("sqlite:").unwrap_or(url);
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = percent_decoded(path)?;
        let mut options = Self {
            memory: path == ":memory:" || path.is_empty(),
            path,
            flags: OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE,
            busy_timeout: Duration::from_secs(5),
            synchronous: Synchronous::Normal,
        };
        for (name, value) in parameters(query) {
            options.set(name, value)?;
        }
        if options.memory {
            // Connections of one pool share it, by a name that no other pool has.
            let number = MEMORY.fetch_add(1, Ordering::Relaxed);
            options.path = format!("file:/orm-memory-{number}?vfs=memdb");
        }
        // A connection is used by one thread at a time, so SQLite need not lock.
        options.flags |= OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        Ok(options)
    }

    fn set(&mut self, name: &str, value: &str) -> Result<()> {
        match (name, value) {
            ("mode", "rwc") => {
                self.flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
            }
            ("mode", "rw") => self.flags = OpenFlags::SQLITE_OPEN_READ_WRITE,
            ("mode", "ro") => self.flags = OpenFlags::SQLITE_OPEN_READ_ONLY,
            ("mode", "memory") => self.memory = true,
            ("mode", _) => {
                return Err(configuration(
                    "`mode` is one of `rwc`, `rw`, `ro` and `memory`",
                ));
            }
            ("synchronous", "normal") => self.synchronous = Synchronous::Normal,
            ("synchronous", "full") => self.synchronous = Synchronous::Full,
            ("synchronous", _) => return Err(configuration("`synchronous` is `normal` or `full`")),
            ("busy_timeout", millis) => {
                let millis = millis
                    .parse()
                    .map_err(|_| configuration("`busy_timeout` is a number of milliseconds"))?;
                self.busy_timeout = Duration::from_millis(millis);
            }
            (name, _) => {
                return Err(configuration(format!(
                    "the parameter `{name}` of the URL is not known; there are `mode`, `synchronous` and `busy_timeout`"
                )));
            }
        }
        Ok(())
    }

    pub(super) fn busy_timeout(&self) -> Duration {
        self.busy_timeout
    }

    pub(super) fn set_busy_timeout(&mut self, limit: Duration) {
        self.busy_timeout = limit;
    }

    /// The error when it cannot be opened.
    pub(super) fn failed(
        &self,
        cause: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Error {
        let target = if self.memory {
            "a database in memory".to_owned()
        } else {
            format!("the file `{}`", self.path)
        };
        Error::new(ErrorKind::Connect { target }).with_source(cause)
    }

    /// Opens a connection with this crate's settings.
    pub(super) fn open(&self) -> Result<Connection> {
        let failed = |e: rusqlite::Error| self.failed(super::error::driver(e));
        let connection = Connection::open_with_flags(&self.path, self.flags).map_err(failed)?;
        self.prepare(&connection).map_err(failed)?;
        Ok(connection)
    }

    fn prepare(&self, connection: &Connection) -> rusqlite::Result<()> {
        super::run::install_handlers(connection)?;
        // Otherwise a quoted column that does not exist is read as text: https://sqlite.org/quirks.html#dblquote
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        connection.execute_batch("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;")?;
        // The rest is about the disk, and would wait for whoever writes to a database in memory.
        if !self.memory {
            self.prepare_file(connection)?;
        }
        connection.set_prepared_statement_cache_capacity(256);
        rusqlite::vtab::array::load_module(connection)?;
        #[cfg(feature = "json")]
        super::json::register(connection)?;
        super::decimal::register(connection)?;
        super::function::register(connection)?;
        super::time::register(connection)
    }

    fn prepare_file(&self, connection: &Connection) -> rusqlite::Result<()> {
        if !self.flags.contains(OpenFlags::SQLITE_OPEN_READ_ONLY) {
            // The answer is the mode that is in force; a file system without shared memory keeps the old one, which works as well.
            connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
        }
        connection.execute_batch(match self.synchronous {
            Synchronous::Normal => "PRAGMA synchronous = NORMAL;",
            Synchronous::Full => "PRAGMA synchronous = FULL;",
        })?;
        // Checkpoints are run in the background, not inside somebody's commit.
        connection.execute_batch("PRAGMA wal_autocheckpoint = 0;")?;
        super::run::watch_log(connection);
        Ok(())
    }
}

fn parameters(query: &str) -> BTreeMap<&str, &str> {
    query
        .split('&')
        .filter(|p| !p.is_empty())
        .map(|p| p.split_once('=').unwrap_or((p, "")))
        .collect()
}

fn percent_decoded(path: &str) -> Result<String> {
    if !path.contains('%') {
        return Ok(path.to_owned());
    }
    let mut out = Vec::with_capacity(path.len());
    let mut bytes = path.bytes();
    while let Some(b) = bytes.next() {
        if b != b'%' {
            out.push(b);
            continue;
        }
        let digits =
            [bytes.next(), bytes.next()].map(|d| d.and_then(|d| char::from(d).to_digit(16)));
        let [Some(high), Some(low)] = digits else {
            return Err(configuration(
                "the path of the URL has a `%` that two hexadecimal digits do not follow",
            ));
        };
        out.push(u8::try_from(high * 16 + low).unwrap_or(b'?'));
    }
    String::from_utf8(out).map_err(|_| configuration("the path of the URL is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_a_file_and_its_options() {
        let options = Options::parse("sqlite://data/my%20app.db?mode=ro&busy_timeout=10").unwrap();
        assert_eq!(options.path, "data/my app.db");
        assert!(options.flags.contains(OpenFlags::SQLITE_OPEN_READ_ONLY));
        assert_eq!(options.busy_timeout, Duration::from_millis(10));
        assert_eq!(
            Options::parse("sqlite:///var/app.db").unwrap().path,
            "/var/app.db"
        );
        assert!(Options::parse("sqlite::memory:").unwrap().memory);
        for bad in [
            "sqlite://a?mode=x",
            "sqlite://a?cache=shared",
            "sqlite://a?busy_timeout=soon",
            "sqlite://%zz",
        ] {
            assert!(Options::parse(bad).is_err(), "{bad}");
        }
    }
}
