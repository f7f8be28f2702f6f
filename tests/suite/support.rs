//! What the tests share: databases, models, and rows to begin with.

#[macro_use]
pub mod database;
pub mod certificates;
#[allow(dead_code, reason = "each of them is some test's")]
pub mod cluster;
pub mod models;
pub mod proxy;
pub mod random;
pub mod seed;

pub use database::{Database, TestDb, Workers};
