//! Which table and column before is which one after. Equal names belong together, and so do those of which it was decided; anything
//! else that looks alike is a question.

mod similar;

use std::collections::{BTreeMap, BTreeSet};

use orm_core::dialect::Dialect;
use orm_core::schema::{Column, Schema, Table, TableName};
use orm_core::{Error, Result};

use crate::decision::{Decisions, Question};

/// What belongs together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Matched {
    /// The names of all tables before.
    pub(crate) before: Vec<TableName>,
    /// Tables that stay: their names before and after.
    pub(crate) tables: Vec<(TableName, TableName)>,
    /// Columns that stay: the table's name before, and the columns' names before and after.
    pub(crate) columns: BTreeMap<TableName, Vec<(String, String)>>,
}

impl Matched {
    /// The columns of a table that stay, by the table's name before.
    pub(crate) fn columns_of(&self, table: &TableName) -> Vec<(String, String)> {
        self.columns.get(table).cloned().unwrap_or_default()
    }

    /// The name after of a column that stays.
    pub(crate) fn column_after(&self, table: &TableName, column: &str) -> Option<&str> {
        let pairs = self.columns.get(table)?;
        let pair = pairs.iter().find(|(from, _)| from == column);
        pair.map(|(_, to)| to.as_str())
    }

    /// The decisions for the way back.
    pub(crate) fn reversed(&self) -> Decisions {
        let mut decisions = Decisions::new();
        decisions.assume = true;
        for (old, new) in &self.tables {
            if old != new {
                decisions.renames.push((new.to_string(), old.to_string()));
            }
            for (from, to) in self.columns_of(old).iter().filter(|(from, to)| from != to) {
                decisions
                    .renames
                    .push((format!("{new}.{to}"), format!("{old}.{from}")));
            }
        }
        decisions
    }
}

pub(super) fn find(
    from: &Schema,
    to: &Schema,
    decisions: &Decisions,
    dialect: &'static dyn Dialect,
) -> Result<(Matched, Vec<Question>)> {
    let told = Told::new(from, to, decisions)?;
    let mut matched = Matched {
        before: from.tables.iter().map(|t| t.name.clone()).collect(),
        ..Matched::default()
    };
    let mut questions = Vec::new();
    for table in &from.tables {
        if let Some(new) = told.tables.get(&table.name) {
            matched.tables.push((table.name.clone(), new.clone()));
        } else if to.table(&table.name).is_some() && !told.taken_table(&table.name) {
            matched
                .tables
                .push((table.name.clone(), table.name.clone()));
        }
    }
    matched.tables.sort();
    let new: Vec<&Table> = to
        .tables
        .iter()
        .filter(|t| !matched.tables.iter().any(|(_, name)| *name == t.name))
        .collect();
    for gone in &from.tables {
        let stays = matched.tables.iter().any(|(name, _)| *name == gone.name);
        if stays || decisions.dropped.contains(&gone.name.to_string()) {
            continue;
        }
        let candidates = similar::tables(gone, &new);
        if !candidates.is_empty() {
            questions.push(Question::Renamed {
                from: gone.name.to_string(),
                candidates,
            });
        }
    }
    for (old, new) in &matched.tables {
        if let (Some(before), Some(after)) = (from.table(old), to.table(new)) {
            let pairs = columns(before, after, &told, decisions, dialect, &mut questions);
            matched.columns.insert(old.clone(), pairs);
        }
    }
    Ok((matched, questions))
}

fn columns(
    before: &Table,
    after: &Table,
    told: &Told,
    decisions: &Decisions,
    dialect: &'static dyn Dialect,
    questions: &mut Vec<Question>,
) -> Vec<(String, String)> {
    let renamed = told.columns.get(&before.name);
    let renamed_to = |name: &str| renamed.and_then(|r| r.get(name));
    let taken = |name: &str| renamed.is_some_and(|r| r.values().any(|to| to == name));
    let mut pairs: Vec<(String, String)> = Vec::new();
    for column in &before.columns {
        if let Some(to) = renamed_to(&column.name) {
            pairs.push((column.name.clone(), to.clone()));
        } else if after.column(&column.name).is_some() && !taken(&column.name) {
            pairs.push((column.name.clone(), column.name.clone()));
        }
    }
    let new: Vec<&Column> = after
        .columns
        .iter()
        .filter(|c| !pairs.iter().any(|(_, to)| *to == c.name))
        .collect();
    for gone in &before.columns {
        let path = format!("{}.{}", before.name, gone.name);
        let stays = pairs.iter().any(|(from, _)| *from == gone.name);
        if stays || decisions.dropped.contains(&path) {
            continue;
        }
        let candidates: Vec<_> = similar::columns((before, gone), after, &new, dialect)
            .iter()
            .map(|name| format!("{}.{name}", after.name))
            .collect();
        if !candidates.is_empty() {
            questions.push(Question::Renamed {
                from: path,
                candidates,
            });
        }
    }
    pairs
}

