//! Migrations: what is found to be different, in which steps it is changed, and what databases make of it.

pub mod apply;
mod cases;
pub mod catalog;
mod live;
pub mod notation;
mod random;
pub mod rows;
