//! Rows as they were before a statement changed or deleted them.

use std::collections::BTreeMap;

use super::Db;
use crate::dialect::Feature;
use crate::error::Result;
use crate::model::Model;
use crate::query::{Changed, DeleteStatement, UpdateStatement, key_text};

impl Db {
    /// Deletes rows, and gives them back as they were.
    pub(crate) async fn delete_returning<M: Model>(
        &self,
        statement: &DeleteStatement,
    ) -> Result<Vec<M>> {
        let dialect = self.dialect();
        let returning = dialect.supports(Feature::DeleteReturning);
        let sql = crate::sql::delete(statement, returning, dialect)?;
        if returning {
            return self.fetch_all(sql).await;
        }
        let tx = self.begin_alone().await?;
        let rows = tx.locked::<M>(statement.filter.clone()).await?;
        if !rows.is_empty() {
            let filter = keys_of(&rows)?;
            let statement = DeleteStatement {
                filter,
                ..*statement
            };
            tx.delete(&statement).await?;
        }
        tx.commit().await?;
        Ok(rows)
    }

    /// Changes rows, and gives back what they were and what they are. No database gives both in the same way, so the rows are locked and
    /// read first, and then changed by their keys.
    pub(crate) async fn update_returning_both<M: Model>(
        &self,
        statement: &UpdateStatement,
    ) -> Result<Vec<Changed<M>>> {
        crate::sql::can_return_both(statement)?;
        let tx = self.begin_alone().await?;
        let old = tx.locked::<M>(statement.filter.clone()).await?;
        let new = if old.is_empty() {
            Vec::new()
        } else if statement.assignments.is_empty() {
            tx.locked::<M>(keys_of(&old)?).await?
        } else {
            let statement = UpdateStatement {
                filter: keys_of(&old)?,
                assignments: statement.assignments.clone(),
                returning: true,
                ..*statement
            };
            tx.update_returning::<M>(&statement).await?
        };
        tx.commit().await?;
        let mut changed = BTreeMap::new();
        for row in new {
            changed.insert(key_text(key_of(&row)?), row);
        }
        let mut pairs = Vec::with_capacity(old.len());
        for old in old {
            if let Some(new) = changed.remove(&key_text(key_of(&old)?)) {
                pairs.push(Changed { old, new });
            }
        }
        Ok(pairs)
    }

    /// The rows that meet these conditions, which nobody else changes until the transaction ends.
    async fn locked<M: Model>(&self, filter: Vec<crate::expr::Node>) -> Result<Vec<M>> {
        let select = crate::sql::select_locked(M::def(), filter, self.dialect())?;
        self.fetch_all(select).await
    }
}

fn key_of<M: Model>(row: &M) -> Result<Vec<crate::Value>> {
    M::def().key.iter().filter_map(|k| row.value(*k)).collect()
}

/// The condition that a row is one of these.
fn keys_of<M: Model>(rows: &[M]) -> Result<Vec<crate::expr::Node>> {
    let keys = rows.iter().map(key_of).collect::<Result<Vec<_>>>()?;
    Ok(crate::sql::by_keys(M::def(), &M::def().key, keys))
}
