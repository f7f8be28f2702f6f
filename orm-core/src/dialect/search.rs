//! Full-text indexes, and what is asked of them. A word is a run of letters and digits, on each database.

mod mysql;
mod postgres;
mod sqlite;

use crate::error::Result;
use crate::expr::SearchCall;
use crate::model::FullTextDef;
use crate::schema::{FullText, Table};
use crate::sql::Writer;

/// How an index is made, or dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Building {
    /// In one go, within a transaction; others wait for the table.
    Locked,
    /// While others go on to read and write, outside of a transaction, where the database can.
    Online,
}

/// Makes a statement of what is written.
pub type MakeStatement<'m> = dyn Fn(&dyn Fn(&mut Writer)) -> Result<String> + 'm;

/// Full-text search; a part of [`Dialect`](super::Dialect).
pub trait SearchDialect {
    /// The statements that make the index of a table that exists.
    ///
    /// # Errors
    /// When the database has no such index.
    fn create_full_text(
        &self,
        table: &Table,
        index: &FullText,
        building: Building,
        statement: &MakeStatement<'_>,
    ) -> Result<Vec<String>>;

    /// The statements that drop the index, and leave the table.
    ///
    /// # Errors
    /// When a name cannot be written.
    fn drop_full_text(
        &self,
        table: &Table,
        index: &FullText,
        building: Building,
        statement: &MakeStatement<'_>,
    ) -> Result<Vec<String>>;

    /// Whether the index is something beside the table that stays when the table is dropped.
    fn full_text_is_beside(&self) -> bool {
        false
    }

    /// Whether the index can be made while others write, outside of a transaction.
    fn full_text_is_built_online(&self) -> bool {
        false
    }

    /// Whether the database makes the same of both.
    fn is_same_full_text(&self, one: &FullText, other: &FullText) -> bool {
        one.is_like(other)
    }

    /// Whether the index stays right while the rest of the table is changed.
    fn full_text_follows(&self) -> bool {
        false
    }

    /// Appends what is asked; there is at least one word.
    fn full_text_search(&self, w: &mut Writer, call: &SearchCall, index: &FullTextDef);
}
