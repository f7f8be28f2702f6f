//! Indexes.

use orm_core::Result;
use orm_core::schema::{Index, IndexPart, Table};
use orm_core::sql::ddl::alter;

use super::Planner;
use crate::change::Change;
use crate::change::rename::mentions;
use crate::plan::{Cost, Step};

impl<'d> Planner<'d> {
    pub(super) fn index(&mut self, change: &Change) -> Result<()> {
        let db = self.db;
        match change {
            Change::AddIndex { table, index } => {
                let Some(after) = self.diff.to.table(table) else {
                    return Ok(());
                };
                let (cost, why) = match index.unique {
                    true => (
                        Cost::NeedsDecision,
                        format!("it fails if two rows of {table} are the same to it"),
                    ),
                    false => (
                        Cost::Safe,
                        "others go on to read and write while it is built".to_owned(),
                    ),
                };
                self.build(after, index, cost, why)
            }
            Change::DropIndex { table, index } => {
                let step =
                    Step::new(Cost::Safe, "queries that used it read the whole table").outside();
                let sql = alter::drop_index(db, table, &index.name, "CONCURRENTLY IF EXISTS ")?;
                self.push(step.run(sql));
                Ok(())
            }
            Change::RenameIndex { table, from, to } => {
                let step = Step::new(Cost::Safe, "an index under another name is the same index");
                self.push(step.run(alter::rename_index(db, table, from, to)?));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Builds an index while others write. An attempt that failed leaves one behind that is not valid, and in the way.
    pub(super) fn build(
        &mut self,
        table: &Table,
        index: &Index,
        cost: Cost,
        why: String,
    ) -> Result<()> {
        let db = self.db;
        let sql = alter::drop_index(db, &table.name, &index.name, "CONCURRENTLY IF EXISTS ")?;
        let mut step = Step::new(cost, why).outside().run(sql);
        if let Some(first) = step.statements.first_mut() {
            first.comment =
                Some("An attempt that failed may have left one behind that is not valid.".into());
        }
        self.push(step.run(alter::create_index_online(db, table, index)?));
        Ok(())
    }
}

/// Whether an index is over a column in any way.
pub(super) fn mentions_column(index: &Index, column: &str) -> bool {
    let part = |part: &IndexPart| match part {
        IndexPart::Column { name, .. } => name == column,
        IndexPart::Expression(sql) => mentions(sql, column),
    };
    index.parts.iter().any(part)
        || index.include.iter().any(|c| c == column)
        || index
            .condition
            .as_ref()
            .is_some_and(|c| mentions(c, column))
}
