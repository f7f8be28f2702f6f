//! Columns, indexes and constraints as a model declares them.

use std::borrow::Cow;

use super::ModelDef;
use crate::value::{EncodeError, Field, FieldType, Value};

/// A column as a model declares it.
#[derive(Debug)]
#[non_exhaustive]
pub struct ColumnDef {
    /// The struct's field, in Rust's words: `email`, or `address.city` inside an embedded struct.
    pub field: Cow<'static, str>,
    /// The column's name in the database.
    pub name: Cow<'static, str>,
    /// The type of the value.
    pub ty: FieldType,
    /// The Rust type, for messages.
    pub rust_type: &'static str,
    /// Whether NULL is allowed.
    pub nullable: bool,
    /// The greatest number of characters.
    pub length: Option<u32>,
    /// Digits in all and digits after the point, of a decimal.
    pub precision: Option<(u32, u32)>,
    /// Whether no two rows may have the same value.
    pub unique: bool,
    /// What a row gets that does not say.
    pub default: Option<DefaultDef>,
    /// What fills the column.
    pub role: ColumnRole,
    /// A condition in SQL that each value must meet.
    pub check: Option<&'static str>,
    /// The column's comment.
    pub comment: Option<&'static str>,
    /// The collation that its text is compared by, in the database's own words.
    pub collation: Option<&'static str>,
    /// The type in the database's own words, where it is not the one that the Rust type has there.
    pub sql_type: Option<&'static str>,
    /// The name that the column had before.
    pub renamed_from: Option<&'static str>,
    /// How text is brought into form before it is judged and written.
    pub normalize: Vec<Normalize>,
}

impl ColumnDef {
    /// A plain column for a field of type `T`.
    pub fn new<T: Field>(
        field: impl Into<Cow<'static, str>>,
        name: impl Into<Cow<'static, str>>,
        rust_type: &'static str,
    ) -> Self {
        Self {
            field: field.into(),
            name: name.into(),
            ty: T::TYPE,
            rust_type,
            nullable: T::NULLABLE,
            length: None,
            precision: None,
            unique: false,
            default: None,
            role: ColumnRole::Plain,
            check: None,
            comment: None,
            collation: None,
            sql_type: None,
            renamed_from: None,
            normalize: Vec::new(),
        }
    }

    /// Whether a row may be inserted without a value for the column.
    pub fn is_optional(&self) -> bool {
        self.nullable || self.default.is_some() || self.role != ColumnRole::Plain
    }
}

/// What fills a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnRole {
    /// The program.
    Plain,
    /// The database, which numbers the rows.
    Identity,
    /// This crate, with a new UUID (version 7, so that new rows stand together in the index).
    ClientUuid,
    /// This crate, with the time of the insert.
    CreatedAt,
    /// This crate, with the time of the insert and of each update.
    UpdatedAt,
    /// The database, from an expression over other columns.
    Generated(GeneratedDef),
}

/// A generated column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GeneratedDef {
    /// The expression, in SQL.
    pub expression: &'static str,
    /// Whether the value is stored; otherwise it is computed when read.
    pub stored: bool,
}

/// What a row gets that does not give a value.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum DefaultDef {
    /// A value, written by this crate and put into the table's definition.
    Value(fn() -> Result<Value, EncodeError>),
    /// An expression in SQL, evaluated by the database.
    Sql(&'static str),
}

/// How text is brought into form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Normalize {
    /// White space at both ends is removed.
    Trim,
    /// Upper case becomes lower case.
    Lowercase,
    /// Lower case becomes upper case.
    Uppercase,
}

/// An index or unique constraint.
#[derive(Debug)]
#[non_exhaustive]
pub struct IndexDef {
    /// Its name, if the model gives one.
    pub name: Option<&'static str>,
    /// What is indexed, in order.
    pub columns: Vec<IndexColumnDef>,
    /// Columns that the index holds beside them, by their index in the model's columns.
    pub include: Vec<usize>,
    /// Whether no two rows may have the same values.
    pub unique: bool,
    /// The condition in SQL that a row must meet to be in the index.
    pub condition: Option<&'static str>,
    /// The access method, where it is not the database's usual one.
    pub method: Option<&'static str>,
}

impl IndexDef {
    /// An index over nothing yet.
    pub fn new(unique: bool) -> Self {
        Self {
            name: None,
            columns: Vec::new(),
            include: Vec::new(),
            unique,
            condition: None,
            method: None,
        }
    }
}

/// One part of an index.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum IndexColumnDef {
    /// A column, by its index in the model's columns.
    Column {
        /// The column.
        column: usize,
        /// Whether it is in descending order.
        descending: bool,
    },
    /// An expression in SQL.
    Expression(&'static str),
}

impl IndexColumnDef {
    /// The column, if it is one.
    pub fn column(&self) -> Option<usize> {
        match self {
            Self::Column { column, .. } => Some(*column),
            Self::Expression(_) => None,
        }
    }
}

/// A foreign key, from a `belongs_to`.
#[derive(Debug)]
#[non_exhaustive]
pub struct ForeignKeyDef {
    /// The relation's name.
    pub relation: &'static str,
    /// The columns that refer, by index.
    pub columns: Vec<usize>,
    /// The model that is referred to. A function, since two models may name each other.
    pub target: fn() -> &'static ModelDef,
    /// The columns of the target that are referred to, by field name; empty for its primary key.
    pub references: Vec<&'static str>,
    /// What happens to this row when the target is deleted.
    pub on_delete: Action,
    /// What happens to this row when the target's key changes.
    pub on_update: Action,
    /// The constraint's name, if the model gives one.
    pub constraint: Option<&'static str>,
    /// Whether an index over its columns is left out, though no other one begins with them.
    pub unindexed: bool,
}

impl ForeignKeyDef {
    /// A foreign key to the primary key of `target`.
    pub fn new(
        relation: &'static str,
        columns: Vec<usize>,
        target: fn() -> &'static ModelDef,
    ) -> Self {
        Self {
            relation,
            columns,
            target,
            references: Vec::new(),
            on_delete: Action::NoAction,
            on_update: Action::NoAction,
            constraint: None,
            unindexed: false,
        }
    }

    /// The columns of the target that are referred to.
    pub fn target_columns(&self) -> Vec<&'static ColumnDef> {
        let target = (self.target)();
        if self.references.is_empty() {
            return target.key_columns().collect();
        }
        self.references
            .iter()
            .filter_map(|field| target.columns.iter().find(|c| c.field == *field))
            .collect()
    }
}

/// What a foreign key does when the row that it refers to is deleted or gets another key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(rename_all = "snake_case"))]
pub enum Action {
    /// The change is refused, at the end of the statement.
    #[default]
    NoAction,
    /// The change is refused at once.
    Restrict,
    /// The referring rows are deleted or changed as well.
    Cascade,
    /// The referring columns become NULL.
    SetNull,
    /// The referring columns get their default.
    SetDefault,
}

/// A check of the whole table.
#[derive(Debug)]
pub struct CheckDef {
    /// Its name, if the model gives one.
    pub name: Option<&'static str>,
    /// The condition, in SQL.
    pub expression: &'static str,
}
