//! What a database has: tables, columns, constraints and indexes as owned, ordered, plain data.
//!
//! [`Schema::from_models`] is the only way from what the program declares to what a database should have. Everything behind it
//! compares and renders schemas, and does not know where a schema came from.

mod column;
mod column_type;
mod constraint;
mod from_models;
mod full_text;
mod index;
mod literal;
pub mod name;
#[cfg(feature = "migrate")]
mod serial;
mod table;

pub use column::{Column, DefaultValue, Generated, Literal};
pub use column_type::{ColumnType, EnumType};
pub use constraint::{Check, ForeignKey, PrimaryKey, Unique};
pub use full_text::FullText;
pub use index::{Index, IndexPart};
pub use table::{Table, TableName};

pub use crate::model::Action;

/// The tables of a database, and the types that they need.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// use orm::schema::Schema;
///
/// let schema = Schema::from_models(&[User::def(), Post::def()])?;
/// assert_eq!(schema.tables.len(), 2);
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(default, deny_unknown_fields))]
pub struct Schema {
    /// Enum types that a database with named types must have, by name.
    pub enums: Vec<EnumType>,
    /// The tables, by schema and name.
    pub tables: Vec<Table>,
}

impl Schema {
    /// A schema of these enum types and tables.
    pub fn from_parts(enums: Vec<EnumType>, tables: Vec<Table>) -> Self {
        Self {
            enums,
            tables,
            ..Self::default()
        }
    }

    /// The table with this name.
    pub fn table(&self, name: &TableName) -> Option<&Table> {
        // Nearly always they are in order.
        let near = self.tables.binary_search_by(|t| t.name.cmp(name));
        let found = near.ok().and_then(|at| self.tables.get(at));
        found.or_else(|| self.tables.iter().find(|t| t.name == *name))
    }
}
