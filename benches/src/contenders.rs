//! The contenders, each written as one would write it with that library for speed.

#[cfg(feature = "diesel")]
pub mod diesel;
pub mod nested;
#[cfg(feature = "orm")]
pub mod orm;
pub mod rusqlite;
#[cfg(feature = "sea-orm")]
pub mod sea_orm;
#[cfg(feature = "sqlx")]
pub mod sqlx_mysql;
#[cfg(feature = "sqlx")]
pub mod sqlx_postgres;
#[cfg(feature = "sqlx")]
pub mod sqlx_sqlite;
#[cfg(feature = "toasty")]
pub mod toasty;
pub mod tokio_postgres;
