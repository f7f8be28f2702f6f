//! What changes about one table, as clauses of one statement, and what must be done to its rows before.

use orm_core::Result;
use orm_core::schema::{Column, ColumnType, Index, IndexPart, Unique};
use orm_core::sql::ddl::{self, alter};

use super::{aside, filling};
use crate::change::rename::same_expression;
use crate::change::with;
use crate::diff::Diff;
use crate::plan::pair::Pair;
use crate::plan::{Cost, cost, value};

/// The parts of a change of one table, in order.
pub(super) struct Parts {
    /// What prepares the table.
    pub(super) first: Vec<String>,
    /// Statements about its rows.
    pub(super) updates: Vec<String>,
    /// Columns whose place another one takes, and that one's name.
    pub(super) swaps: Vec<(String, String)>,
    /// Everything else.
    pub(super) main: Vec<String>,
    pub(super) cost: Cost,
    pub(super) why: String,
    pub(super) reverse_is_lossy: bool,
}

struct Builder<'p, 'd> {
    diff: &'p Diff,
    pair: &'p Pair<'d>,
    parts: Parts,
}

/// Columns that must be dropped and made anew: computed ones whose expression is another one, or that are computed from now on.
pub(super) fn recreated(diff: &Diff, pair: &Pair<'_>) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for (from, to) in pair.staying() {
        let same = match (&from.generated, &to.generated) {
            (None, None) => true,
            (Some(a), Some(b)) => {
                let before = ddl::column_type(diff.dialect, pair.carried, from)?;
                a.stored == b.stored
                    && same_expression(&a.expression, &b.expression)
                    && before == ddl::column_type(diff.dialect, pair.after, to)?
            }
            // What was computed stays as it is.
            (Some(_), None) => true,
            (None, Some(_)) => false,
        };
        if !same {
            found.push(to.name.clone());
        }
    }
    Ok(found)
}

pub(super) fn of(diff: &Diff, pair: &Pair<'_>) -> Result<Parts> {
    let parts = Parts {
        first: Vec::new(),
        updates: Vec::new(),
        swaps: Vec::new(),
        main: Vec::new(),
        cost: Cost::Safe,
        why: format!("what changes about {} is one statement", pair.after.name),
        reverse_is_lossy: false,
    };
    let mut builder = Builder { diff, pair, parts };
    builder.values()?;
    builder.drops()?;
    builder.columns()?;
    builder.adds()?;
    Ok(builder.parts)
}

impl Builder<'_, '_> {
    fn costs(&mut self, cost: Cost, why: impl Into<String>) {
        if cost > self.parts.cost {
            self.parts.cost = cost;
            self.parts.why = why.into();
        }
    }

    /// What the rows need before the table has its new form.
    fn values(&mut self) -> Result<()> {
        let (diff, pair, db) = (self.diff, self.pair, self.diff.dialect);
        let table = &pair.after.name;
        for column in pair.added() {
            let known = column.nullable
                || column.default.is_some()
                || column.generated.is_some()
                || column.identity;
            if known {
                continue;
            }
            let Some(value) = filling(diff, pair, column)? else {
                let why = format!(
                    "rows of {table} that are there would get an empty value in {}",
                    column.name
                );
                self.costs(Cost::NeedsDecision, why);
                continue;
            };
            let empty = with(column, |c| c.nullable = true);
            let clause = alter::add_column_clause(db, pair.after, &empty, None)?;
            self.parts.first.push(clause);
            self.parts
                .updates
                .push(alter::update(db, table, &column.name, &value, None)?);
        }
        for (from, to) in pair.staying() {
            if pair.recreated.contains(&to.name) {
                continue;
            }
            self.parts.reverse_is_lossy |= value::merges(diff, from, to);
            let quoted = ddl::quoted(db, &to.name);
            let converted = value::converted(diff, pair, to)?.filter(|sql| *sql != quoted);
            let held = pair.held(&to.name).unwrap_or_else(|| from.clone());
            let labels = !value::replaced(diff, &held, to).is_empty();
            if labels {
                self.make_room(&held, to)?;
            }
            let same_type = labels
                || ddl::column_type(db, pair.carried, &held)?
                    == ddl::column_type(db, pair.after, to)?;
            let virtually =
                from.generated.as_ref().is_some_and(|g| !g.stored) && to.generated.is_none();
            match converted {
                Some(sql) if same_type && !virtually => {
                    self.parts
                        .updates
                        .push(alter::update(db, table, &to.name, &sql, None)?);
                }
                Some(sql) => self.swap(to, &sql)?,
                None if virtually => self.swap(to, &quoted)?,
                None => {}
            }
            if from.nullable && !to.nullable && to.generated.is_none() {
                let empty = format!("{quoted} IS NULL");
                match filling(diff, pair, to)? {
                    Some(value) => self.parts.updates.push(alter::update(
                        db,
                        table,
                        &to.name,
                        &value,
                        Some(&empty),
                    )?),
                    None => {
                        let why = format!("it fails if {table}.{} is NULL in a row", to.name);
                        self.costs(Cost::NeedsDecision, why);
                    }
                }
            }
        }
        Ok(())
    }

