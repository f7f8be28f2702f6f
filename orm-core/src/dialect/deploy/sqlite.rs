//! Applying migrations on SQLite.

use super::place::decoded;
use super::{Bodies, DeployDialect, Lexical, Place, Probe, Scratch};
use crate::dialect::sqlite::Sqlite;

impl DeployDialect for Sqlite {
    fn lexical(&self) -> Lexical {
        Lexical {
            dollar_quotes: false,
            escape_strings: false,
            backslash_escapes: false,
            nested_comments: false,
            hash_comments: false,
            backquotes: true,
            brackets: true,
            executable_comments: false,
            delimiter_lines: false,
            bodies: Bodies::Triggers,
        }
    }

    fn file_keys(&self) -> &'static [&'static str] {
        &["sqlite"]
    }

    fn count_tables(&self) -> Probe {
        "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = "
    }

    fn runs_alone(&self, words: &[&str]) -> bool {
        // Other pragmas work inside of a transaction, or make no difference there.
        matches!(
            words,
            ["VACUUM" | "ATTACH" | "DETACH", ..]
                | [
                    "PRAGMA",
                    "FOREIGN_KEYS" | "JOURNAL_MODE" | "SYNCHRONOUS" | "AUTO_VACUUM",
                    ..
                ]
        )
    }

    fn foreign_keys_off_and_on(&self) -> Option<(&'static str, &'static str)> {
        Some(("PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys = ON"))
    }

    fn broken_foreign_keys(&self) -> Option<Probe> {
        Some(
            "SELECT \"table\", coalesce(parent, '') FROM pragma_foreign_key_check GROUP BY 1, 2 ORDER BY 1, 2",
        )
    }

    fn statements_that_drop_everything(&self) -> &'static [&'static str] {
        // A trigger goes with its table, an index and the table of a virtual one as well.
        &[
            "SELECT printf('DROP VIEW IF EXISTS \"%w\"', name) FROM sqlite_master WHERE type = 'view' ORDER BY name",
            "SELECT printf('DROP TABLE IF EXISTS \"%w\"', name) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY sql LIKE 'CREATE VIRTUAL%' DESC, name",
        ]
    }

    fn around_dropping_everything(&self) -> (Option<&'static str>, Option<&'static str>) {
        (
            Some("PRAGMA foreign_keys = OFF"),
            Some("PRAGMA foreign_keys = ON"),
        )
    }

    fn triggers_of_table(&self) -> Option<Probe> {
        Some(
            "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND sql IS NOT NULL AND tbl_name COLLATE NOCASE = ",
        )
    }

    fn place(&self, url: &str) -> Option<Place> {
        let rest = url.strip_prefix("sqlite:")?;
        let path = rest.strip_prefix("//").unwrap_or(rest);
        let path = decoded(path.split('?').next().unwrap_or_default());
        match path.as_str() {
            "" => None,
            ":memory:" => Some(Place::Memory),
            _ => Some(Place::File(path.into())),
        }
    }

    fn scratch(&self, _url: &str, _name: &str) -> Scratch {
        Scratch {
            url: "sqlite::memory:".to_owned(),
            create: None,
            drop: None,
            drop_unused: None,
        }
    }
}
