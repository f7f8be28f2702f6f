//! What can be changed about a table in place.

use orm_core::Result;
use orm_core::schema::{Column, DefaultValue, Table};
use orm_core::sql::ddl::{self, alter};

use crate::change::rename::mentions;
use crate::diff::Diff;
use crate::plan::pair::Pair;
use crate::plan::value;
use crate::plan::{Cost, Step};

/// The steps that change a table in place, but for indexes that go; `None` if it takes a new one.
pub(super) fn steps(diff: &Diff, pair: &Pair<'_>) -> Result<Option<Vec<Step>>> {
    let db = diff.dialect;
    let (before, after) = (pair.carried, pair.after);
    let key = |t: &Table| {
        t.primary_key.clone().map(|k| {
            (!db.key_is_inline(t))
                .then_some(k.name)
                .into_iter()
                .chain(k.columns)
                .collect::<Vec<_>>()
        })
    };
    let keys = key(before) == key(after)
        && before.uniques == after.uniques
        && before.foreign_keys == after.foreign_keys;
    if !keys {
        return Ok(None);
    }
    for (from, to) in pair.staying() {
        if !same_column(diff, pair, from, to)? {
            return Ok(None);
        }
    }
    let checks = pair.compare_checks();
    if !checks.renamed.is_empty() || !checks.dropped.is_empty() {
        return Ok(None);
    }
    let mut steps = Vec::new();
    for column in pair.gone() {
        if !can_drop(pair, column) {
            return Ok(None);
        }
        let (cost, why) = match column.generated {
            None => (
                Cost::LosesData,
                format!("the values of {}.{} are gone", after.name, column.name),
            ),
            Some(_) => (
                Cost::Safe,
                "a computed column holds nothing of its own".to_owned(),
            ),
        };
        let clause = alter::drop_clause(db, "COLUMN", &column.name)?;
        let step = Step::new(cost, why).lossy_back();
        steps.push(step.run(alter::table(db, &after.name, &[clause])?));
    }
    let mut left = checks.added;
    for column in pair.added() {
        let own = left
            .iter()
            .position(|c| c.column.as_deref() == Some(&column.name));
        let check = own.map(|at| left.remove(at));
        if !can_add(diff, after, column)? {
            return Ok(None);
        }
        let clause = alter::add_column_clause(db, after, column, check.as_ref())?;
        let step = Step::new(Cost::Safe, "the rows that are there have the default").lossy_back();
        steps.push(step.run(alter::table(db, &after.name, &[clause])?));
    }
    if !left.is_empty() {
        return Ok(None);
    }
    for index in after.indexes.iter().filter(|i| !before.indexes.contains(i)) {
        let (cost, why) = match index.unique {
            true => (
                Cost::NeedsDecision,
                format!("it fails if two rows of {} are the same to it", after.name),
            ),
            false => (Cost::Locks, "nobody writes while it is built".to_owned()),
        };
        steps.push(Step::new(cost, why).run(ddl::create_index(db, after, index)?));
    }
    Ok(Some(steps))
}

/// Whether a column is the same in the text of the table, where its checks are looked at apart.
fn same_column(diff: &Diff, pair: &Pair<'_>, from: &Column, to: &Column) -> Result<bool> {
    let db = diff.dialect;
    let before = ddl::column_definition(db, pair.carried, from)?;
    let same = before == ddl::column_definition(db, pair.after, to)?;
    let values = value::converted(diff, pair, to)?;
    Ok(same && values.is_none_or(|sql| sql == ddl::quoted(db, &to.name)))
}

/// The database refuses a column that comes with a key, must be filled for rows that are there, or is stored and computed.
fn can_add(diff: &Diff, table: &Table, column: &Column) -> Result<bool> {
    let stored = column.generated.as_ref().is_some_and(|g| g.stored);
    let constant = match &column.default {
        None => column.nullable || column.generated.is_some(),
        Some(DefaultValue::Value(_)) => {
            let sql = ddl::default_expression(diff.dialect, table, column)?;
            sql.is_some_and(|sql| !sql.starts_with('('))
        }
        Some(_) => false,
    };
    let path = format!("{}.{}", table.name, column.name);
    let filled = diff
        .decisions
        .backfills
        .get(&path)
        .is_some_and(Option::is_some);
    Ok(!stored && !column.identity && constant && !filled)
}

/// The database refuses to drop a column that something names.
fn can_drop(pair: &Pair<'_>, column: &Column) -> bool {
    let name = &column.name;
    let (before, after) = (pair.carried, pair.after);
    let over = |columns: &[String]| columns.contains(name);
    let keyed = before.primary_key.iter().any(|k| over(&k.columns))
        || before.uniques.iter().any(|u| over(&u.columns))
        || before.foreign_keys.iter().any(|k| over(&k.columns));
    let checked = pair.checks.iter().any(|c| mentions(&c.expression, name));
    let computed = before
        .columns
        .iter()
        .filter_map(|c| c.generated.as_ref())
        .any(|g| mentions(&g.expression, name));
    // Indexes that go are dropped before; one that stays cannot name it.
    let indexed = after.indexes.iter().any(|i| {
        before.indexes.contains(i)
            && (i.parts.iter().any(|p| p.column() == Some(name))
                || i.condition.as_ref().is_some_and(|c| mentions(c, name)))
    });
    !(keyed || checked || computed || indexed)
}
