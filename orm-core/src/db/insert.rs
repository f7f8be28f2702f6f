//! Inserting rows, and reading back what was written.

use super::Db;
use crate::dialect::{Dialect, Feature};
use crate::driver::NoRows;
use crate::error::{Error, Result};
use crate::model::Model;
use crate::query::InsertStatement;
use crate::value::Value;

impl Db {
    /// Inserts one row and reads it back.
    pub(crate) async fn insert_returning<M: Model>(
        &self,
        mut statement: InsertStatement,
    ) -> Result<Vec<M>> {
        let dialect = self.dialect();
        if statement.conflict.is_some() && !dialect.supports(Feature::ConflictTarget) {
            return self.upsert_by_hand::<M>(statement).await;
        }
        if dialect.supports(Feature::InsertReturning) {
            let rows = std::mem::take(&mut statement.rows);
            self.number_behind(&statement, &rows).await?;
            let sql = crate::sql::insert(&statement, rows, true, true, dialect)?;
            let rows = self.fetch_all(sql).await;
            return rows.map_err(|e| self.hint(e, statement.model, &statement.columns));
        }
        let tx = self.begin_alone().await?;
        let rows = tx
            .insert_and_select::<M>(&statement, &statement.rows)
            .await?;
        tx.commit().await?;
        Ok(rows)
    }

    /// Inserts rows, all or none.
    pub(crate) async fn insert(&self, groups: Vec<InsertStatement>) -> Result<u64> {
        let dialect = self.dialect();
        let by_hand = groups.iter().any(|g| g.conflict.is_some())
            && !dialect.supports(Feature::ConflictTarget);
        let statements = groups
            .iter()
            .map(|g| {
                g.rows
                    .len()
                    .div_ceil(dialect.rows_per_insert(g.columns.len()))
            })
            .sum::<usize>();
        if statements == 1 && !by_hand {
            return self.insert_chunks(groups).await;
        }
        if statements == 0 {
            return Ok(0);
        }
        let tx = self.begin_alone().await?;
        let affected = if by_hand {
            tx.upsert_each(groups).await?
        } else {
            tx.insert_chunks(groups).await?
        };
        tx.commit().await?;
        Ok(affected)
    }

    pub(super) async fn insert_chunks(&self, groups: Vec<InsertStatement>) -> Result<u64> {
        let mut affected = 0;
        for mut group in groups {
            let length = self.dialect().rows_per_insert(group.columns.len());
            let mut rows = std::mem::take(&mut group.rows).into_iter();
            while rows.len() > 0 {
                let chunk: Vec<_> = rows.by_ref().take(length).collect();
                let keep = chunk.len() == length
                    || chunk.len() == 1
                    || self.dialect().one_text_for_all_lengths();
                self.number_behind(&group, &chunk).await?;
                let sql = crate::sql::insert(&group, chunk, false, keep, self.dialect())?;
                affected += self
                    .execute(sql)
                    .await
                    .map_err(|e| self.hint(e, group.model, &group.columns))?;
            }
        }
        Ok(affected)
    }

    /// Inserts rows, all or none, and reads them back in order.
    pub(crate) async fn insert_many_returning<M: Model>(
        &self,
        groups: Vec<InsertStatement>,
    ) -> Result<Vec<M>> {
        if groups.is_empty() {
            return Ok(Vec::new());
        }
        let tx = self.begin_alone().await?;
        let all = tx.insert_groups(&groups).await?;
        tx.commit().await?;
        Ok(all)
    }

    /// Inserts rows by as many statements as it takes, and reads them back in order.
    pub(super) async fn insert_groups<M: Model>(
        &self,
        groups: &[InsertStatement],
    ) -> Result<Vec<M>> {
        let dialect = self.dialect();
        let mut all = Vec::with_capacity(groups.iter().map(|g| g.rows.len()).sum());
        for group in groups {
            let length = dialect.rows_per_insert(group.columns.len());
            for rows in group.rows.chunks(length) {
                let mut written: Vec<M> = if dialect.supports(Feature::InsertReturning) {
                    self.number_behind(group, rows).await?;
                    let sql = crate::sql::insert(group, rows.to_vec(), true, true, dialect)?;
                    self.fetch_all(sql)
                        .await
                        .map_err(|e| self.hint(e, group.model, &group.columns))?
                } else {
                    self.insert_and_select(group, rows).await?
                };
                in_order(group, rows, &mut written)?;
                all.extend(written);
            }
        }
        Ok(all)
    }

