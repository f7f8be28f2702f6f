//! Full-text indexes around everything else: those that go are dropped first, and those that come are made last, so that the rest of a
//! plan has none in its way.

use orm_core::Result;
use orm_core::schema::Schema;
use orm_core::sql::ddl;

use super::{Cost, Plan, Step, of_tables};
use crate::change::Change;
use crate::diff::Diff;

/// Whether a full-text index is a part of the difference.
pub(super) fn concerns(diff: &Diff) -> bool {
    diff.changes.iter().any(|change| match change {
        Change::AddFullText { .. } | Change::DropFullText { .. } => true,
        Change::CreateTable { table } => table.full_text.is_some(),
        _ => false,
    })
}

pub(super) fn plan(diff: &Diff) -> Result<Plan> {
    let mut plan = Plan::default();
    for change in &diff.changes {
        if let Change::DropFullText { table, index } = change
            && let Some(table) = diff.from.table(table)
        {
            let why = format!("the words of {} are not found meanwhile", table.name);
            let step = Step::new(Cost::Safe, why);
            plan.push(step.run_all(ddl::drop_full_text(diff.dialect, table, index)?));
        }
    }
    let rest = of_tables(&without(diff))?;
    plan.foreign_keys_off = rest.foreign_keys_off;
    plan.lossy = rest.lossy;
    plan.steps.extend(rest.steps);
    for change in &diff.changes {
        let (table, index) = match change {
            Change::AddFullText { table, index } => (table, index),
            Change::CreateTable { table } => match &table.full_text {
                Some(index) => (&table.name, index),
                None => continue,
            },
            _ => continue,
        };
        if let Some(table) = diff.to.table(table) {
            let why = format!("the words of all rows of {} are read", table.name);
            let step = Step::new(Cost::Locks, why);
            plan.push(step.run_all(ddl::create_full_text(diff.dialect, table, index)?));
        }
    }
    Ok(plan)
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
            table.full_text = None;
        }
    }
    other
}

fn clear(schema: &mut Schema) {
    for table in &mut schema.tables {
        table.full_text = None;
    }
}
