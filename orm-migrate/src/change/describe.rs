//! Changes in words.

use std::fmt;

use super::Change;

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CreateSchema { name } => write!(f, "create the schema {name}"),
            Self::DropSchema { name } => write!(f, "drop the schema {name}"),
            Self::CreateEnum { enumeration } => write!(f, "create the enum {}", enumeration.name),
            Self::DropEnum { enumeration } => write!(f, "drop the enum {}", enumeration.name),
            Self::RenameEnum { from, to } => write!(f, "rename the enum {from} to {to}"),
            Self::AddEnumValue {
                name,
                label,
                before,
            } => {
                write!(f, "add the label '{label}' to the enum {name}")?;
                match before {
                    Some(before) => write!(f, " before '{before}'"),
                    None => Ok(()),
                }
            }
            Self::RenameEnumValue { name, from, to } => {
                write!(f, "rename the label '{from}' of the enum {name} to '{to}'")
            }
            Self::ReplaceEnum { from, to, .. } => {
                let before = from.labels.join(", ");
                let after = to.labels.join(", ");
                write!(
                    f,
                    "change the labels of the enum {} from ({before}) to ({after})",
                    from.name
                )
            }
            Self::CreateTable { table } => write!(f, "create the table {}", table.name),
            Self::DropTable { table } => write!(f, "drop the table {}", table.name),
            Self::RenameTable { from, to } => write!(f, "rename the table {from} to {to}"),
            Self::AlterTableComment { table, .. } => write!(f, "change the comment of {table}"),
            Self::AddColumn { table, column } => {
                write!(f, "add the column {table}.{}", column.name)
            }
            Self::DropColumn { table, column } => {
                write!(f, "drop the column {table}.{}", column.name)
            }
            Self::RenameColumn { table, from, to } => {
                write!(f, "rename the column {table}.{from} to {to}")
            }
            Self::AlterColumnType {
                table,
                column,
                from,
                to,
            } => {
                write!(
                    f,
                    "change the type of {table}.{column} from {from:?} to {to:?}"
                )
            }
            Self::AlterColumnNullability {
                table,
                column,
                nullable,
            } => {
                let what = if *nullable { "optional" } else { "required" };
                write!(f, "make {table}.{column} {what}")
            }
            Self::AlterColumnDefault {
                table,
                column,
                from,
                to,
            } => alter(f, "default", table, column, from.is_some(), to.is_some()),
            Self::AlterColumnGenerated {
                table,
                column,
                from,
                to,
            } => alter(f, "expression", table, column, from.is_some(), to.is_some()),
            Self::AlterColumnIdentity {
                table,
                column,
                identity,
            } => {
                let what = if *identity {
                    "number"
                } else {
                    "stop numbering"
                };
                write!(f, "{what} the rows of {table} by {column}")
            }
            Self::AlterColumnCollation {
                table,
                column,
                from,
                to,
            } => alter(f, "collation", table, column, from.is_some(), to.is_some()),
            Self::AlterColumnCheck {
                table,
                column,
                from,
                to,
            } => alter(f, "check", table, column, from.is_some(), to.is_some()),
            Self::AlterColumnComment {
                table,
                column,
                from,
                to,
            } => alter(f, "comment", table, column, from.is_some(), to.is_some()),
            Self::AddPrimaryKey { table, key } => {
                write!(
                    f,
                    "add the primary key ({}) to {table}",
                    key.columns.join(", ")
                )
            }
            Self::DropPrimaryKey { table, .. } => write!(f, "drop the primary key of {table}"),
            Self::AlterPrimaryKey { table, from, to } => {
                let (from, to) = (from.columns.join(", "), to.columns.join(", "));
                write!(
                    f,
                    "change the primary key of {table} from ({from}) to ({to})"
                )
            }
            Self::RenamePrimaryKey { table, from, to } => {
                write!(f, "rename the primary key {from} of {table} to {to}")
            }
            Self::AddUnique { table, unique } => {
                write!(f, "add the unique constraint {} to {table}", unique.name)
            }
            Self::DropUnique { table, unique } => {
                write!(f, "drop the unique constraint {} of {table}", unique.name)
            }
            Self::RenameUnique { table, from, to } => {
                write!(f, "rename the unique constraint {from} of {table} to {to}")
            }
            Self::AddCheck { table, check } => write!(f, "add the check {} to {table}", check.name),
            Self::DropCheck { table, check } => {
                write!(f, "drop the check {} of {table}", check.name)
            }
            Self::RenameCheck { table, from, to } => {
                write!(f, "rename the check {from} of {table} to {to}")
            }
            Self::AddForeignKey { table, key } => {
                write!(
                    f,
                    "add the foreign key {} from {table} to {}",
                    key.name, key.target
                )
            }
            Self::DropForeignKey { table, key } => {
                write!(
                    f,
                    "drop the foreign key {} from {table} to {}",
                    key.name, key.target
                )
            }
            Self::RenameForeignKey { table, from, to } => {
                write!(f, "rename the foreign key {from} of {table} to {to}")
            }
            Self::AddFullText { table, index } => {
                write!(f, "add the full-text index {} to {table}", index.name)
            }
            Self::DropFullText { table, index } => {
                write!(f, "drop the full-text index {} of {table}", index.name)
            }
            Self::AddIndex { table, index } => write!(f, "add the index {} to {table}", index.name),
            Self::DropIndex { table, index } => {
                write!(f, "drop the index {} of {table}", index.name)
            }
            Self::RenameIndex { table, from, to } => {
                write!(f, "rename the index {from} of {table} to {to}")
            }
        }
    }
}

fn alter(
    f: &mut fmt::Formatter<'_>,
    what: &str,
    table: &dyn fmt::Display,
    column: &str,
    before: bool,
    after: bool,
) -> fmt::Result {
    let verb = match (before, after) {
        (false, _) => "add the",
        (true, true) => "change the",
        (true, false) => "drop the",
    };
    write!(f, "{verb} {what} of {table}.{column}")
}
