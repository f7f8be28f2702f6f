//! Running statements: on the pool, or on the transaction's connection.

use std::sync::atomic::Ordering;

use tokio::sync::mpsc;

use super::Db;
use super::sink::{Collect, Forward, Layout};
use crate::dialect::Feature;
use crate::driver::{Access, Done, Lease, NoRows, RowSink, Statement};
use crate::error::{Error, Result};
use crate::model::Model;
use crate::query::{AtDrop, Conflict, ConflictAction, DeleteStatement, InsertStatement, RowStream, UpdateStatement};
use crate::row::FromRow;
use crate::value::Value;

impl Db {
    /// Runs `work` with a connection: the transaction's, or one of the pool.
    pub(super) async fn with_lease<T>(&self, work: impl AsyncFnOnce(&mut Lease) -> Result<T>) -> Result<T> {
        match &self.session {
            Some(session) => session.with_lease(work).await,
            None => {
                let mut lease = self.shared.pool.lease().await?;
                work(&mut lease).await
            }
        }
    }

    async fn run<S: RowSink>(&self, statement: &Statement, sink: S) -> Result<(S, Done)> {
        let result = match &self.session {
            None => {
                let mut lease = self.shared.pool.lease().await?;
                lease.fetch(statement, sink).await
            }
            Some(session) => session.with_lease(async |lease| lease.fetch(statement, sink).await).await,
        };
        result.map_err(|e| e.with_sql(&statement.sql))
    }

    pub(crate) async fn fetch_all<R: FromRow>(&self, statement: Statement) -> Result<Vec<R>> {
        let layout = Layout::new(statement.access == Access::Unknown);
        let (sink, _) = self.run(&statement, Collect::new(layout, usize::MAX)).await?;
        Ok(sink.rows)
    }

    pub(crate) async fn fetch_first<R: FromRow>(&self, statement: Statement) -> Result<Option<R>> {
        let layout = Layout::new(statement.access == Access::Unknown);
        let (mut sink, _) = self.run(&statement, Collect::new(layout, 1)).await?;
        Ok(sink.rows.pop())
    }

    pub(crate) async fn execute(&self, statement: Statement) -> Result<u64> {
        self.run(&statement, NoRows).await.map(|(_, done)| done.affected)
    }

    pub(crate) fn stream<R: FromRow>(&self, statement: Result<Statement>) -> RowStream<R> {
        let (to, rows) = mpsc::channel(1);
        let db = self.clone();
        let at_drop = self.session.as_ref().map_or(AtDrop::Cancel, |session| AtDrop::Finish(session.streaming()));
        RowStream::new(rows, at_drop, async move {
            let statement = statement?;
            let sink = Forward::new(Layout::new(statement.access == Access::Unknown), to);
            let (sink, _) = match &db.session {
                None => db.run(&statement, sink).await?,
                Some(session) => {
                    let streaming = session.streaming();
                    let work = async |lease: &mut Lease| {
                        if sink.is_unread() {
                            return Ok((sink, Done::default()));
                        }
                        streaming.store(true, Ordering::Release);
                        let result = lease.fetch(&statement, sink).await;
                        streaming.store(false, Ordering::Release);
                        result
                    };
                    session.with_lease(work).await.map_err(|e| e.with_sql(&statement.sql))?
                }
            };
            sink.finish().await;
            Ok(())
        })
    }

    pub(crate) async fn update(&self, statement: &UpdateStatement) -> Result<u64> {
        self.execute(crate::sql::update(statement, self.dialect())?).await
    }

    pub(crate) async fn delete(&self, statement: &DeleteStatement) -> Result<u64> {
        self.execute(crate::sql::delete(statement, self.dialect())?).await
    }

