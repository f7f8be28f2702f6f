//! Applying migrations on MySQL and MariaDB, where a definition ends the transaction and cannot be undone.

use std::time::Duration;

use super::place::database_of;
use super::{Bodies, DeployDialect, Lexical, Place, Probe, Scratch, with_path};
use crate::dialect::mysql::Mysql;

impl DeployDialect for Mysql {
    fn lexical(&self) -> Lexical {
        Lexical {
            dollar_quotes: false,
            escape_strings: false,
            backslash_escapes: true,
            nested_comments: false,
            hash_comments: true,
            backquotes: true,
            brackets: false,
            executable_comments: true,
            delimiter_lines: true,
            bodies: Bodies::Routines,
        }
    }

    fn file_keys(&self) -> &'static [&'static str] {
        if self.name == Self::MARIADB.name {
            &["mariadb", "mysql"]
        } else {
            &["mysql"]
        }
    }

    // The name is the server's, so the database is a part of it; it has 64 characters at most.
    fn try_lock(&self) -> Option<Probe> {
        Some("SELECT coalesce(GET_LOCK(concat('orm_migrations_', sha1(DATABASE())), 0), 0)")
    }

    fn unlock(&self) -> Option<Probe> {
        Some("SELECT coalesce(RELEASE_LOCK(concat('orm_migrations_', sha1(DATABASE()))), 0)")
    }

    fn limit_lock_wait(&self, limit: Option<Duration>) -> Option<String> {
        let seconds = limit.map_or(31_536_000, |limit| limit.as_secs().max(1));
        Some(format!(
            "SET SESSION lock_wait_timeout = {seconds}, SESSION innodb_lock_wait_timeout = {seconds}"
        ))
    }

    fn count_tables(&self) -> Probe {
        "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = "
    }

    fn runs_alone(&self, words: &[&str]) -> bool {
        // What changes rows can be undone; everything else ends the transaction, or is not sure not to.
        !matches!(
            words,
            [
                "SELECT"
                    | "INSERT"
                    | "UPDATE"
                    | "DELETE"
                    | "REPLACE"
                    | "WITH"
                    | "SET"
                    | "DO"
                    | "VALUES"
                    | "TABLE",
                ..
            ]
        )
    }

    fn ends_transaction(&self, words: &[&str]) -> bool {
        self.runs_alone(words)
    }

    fn foreign_keys_off_and_on(&self) -> Option<(&'static str, &'static str)> {
        Some((
            "SET SESSION foreign_key_checks = 0",
            "SET SESSION foreign_key_checks = 1",
        ))
    }

    fn place(&self, url: &str) -> Option<Place> {
        let name = database_of(url)?;
        let quoted = name.replace('`', "``");
        Some(Place::Server {
            url: with_path(url, ""),
            create: format!("CREATE DATABASE IF NOT EXISTS `{quoted}`"),
            drop: format!("DROP DATABASE IF EXISTS `{quoted}`"),
            name,
        })
    }

    fn scratch(&self, url: &str, name: &str) -> Scratch {
        Scratch {
            url: with_path(url, name),
            create: Some(format!("CREATE DATABASE `{name}`")),
            drop: Some(format!("DROP DATABASE IF EXISTS `{name}`")),
            drop_unused: Some(format!("DROP DATABASE IF EXISTS `{name}`")),
        }
    }

    fn unused_databases(&self) -> Option<Probe> {
        Some(
            "SELECT CAST(s.schema_name AS CHAR(64)) FROM information_schema.schemata s WHERE NOT EXISTS (SELECT 1 FROM information_schema.processlist p WHERE p.db = s.schema_name) AND s.schema_name LIKE ",
        )
    }

    fn statements_that_drop_everything(&self) -> &'static [&'static str] {
        &[
            "SELECT concat('DROP VIEW IF EXISTS `', replace(table_name, '`', '``'), '`') FROM information_schema.views WHERE table_schema = DATABASE() ORDER BY table_name",
            "SELECT concat('DROP TABLE IF EXISTS `', replace(table_name, '`', '``'), '`') FROM information_schema.tables WHERE table_schema = DATABASE() AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') ORDER BY table_name",
            "SELECT concat('DROP ', routine_type, ' IF EXISTS `', replace(routine_name, '`', '``'), '`') FROM information_schema.routines WHERE routine_schema = DATABASE() ORDER BY routine_type, routine_name",
            "SELECT concat('DROP EVENT IF EXISTS `', replace(event_name, '`', '``'), '`') FROM information_schema.events WHERE event_schema = DATABASE() ORDER BY event_name",
        ]
    }

    fn around_dropping_everything(&self) -> (Option<&'static str>, Option<&'static str>) {
        (
            Some("SET SESSION foreign_key_checks = 0"),
            Some("SET SESSION foreign_key_checks = 1"),
        )
    }
}
