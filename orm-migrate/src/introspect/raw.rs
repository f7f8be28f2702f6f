//! A table as the catalog of a database describes it.

use std::collections::BTreeSet;

use orm_core::dialect::Dialect;
use orm_core::schema::{
    Check, EnumType, ForeignKey, FullText, Index, PrimaryKey, Table, TableName, Unique, name,
};

use super::canonical::{self, RawColumn};
use super::expression::Context;
use super::unmanaged::Unmanaged;

/// What the file of a database reads.
pub(super) type Found = (Vec<RawTable>, Vec<EnumType>, Vec<Unmanaged>);

#[derive(Debug, Clone)]
pub(super) struct RawTable {
    pub(super) name: TableName,
    pub(super) columns: Vec<RawColumn>,
    pub(super) primary_key: Option<PrimaryKey>,
    pub(super) uniques: Vec<Unique>,
    pub(super) foreign_keys: Vec<ForeignKey>,
    pub(super) checks: Vec<RawCheck>,
    pub(super) indexes: Vec<Index>,
    pub(super) full_texts: Vec<FullText>,
    pub(super) comment: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) struct RawCheck {
    /// Its name, if it was given one.
    pub(super) name: Option<String>,
    /// The column whose definition it stands in.
    pub(super) column: Option<String>,
    pub(super) expression: String,
}

impl RawTable {
    pub(super) fn new(name: TableName) -> Self {
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

    /// The table that is described.
    pub(super) fn read(self, dialect: &'static dyn Dialect) -> Table {
        let family = dialect.family();
        let texts: BTreeSet<String> = self
            .columns
            .iter()
            .filter(|c| c.storage.is_text())
            .map(|c| canonical::folded(&c.name, family))
            .collect();
        let context = Context {
            family,
            texts: &texts,
        };
        let (of_columns, of_table): (Vec<_>, Vec<_>) = self
            .checks
            .into_iter()
            .map(|check| (owner(&self.name.name, &self.columns, &check), check))
            .partition(|(owner, _)| owner.is_some());
        let mut table = Table::new(self.name);
        table.checks = named(
            &table.name.name,
            of_table.into_iter().map(|(_, check)| check),
        );
        let condition = |at: usize| {
            let own = of_columns.iter().filter(|(owner, _)| *owner == Some(at));
            let own: Vec<_> = own.map(|(_, check)| check.expression.as_str()).collect();
            match own.as_slice() {
                [one] => (*one).to_owned(),
                many => many
                    .iter()
                    .map(|e| format!("({e})"))
                    .collect::<Vec<_>>()
                    .join(" AND "),
            }
        };
        table.columns = self
            .columns
            .into_iter()
            .enumerate()
            .map(|(at, column)| canonical::read_column(column, &condition(at), dialect, context))
            .collect();
        table.primary_key = self.primary_key;
        table.uniques = self.uniques;
        table.foreign_keys = self.foreign_keys;
        table.indexes = self.indexes;
        table.full_texts = self.full_texts;
        table.full_texts.sort_by(|a, b| a.name.cmp(&b.name));
        table.comment = self.comment;
        canonical::rest(&mut table, dialect, context);
        table
    }
}

/// The column that a check is about: whose definition it stands in without a name, or whose check has this name.
fn owner(table: &str, columns: &[RawColumn], check: &RawCheck) -> Option<usize> {
    match (&check.name, &check.column) {
        (Some(given), _) => columns
            .iter()
            .position(|c| name::check(table, &c.name) == *given),
        (None, Some(column)) => columns.iter().position(|c| c.name == *column),
        (None, None) => None,
    }
}

/// A check without a name gets the one that a model would give it.
fn named(table: &str, checks: impl Iterator<Item = RawCheck>) -> Vec<Check> {
    let mut unnamed = 0;
    checks
        .map(|check| {
            let name = check.name.unwrap_or_else(|| {
                unnamed += 1;
                name::table_check(table, unnamed)
            });
            Check {
                name,
                expression: check.expression,
            }
        })
        .collect()
}
