//! Applying migrations on PostgreSQL.

use std::time::Duration;

use super::place::database_of;
use super::{Bodies, DeployDialect, Lexical, Place, Probe, Scratch, with_path};
use crate::dialect::postgres::Postgres;

impl DeployDialect for Postgres {
    fn lexical(&self) -> Lexical {
        Lexical {
            dollar_quotes: true,
            escape_strings: true,
            backslash_escapes: false,
            nested_comments: true,
            hash_comments: false,
            backquotes: false,
            brackets: false,
            executable_comments: false,
            delimiter_lines: false,
            bodies: Bodies::Atomic,
        }
    }

    fn file_keys(&self) -> &'static [&'static str] {
        &["postgres"]
    }

    // Not the one that waits: whoever waits inside of a statement keeps a snapshot, for whose end CREATE INDEX CONCURRENTLY waits.
    // The first number is "orm" and the beginning of "migrations"; the second one keeps the schemas of a database apart.
    fn try_lock(&self) -> Option<Probe> {
        Some(
            "SELECT CASE WHEN pg_try_advisory_lock(1869770093, hashtext(coalesce(current_schema(), ''))) THEN 1 ELSE 0 END::bigint",
        )
    }

    fn unlock(&self) -> Option<Probe> {
        Some(
            "SELECT CASE WHEN pg_advisory_unlock(1869770093, hashtext(coalesce(current_schema(), ''))) THEN 1 ELSE 0 END::bigint",
        )
    }

    fn limit_lock_wait(&self, limit: Option<Duration>) -> Option<String> {
        let millis = limit.map_or(0, |limit| limit.as_millis().max(1));
        Some(format!("SET lock_timeout = {millis}"))
    }

    fn search_path(&self) -> Option<(Probe, (&'static str, &'static str))> {
        Some((
            "SELECT current_setting('search_path')",
            ("SELECT pg_catalog.set_config('search_path', ", ", false)"),
        ))
    }

    fn count_tables(&self) -> Probe {
        "SELECT count(*) FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND c.relname = "
    }

    fn runs_alone(&self, words: &[&str]) -> bool {
        match words {
            ["CREATE", "INDEX", "CONCURRENTLY", ..]
            | ["CREATE", "UNIQUE", "INDEX", "CONCURRENTLY", ..]
            | ["DROP", "INDEX", "CONCURRENTLY", ..]
            | ["VACUUM", ..]
            | ["ALTER", "SYSTEM", ..]
            | ["CREATE" | "DROP", "DATABASE" | "TABLESPACE", ..]
            | ["CREATE" | "DROP", "SUBSCRIPTION", ..] => true,
            // The new label can only be used after the end of the transaction.
            ["ALTER", "TYPE", rest @ ..] => rest.windows(2).any(|pair| pair == ["ADD", "VALUE"]),
            ["REINDEX", rest @ ..] => rest.contains(&"CONCURRENTLY"),
            ["REFRESH", "MATERIALIZED", "VIEW", "CONCURRENTLY", ..] => false,
            ["ALTER", "TABLE", rest @ ..] => {
                rest.contains(&"DETACH") && rest.contains(&"CONCURRENTLY")
            }
            _ => false,
        }
    }

    fn count_unfinished_indexes(&self) -> Option<Probe> {
        Some(
            "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid AND pg_table_is_visible(c.oid) AND c.relname = ",
        )
    }

    fn count_finished_indexes(&self) -> Option<Probe> {
        Some(
            "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indisvalid AND pg_table_is_visible(c.oid) AND c.relname = ",
        )
    }

    fn drop_unfinished_index(&self, name: &str) -> Option<String> {
        let name = name.replace('"', "\"\"");
        Some(format!("DROP INDEX CONCURRENTLY IF EXISTS \"{name}\""))
    }

    fn place(&self, url: &str) -> Option<Place> {
        let name = database_of(url)?;
        let quoted = name.replace('"', "\"\"");
        Some(Place::Server {
            url: with_path(url, "postgres"),
            create: format!("CREATE DATABASE \"{quoted}\""),
            drop: format!("DROP DATABASE IF EXISTS \"{quoted}\" WITH (FORCE)"),
            name,
        })
    }

    fn scratch(&self, url: &str, name: &str) -> Scratch {
        Scratch {
            url: with_path(url, name),
            create: Some(format!("CREATE DATABASE \"{name}\"")),
            drop: Some(format!("DROP DATABASE IF EXISTS \"{name}\" WITH (FORCE)")),
            drop_unused: Some(format!("DROP DATABASE IF EXISTS \"{name}\"")),
        }
    }

    fn unused_databases(&self) -> Option<Probe> {
        Some(
            "SELECT d.datname::text FROM pg_database d WHERE NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datid = d.oid) AND d.datname::text LIKE ",
        )
    }

    fn statements_that_drop_everything(&self) -> &'static [&'static str] {
        // What belongs to an extension goes only with it, and stays.
        &[
            "SELECT format('DROP %s IF EXISTS %I CASCADE', CASE c.relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END, c.relname) FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e') ORDER BY c.relkind = 'S', c.relname",
            "SELECT format('DROP %s IF EXISTS %I.%I(%s) CASCADE', CASE p.prokind WHEN 'a' THEN 'AGGREGATE' WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = current_schema() AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e') ORDER BY p.oid",
            "SELECT format('DROP %s IF EXISTS %I CASCADE', CASE t.typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, t.typname) FROM pg_type t WHERE t.typnamespace = current_schema()::regnamespace AND t.typtype IN ('e', 'd', 'c', 'r') AND (t.typrelid = 0 OR (SELECT c.relkind FROM pg_class c WHERE c.oid = t.typrelid) = 'c') AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = t.oid AND d.deptype = 'e') ORDER BY t.typname",
        ]
    }
}
