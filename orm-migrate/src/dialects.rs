//! The databases by the names that files and settings use.

use orm_core::dialect::{self, Dialect};

/// The database with this key in the names of files, as `postgres`.
///
/// ```
/// assert_eq!(orm::migrate::dialect_of("postgres").map(|d| d.name()), Some("PostgreSQL"));
/// ```
pub fn dialect_of(key: &str) -> Option<&'static dyn Dialect> {
    dialect::all()
        .iter()
        .copied()
        .find(|d| d.file_keys().first() == Some(&key))
}

/// The keys of all databases.
pub fn dialect_keys() -> Vec<&'static str> {
    dialect::all()
        .iter()
        .filter_map(|d| d.file_keys().first().copied())
        .collect()
}