/// The renames that were decided, as names.
#[derive(Default)]
struct Told {
    tables: BTreeMap<TableName, TableName>,
    columns: BTreeMap<TableName, BTreeMap<String, String>>,
}

impl Told {
    fn new(from: &Schema, to: &Schema, decisions: &Decisions) -> Result<Self> {
        let mut told = Self::default();
        let hinted = decisions.hints.iter().map(|pair| (pair, false));
        let given = decisions.renames.iter().map(|pair| (pair, true));
        // Tables first, since the columns' paths name them.
        let all: Vec<_> = hinted.chain(given).collect();
        for ((old, new), _) in &all {
            if let (Some(a), Some(b)) = (table(from, old), table(to, new)) {
                // A model still tells of a rename that is carried out.
                let fresh = to.table(&a.name).is_none() || from.table(&b.name).is_some();
                let swapped = decisions.renames.iter().any(|(o, n)| (o, n) == (old, new));
                if fresh && from.table(&b.name).is_none() || swapped {
                    told.tables.insert(a.name.clone(), b.name.clone());
                }
            }
        }
        for ((old, new), given) in &all {
            let known = told.column(from, to, old, new, *given);
            if *given && !known && table(from, old).is_none() {
                told.must_be_label(from, to, old, new)?;
            } else if *given && !known && table(to, new).is_none() {
                return Err(unknown(old, new, "after"));
            }
        }
        let mut targets = BTreeSet::new();
        for (old, new) in &told.tables {
            if !targets.insert(new) {
                return Err(Error::invalid_query(format!(
                    "two tables cannot both be renamed to `{new}`; one of them is `{old}`"
                )));
            }
        }
        Ok(told)
    }

    fn taken_table(&self, name: &TableName) -> bool {
        self.tables.values().any(|to| to == name)
    }

    /// Keeps the rename of a column; `false` if the paths are none of columns.
    fn column(&mut self, from: &Schema, to: &Schema, old: &str, new: &str, given: bool) -> bool {
        let (Some((old_table, old_column)), Some((new_table, new_column))) =
            (column(from, old), column(to, new))
        else {
            return false;
        };
        let other = self.tables.get(&old_table.name).unwrap_or(&old_table.name);
        if *other != new_table.name {
            return false;
        }
        // A model still tells of a rename that is carried out.
        let carried_out = old_table.column(&new_column.name).is_some()
            || new_table.column(&old_column.name).is_some();
        if given || !carried_out {
            self.columns
                .entry(old_table.name.clone())
                .or_default()
                .insert(old_column.name.clone(), new_column.name.clone());
        }
        true
    }

    /// What is neither a table nor a column has to be a label of an enum, or an enum.
    fn must_be_label(&self, from: &Schema, to: &Schema, old: &str, new: &str) -> Result<()> {
        let known = |schema: &Schema, path: &str| {
            let label = path.rsplit_once('.').is_some_and(|(name, label)| {
                super::enums::labels_of(schema, name)
                    .iter()
                    .any(|l| l == label)
            });
            label || schema.enums.iter().any(|e| e.name == path)
        };
        if !known(from, old) {
            return Err(unknown(old, new, "before"));
        }
        if !known(to, new) {
            return Err(unknown(old, new, "after"));
        }
        Ok(())
    }
}

fn unknown(old: &str, new: &str, when: &str) -> Error {
    let which = if when == "before" { old } else { new };
    Error::invalid_query(format!(
        "the rename `{old}={new}` is about nothing that is there: {when} the change there is no table, column or label `{which}`"
    ))
}

fn table<'s>(schema: &'s Schema, path: &str) -> Option<&'s Table> {
    schema.tables.iter().find(|t| t.name.to_string() == path)
}

fn column<'s>(schema: &'s Schema, path: &str) -> Option<(&'s Table, &'s Column)> {
    let (owner, name) = path.rsplit_once('.')?;
    let table = table(schema, owner)?;
    Some((table, table.column(name)?))
}
