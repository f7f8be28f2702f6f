//! Behaviour of the whole, written once and run on every database.
//!
//! SQLite is always there. PostgreSQL and MariaDB are looked for at `ORM_TEST_POSTGRES_URL` and `ORM_TEST_MYSQL_URL`, see
//! [`support::database`]; a server that is missing is reported loudly, and is an error if `ORM_TEST_REQUIRE` names it.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    missing_docs,
    unreachable_pub,
    reason = "these are tests"
)]
#![allow(
    clippy::bool_assert_comparison,
    clippy::comparison_to_empty,
    clippy::eq_op,
    clippy::needless_borrows_for_generic_args,
    clippy::type_complexity,
    reason = "a test writes what a user might, and compares it with what is expected"
)]

#[macro_use]
mod support;

// One line a file, sorted. Others to come: cancel, models, raw_sql, types, ui.
mod advisory;
mod aggregates;
mod cancel;
mod checked_queries;
mod checked_types;
mod chinook;
mod cli;
mod documents;
mod drafts;
mod errors;
mod explain;
mod faults;
mod filters;
mod full_text;
mod functions;
mod identity;
mod imports;
mod insert_many;
mod introspect;
mod journal;
mod keyset;
mod locks;
mod migrate;
mod migrations;
mod notify;
mod observe;
mod pages;
mod patches;
mod per_group;
mod portable;
mod pull;
mod queries;
mod query_forms;
mod raw_sql;
mod refinements;
mod relations;
mod rendering;
mod replaces;
mod replicas;
mod rollups;
mod schema;
mod select;
mod streams;
mod subqueries;
mod telemetry;
mod testing;
mod threads;
mod track;
mod transactions;
mod transfers;
mod types;
mod ui;
mod update_delete;
mod update_many;
mod upsert;
mod upsert_from;
mod windows;
mod writes;
mod writes_from_queries;
