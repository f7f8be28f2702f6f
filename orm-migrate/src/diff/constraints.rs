//! Keys, checks, foreign keys and indexes of a table that stays. One that is the same but for its name is renamed: nothing is lost by it.

use orm_core::Result;
use orm_core::dialect::Dialect;
use orm_core::schema::{Check, ForeignKey, Index, IndexPart, Table, TableName, Unique, name};
use orm_core::sql::ddl;

use super::{Walk, sequence};
use crate::change::Change;
use crate::change::rename::same_expression;

/// What shares its names with all tables.
#[derive(Clone, Copy)]
enum Kind {
    PrimaryKey,
    Unique,
    Index,
}

/// Something of a table that has a name.
pub(super) trait Named {
    fn name(&self) -> &str;
    /// Whether both are the same, whatever their names are.
    fn same(&self, other: &Self) -> bool;
}

impl Named for Unique {
    fn name(&self) -> &str {
        &self.name
    }
    fn same(&self, other: &Self) -> bool {
        self.columns == other.columns
    }
}

impl Named for ForeignKey {
    fn name(&self) -> &str {
        &self.name
    }
    fn same(&self, other: &Self) -> bool {
        let name = String::new();
        Self {
            name: name.clone(),
            ..self.clone()
        } == Self {
            name,
            ..other.clone()
        }
    }
}

impl Named for Check {
    fn name(&self) -> &str {
        &self.name
    }
    fn same(&self, other: &Self) -> bool {
        same_expression(&self.expression, &other.expression)
    }
}

impl Named for Index {
    fn name(&self) -> &str {
        &self.name
    }
    fn same(&self, other: &Self) -> bool {
        let part = |(a, b): (&IndexPart, &IndexPart)| match (a, b) {
            (IndexPart::Expression(a), IndexPart::Expression(b)) => same_expression(a, b),
            (a, b) => a == b,
        };
        let condition = match (&self.condition, &other.condition) {
            (Some(a), Some(b)) => same_expression(a, b),
            (a, b) => a == b,
        };
        condition
            && self.unique == other.unique
            && self.include == other.include
            && method(self) == method(other)
            && self.parts.len() == other.parts.len()
            && self.parts.iter().zip(&other.parts).all(part)
    }
}

/// A method that is the usual one is none.
fn method(index: &Index) -> Option<String> {
    let method = index.method.as_ref().map(|m| m.to_lowercase());
    method.filter(|m| m != "btree")
}

/// What is under the same name and different, or gone.
fn gone<T: Named + Clone>(before: &[T], after: &[T]) -> Vec<T> {
    let stays = |a: &T| after.iter().any(|b| a.name() == b.name() && a.same(b));
    before.iter().filter(|a| !stays(a)).cloned().collect()
}

/// Of what is gone, that which is there under another name.
fn renamed<T: Named + Clone>(before: &[T], after: &[T]) -> Vec<(String, String)> {
    let mut new = gone(after, before);
    let mut renamed = Vec::new();
    for old in gone(before, after) {
        let free = |n: &T| n.same(&old) && !before.iter().any(|b| b.name() == n.name());
        if let Some(at) = new.iter().position(free) {
            renamed.push((old.name().to_owned(), new.remove(at).name().to_owned()));
        }
    }
    renamed
}