    /// Room for the longest label, before or after.
    fn make_room(&mut self, held: &Column, to: &Column) -> Result<()> {
        let longest = |column: &Column| {
            let labels = column.ty.enumeration().map(|e| e.labels.iter());
            let longest = labels.and_then(|l| l.map(|l| l.chars().count()).max());
            longest.unwrap_or(0)
        };
        let (before, after) = (longest(held), longest(to));
        if after > before {
            let wide = with(held, |c| {
                c.ty = ColumnType::Varchar(u32::try_from(after).unwrap_or(u32::MAX));
                c.check = None;
                c.default = None;
            });
            let clause = alter::modify_column_clause(self.diff.dialect, self.pair.carried, &wide)?;
            self.parts.first.push(clause);
        }
        Ok(())
    }

    /// A column with the new values is made beside the old one.
    fn swap(&mut self, to: &Column, value: &str) -> Result<()> {
        let db = self.diff.dialect;
        let beside = with(to, |c| {
            c.name = aside(to);
            c.nullable = true;
            c.default = None;
            c.identity = false;
        });
        let clause = alter::add_column_clause(db, self.pair.after, &beside, None)?;
        self.parts.first.push(clause);
        let update = alter::update(db, &self.pair.after.name, &beside.name, value, None)?;
        self.parts.updates.push(update);
        self.parts.swaps.push((to.name.clone(), beside.name));
        self.costs(Cost::Rewrites, "each row is written anew");
        Ok(())
    }

    /// What goes. Before rows are changed if there are any to change, since it might refuse what they become; otherwise with the rest.
    fn drops(&mut self) -> Result<()> {
        let (pair, db) = (self.pair, self.diff.dialect);
        let drop = |what: &str, name: &str| alter::drop_clause(db, what, name);
        let mut clauses = Vec::new();
        let checks = pair.compare_checks();
        let renamed = checks.renamed.iter().map(|(from, _)| from);
        for name in checks.dropped.iter().chain(renamed) {
            clauses.push(drop("CONSTRAINT", name)?);
        }
        let swapped: Vec<&str> = self.parts.swaps.iter().map(|(c, _)| c.as_str()).collect();
        let touched =
            |name: &str| swapped.contains(&name) || pair.recreated.iter().any(|c| c == name);
        let mut indexes = Vec::new();
        for index in &pair.carried.indexes {
            let there = pair.after.indexes.iter().find(|i| i.name == index.name);
            let same = there.is_some_and(|i| same_index(i, index)) && !over(index, &touched);
            if !same && self.renamed_to(&index.name).is_none() {
                indexes.push(drop("INDEX", &index.name)?);
            }
        }
        for unique in &pair.carried.uniques {
            let same =
                pair.after.uniques.contains(unique) && !unique.columns.iter().any(|c| touched(c));
            if !same && self.renamed_to(&unique.name).is_none() {
                indexes.push(drop("INDEX", &unique.name)?);
            }
        }
        let before = self.parts.updates.is_empty();
        let target = if before {
            &mut self.parts.main
        } else {
            &mut self.parts.first
        };
        // Behind what is added there, since a foreign key may need an index over the same columns at any time.
        target.append(&mut clauses);
        let indexes_first = !self.parts.swaps.is_empty();
        match indexes_first {
            true => self.parts.first.append(&mut indexes),
            false => self.parts.main.append(&mut indexes),
        }
        for name in &pair.recreated {
            self.parts.main.push(drop("COLUMN", name)?);
            let held = pair
                .carried
                .column(name)
                .is_some_and(|c| c.generated.is_none());
            let cost = if held {
                Cost::LosesData
            } else {
                Cost::Rewrites
            };
            self.costs(cost, format!("{}.{name} is computed anew", pair.after.name));
        }
        for column in pair.gone() {
            self.parts.main.push(drop("COLUMN", &column.name)?);
            self.parts.reverse_is_lossy = true;
            if column.generated.is_none() {
                self.costs(
                    Cost::LosesData,
                    format!("the values of {}.{} are gone", pair.after.name, column.name),
                );
            }
        }
        Ok(())
    }

