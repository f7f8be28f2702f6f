//! The full-text indexes of a model.

use super::ModelDef;
use crate::expr::{Column, TextValue};
use crate::schema::name;

/// An index over the words of columns.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FullTextDef {
    /// The constant of the model that asks it: `search`, where the model gives it no name.
    pub constant: &'static str,
    /// The indexes of the columns.
    pub columns: Vec<usize>,
    /// How much a word in each of the columns counts; empty where all are equal.
    pub weights: Vec<u32>,
    /// Whether the words of each row are kept beside it where the database would read them anew.
    pub stored: bool,
    /// The language whose forms of a word are one word.
    pub language: Option<&'static str>,
    /// The index's name, if the model gives one.
    pub name: Option<&'static str>,
}

impl FullTextDef {
    /// An index over the words of these columns, as they stand.
    pub fn new(columns: Vec<usize>) -> Self {
        Self {
            constant: "search",
            columns,
            weights: Vec::new(),
            stored: false,
            language: None,
            name: None,
        }
    }

    /// The index's name in the database.
    pub fn index_name(&self, model: &ModelDef) -> String {
        self.name
            .map_or_else(|| name::index(model.table, [self.constant]), str::to_owned)
    }
}

/// The index of a column that holds text, for the derive.
#[doc(hidden)]
pub fn full_text_column<M, T: TextValue>(column: Column<M, T>) -> usize {
    column.index()
}
