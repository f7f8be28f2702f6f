//! A table that stays, as it is and as it shall be.

use std::collections::BTreeMap;

use orm_core::Result;
use orm_core::schema::{Check, Column, ForeignKey, Table};
use orm_core::sql::ddl::{self, EffectiveCheck};

use crate::change::rename::{map_expression, mentions, same_expression};
use crate::change::with;
use crate::diff::Diff;

/// A table that stays.
pub(super) struct Pair<'d> {
    /// As it is after the renames.
    pub(super) carried: &'d Table,
    /// As it shall be.
    pub(super) after: &'d Table,
    /// The columns that stay, by their names after, as they were before the renames.
    pub(super) columns: BTreeMap<&'d str, &'d Column>,
    /// The checks that the database has, under their names in it, with the columns' new names.
    pub(super) checks: Vec<Check>,
    /// The checks that it shall have.
    pub(super) target_checks: Vec<EffectiveCheck>,
    /// The table before the renames.
    pub(super) old: &'d Table,
    /// Columns that are dropped and made anew, since they can be changed in no other way.
    pub(super) recreated: Vec<String>,
}

/// The difference between a table's checks and those that it shall have.
pub(super) struct Checks {
    /// Same condition, other name.
    pub(super) renamed: Vec<(String, String)>,
    pub(super) dropped: Vec<String>,
    pub(super) added: Vec<EffectiveCheck>,
}

impl<'d> Pair<'d> {
    /// All tables that stay, by their names after.
    pub(super) fn all(diff: &'d Diff) -> Result<Vec<Self>> {
        let mut pairs = Vec::new();
        let mut matched = diff.matched.tables.clone();
        matched.sort_by(|a, b| a.1.cmp(&b.1));
        for (old, new) in &matched {
            let tables = (
                diff.from.table(old),
                diff.carried.table(new),
                diff.to.table(new),
            );
            if let (Some(old), Some(carried), Some(after)) = tables {
                pairs.push(Self::new(diff, old, carried, after)?);
            }
        }
        Ok(pairs)
    }

    fn new(diff: &'d Diff, old: &'d Table, carried: &'d Table, after: &'d Table) -> Result<Self> {
        let renames = diff.matched.columns_of(&old.name);
        let mut columns = BTreeMap::new();
        for column in &after.columns {
            let from = renames.iter().find(|(_, to)| *to == column.name);
            if let Some(from) = from.and_then(|(from, _)| old.column(from)) {
                columns.insert(column.name.as_str(), from);
            }
        }
        let to = |name: &str| {
            let pair = renames.iter().find(|(from, _)| from == name);
            pair.map(|(_, to)| to.clone())
        };
        // Most tables stay as they are.
        let same = old == after && carried == after;
        let checks = |table| match same {
            true => Ok(Vec::new()),
            false => ddl::checks(diff.dialect, table),
        };
        let target_checks = checks(after)?;
        let checks = checks(old)?
            .into_iter()
            .map(|check| Check {
                name: check.name,
                expression: map_expression(&check.expression, to),
            })
            .collect();
        Ok(Self {
            carried,
            after,
            columns,
            checks,
            target_checks,
            old,
            recreated: Vec::new(),
        })
    }

    /// A column that stays as the database holds it, under its new name. (A change of an enum type says already what its columns
    /// shall be, also where the labels stand in each column.)
    pub(super) fn held(&self, name: &str) -> Option<Column> {
        let ty = &self.columns.get(name)?.ty;
        Some(with(self.carried.column(name)?, |c| c.ty.clone_from(ty)))
    }

    /// Whether anything is different.
    pub(super) fn is_changed(&self) -> bool {
        self.carried != self.after
            || self.checks.len() != self.target_checks.len()
            || !self.checks.iter().all(|a| {
                let same = |b: &EffectiveCheck| {
                    b.name == a.name && same_expression(&a.expression, &b.expression)
                };
                self.target_checks.iter().any(same)
            })
    }

