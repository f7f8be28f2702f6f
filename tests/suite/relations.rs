//! Relations: included, filtered through, counted, loaded.

mod filters;
mod includes;
pub mod models;