    /// Changes rows and reads them back; in a transaction where the database takes two statements for that.
    pub(crate) async fn update_returning<M: Model>(&self, statement: &UpdateStatement) -> Result<Vec<M>> {
        let sql = crate::sql::update(statement, self.dialect())?;
        if self.dialect().supports(Feature::UpdateReturning) {
            return self.fetch_all(sql).await;
        }
        let changes_key = statement.assignments.iter().any(|a| statement.model.key.contains(&a.column.index));
        if changes_key {
            return Err(Error::unsupported("reading back rows whose primary key is changed", self.dialect().name()));
        }
        let tx = self.begin_alone().await?;
        // The rows are locked by their keys first, since the change may make them miss the filter.
        let mut select = crate::sql::update_key_filter(statement);
        select.lock = Some(crate::query::Lock { strength: crate::query::LockStrength::Update, wait: crate::query::LockWait::Wait });
        let width = statement.model.key.len();
        let keys: Vec<Vec<Value>> = tx.keys(crate::sql::select(&select, tx.dialect())?, width, statement.model).await?;
        let rows = if keys.is_empty() {
            Vec::new()
        } else {
            tx.execute(sql).await?;
            let filter = crate::sql::by_keys(statement.model, &statement.model.key, keys);
            tx.fetch_all(crate::sql::select_filtered(statement.model, filter, tx.dialect())?).await?
        };
        tx.commit().await?;
        Ok(rows)
    }

    /// Inserts one row and reads it back.
    pub(crate) async fn insert_returning<M: Model>(&self, mut statement: InsertStatement) -> Result<Vec<M>> {
        let dialect = self.dialect();
        if statement.conflict.is_some() && !dialect.supports(Feature::ConflictTarget) {
            return self.upsert_by_hand::<M>(statement).await;
        }
        if dialect.supports(Feature::InsertReturning) {
            let rows = std::mem::take(&mut statement.rows);
            let sql = crate::sql::insert(&statement, rows, true, true, dialect)?;
            return self.fetch_all(sql).await;
        }
        let tx = self.begin_alone().await?;
        let rows = tx.insert_and_select::<M>(&statement, &statement.rows).await?;
        tx.commit().await?;
        Ok(rows)
    }

    /// Inserts rows, all or none.
    pub(crate) async fn insert(&self, groups: Vec<InsertStatement>) -> Result<u64> {
        let dialect = self.dialect();
        let by_hand = groups.iter().any(|g| g.conflict.is_some()) && !dialect.supports(Feature::ConflictTarget);
        let statements = groups.iter().map(|g| g.rows.len().div_ceil(dialect.rows_per_insert(g.columns.len()))).sum::<usize>();
        if statements == 1 && !by_hand {
            return self.insert_chunks(groups).await;
        }
        if statements == 0 {
            return Ok(0);
        }
        let tx = self.begin_alone().await?;
        let affected = if by_hand { tx.upsert_each(groups).await? } else { tx.insert_chunks(groups).await? };
        tx.commit().await?;
        Ok(affected)
    }

    async fn insert_chunks(&self, groups: Vec<InsertStatement>) -> Result<u64> {
        let mut affected = 0;
        for mut group in groups {
            let length = self.dialect().rows_per_insert(group.columns.len());
            let mut rows = std::mem::take(&mut group.rows).into_iter();
            while rows.len() > 0 {
                let chunk: Vec<_> = rows.by_ref().take(length).collect();
                let keep = chunk.len() == length || chunk.len() == 1 || self.dialect().one_text_for_all_lengths();
                affected += self.execute(crate::sql::insert(&group, chunk, false, keep, self.dialect())?).await?;
            }
        }
        Ok(affected)
    }

    /// Inserts rows, all or none, and reads them back in order.
    pub(crate) async fn insert_many_returning<M: Model>(&self, groups: Vec<InsertStatement>) -> Result<Vec<M>> {
        let dialect = self.dialect();
        if groups.is_empty() {
            return Ok(Vec::new());
        }
        let tx = self.begin_alone().await?;
        let mut all = Vec::with_capacity(groups.iter().map(|g| g.rows.len()).sum());
        for group in &groups {
            let length = dialect.rows_per_insert(group.columns.len());
            for rows in group.rows.chunks(length) {
                let mut written: Vec<M> = if dialect.supports(Feature::InsertReturning) {
                    tx.fetch_all(crate::sql::insert(group, rows.to_vec(), true, true, dialect)?).await?
                } else {
                    tx.insert_and_select(group, rows).await?
                };
                in_order(group, rows, &mut written)?;
                all.extend(written);
            }
        }
        tx.commit().await?;
        Ok(all)
    }

