//! Full-text indexes around everything else: those that go are dropped first, and those that come are made last, so that the rest of a
//! plan has none in its way.

use orm_core::Result;
use orm_core::dialect::Building;
use orm_core::schema::{FullText, Schema, Table, TableName};
use orm_core::sql::ddl;

use super::{Cost, Plan, Step, of_tables};
use crate::change::Change;
use crate::diff::Diff;

/// Whether a full-text index is a part of the difference.
pub(super) fn concerns(diff: &Diff) -> bool {
    diff.changes.iter().any(|change| match change {
        Change::AddFullText { .. } | Change::DropFullText { .. } => true,
        Change::CreateTable { table } => !table.full_texts.is_empty(),
        _ => false,
    })
}

pub(super) fn plan(diff: &Diff) -> Result<Plan> {
    let mut plan = Plan::default();
    for change in &diff.changes {
        if let Change::DropFullText { table, index } = change
            && let Some(before) = diff.from.table(table)
        {
            // Where the index is a part of its table, it goes with it.
            if diff.dialect.full_text_is_beside() || !is_dropped(diff, table) {
                plan.push(drop(diff, before, index)?);
            }
        }
    }
    let rest = of_tables(&without(diff))?;
    plan.foreign_keys_off = rest.foreign_keys_off;
    plan.lossy = rest.lossy;
    plan.steps.extend(rest.steps);
    for change in &diff.changes {
        match change {
            Change::AddFullText { table, index } => {
                if let Some(table) = diff.to.table(table) {
                    plan.push(add(diff, table, index)?);
                }
            }
            Change::CreateTable { table } => {
                for index in &table.full_texts {
                    let step = Step::new(Cost::Safe, "a new table has no words yet");
                    let building = Building::Locked;
                    let sql = ddl::create_full_text(diff.dialect, table, index, building)?;
                    plan.push(step.run_all(sql));
                }
            }
            _ => {}
        }
    }
    Ok(plan)
}

/// Whether the table goes, too.
fn is_dropped(diff: &Diff, name: &TableName) -> bool {
    diff.changes
        .iter()
        .any(|change| matches!(change, Change::DropTable { table } if table.name == *name))
}

fn drop(diff: &Diff, table: &Table, index: &FullText) -> Result<Step> {
    if diff.dialect.full_text_is_built_online() {
        let why = match index.stored {
            true => format!("the words of {} are not found meanwhile", table.name),
            false => "queries that used it read the whole table".to_owned(),
        };
        let step = Step::new(Cost::Safe, why).outside();
        let sql = ddl::drop_full_text(diff.dialect, table, index, Building::Online)?;
        return Ok(step.run_all(sql));
    }
    let why = format!("the words of {} are not found meanwhile", table.name);
    let sql = ddl::drop_full_text(diff.dialect, table, index, Building::Locked)?;
    Ok(Step::new(Cost::Safe, why).run_all(sql))
}

/// Makes the index, while others write where the database can. An attempt that failed leaves one behind that is not valid, and in the
/// way.
fn add(diff: &Diff, table: &Table, index: &FullText) -> Result<Step> {
    let dialect = diff.dialect;
    if dialect.full_text_is_built_online() {
        let (cost, why) = match index.stored {
            true => (
                Cost::Rewrites,
                format!(
                    "others wait until the words of each row of {} are written",
                    table.name
                ),
            ),
            false => (
                Cost::Safe,
                "others go on to read and write while it is built".to_owned(),
            ),
        };
        let before = ddl::drop_full_text(dialect, table, index, Building::Online)?;
        let mut step = Step::new(cost, why).outside().run_all(before);
        if let Some(first) = step.statements.first_mut() {
            first.comment =
                Some("An attempt that failed may have left one behind that is not valid.".into());
        }
        let made = ddl::create_full_text(dialect, table, index, Building::Online)?;
        return Ok(step.run_all(made));
    }
    let why = format!("the words of all rows of {} are read", table.name);
    let made = ddl::create_full_text(dialect, table, index, Building::Locked)?;
    Ok(Step::new(Cost::Locks, why).run_all(made))
}

/// The same difference as if there were no such indexes.
fn without(diff: &Diff) -> Diff {
    let mut other = diff.clone();
    for schema in [&mut other.from, &mut other.to, &mut other.carried] {
        clear(schema);
    }
    let is = |change: &Change| {
        matches!(
            change,
            Change::AddFullText { .. } | Change::DropFullText { .. }
        )
    };
    let before = |end: usize| diff.changes.iter().take(end).filter(|c| is(c)).count();
    other.carrying -= before(diff.carrying);
    other.altering -= before(diff.altering);
    other.changes.retain(|change| !is(change));
    for change in &mut other.changes {
        if let Change::CreateTable { table } | Change::DropTable { table } = change {
            table.full_texts.clear();
        }
    }
    other
}

fn clear(schema: &mut Schema) {
    for table in &mut schema.tables {
        table.full_texts.clear();
    }
}