    /// What changes among the checks. One over a column that is made anew is made anew as well.
    pub(super) fn compare_checks(&self) -> Checks {
        let touched = |sql: &str| self.recreated.iter().any(|c| mentions(sql, c));
        let mut left: Vec<&Check> = self.checks.iter().collect();
        let mut wanted: Vec<&EffectiveCheck> = self.target_checks.iter().collect();
        wanted.retain(|b| {
            let same = left.iter().position(|a| {
                a.name == b.name
                    && same_expression(&a.expression, &b.expression)
                    && !touched(&b.expression)
            });
            same.map(|at| left.remove(at)).is_none()
        });
        let mut renamed = Vec::new();
        wanted.retain(|b| {
            let free = !self.checks.iter().any(|c| c.name == b.name);
            let same = left.iter().position(|a| {
                free && same_expression(&a.expression, &b.expression) && !touched(&b.expression)
            });
            match same {
                Some(at) => {
                    renamed.push((left.remove(at).name.clone(), b.name.clone()));
                    false
                }
                None => true,
            }
        });
        Checks {
            renamed,
            dropped: left.into_iter().map(|c| c.name.clone()).collect(),
            added: wanted.into_iter().cloned().collect(),
        }
    }

    /// The columns that stay, as they are under their new names and as they shall be.
    pub(super) fn staying(&self) -> impl Iterator<Item = (&'d Column, &'d Column)> {
        let (carried, after) = (self.carried, self.after);
        after
            .columns
            .iter()
            .filter_map(move |to| Some((carried.column(&to.name)?, to)))
    }

    /// The columns that are new.
    pub(super) fn added(&self) -> impl Iterator<Item = &'d Column> {
        let carried = self.carried;
        let new = move |c: &&Column| carried.column(&c.name).is_none();
        self.after.columns.iter().filter(new)
    }

    /// The columns that go.
    pub(super) fn gone(&self) -> impl Iterator<Item = &'d Column> {
        let after = self.after;
        let gone = move |c: &&Column| after.column(&c.name).is_none();
        self.carried.columns.iter().filter(gone)
    }
}

/// The foreign keys that stay and yet have to be made anew, since the type of a column at one of their ends changes: the table's
/// place in `pairs`, and the key.
pub(super) fn foreign_keys_to_renew<'d>(
    diff: &'d Diff,
    pairs: &[Pair<'d>],
) -> Result<Vec<(usize, &'d ForeignKey)>> {
    let changes = |table: &orm_core::schema::TableName, columns: &[String]| -> Result<bool> {
        let Some(pair) = pairs.iter().find(|p| p.after.name == *table) else {
            return Ok(false);
        };
        if pair.carried == pair.after && pair.old == pair.after {
            return Ok(false);
        }
        for (from, to) in pair.staying().filter(|(_, to)| columns.contains(&to.name)) {
            let before = ddl::column_type(diff.dialect, pair.carried, from)?;
            if before != ddl::column_type(diff.dialect, pair.after, to)?
                || pair.recreated.contains(&to.name)
            {
                return Ok(true);
            }
        }
        Ok(false)
    };
    let keyed = |table: &orm_core::schema::TableName, columns: &[String]| {
        // The key or unique constraint that it leads to may be another one now.
        let pair = pairs.iter().find(|p| p.after.name == *table);
        pair.is_some_and(|p| unique_over(p.carried, columns) != unique_over(p.after, columns))
    };
    let mut found = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        for key in &pair.after.foreign_keys {
            let stays = pair.carried.foreign_keys.iter().any(|k| {
                k.columns == key.columns
                    && k.target == key.target
                    && k.target_columns == key.target_columns
            });
            let renewed = stays
                && (changes(&pair.after.name, &key.columns)?
                    || changes(&key.target, &key.target_columns)?
                    || keyed(&key.target, &key.target_columns));
            if renewed {
                found.push((at, key));
            }
        }
    }
    Ok(found)
}

/// Whether it is by the key or by a constraint that these columns are unique; `None` if they are not.
fn unique_over(table: &Table, columns: &[String]) -> Option<bool> {
    let key = table.primary_key.iter().map(|k| (true, &k.columns));
    let uniques = table.uniques.iter().map(|u| (false, &u.columns));
    let mut all = key.chain(uniques);
    let found = all.find(|(_, c)| c.as_slice() == columns);
    found.map(|(is_key, _)| is_key)
}
