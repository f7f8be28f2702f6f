//! Relations: included, filtered through, counted, loaded, and written.

mod creating;
mod filters;
pub mod graphs;
mod includes;
mod linking;
pub mod models;
mod views;