    /// An insert for databases that do not return what was written: the keys are known, or numbered one after the other.
    async fn insert_and_select<M: Model>(&self, statement: &InsertStatement, rows: &[Vec<Value>]) -> Result<Vec<M>> {
        let model = statement.model;
        let known: Option<Vec<usize>> = model.key.iter().map(|k| statement.columns.iter().position(|c| c == k)).collect();
        if let Some(at) = known {
            self.execute(crate::sql::insert(statement, rows.to_vec(), false, true, self.dialect())?).await?;
            let keys = rows.iter().map(|row| at.iter().map(|i| row[*i].clone()).collect()).collect();
            return self.select_keys(model, keys).await;
        }
        if model.identity().is_none() || model.key.len() != 1 {
            return Err(Error::unsupported("reading back an inserted row whose key it makes by an SQL default", self.dialect().name()));
        }
        // The first number is certain; that the others follow it is only promised within one statement's simple rows, and not when
        // numbers have another increment. So each row is inserted by itself.
        let mut keys = Vec::with_capacity(rows.len());
        for row in rows {
            let sql = crate::sql::insert(statement, vec![row.clone()], false, true, self.dialect())?;
            let (_, done) = self.run(&sql, NoRows).await?;
            keys.push(vec![Value::I64(done.inserted.unwrap_or(0))]);
        }
        self.select_keys(model, keys).await
    }

    async fn select_keys<M: Model>(&self, model: &'static crate::model::ModelDef, keys: Vec<Vec<Value>>) -> Result<Vec<M>> {
        let filter = crate::sql::by_keys(model, &model.key, keys);
        self.fetch_all(crate::sql::select_filtered(model, filter, self.dialect())?).await
    }

    async fn upsert_each(&self, groups: Vec<InsertStatement>) -> Result<u64> {
        let mut affected = 0;
        for group in groups {
            for row in &group.rows {
                affected += u64::from(self.upsert_row(&group, row).await?.is_some());
            }
        }
        Ok(affected)
    }

    async fn upsert_by_hand<M: Model>(&self, mut statement: InsertStatement) -> Result<Vec<M>> {
        let tx = self.begin_alone().await?;
        let mut rows = Vec::new();
        for row in std::mem::take(&mut statement.rows) {
            if let Some(filter) = tx.upsert_row(&statement, &row).await? {
                rows.extend(tx.fetch_all::<M>(crate::sql::select_filtered(statement.model, filter, tx.dialect())?).await?);
            }
        }
        tx.commit().await?;
        Ok(rows)
    }

