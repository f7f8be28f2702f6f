//! What a file of SQL says to the program that runs it, in comments.

use std::fmt;

/// A line of a migration's file that begins with `-- orm:`. It belongs to the statement behind it; other programs see a comment.
///
/// | line | what is done |
/// |---|---|
/// | `-- orm: no transaction` | The transaction is committed before the statement, and another one begins behind it. |
/// | `-- orm: foreign keys off` | At the head of a file: before the transaction, foreign keys are switched off on the connection (`PRAGMA foreign_keys = OFF`); before it is committed, `PRAGMA foreign_key_check` must give no rows; afterwards, they are on again. |
/// | `-- orm: save triggers "users"` | Before the statement, the definitions of the table's triggers are read (from `sqlite_master`). |
/// | `-- orm: restore triggers "users"` | After the statement, these triggers are created again. |
///
/// ```
/// use orm_migrate::plan::Directive;
///
/// assert_eq!(Directive::parse("-- orm: no transaction"), Some(Ok(Directive::NoTransaction)));
/// assert_eq!(Directive::parse("-- an ordinary comment"), None);
/// assert!(Directive::parse("-- orm: no transactoin").unwrap().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Directive {
    /// The statement runs outside of any transaction.
    NoTransaction,
    /// Foreign keys are off for the whole file, and checked before it is committed.
    ForeignKeysOff,
    /// The triggers of this table are kept aside before the statement.
    SaveTriggers(String),
    /// The triggers that were kept aside are created again after the statement.
    RestoreTriggers(String),
}

const BEGIN: &str = "-- orm:";

impl Directive {
    /// Reads a line; `None` if it is no directive, and what is wrong with it if it is none that is known.
    pub fn parse(line: &str) -> Option<Result<Self, String>> {
        let text = line.trim().strip_prefix(BEGIN)?.trim();
        let table = |name: &str| {
            let inner = name.trim().strip_prefix('"')?.strip_suffix('"')?;
            Some(inner.replace("\"\"", "\""))
        };
        let known = match text {
            "no transaction" => Some(Self::NoTransaction),
            "foreign keys off" => Some(Self::ForeignKeysOff),
            _ => text
                .strip_prefix("save triggers")
                .and_then(table)
                .map(Self::SaveTriggers)
                .or_else(|| {
                    text.strip_prefix("restore triggers")
                        .and_then(table)
                        .map(Self::RestoreTriggers)
                }),
        };
        Some(known.ok_or_else(|| {
            format!(
                "`{}` is no directive; known are `no transaction`, `foreign keys off`, `save triggers \"…\"` and `restore triggers \"…\"`",
                line.trim()
            )
        }))
    }
}

impl fmt::Display for Directive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
        match self {
            Self::NoTransaction => write!(f, "{BEGIN} no transaction"),
            Self::ForeignKeysOff => write!(f, "{BEGIN} foreign keys off"),
            Self::SaveTriggers(table) => write!(f, "{BEGIN} save triggers {}", quoted(table)),
            Self::RestoreTriggers(table) => write!(f, "{BEGIN} restore triggers {}", quoted(table)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directive_is_read_as_it_is_written() {
        for directive in [
            Directive::NoTransaction,
            Directive::ForeignKeysOff,
            Directive::SaveTriggers("it's \"so\"".into()),
            Directive::RestoreTriggers("users".into()),
        ] {
            assert_eq!(
                Directive::parse(&directive.to_string()),
                Some(Ok(directive))
            );
        }
        assert_eq!(Directive::parse("--orm: no transaction"), None);
        assert!(Directive::parse("-- orm: save triggers users").is_some_and(|d| d.is_err()));
    }
}
