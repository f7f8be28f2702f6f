//! Inserting the rows of a query.

use std::collections::BTreeSet;

use super::Db;
use super::identity::end_from;
use super::sink::Values;
use crate::dialect::{Dialect, Feature};
use crate::error::{DatabaseError, Error, Result};
use crate::model::Model;
use crate::query::{InsertFromStatement, InsertStatement, key_text};
use crate::value::Value;

impl Db {
    /// Inserts the rows of a query, or changes those that are there, by one statement.
    pub(crate) async fn insert_from(&self, statement: &InsertFromStatement) -> Result<u64> {
        let sql = crate::sql::insert_from(statement, false, self.dialect())?;
        let tx = self.begin_from(statement).await?;
        let written = tx.as_deref().unwrap_or(self).execute(sql).await;
        let written = written.map_err(|e| self.explained(e, statement))?;
        end_from(tx, statement).await?;
        Ok(written)
    }

    /// Inserts the rows of a query, and gives them back.
    pub(crate) async fn insert_from_returning<M: Model>(
        &self,
        statement: &InsertFromStatement,
    ) -> Result<Vec<M>> {
        let dialect = self.dialect();
        if dialect.supports(Feature::InsertReturning) {
            return self.write_from_returning(statement).await;
        }
        let tx = self.begin_alone().await?;
        let insert = tx.read_rows(statement).await?;
        let rows = tx.insert_groups::<M>(&[insert]).await?;
        tx.commit().await?;
        Ok(rows)
    }

    /// Inserts or changes the rows of a query, and says how many were written.
    pub(crate) async fn upsert_from(&self, statement: &InsertFromStatement) -> Result<u64> {
        let dialect = self.dialect();
        if !dialect.supports(Feature::ConflictTarget) {
            let tx = self.begin_alone().await?;
            let insert = tx.read_rows(statement).await?;
            refuse_repeated_keys(statement, &insert)?;
            let written = tx.upsert_each(vec![insert]).await?;
            tx.commit().await?;
            return Ok(written);
        }
        self.insert_from(statement).await
    }

    /// Inserts or changes the rows of a query, and gives back those that were written.
    pub(crate) async fn upsert_from_returning<M: Model>(
        &self,
        statement: &InsertFromStatement,
    ) -> Result<Vec<M>> {
        let dialect = self.dialect();
        if !dialect.supports(Feature::ConflictTarget) {
            let tx = self.begin_alone().await?;
            let insert = tx.read_rows(statement).await?;
            refuse_repeated_keys(statement, &insert)?;
            let rows = tx.upsert_by_hand::<M>(insert).await?;
            tx.commit().await?;
            return Ok(rows);
        }
        self.write_from_returning(statement).await
    }

    async fn write_from_returning<M: Model>(
        &self,
        statement: &InsertFromStatement,
    ) -> Result<Vec<M>> {
        let sql = crate::sql::insert_from(statement, true, self.dialect())?;
        let tx = self.begin_from(statement).await?;
        let rows = tx.as_deref().unwrap_or(self).fetch_all(sql).await;
        let rows = rows.map_err(|e| self.explained(e, statement))?;
        end_from(tx, statement).await?;
        Ok(rows)
    }

    fn explained(&self, error: Error, statement: &InsertFromStatement) -> Error {
        let error = repeated_key(error, statement, self.dialect());
        self.hint(error, statement.model, &statement.columns)
    }

    /// Reads the rows that are to be inserted.
    async fn read_rows(&self, statement: &InsertFromStatement) -> Result<InsertStatement> {
        let split = statement.split();
        let query = crate::sql::select(&split.query, self.dialect())?;
        let sink = Values::selected(statement.model, &split.read);
        let rows = sink.read(self, &query).await?;
        let mut insert = InsertStatement::plain(statement.model, statement.columns.clone());
        insert.rows = rows.into_iter().map(|row| split.row(row)).collect();
        insert.conflict.clone_from(&statement.conflict);
        Ok(insert)
    }
}

/// Refuses rows of which two would change the same one.
fn refuse_repeated_keys(statement: &InsertFromStatement, rows: &InsertStatement) -> Result<()> {
    let conflict = statement.conflict.as_ref();
    let conflict = conflict.filter(|conflict| !conflict.assignments().is_empty());
    let Some(places) = conflict.and_then(|conflict| rows.positions(&conflict.target)) else {
        return Ok(());
    };
    let mut keys = BTreeSet::new();
    for row in &rows.rows {
        let key: Vec<Value> = places.iter().map(|at| row[*at].clone()).collect();
        // NULL is in conflict with nothing.
        if !key.iter().any(Value::is_null) && !keys.insert(key_text(key)) {
            return Err(repeated(statement));
        }
    }
    Ok(())
}

pub(super) fn refuse_any(found: Option<i64>, statement: &InsertFromStatement) -> Result<()> {
    match found {
        Some(_) => Err(repeated(statement)),
        None => Ok(()),
    }
}

/// The database's own refusal, in the words that are used everywhere.
fn repeated_key(
    error: Error,
    statement: &InsertFromStatement,
    dialect: &'static dyn Dialect,
) -> Error {
    let said = std::error::Error::source(&error);
    let said = said.and_then(|said| said.downcast_ref::<DatabaseError>());
    match (said, dialect.repeated_key()) {
        (Some(said), Some((code, words)))
            if said.code() == Some(code) && said.message().contains(words) =>
        {
            repeated(statement)
        }
        _ => error,
    }
}

fn repeated(statement: &InsertFromStatement) -> Error {
    let model = statement.model;
    let target = statement.conflict.iter().flat_map(|c| &c.target);
    let fields: Vec<_> = target.map(|index| &*model.columns[*index].field).collect();
    Error::invalid_query(format!(
        "`insert_from`: the query gives several rows with the same `{}::({})`, and one statement does not change a row twice; group the query, or filter it",
        model.name,
        fields.join(", ")
    ))
}
