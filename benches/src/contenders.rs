//! The contenders, each written as one would write it by hand for speed.

pub mod orm;
pub mod rusqlite;
pub mod sqlx_mysql;
pub mod sqlx_postgres;
pub mod sqlx_sqlite;
pub mod tokio_postgres;
