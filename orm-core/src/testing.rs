//! For the tests of programs: statements held against tables, rows with sensible values, and statements that are counted.
//!
//! The attribute `#[orm::test]` gives a test a database of its own.

mod check;
mod factory;
mod fake;
mod queries;
mod reading;
mod report;

pub use factory::{Factory, factory};
pub use queries::{Queries, Unexpected};
pub use report::{QueryProblem, QueryReport};

use crate::db::Db;
use crate::error::{Error, Result};

/// Holds every `sql!` of the program against the tables of a database: each is prepared, and none is run.
///
/// It is an error that lists every unknown table and column, every declared type that the database does not take, and every column that
/// the row type does not read, or reads although it may be NULL; each with its file, its line, and a mark in its text. What is not
/// checked is counted: statements for another database, those with `{@…}` in them, and pieces that are no statement.
///
/// ```standalone_crate
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// fn names(least: i32) -> orm::query::RawAs<String> {
///     sql!("SELECT username FROM users WHERE age >= {least: i32}" as String)
/// }
/// let report = orm::testing::check_queries(&db).await?;
/// assert!(report.checked >= 1);
/// # let _ = names(18);
/// # Ok(()) }) }
/// ```
///
/// # Errors
/// When there is a problem; when the database cannot be asked.
pub async fn check_queries(db: &Db) -> Result<QueryReport> {
    let report = inspect_queries(db).await?;
    match report.problems.is_empty() {
        true => Ok(report),
        false => Err(Error::invalid_query(report.to_string())),
    }
}

/// What [`check_queries`] finds, where problems are no error.
///
/// # Errors
/// When the database cannot be asked.
pub async fn inspect_queries(db: &Db) -> Result<QueryReport> {
    check::all(db, "").await
}

/// [`inspect_queries`] of those statements whose file's path contains a text, such as `src/` where tests have statements of their own.
///
/// # Errors
/// When the database cannot be asked.
pub async fn inspect_queries_in(db: &Db, file: &str) -> Result<QueryReport> {
    check::all(db, file).await
}