    /// The new name of an index or unique constraint that is only renamed.
    fn renamed_to(&self, name: &str) -> Option<String> {
        use crate::change::Change;
        self.diff.changes.iter().find_map(|change| match change {
            Change::RenameIndex { table, from, to } | Change::RenameUnique { table, from, to }
                if *table == self.pair.after.name && from == name =>
            {
                Some(to.clone())
            }
            _ => None,
        })
    }

    fn columns(&mut self) -> Result<()> {
        let (pair, db) = (self.pair, self.diff.dialect);
        for (from, to) in pair.staying() {
            if pair.recreated.contains(&to.name) {
                continue;
            }
            let held = pair.held(&to.name).unwrap_or_else(|| from.clone());
            let from = &held;
            let before = ddl::column_definition(db, pair.carried, from)?;
            let swapped = self.parts.swaps.iter().any(|(c, _)| *c == to.name);
            if !swapped && before == ddl::column_definition(db, pair.after, to)? {
                continue;
            }
            self.parts
                .main
                .push(alter::modify_column_clause(db, pair.after, to)?);
            self.judge(from, to)?;
        }
        let prepared: Vec<_> = pair
            .added()
            .filter(|c| {
                let needs =
                    !c.nullable && c.default.is_none() && c.generated.is_none() && !c.identity;
                needs && filling(self.diff, pair, c).is_ok_and(|v| v.is_some())
            })
            .map(|c| c.name.as_str())
            .collect();
        for column in pair.after.columns.iter() {
            let new = pair.carried.column(&column.name).is_none()
                || pair.recreated.contains(&column.name);
            if !new {
                continue;
            }
            let clause = match prepared.contains(&column.name.as_str()) {
                true => alter::modify_column_clause(db, pair.after, column)?,
                false => alter::add_column_clause(db, pair.after, column, None)?,
            };
            self.parts.main.push(clause);
            self.parts.reverse_is_lossy = true;
            if column.generated.as_ref().is_some_and(|g| g.stored) || column.identity {
                self.costs(
                    Cost::Rewrites,
                    format!(
                        "{}.{} is computed for each row",
                        pair.after.name, column.name
                    ),
                );
            }
        }
        Ok(())
    }

    fn judge(&mut self, from: &Column, to: &Column) -> Result<()> {
        let (pair, db) = (self.pair, self.diff.dialect);
        let path = format!("{}.{}", pair.after.name, to.name);
        let before = ddl::column_type(db, pair.carried, from)?;
        let after = ddl::column_type(db, pair.after, to)?;
        if before == after {
            if from.nullable && !to.nullable {
                self.costs(
                    Cost::Rewrites,
                    format!("each row of {path} is looked at and written anew"),
                );
            }
            self.parts.reverse_is_lossy |= !from.nullable && to.nullable;
            return Ok(());
        }
        self.parts.reverse_is_lossy |= cost::narrows(&to.ty, &from.ty);
        if cost::loses(&from.ty, &to.ty) || value::is_given_up(self.diff, from, to) {
            self.costs(
                Cost::LosesData,
                format!("values of {path} are rounded or cut to what the new type holds"),
            );
        } else if cost::narrows(&from.ty, &to.ty) || before == "LONGTEXT" || before == "LONGBLOB" {
            self.costs(
                Cost::NeedsDecision,
                format!("it fails if a row has a value in {path} that {after} cannot hold"),
            );
        } else {
            self.costs(
                Cost::Rewrites,
                format!("others wait until each row of {path} is written anew"),
            );
        }
        Ok(())
    }

