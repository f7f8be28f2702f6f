//! How rows get from a table to the one that takes its place.

use orm_core::Result;
use orm_core::schema::Column;
use orm_core::sql::ddl::{self, EffectiveCheck};

use crate::diff::Diff;
use crate::plan::pair::Pair;
use crate::plan::{Cost, cost, value};

/// For each column of the new table, an expression over the old one.
pub(super) struct Copy {
    pub(super) columns: Vec<(String, String)>,
    pub(super) cost: Cost,
    pub(super) why: String,
    pub(super) reverse_is_lossy: bool,
}

pub(super) fn of(diff: &Diff, pair: &Pair<'_>, mapped: bool) -> Result<Copy> {
    let db = diff.dialect;
    let table = &pair.after.name;
    let mut copy = Copy {
        columns: Vec::new(),
        cost: Cost::Rewrites,
        why: format!("a new table takes the place of {table}, with its rows"),
        reverse_is_lossy: false,
    };
    for to in &pair.after.columns {
        let fallback = value::fallback(diff, pair.after, to)?;
        copy.judge(diff, pair, to, fallback.is_some());
        if to.generated.is_some() {
            continue;
        }
        let before = pair.columns.get(to.name.as_str());
        let value = match before {
            Some(before) => {
                // Where the columns were not renamed, the table still has the old names.
                let name = if mapped { &before.name } else { &to.name };
                let value = value::converted(diff, pair, to)?;
                let value = match (value, mapped) {
                    (Some(sql), true) => Some(crate::change::rename::in_expression(
                        &sql,
                        &to.name,
                        &before.name,
                    )),
                    (value, _) => value,
                };
                let value = value.unwrap_or_else(|| ddl::quoted(db, name));
                match fallback {
                    Some(sql) if before.nullable && !to.nullable => {
                        Some(format!("coalesce({value}, {sql})"))
                    }
                    _ => Some(value),
                }
            }
            None => fallback,
        };
        if let Some(value) = value {
            copy.columns.push((to.name.clone(), value));
        }
    }
    for gone in pair.gone() {
        copy.reverse_is_lossy = true;
        if gone.generated.is_none() {
            copy.costs(
                Cost::LosesData,
                format!("the values of {table}.{} are gone", gone.name),
            );
        }
    }
    for from in &pair.old.columns {
        let stays = pair.columns.values().any(|c| c.name == from.name);
        if mapped && !stays && from.generated.is_none() {
            copy.costs(
                Cost::LosesData,
                format!("the values of {table}.{} are gone", from.name),
            );
        }
    }
    copy.constraints(pair);
    Ok(copy)
}

impl Copy {
    fn costs(&mut self, cost: Cost, why: impl Into<String>) {
        if cost > self.cost {
            self.cost = cost;
            self.why = why.into();
        }
    }

    fn judge(&mut self, diff: &Diff, pair: &Pair<'_>, to: &Column, filled: bool) {
        let path = format!("{}.{}", pair.after.name, to.name);
        let Some(from) = pair.columns.get(to.name.as_str()) else {
            self.reverse_is_lossy = true;
            let known = filled
                || to.nullable
                || to.default.is_some()
                || to.generated.is_some()
                || to.identity;
            if !known {
                self.costs(
                    Cost::NeedsDecision,
                    format!("the rows that are there need a value in {path}"),
                );
            }
            return;
        };
        if from.nullable && !to.nullable && !filled {
            self.costs(
                Cost::NeedsDecision,
                format!("it fails if {path} stays NULL in a row"),
            );
        }
        self.reverse_is_lossy |= !from.nullable && to.nullable || cost::narrows(&to.ty, &from.ty);
        self.reverse_is_lossy |= value::merges(diff, from, to);
        if to.generated.is_some() && from.generated.is_none() {
            self.costs(
                Cost::LosesData,
                format!("{path} is computed from now on, and what it held is gone"),
            );
        } else if cost::loses(&from.ty, &to.ty) || value::is_given_up(diff, from, to) {
            self.costs(
                Cost::LosesData,
                format!("values of {path} are rounded or cut to what the new type holds"),
            );
        } else if cost::narrows(&from.ty, &to.ty) {
            self.costs(
                Cost::NeedsDecision,
                format!("it fails if a row has a value in {path} that the new type cannot hold"),
            );
        }
    }

    /// What rows may not meet.
    fn constraints(&mut self, pair: &Pair<'_>) {
        let table = &pair.after.name;
        let (before, after) = (pair.carried, pair.after);
        let unique = after
            .uniques
            .iter()
            .any(|u| !before.uniques.iter().any(|b| b.columns == u.columns));
        let key = after.primary_key.as_ref().is_some_and(|k| {
            before
                .primary_key
                .as_ref()
                .is_none_or(|b| b.columns != k.columns)
        });
        if unique || key {
            self.costs(
                Cost::NeedsDecision,
                format!("it fails if two rows of {table} have the same values in a key"),
            );
        }
        let old = |c: &EffectiveCheck| {
            c.column
                .as_ref()
                .is_none_or(|c| pair.columns.contains_key(c.as_str()))
        };
        if pair.compare_checks().added.iter().any(old) {
            self.costs(
                Cost::NeedsDecision,
                format!("it fails if a row of {table} does not meet a check"),
            );
        }
        let foreign = after.foreign_keys.iter().any(|k| {
            !before
                .foreign_keys
                .iter()
                .any(|b| b.columns == k.columns && b.target == k.target)
        });
        if foreign {
            self.costs(
                Cost::NeedsDecision,
                format!("it fails if a row of {table} refers to what is not there"),
            );
        }
    }
}
