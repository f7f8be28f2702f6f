//! What the text of a statement says about its values and columns: which table a name belongs to, and where it stands.
//!
//! It is no parser of SQL. It knows the words that begin clauses, the tables that are named there, and the shape of a few expressions;
//! of everything else it knows that it does not know it, and says nothing.

mod certain;
mod clause;
mod insert;
mod output;
mod place;
mod scope;
#[cfg(test)]
mod tests;
mod word;

pub(super) use output::{Output, outputs};
pub(super) use place::expected;
pub(super) use scope::{Reading, read};