    fn adds(&mut self) -> Result<()> {
        let (pair, db) = (self.pair, self.diff.dialect);
        let (carried, after) = (pair.carried, pair.after);
        let swapped: Vec<String> = self.parts.swaps.iter().map(|(c, _)| c.clone()).collect();
        let touched = |name: &str| {
            swapped.iter().any(|c| c == name) || pair.recreated.iter().any(|c| c == name)
        };
        let columns =
            |key: &Option<orm_core::schema::PrimaryKey>| key.as_ref().map(|k| k.columns.clone());
        if columns(&carried.primary_key) != columns(&after.primary_key) {
            if carried.primary_key.is_some() {
                self.parts.main.push("DROP PRIMARY KEY".to_owned());
            }
            if let Some(key) = &after.primary_key {
                self.parts.main.push(alter::primary_key_clause(db, key)?);
                let why = format!(
                    "it fails if two rows of {} have the same {}",
                    after.name,
                    key.columns.join(", ")
                );
                self.costs(Cost::NeedsDecision, why);
            }
            self.costs(Cost::Rewrites, "the rows are in the order of the key");
        }
        let mut renames = Vec::new();
        for unique in &after.uniques {
            let same =
                |u: &Unique| u.columns == unique.columns && !u.columns.iter().any(|c| touched(c));
            if let Some(old) = carried
                .uniques
                .iter()
                .find(|u| same(u) && self.renamed_to(&u.name).as_ref() == Some(&unique.name))
            {
                renames.push((old.name.clone(), unique.name.clone()));
            } else if !carried
                .uniques
                .iter()
                .any(|u| u.name == unique.name && same(u))
            {
                self.parts.main.push(alter::unique_clause(db, unique)?);
                let why = format!(
                    "it fails if two rows of {} have the same {}",
                    after.name,
                    unique.columns.join(", ")
                );
                self.costs(Cost::NeedsDecision, why);
            }
        }
        for index in &after.indexes {
            let same = |i: &Index| same_index(i, index) && !over(i, &touched);
            if let Some(old) = carried
                .indexes
                .iter()
                .find(|i| same(i) && self.renamed_to(&i.name).as_ref() == Some(&index.name))
            {
                renames.push((old.name.clone(), index.name.clone()));
            } else if !carried
                .indexes
                .iter()
                .any(|i| i.name == index.name && same(i))
            {
                self.parts.main.push(alter::index_clause(db, index)?);
                let cost = if index.unique {
                    Cost::NeedsDecision
                } else {
                    Cost::Safe
                };
                self.costs(
                    cost,
                    format!(
                        "it fails if two rows of {} are the same to {}",
                        after.name, index.name
                    ),
                );
            }
        }
        for (from, to) in renames {
            self.parts
                .main
                .push(alter::rename_index_clause(db, &from, &to)?);
        }
        let checks = pair.compare_checks();
        let renamed = checks
            .renamed
            .iter()
            .filter_map(|(_, to)| pair.target_checks.iter().find(|c| c.name == *to));
        for check in checks.added.iter().chain(renamed) {
            self.parts
                .main
                .push(alter::check_clause(db, &check.name, &check.expression)?);
        }
        let old = |c: &ddl::EffectiveCheck| {
            c.column
                .as_ref()
                .is_none_or(|c| carried.column(c).is_some())
        };
        if checks.added.iter().any(old) {
            self.costs(
                Cost::NeedsDecision,
                format!(
                    "it fails if a row of {} does not meet a new check",
                    after.name
                ),
            );
        }
        if carried.comment != after.comment {
            self.parts
                .main
                .push(alter::comment_clause(db, after.comment.as_deref())?);
        }
        Ok(())
    }
}

fn same_index(a: &Index, b: &Index) -> bool {
    with(a, |i| i.name.clone_from(&b.name)) == *b
}

/// Whether an index is over one of these columns.
fn over(index: &Index, touched: &dyn Fn(&str) -> bool) -> bool {
    index.parts.iter().any(|part| match part {
        IndexPart::Column { name, .. } => touched(name),
        IndexPart::Expression(sql) => touched(sql),
    })
}
