//! Tables.

use std::fmt;

use super::{Check, Column, ForeignKey, FullText, Index, PrimaryKey, Unique};

/// A table's name, with the schema that holds it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TableName {
    /// The schema, where it is not the connection's default.
    pub schema: Option<String>,
    /// The name inside it.
    pub name: String,
}

impl TableName {
    /// A table in the connection's default schema.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            schema: None,
            name: name.into(),
        }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "migrate",
    serde(default = "super::serial::new_table", deny_unknown_fields)
)]
pub struct Table {
    /// Its name.
    pub name: TableName,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// Its primary key.
    pub primary_key: Option<PrimaryKey>,
    /// Its unique constraints, by name.
    pub uniques: Vec<Unique>,
    /// Its foreign keys, by name.
    pub foreign_keys: Vec<ForeignKey>,
    /// Conditions over several columns, in the order of the model.
    pub checks: Vec<Check>,
    /// Its indexes, by name.
    pub indexes: Vec<Index>,
    /// The indexes over the words of its columns, by name.
    pub full_texts: Vec<FullText>,
    /// Its comment.
    pub comment: Option<String>,
}

impl Table {
    /// A table without columns.
    pub fn new(name: TableName) -> Self {
        Self {
            name,
            columns: Vec::new(),
            primary_key: None,
            uniques: Vec::new(),
            foreign_keys: Vec::new(),
            checks: Vec::new(),
            indexes: Vec::new(),
            full_texts: Vec::new(),
            comment: None,
        }
    }

    /// The column with this name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| c.name == name)
    }

    /// Whether an index begins with these columns, in this order, and holds every row: of the key, of a unique constraint, or one
    /// of its own.
    pub fn has_index_beginning_with(&self, columns: &[String]) -> bool {
        let key = self.primary_key.iter().map(|k| &k.columns);
        let uniques = self.uniques.iter().map(|u| &u.columns);
        key.chain(uniques).any(|c| c.starts_with(columns))
            || self.indexes.iter().any(|i| i.begins_with(columns))
    }

    /// Whether these columns, in any order, are the primary key or a unique set of every row.
    pub fn is_unique(&self, columns: &[String]) -> bool {
        let same = |other: &[String]| {
            other.len() == columns.len() && columns.iter().all(|c| other.contains(c))
        };
        self.primary_key.iter().any(|k| same(&k.columns))
            || self.uniques.iter().any(|u| same(&u.columns))
            || self
                .indexes
                .iter()
                .any(|i| i.unique && i.plain_columns().is_some_and(|c| same(&c)))
    }

    /// Whether the column is part of a key, a constraint or an index, so that its values must fit into an index.
    pub fn is_indexed(&self, column: &str) -> bool {
        let named = |columns: &[String]| columns.iter().any(|c| c == column);
        self.primary_key.iter().any(|k| named(&k.columns))
            || self.uniques.iter().any(|u| named(&u.columns))
            || self.foreign_keys.iter().any(|f| named(&f.columns))
            || self
                .indexes
                .iter()
                .filter(|i| i.method.is_none())
                .any(|i| i.parts.iter().any(|p| p.column() == Some(column)))
    }
}
