//! What the tests share: databases, models, and rows to begin with.

#[macro_use]
pub mod database;
pub mod models;
pub mod seed;

pub use database::{Database, TestDb, Workers};