    /// An upsert for databases whose own form cannot name the unique key that it is about: insert, and if exactly that key is taken,
    /// change the row that has it. Gives the condition that finds the row, or `None` if it was left as it was.
    async fn upsert_row(&self, statement: &InsertStatement, row: &[Value]) -> Result<Option<Vec<crate::expr::Node>>> {
        let Some(Conflict { target, action }) = &statement.conflict else {
            return Err(Error::invalid_query("an upsert needs a conflict target"));
        };
        let model = statement.model;
        let given = |index: &usize| statement.columns.iter().position(|c| c == index).map(|at| row[at].clone());
        let Some(values) = target.iter().map(given).collect::<Option<Vec<Value>>>() else {
            return Err(Error::invalid_query("every column of the conflict target needs a value in the new row"));
        };
        let filter = crate::sql::by_keys(model, target, vec![values]);
        let plain = InsertStatement { conflict: None, rows: Vec::new(), columns: statement.columns.clone(), ..*statement };
        let insert = crate::sql::insert(&plain, vec![row.to_vec()], false, true, self.dialect())?;
        // The row may be deleted between the failed insert and the change, so it is tried again.
        for _ in 0..3 {
            match self.run(&insert, NoRows).await {
                Ok(_) => return Ok(Some(filter)),
                Err(error) if error.is_unique_violation() && is_about(&error, model, target) => {}
                Err(error) => return Err(error),
            }
            let assignments = match action {
                ConflictAction::Update(assignments) if !assignments.is_empty() => assignments,
                ConflictAction::Nothing | ConflictAction::Update(_) => return Ok(None),
            };
            let assignments = assignments.iter().map(|a| crate::query::Assignment { column: a.column, value: inserted(&a.value, statement, row) }).collect();
            let update = UpdateStatement { model, assignments, filter: filter.clone(), all_rows: false, returning: false };
            if self.update(&update).await? > 0 {
                return Ok(Some(filter));
            }
        }
        Err(Error::new(crate::error::ErrorKind::Serialization))
    }

    async fn keys(&self, statement: Statement, width: usize, model: &'static crate::model::ModelDef) -> Result<Vec<Vec<Value>>> {
        let (sink, _) = self.run(&statement, super::sink::Keys::new(model, width)).await?;
        Ok(sink.rows)
    }
}

/// The expression with the values of the new row in place of what the database would call excluded.
fn inserted(node: &crate::expr::Node, statement: &InsertStatement, row: &[Value]) -> crate::expr::Node {
    use crate::expr::Node;
    match node {
        Node::Excluded(column) => {
            let at = statement.columns.iter().position(|c| *c == column.index);
            Node::Value(at.map_or(Value::null(column.def().ty), |at| row[at].clone()))
        }
        Node::Binary(left, op, right) => {
            Node::Binary(Box::new(inserted(left, statement, row)), *op, Box::new(inserted(right, statement, row)))
        }
        Node::Negate(inner) => Node::Negate(Box::new(inserted(inner, statement, row))),
        Node::Call(function, arguments) => Node::Call(*function, arguments.iter().map(|a| inserted(a, statement, row)).collect()),
        Node::Case(arms, otherwise) => Node::Case(
            arms.iter().map(|(c, v)| (inserted(c, statement, row), inserted(v, statement, row))).collect(),
            otherwise.as_ref().map(|o| Box::new(inserted(o, statement, row))),
        ),
        other => other.clone(),
    }
}

/// Whether a unique violation is about these columns, and not about another unique key of the row.
fn is_about(error: &Error, model: &crate::model::ModelDef, target: &[usize]) -> bool {
    let Some(constraint) = error.constraint() else { return false };
    let mut columns: Vec<&str> = constraint.columns.iter().map(String::as_str).collect();
    let mut wanted: Vec<&str> = target.iter().map(|i| &*model.columns[*i].name).collect();
    columns.sort_unstable();
    wanted.sort_unstable();
    columns == wanted
}

/// Brings the rows that a database gave back into the order of the rows that it was given. By their keys, where the program gave
/// them; numbered rows are in the order of their numbers.
fn in_order<M: Model>(statement: &InsertStatement, rows: &[Vec<Value>], written: &mut [M]) -> Result<()> {
    let model = statement.model;
    let known: Option<Vec<usize>> = model.key.iter().map(|k| statement.columns.iter().position(|c| c == k)).collect();
    let key = |row: &M| model.key.iter().filter_map(|k| row.value(*k)).collect::<Result<Vec<Value>>>();
    if let Some(at) = known {
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
        let numbers = written.iter().map(|row| key(row).map(|k| number(k.first()))).collect::<Result<Vec<i64>>>()?;
        if !numbers.is_sorted() {
            let mut order: Vec<usize> = (0..numbers.len()).collect();
            order.sort_by_key(|i| numbers[*i]);
            permute(written, order);
        }
    }
    Ok(())
}

fn number(value: Option<&Value>) -> i64 {
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
