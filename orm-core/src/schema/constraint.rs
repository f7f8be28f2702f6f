//! Constraints: keys and checks.

use super::{Action, TableName};

/// A primary key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(deny_unknown_fields))]
pub struct PrimaryKey {
    /// Its name, in a database that gives primary keys names.
    pub name: String,
    /// The columns, in order.
    pub columns: Vec<String>,
}

/// Columns whose values together no two rows share.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(deny_unknown_fields))]
pub struct Unique {
    /// Its name.
    pub name: String,
    /// The columns, in order.
    pub columns: Vec<String>,
}

/// Columns that refer to a row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(deny_unknown_fields))]
pub struct ForeignKey {
    /// Its name.
    pub name: String,
    /// The columns that refer.
    pub columns: Vec<String>,
    /// The table that is referred to.
    pub target: TableName,
    /// The columns of the target, one for each of [`columns`](Self::columns).
    pub target_columns: Vec<String>,
    /// What happens when the row that is referred to is deleted.
    pub on_delete: Action,
    /// What happens when its key changes.
    pub on_update: Action,
}

/// A condition that every row meets.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(deny_unknown_fields))]
pub struct Check {
    /// Its name.
    pub name: String,
    /// The condition, in SQL.
    pub expression: String,
}