    /// An insert for databases that do not return what was written.
    async fn insert_and_select<M: Model>(
        &self,
        statement: &InsertStatement,
        rows: &[Vec<Value>],
    ) -> Result<Vec<M>> {
        let keys = self.insert_for_keys(statement, rows).await?;
        self.select_keys(statement.model, keys).await
    }

    /// Inserts rows, and gives their keys in the same order: the keys are known, or numbered one after the other.
    pub(super) async fn insert_for_keys(
        &self,
        statement: &InsertStatement,
        rows: &[Vec<Value>],
    ) -> Result<Vec<Vec<Value>>> {
        let model = statement.model;
        if let Some(at) = statement.positions(&model.key) {
            self.execute(crate::sql::insert(
                statement,
                rows.to_vec(),
                false,
                true,
                self.dialect(),
            )?)
            .await?;
            let keys = rows
                .iter()
                .map(|row| at.iter().map(|i| row[*i].clone()).collect())
                .collect();
            return Ok(keys);
        }
        if model.identity().is_none() || model.key.len() != 1 {
            return Err(unknown_key(self.dialect()));
        }
        // The first number is certain; that the others follow it is only promised within one statement's simple rows, and not when
        // numbers have another increment. So each row is inserted by itself.
        let mut keys = Vec::with_capacity(rows.len());
        for row in rows {
            let sql =
                crate::sql::insert(statement, vec![row.clone()], false, true, self.dialect())?;
            let (_, done) = self.run(&sql, NoRows).await?;
            keys.push(vec![Value::I64(done.inserted.unwrap_or(0))]);
        }
        Ok(keys)
    }

    async fn select_keys<M: Model>(
        &self,
        model: &'static crate::model::ModelDef,
        keys: Vec<Vec<Value>>,
    ) -> Result<Vec<M>> {
        let filter = crate::sql::by_keys(model, &model.key, keys);
        self.fetch_all(crate::sql::select_filtered(model, filter, self.dialect())?)
            .await
    }
}

/// The row was not inserted, since nothing would tell which one it is.
pub(super) fn unknown_key(dialect: &'static dyn Dialect) -> Error {
    let what = "reading back an inserted row whose key it makes by an SQL default";
    Error::unsupported(what, dialect.name())
}

/// Brings the rows that a database gave back into the order of the rows that it was given. By their keys, where the program gave
/// them; numbered rows are in the order of their numbers.
fn in_order<M: Model>(
    statement: &InsertStatement,
    rows: &[Vec<Value>],
    written: &mut [M],
) -> Result<()> {
    let model = statement.model;
    let key = |row: &M| {
        model
            .key
            .iter()
            .filter_map(|k| row.value(*k))
            .collect::<Result<Vec<Value>>>()
    };
    if let Some(at) = statement.positions(&model.key) {
        let mut keys = written.iter().map(key).collect::<Result<Vec<_>>>()?;
        for (place, row) in rows.iter().enumerate() {
            let is_it = |k: &Vec<Value>| at.iter().zip(k).all(|(i, value)| row[*i] == *value);
            if keys.get(place).is_some_and(&is_it) {
                continue;
            }
            if let Some(found) = keys.iter().skip(place).position(is_it) {
                keys.swap(place, place + found);
                written.swap(place, place + found);
            }
        }
        return Ok(());
    }
    if model.identity().is_some() {
        let numbers = written
            .iter()
            .map(|row| key(row).map(|k| number(k.first())))
            .collect::<Result<Vec<i64>>>()?;
        if !numbers.is_sorted() {
            let mut order: Vec<usize> = (0..numbers.len()).collect();
            order.sort_by_key(|i| numbers[*i]);
            permute(written, order);
        }
    }
    Ok(())
}

pub(super) fn number(value: Option<&Value>) -> i64 {
    match value {
        Some(Value::I64(n)) => *n,
        Some(Value::I32(n)) => i64::from(*n),
        Some(Value::I16(n)) => i64::from(*n),
        Some(Value::U32(n)) => i64::from(*n),
        _ => 0,
    }
}

/// Moves the item that stands at `order[i]` to `i`.
fn permute<T>(items: &mut [T], mut order: Vec<usize>) {
    for i in 0..order.len() {
        let mut from = order[i];
        while from < i {
            from = order[from];
        }
        items.swap(i, from);
        order[i] = from;
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn permuting_sorts() {
        let mut items = ['c', 'a', 'd', 'b'];
        super::permute(&mut items, vec![1, 3, 0, 2]);
        assert_eq!(items, ['a', 'b', 'c', 'd']);
    }
}
