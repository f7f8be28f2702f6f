//! Changes carried out on a schema in memory, so that what a migration leads to is known without a database.

use orm_core::schema::{Column, ColumnType, EnumType, Schema, Table, TableName};

use super::{Change, rename};

/// Renames one of a list that is in order of its names.
macro_rules! rename_in {
    ($all:expr, $from:expr, $to:expr) => {{
        for item in $all.iter_mut().filter(|item| item.name == *$from) {
            $to.clone_into(&mut item.name);
        }
        $all.sort_by(|a, b| a.name.cmp(&b.name));
    }};
}
impl Change {
    /// Carries the change out. What it is about must be there; where it is not, nothing happens.
    pub fn apply(&self, schema: &mut Schema) {
        match self {
            Self::CreateSchema { .. } | Self::DropSchema { .. } => {}
            Self::CreateEnum { enumeration } => {
                schema.enums.push(enumeration.clone());
                sort_enums(schema);
            }
            Self::DropEnum { enumeration } => schema.enums.retain(|e| e.name != enumeration.name),
            Self::RenameEnum { from, to } => {
                each_enum(schema, from, |e| to.clone_into(&mut e.name));
            }
            Self::AddEnumValue {
                name,
                label,
                before,
            } => each_enum(schema, name, |e| {
                let end = e.labels.len();
                let at = before
                    .as_ref()
                    .and_then(|b| e.labels.iter().position(|l| l == b));
                e.labels.insert(at.unwrap_or(end), label.clone());
            }),
            Self::RenameEnumValue { name, from, to } => each_enum(schema, name, |e| {
                for label in e.labels.iter_mut().filter(|l| *l == from) {
                    to.clone_into(label);
                }
            }),
            Self::ReplaceEnum { from, to, .. } => {
                each_enum(schema, &from.name, |e| e.labels.clone_from(&to.labels));
            }
            Self::CreateTable { table } => {
                schema.tables.push(table.clone());
                sort_tables(schema);
            }
            Self::DropTable { table } => schema.tables.retain(|t| t.name != table.name),
            Self::RenameTable { from, to } => {
                rename::table(schema, from, to);
                sort_tables(schema);
            }
            Self::RenameColumn { table, from, to } => rename::column(schema, table, from, to),
            other => {
                let Some(name) = other.table() else { return };
                let near = schema.tables.binary_search_by(|t| t.name.cmp(name));
                let at = near
                    .ok()
                    .or_else(|| schema.tables.iter().position(|t| t.name == *name));
                if let Some(table) = at.and_then(|at| schema.tables.get_mut(at)) {
                    other.apply_to(table);
                }
            }
        }
    }

    /// The table that the change is about, if it is about one that stays.
    pub fn table(&self) -> Option<&TableName> {
        match self {
            Self::AlterTableComment { table, .. }
            | Self::AddColumn { table, .. }
            | Self::DropColumn { table, .. }
            | Self::RenameColumn { table, .. }
            | Self::AlterColumnType { table, .. }
            | Self::AlterColumnNullability { table, .. }
            | Self::AlterColumnDefault { table, .. }
            | Self::AlterColumnGenerated { table, .. }
            | Self::AlterColumnIdentity { table, .. }
            | Self::AlterColumnCollation { table, .. }
            | Self::AlterColumnCheck { table, .. }
            | Self::AlterColumnComment { table, .. }
            | Self::AddPrimaryKey { table, .. }
            | Self::DropPrimaryKey { table, .. }
            | Self::AlterPrimaryKey { table, .. }
            | Self::RenamePrimaryKey { table, .. }
            | Self::AddUnique { table, .. }
            | Self::DropUnique { table, .. }
            | Self::RenameUnique { table, .. }
            | Self::AddCheck { table, .. }
            | Self::DropCheck { table, .. }
            | Self::RenameCheck { table, .. }
            | Self::AddForeignKey { table, .. }
            | Self::DropForeignKey { table, .. }
            | Self::RenameForeignKey { table, .. }
            | Self::AddFullText { table, .. }
            | Self::DropFullText { table, .. }
            | Self::AddIndex { table, .. }
            | Self::DropIndex { table, .. }
            | Self::RenameIndex { table, .. } => Some(table),
            Self::CreateSchema { .. }
            | Self::DropSchema { .. }
            | Self::CreateEnum { .. }
            | Self::DropEnum { .. }
            | Self::RenameEnum { .. }
            | Self::AddEnumValue { .. }
            | Self::RenameEnumValue { .. }
            | Self::ReplaceEnum { .. }
            | Self::CreateTable { .. }
            | Self::DropTable { .. }
            | Self::RenameTable { .. } => None,
        }
    }

