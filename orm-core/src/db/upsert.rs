//! Upserts for databases whose own form cannot name the unique key that it is about.

use super::Db;
use crate::driver::{NoRows, Statement};
use crate::error::{Error, Result};
use crate::expr::Node;
use crate::model::Model;
use crate::query::{ByHand, InsertStatement, by_hand};
use crate::value::Value;

impl Db {
    pub(super) async fn upsert_each(&self, groups: Vec<InsertStatement>) -> Result<u64> {
        let mut affected = 0;
        for group in groups {
            for row in &group.rows {
                affected += u64::from(self.upsert_row(&group, row).await?.is_some());
            }
        }
        Ok(affected)
    }

    pub(super) async fn upsert_by_hand<M: Model>(
        &self,
        mut statement: InsertStatement,
    ) -> Result<Vec<M>> {
        let tx = self.begin_alone().await?;
        let mut rows = Vec::new();
        for row in std::mem::take(&mut statement.rows) {
            if let Some(filter) = tx.upsert_row(&statement, &row).await? {
                rows.extend(
                    tx.fetch_all::<M>(crate::sql::select_filtered(
                        statement.model,
                        filter,
                        tx.dialect(),
                    )?)
                    .await?,
                );
            }
        }
        tx.commit().await?;
        Ok(rows)
    }

    /// An upsert for databases whose own form cannot name the unique key that it is about: insert, and if exactly that key is taken,
    /// change the row that has it. Gives the condition that finds the row, or `None` if it was left as it was.
    async fn upsert_row(
        &self,
        statement: &InsertStatement,
        row: &[Value],
    ) -> Result<Option<Vec<Node>>> {
        let ByHand {
            insert: plain,
            found,
            update,
        } = by_hand(statement, row)?;
        let insert = crate::sql::insert(&plain, vec![row.to_vec()], false, true, self.dialect())?;
        let model = statement.model;
        let Some((target, filter)) = found else {
            return self.insert_fresh(&plain, row, &insert).await.map(Some);
        };
        // The row may be deleted between the failed insert and the change, so it is tried again.
        for _ in 0..3 {
            match self.run(&insert, NoRows).await {
                Ok(_) => return Ok(Some(filter)),
                Err(error) if error.is_unique_violation() && is_about(&error, model, &target) => {}
                Err(error) => return Err(error),
            }
            let Some(update) = &update else {
                return Ok(None);
            };
            if self.update(update).await? > 0 {
                return Ok(Some(filter));
            }
            let there = crate::sql::select_filtered(model, filter.clone(), self.dialect())?;
            let there = super::sink::Values::among(model, &model.key)
                .read(self, &there)
                .await?;
            if !there.is_empty() {
                return Ok(None);
            }
        }
        Err(Error::new(crate::error::ErrorKind::Serialization))
    }

    /// Inserts a row that nothing can be in conflict with, and gives the condition that finds it.
    async fn insert_fresh(
        &self,
        plain: &InsertStatement,
        row: &[Value],
        insert: &Statement,
    ) -> Result<Vec<Node>> {
        let model = plain.model;
        let identity = model.identity();
        let known = |column: &usize| plain.position(*column).is_some() || identity == Some(*column);
        if !model.key.iter().all(known) {
            return Err(super::insert::unknown_key(self.dialect()));
        }
        let (_, done) = self.run(insert, NoRows).await?;
        let number = Value::I64(done.inserted.unwrap_or(0));
        let value = |column: &usize| {
            plain
                .position(*column)
                .map_or(number.clone(), |at| row[at].clone())
        };
        let key = model.key.iter().map(value).collect();
        Ok(crate::sql::by_keys(model, &model.key, vec![key]))
    }
}

/// Whether a unique violation is about these columns, and not about another unique key of the row.
fn is_about(error: &Error, model: &crate::model::ModelDef, target: &[usize]) -> bool {
    let Some(constraint) = error.constraint() else {
        return false;
    };
    let mut columns: Vec<&str> = constraint.columns.iter().map(String::as_str).collect();
    let mut wanted: Vec<&str> = target.iter().map(|i| &*model.columns[*i].name).collect();
    columns.sort_unstable();
    wanted.sort_unstable();
    columns == wanted
}
