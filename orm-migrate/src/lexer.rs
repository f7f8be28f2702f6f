//! Cuts a script into its statements, as the database's own language says, and finds the comments that are meant for us.
//!
//! A comment `-- orm: …` is a *directive*: `step split_names` runs a Rust step at this place, `no transaction` runs the next
//! statement by itself, `foreign keys off` lets the script replace tables that others refer to, and `save triggers "users"` and `restore
//! triggers "users"` keep the triggers of a table that a statement replaces.

mod split;
#[cfg(test)]
mod tests;

use std::fmt;

use orm_core::dialect::Dialect;
use orm_core::sql::scan::Endless;

/// A piece of a script: something that is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// What it is.
    pub what: What,
    /// The line that it begins in, counted from 1.
    pub line: usize,
    /// Whether a directive says that it must not stand inside a transaction.
    pub alone: bool,
    /// The table whose triggers are kept aside before it.
    pub save_triggers: Option<String>,
    /// The table whose triggers, which were kept aside, are created again after it.
    pub restore_triggers: Option<String>,
}

/// What is carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A statement, without what ends it.
    Sql {
        /// Its text.
        text: String,
        /// Its first words, in capitals; a quoted name is kept as it is, without its quotes.
        words: Vec<String>,
    },
    /// A step in Rust, by name.
    Step(String),
}

/// A script, cut into pieces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// What is carried out, in order.
    pub pieces: Vec<Piece>,
    /// Whether foreign keys are off while it runs, and are checked in the end.
    pub foreign_keys_off: bool,
}

/// Why a script cannot be cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LexError {
    /// The line of what is wrong, counted from 1.
    pub line: usize,
    /// What is wrong, and what to do.
    pub message: String,
}

impl fmt::Display for LexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.message)
    }
}

impl std::error::Error for LexError {}

impl From<Endless> for LexError {
    fn from(Endless { line, message }: Endless) -> Self {
        Self { line, message }
    }
}

impl Script {
    /// Cuts a script.
    ///
    /// ```
    /// use orm::{dialect, migrate::lexer::Script};
    ///
    /// let script = Script::parse("SELECT ';'; -- one; two\nSELECT $$;$$", dialect::POSTGRES).unwrap();
    /// assert_eq!(script.pieces.len(), 2);
    /// assert_eq!(script.pieces[1].line, 2);
    /// ```
    ///
    /// # Errors
    /// When a string, a quoted name or a comment has no end, or a directive is unknown.
    pub fn parse(text: &str, dialect: &dyn Dialect) -> Result<Self, LexError> {
        split::split(text, dialect.lexical())
    }
}

impl Piece {
    /// What a reader recognises it by: its beginning, on one line.
    pub fn title(&self) -> String {
        const LIMIT: usize = 100;
        let text = match &self.what {
            What::Sql { text, .. } => text.split_whitespace().collect::<Vec<_>>().join(" "),
            What::Step(name) => format!("step {name}"),
        };
        match text.char_indices().nth(LIMIT) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    }

    /// Its first words, in capitals.
    pub fn words(&self) -> Vec<&str> {
        match &self.what {
            What::Sql { words, .. } => words.iter().map(String::as_str).collect(),
            What::Step(_) => Vec::new(),
        }
    }
}