    fn apply_to(&self, table: &mut Table) {
        let column = |table: &mut Table, name: &str, set: &dyn Fn(&mut Column)| {
            table
                .columns
                .iter_mut()
                .filter(|c| c.name == name)
                .for_each(set);
        };
        match self {
            Self::AlterTableComment { to, .. } => table.comment.clone_from(to),
            Self::AddColumn { column, .. } => table.columns.push(column.clone()),
            Self::DropColumn { column, .. } => table.columns.retain(|c| c.name != column.name),
            Self::AlterColumnType {
                column: name, to, ..
            } => {
                column(table, name, &|c| c.ty = to.clone());
            }
            Self::AlterColumnNullability {
                column: name,
                nullable,
                ..
            } => {
                column(table, name, &|c| c.nullable = *nullable);
            }
            Self::AlterColumnDefault {
                column: name, to, ..
            } => {
                column(table, name, &|c| c.default.clone_from(to));
            }
            Self::AlterColumnGenerated {
                column: name, to, ..
            } => {
                column(table, name, &|c| c.generated.clone_from(to));
            }
            Self::AlterColumnIdentity {
                column: name,
                identity,
                ..
            } => {
                column(table, name, &|c| c.identity = *identity);
            }
            Self::AlterColumnCollation {
                column: name, to, ..
            } => {
                column(table, name, &|c| c.collation.clone_from(to));
            }
            Self::AlterColumnCheck {
                column: name, to, ..
            } => {
                column(table, name, &|c| c.check.clone_from(to));
            }
            Self::AlterColumnComment {
                column: name, to, ..
            } => {
                column(table, name, &|c| c.comment.clone_from(to));
            }
            Self::AddPrimaryKey { key, .. } | Self::AlterPrimaryKey { to: key, .. } => {
                table.primary_key = Some(key.clone());
            }
            Self::DropPrimaryKey { .. } => table.primary_key = None,
            Self::RenamePrimaryKey { to, .. } => {
                table
                    .primary_key
                    .iter_mut()
                    .for_each(|k| to.clone_into(&mut k.name));
            }
            Self::AddUnique { unique, .. } => insert(&mut table.uniques, unique, |u| &u.name),
            Self::DropUnique { unique, .. } => table.uniques.retain(|u| u.name != unique.name),
            Self::RenameUnique { from, to, .. } => {
                rename_in!(table.uniques, from, to);
            }
            Self::AddCheck { check, .. } => table.checks.push(check.clone()),
            Self::DropCheck { check, .. } => table.checks.retain(|c| c.name != check.name),
            Self::RenameCheck { from, to, .. } => {
                for check in table.checks.iter_mut().filter(|c| c.name == *from) {
                    to.clone_into(&mut check.name);
                }
            }
            Self::AddForeignKey { key, .. } => insert(&mut table.foreign_keys, key, |k| &k.name),
            Self::DropForeignKey { key, .. } => table.foreign_keys.retain(|k| k.name != key.name),
            Self::RenameForeignKey { from, to, .. } => {
                rename_in!(table.foreign_keys, from, to);
            }
            Self::AddFullText { index, .. } => {
                insert(&mut table.full_texts, index, |i| &i.name);
            }
            Self::DropFullText { index, .. } => {
                table.full_texts.retain(|i| i.name != index.name);
            }
            Self::AddIndex { index, .. } => insert(&mut table.indexes, index, |i| &i.name),
            Self::DropIndex { index, .. } => table.indexes.retain(|i| i.name != index.name),
            Self::RenameIndex { from, to, .. } => {
                rename_in!(table.indexes, from, to);
            }
            _ => {}
        }
    }
}

fn insert<T: Clone>(all: &mut Vec<T>, new: &T, name: impl Fn(&T) -> &String) {
    all.push(new.clone());
    all.sort_by(|a, b| name(a).cmp(name(b)));
}

fn sort_tables(schema: &mut Schema) {
    schema.tables.sort_by(|a, b| a.name.cmp(&b.name));
}

fn sort_enums(schema: &mut Schema) {
    schema.enums.sort_by(|a, b| a.name.cmp(&b.name));
}

/// Changes a native enum wherever it stands: among the types, and in the columns that hold its labels.
fn each_enum(schema: &mut Schema, name: &str, change: impl Fn(&mut EnumType)) {
    for e in schema.enums.iter_mut().filter(|e| e.name == name) {
        change(e);
    }
    sort_enums(schema);
    let columns = schema.tables.iter_mut().flat_map(|t| &mut t.columns);
    for e in columns.filter_map(|c| enumeration(&mut c.ty)) {
        if e.native && e.name == name {
            change(e);
        }
    }
}

pub(crate) fn enumeration(ty: &mut ColumnType) -> Option<&mut EnumType> {
    match ty {
        ColumnType::Enum(e) => Some(e),
        ColumnType::Array(element) => enumeration(element),
        _ => None,
    }
}
