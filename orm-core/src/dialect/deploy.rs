//! What differs between the databases when migrations are applied: how a script is cut into statements, what is taken as a lock, and
//! what must not stand inside a transaction.

mod mysql;
mod place;
mod postgres;
mod sqlite;

use std::time::Duration;

pub use place::Place;

/// How a database's scripts are read. What is `false` is not a part of its language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lexical {
    /// `$tag$ … $tag$`.
    pub dollar_quotes: bool,
    /// `E'…'`, in which a backslash takes the next character its meaning.
    pub escape_strings: bool,
    /// A backslash does so in every string.
    pub backslash_escapes: bool,
    /// `/* … /* … */ … */`.
    pub nested_comments: bool,
    /// `# …` to the end of the line; and two hyphens begin a comment only in front of a blank.
    pub hash_comments: bool,
    /// Names between backquotes.
    pub backquotes: bool,
    /// Names between brackets.
    pub brackets: bool,
    /// `/*! … */` is carried out.
    pub executable_comments: bool,
    /// Lines as `DELIMITER //`, which are the client's.
    pub delimiter_lines: bool,
    /// What begins a body that holds statements of its own.
    pub bodies: Bodies,
}

/// Which bodies hold statements of their own, up to their `END`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bodies {
    /// `BEGIN` in the definition of a trigger.
    Triggers,
    /// `BEGIN ATOMIC`; other bodies are strings.
    Atomic,
    /// `BEGIN` in the definition of a trigger, function, procedure or event, and by itself.
    Routines,
}

/// How a database for a while is made and dropped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scratch {
    /// Its URL.
    pub url: String,
    /// What makes it, on a connection to another database of the server.
    pub create: Option<String>,
    /// What drops it, there.
    pub drop: Option<String>,
    /// What drops it there and, if the server can say so, is refused while somebody uses it.
    pub drop_unused: Option<String>,
}

/// A URL with another path, and without the parameters that are about the database that it named.
fn with_path(url: &str, name: &str) -> String {
    let (base, parameters) = url.split_once('?').unwrap_or((url, ""));
    let host = base.find("://").map_or(0, |at| at + 3);
    let end = base[host..].find('/').map_or(base.len(), |at| host + at);
    let kept: Vec<&str> = parameters
        .split('&')
        .filter(|p| !p.is_empty() && !p.starts_with("options=") && !p.starts_with("dbname="))
        .collect();
    let mark = if kept.is_empty() { "" } else { "?" };
    format!("{}/{name}{mark}{}", &base[..end], kept.join("&"))
}

/// A question to the database whose answer is a number: its text, and whether the name that it is about follows as a value.
type Probe = &'static str;

/// How one database applies migrations; a part of [`Dialect`](super::Dialect).
pub trait DeployDialect {
    /// How its scripts are read.
    fn lexical(&self) -> Lexical;

    /// By which names its own files are known, the first that there is: `up.<key>.sql`.
    fn file_keys(&self) -> &'static [&'static str];

    /// Asks for the lock of those who apply migrations, without waiting: a row with 1 where it was given. `None` where the beginning
    /// of a transaction is lock enough.
    fn try_lock(&self) -> Option<Probe> {
        None
    }

    /// Gives the lock up.
    fn unlock(&self) -> Option<Probe> {
        None
    }

    /// How long statements of this session wait for the locks of others; `None` is without end, where there is such a thing.
    fn limit_lock_wait(&self, _limit: Option<Duration>) -> Option<String> {
        None
    }

    /// Reads where names without a schema are looked for, and what sets it, around the value: a script may change it for the session.
    fn search_path(&self) -> Option<(Probe, (&'static str, &'static str))> {
        None
    }

    /// Counts the tables with a name, which follows as a value.
    fn count_tables(&self) -> Probe;

    /// Whether a statement that begins with these words cannot be undone, or does not work, inside a transaction.
    fn runs_alone(&self, words: &[&str]) -> bool;

    /// Whether a statement that begins with these words ends the transaction around it.
    fn ends_transaction(&self, _words: &[&str]) -> bool {
        false
    }

    /// What must be said before a transaction, and after it, so that a table that others refer to can be replaced.
    fn foreign_keys_off_and_on(&self) -> Option<(&'static str, &'static str)> {
        None
    }

    /// Gives a row for each row that refers to nothing: its table, and the table that it refers to.
    fn broken_foreign_keys(&self) -> Option<Probe> {
        None
    }

    /// Counts the indexes of this name, which follows as a value, that a statement left unfinished.
    fn count_unfinished_indexes(&self) -> Option<Probe> {
        None
    }

    /// Counts the finished indexes of this name, which follows as a value.
    fn count_finished_indexes(&self) -> Option<Probe> {
        None
    }

    /// The statement that drops an unfinished index, outside of a transaction.
    fn drop_unfinished_index(&self, _name: &str) -> Option<String> {
        None
    }

    /// Gives statements that together drop everything in the database, or in the schema that the session uses.
    fn statements_that_drop_everything(&self) -> &'static [&'static str];

    /// What must be said before and after these.
    fn around_dropping_everything(&self) -> (Option<&'static str>, Option<&'static str>) {
        (None, None)
    }

    /// Gives the statements that create the triggers of a table, whose name follows as a value; `None` where nothing takes them away
    /// but a drop that is meant.
    fn triggers_of_table(&self) -> Option<Probe> {
        None
    }

    /// A database of its own beside the one that the URL names, for a while.
    fn scratch(&self, url: &str, name: &str) -> Scratch;

    /// Gives the names of the databases that nobody uses now and whose names are like a pattern, which follows as a value; `None` where a
    /// server has no others.
    fn unused_databases(&self) -> Option<Probe> {
        None
    }

    /// Where the database is that a URL names; `None` if it names none.
    fn place(&self, url: &str) -> Option<Place>;

    /// The table in which sqlx keeps its history, and the statement that reads it: version, checksum, whether it was carried out.
    fn other_history(&self) -> (&'static str, Probe) {
        (
            "_sqlx_migrations",
            "SELECT version, checksum, success FROM _sqlx_migrations ORDER BY version",
        )
    }
}
