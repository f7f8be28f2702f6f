//! A table that was found, in the words of the one that is wanted.

use orm_core::dialect::Dialect;
use orm_core::schema::{Column, Schema, Table};

use super::canonical;

/// A wanted table, and the forms in which the database may keep it.
pub(super) struct Wanted<'s> {
    pub(super) table: &'s Table,
    pub(super) forms: Vec<Table>,
    /// The form without the columns' own checks, which tells types alone.
    unchecked: Table,
}

impl<'s> Wanted<'s> {
    pub(super) fn new(table: &'s Table, dialect: &'static dyn Dialect) -> Self {
        let mut unchecked = table.clone();
        for column in &mut unchecked.columns {
            column.check = None;
        }
        Self {
            table,
            forms: vec![canonical::table(table, dialect)],
            unchecked: canonical::table(&unchecked, dialect),
        }
    }

    /// Whether this is the table that was found.
    pub(super) fn is(&self, found: &Table) -> bool {
        self.forms
            .first()
            .is_some_and(|form| form.name == found.name)
    }

    /// The table that was found, with the words of the wanted one where they mean the same.
    pub(super) fn align(&self, found: &Table) -> Table {
        let mut table = found.clone();
        table.name = self.table.name.clone();
        table.columns = found.columns.iter().map(|c| self.column(c)).collect();
        in_order(&mut table.columns, &self.table.columns, |c| &c.name);
        if self.any(|form| form.primary_key == found.primary_key) {
            table.primary_key.clone_from(&self.table.primary_key);
        }
        if self.any(|form| form.comment == found.comment) {
            table.comment.clone_from(&self.table.comment);
        }
        self.keys(found, &mut table);
        for check in &mut table.checks {
            if self.any(|form| form.checks.contains(check))
                && let Some(own) = self.table.checks.iter().find(|c| c.name == check.name)
            {
                check.clone_from(own);
            }
        }
        in_order(&mut table.checks, &self.table.checks, |c| &c.name);
        table
    }

    fn any(&self, same: impl Fn(&Table) -> bool) -> bool {
        self.forms.iter().any(same)
    }

    fn column(&self, found: &Column) -> Column {
        let mut column = found.clone();
        let Some(wanted) = self.table.column(&found.name) else {
            return column;
        };
        let any = |same: &dyn Fn(&Column) -> bool| {
            self.any(|form| form.column(&found.name).is_some_and(same))
        };
        if any(&|form| form.ty == found.ty && form.check == found.check) {
            column.ty.clone_from(&wanted.ty);
            column.check.clone_from(&wanted.check);
        } else if self
            .unchecked
            .column(&found.name)
            .is_some_and(|form| form.ty == found.ty)
        {
            column.ty.clone_from(&wanted.ty);
        }
        if any(&|form| form.default == found.default) {
            column.default.clone_from(&wanted.default);
        }
        if any(&|form| form.generated == found.generated) {
            column.generated.clone_from(&wanted.generated);
        }
        if any(&|form| form.collation == found.collation) {
            column.collation.clone_from(&wanted.collation);
        }
        if any(&|form| form.comment == found.comment) {
            column.comment.clone_from(&wanted.comment);
        }
        column
    }

    /// Unique constraints, indexes and foreign keys. A unique index over plain columns may be a constraint there and an index here.
    fn keys(&self, found: &Table, table: &mut Table) {
        let wanted = self.table;
        table.uniques.clear();
        table.indexes.clear();
        for unique in &found.uniques {
            let same = self.any(|form| form.uniques.contains(unique));
            let index = wanted
                .indexes
                .iter()
                .find(|i| i.name == unique.name)
                .filter(|_| same);
            match index {
                Some(index) => table.indexes.push(index.clone()),
                None => table.uniques.push(unique.clone()),
            }
        }
        for index in &found.indexes {
            let same = self.any(|form| form.indexes.contains(index));
            let own = wanted
                .indexes
                .iter()
                .find(|i| i.name == index.name)
                .filter(|_| same);
            table.indexes.push(own.unwrap_or(index).clone());
        }
        for key in &mut table.foreign_keys {
            let own = wanted.foreign_keys.iter().find(|k| k.name == key.name);
            if let Some(own) = own.filter(|_| self.any(|form| form.foreign_keys.contains(key))) {
                key.clone_from(own);
            }
        }
        table.uniques.sort_by(|a, b| a.name.cmp(&b.name));
        table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
    }
}

/// Brings things into the order of those that are wanted; others come behind them, as they stood.
fn in_order<T>(found: &mut [T], wanted: &[T], name: impl Fn(&T) -> &String) {
    found.sort_by_key(|f| {
        wanted
            .iter()
            .position(|w| name(w) == name(f))
            .unwrap_or(usize::MAX)
    });
}

/// The enum types, where the database has none of its own: nothing can differ.
pub(super) fn enums(found: &mut Schema, wanted: &Schema, dialect: &'static dyn Dialect) {
    if !dialect.has_enum_types() {
        found.enums.clone_from(&wanted.enums);
    }
}