impl Walk<'_> {
    /// What is only called otherwise, of all tables together, since names of indexes are shared by them.
    pub(super) fn rename_constraints(&mut self, tables: &[TableName]) -> Result<()> {
        let mut shared: Vec<(Kind, TableName, String, String)> = Vec::new();
        for name in tables {
            let Some((before, after)) = self.pair(name) else {
                continue;
            };
            let table = || name.clone();
            if let (Some(a), Some(b)) = (&before.primary_key, &after.primary_key)
                && a.columns == b.columns
                && a.name != b.name
            {
                shared.push((Kind::PrimaryKey, table(), a.name.clone(), b.name.clone()));
            }
            for (from, to) in renamed(&before.uniques, &after.uniques) {
                shared.push((Kind::Unique, table(), from, to));
            }
            for (from, to) in renamed(&before.indexes, &after.indexes) {
                shared.push((Kind::Index, table(), from, to));
            }
            let (a, b) = own_checks(self.dialect, &before, &after)?;
            for (from, to) in renamed(&a, &b) {
                self.push(Change::RenameCheck {
                    table: table(),
                    from,
                    to,
                });
            }
            for (from, to) in renamed(&before.foreign_keys, &after.foreign_keys) {
                self.push(Change::RenameForeignKey {
                    table: table(),
                    from,
                    to,
                });
            }
        }
        let pairs: Vec<_> = shared
            .iter()
            .map(|(_, table, from, to)| {
                let full = |name: &String| (table.schema.clone(), name.clone());
                (full(from), full(to))
            })
            .collect();
        let steps = sequence::renames(&pairs, |(schema, name), n| {
            (schema.clone(), name::aside(&format!("{name}_{n}")))
        });
        for ((schema, from), (_, to)) in steps {
            let item = shared
                .iter_mut()
                .find(|(_, table, name, _)| table.schema == schema && *name == from);
            if let Some((kind, table, name, _)) = item {
                to.clone_into(name);
                let table = table.clone();
                self.push(match kind {
                    Kind::PrimaryKey => Change::RenamePrimaryKey { table, from, to },
                    Kind::Unique => Change::RenameUnique { table, from, to },
                    Kind::Index => Change::RenameIndex { table, from, to },
                });
            }
        }
        Ok(())
    }

    pub(super) fn drop_foreign_keys(&mut self, name: &TableName) {
        let Some((before, after)) = self.pair(name) else {
            return;
        };
        for key in gone(&before.foreign_keys, &after.foreign_keys) {
            self.push(Change::DropForeignKey {
                table: name.clone(),
                key,
            });
        }
    }

    pub(super) fn drop_constraints(&mut self, name: &TableName) -> Result<()> {
        let Some((before, after)) = self.pair(name) else {
            return Ok(());
        };
        for index in gone(&before.indexes, &after.indexes) {
            self.push(Change::DropIndex {
                table: name.clone(),
                index,
            });
        }
        for unique in gone(&before.uniques, &after.uniques) {
            self.push(Change::DropUnique {
                table: name.clone(),
                unique,
            });
        }
        let (a, b) = own_checks(self.dialect, &before, &after)?;
        for check in gone(&a, &b) {
            self.push(Change::DropCheck {
                table: name.clone(),
                check,
            });
        }
        if let (Some(key), None) = (&before.primary_key, &after.primary_key) {
            self.push(Change::DropPrimaryKey {
                table: name.clone(),
                key: key.clone(),
            });
        }
        Ok(())
    }

    pub(super) fn add_constraints(&mut self, name: &TableName) -> Result<()> {
        let Some((before, after)) = self.pair(name) else {
            return Ok(());
        };
        let table = || name.clone();
        match (&before.primary_key, &after.primary_key) {
            (None, Some(key)) => {
                self.push(Change::AddPrimaryKey {
                    table: table(),
                    key: key.clone(),
                });
            }
            (Some(from), Some(to)) if from.columns != to.columns => {
                let (from, to) = (from.clone(), to.clone());
                self.push(Change::AlterPrimaryKey {
                    table: table(),
                    from,
                    to,
                });
            }
            _ => {}
        }
        for unique in gone(&after.uniques, &before.uniques) {
            self.push(Change::AddUnique {
                table: table(),
                unique,
            });
        }
        let (a, b) = own_checks(self.dialect, &before, &after)?;
        for check in gone(&b, &a) {
            self.push(Change::AddCheck {
                table: table(),
                check,
            });
        }
        for index in gone(&after.indexes, &before.indexes) {
            self.push(Change::AddIndex {
                table: table(),
                index,
            });
        }
        Ok(())
    }

    pub(super) fn add_foreign_keys(&mut self, name: &TableName) {
        let Some((before, after)) = self.pair(name) else {
            return;
        };
        for key in gone(&after.foreign_keys, &before.foreign_keys) {
            self.push(Change::AddForeignKey {
                table: name.clone(),
                key,
            });
        }
    }
}

/// The checks of the tables themselves, without those that stand in the other table as what a column's type brings along.
fn own_checks(
    dialect: &'static dyn Dialect,
    before: &Table,
    after: &Table,
) -> Result<(Vec<Check>, Vec<Check>)> {
    let without = |table: &Table, other: &Table| -> Result<Vec<Check>> {
        let implied = ddl::checks(dialect, other)?;
        let implied: Vec<_> = implied.iter().filter(|c| c.column.is_some()).collect();
        let own = table.checks.iter().filter(|check| {
            let same = |i: &ddl::EffectiveCheck| {
                i.name == check.name && same_expression(&i.expression, &check.expression)
            };
            !implied.iter().any(|i| same(i))
        });
        Ok(own.cloned().collect())
    };
    Ok((without(before, after)?, without(after, before)?))
}
