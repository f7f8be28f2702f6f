//! One step from a schema to another: everything that can be different about two of them.

mod apply;
mod describe;
pub(crate) mod rename;

use orm_core::schema::{
    Check, Column, ColumnType, DefaultValue, EnumType, ForeignKey, FullText, Generated, Index,
    PrimaryKey, Table, TableName, Unique,
};

/// A change of a schema.
///
/// What is about a table names it as it is called when the change is made, after the renames before it.
///
/// ```
/// use orm::schema::{Column, ColumnType, Schema, Table, TableName};
/// use orm_migrate::Change;
///
/// let mut schema = Schema::default();
/// schema.tables.push(Table::new(TableName::new("users")));
/// let added = Change::AddColumn {
///     table: TableName::new("users"),
///     column: Column::new("email", ColumnType::Text),
/// };
/// added.apply(&mut schema);
/// assert_eq!(added.to_string(), "add the column users.email");
/// assert!(schema.tables[0].column("email").is_some());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the fields say by their names what they are")]
pub enum Change {
    /// A schema that tables need.
    CreateSchema { name: String },
    /// A schema that no table is in any more.
    DropSchema { name: String },

    /// An enum type that is new.
    CreateEnum { enumeration: EnumType },
    /// An enum type that nothing needs any more.
    DropEnum { enumeration: EnumType },
    /// An enum type under another name.
    RenameEnum { from: String, to: String },
    /// A further label, before another one or at the end.
    AddEnumValue {
        name: String,
        label: String,
        before: Option<String>,
    },
    /// A label under another name.
    RenameEnumValue {
        name: String,
        from: String,
        to: String,
    },
    /// Labels that go, or stand in another order: a new type takes the old one's place. `replaced` says which labels of rows become
    /// which others.
    ReplaceEnum {
        from: EnumType,
        to: EnumType,
        replaced: Vec<(String, String)>,
    },

    /// A new table, with everything that belongs to it.
    CreateTable { table: Table },
    /// A table that goes, with its rows.
    DropTable { table: Table },
    /// A table under another name.
    RenameTable { from: TableName, to: TableName },
    /// Another comment of a table.
    AlterTableComment {
        table: TableName,
        from: Option<String>,
        to: Option<String>,
    },

    /// A new column.
    AddColumn { table: TableName, column: Column },
    /// A column that goes, with its values.
    DropColumn { table: TableName, column: Column },
    /// A column under another name.
    RenameColumn {
        table: TableName,
        from: String,
        to: String,
    },
    /// Another type.
    AlterColumnType {
        table: TableName,
        column: String,
        from: ColumnType,
        to: ColumnType,
    },
    /// NULL is allowed, or no more.
    AlterColumnNullability {
        table: TableName,
        column: String,
        nullable: bool,
    },
    /// Another default.
    AlterColumnDefault {
        table: TableName,
        column: String,
        from: Option<DefaultValue>,
        to: Option<DefaultValue>,
    },
    /// The database computes the column in another way, or begins or stops to do so.
    AlterColumnGenerated {
        table: TableName,
        column: String,
        from: Option<Generated>,
        to: Option<Generated>,
    },
    /// The database numbers the rows by the column, or no more.
    AlterColumnIdentity {
        table: TableName,
        column: String,
        identity: bool,
    },
    /// Another collation.
    AlterColumnCollation {
        table: TableName,
        column: String,
        from: Option<String>,
        to: Option<String>,
    },
    /// Another condition on the column's values.
    AlterColumnCheck {
        table: TableName,
        column: String,
        from: Option<String>,
        to: Option<String>,
    },
    /// Another comment of a column.
    AlterColumnComment {
        table: TableName,
        column: String,
        from: Option<String>,
        to: Option<String>,
    },

    /// A primary key where there was none.
    AddPrimaryKey { table: TableName, key: PrimaryKey },
    /// No primary key any more.
    DropPrimaryKey { table: TableName, key: PrimaryKey },
    /// A primary key over other columns.
    AlterPrimaryKey {
        table: TableName,
        from: PrimaryKey,
        to: PrimaryKey,
    },
    /// A primary key under another name.
    RenamePrimaryKey {
        table: TableName,
        from: String,
        to: String,
    },

    /// A new unique constraint.
    AddUnique { table: TableName, unique: Unique },
    /// A unique constraint that goes.
    DropUnique { table: TableName, unique: Unique },
    /// A unique constraint under another name.
    RenameUnique {
        table: TableName,
        from: String,
        to: String,
    },

    /// A new check of a table.
    AddCheck { table: TableName, check: Check },
    /// A check of a table that goes.
    DropCheck { table: TableName, check: Check },
    /// A check of a table under another name.
    RenameCheck {
        table: TableName,
        from: String,
        to: String,
    },

    /// A new foreign key.
    AddForeignKey { table: TableName, key: ForeignKey },
    /// A foreign key that goes.
    DropForeignKey { table: TableName, key: ForeignKey },
    /// A foreign key under another name.
    RenameForeignKey {
        table: TableName,
        from: String,
        to: String,
    },

    /// A new index.
    AddIndex { table: TableName, index: Index },
    /// An index that goes.
    DropIndex { table: TableName, index: Index },
    /// An index under another name.
    RenameIndex {
        table: TableName,
        from: String,
        to: String,
    },

    /// A new full-text index.
    AddFullText { table: TableName, index: FullText },
    /// A full-text index that goes, or is made anew behind other changes of its table.
    DropFullText { table: TableName, index: FullText },
}

/// Something like another one, with a difference.
pub(crate) fn with<T: Clone>(thing: &T, change: impl FnOnce(&mut T)) -> T {
    let mut other = thing.clone();
    change(&mut other);
    other
}
