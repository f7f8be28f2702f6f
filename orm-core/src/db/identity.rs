//! The numbers of rows, where the database does not count those that were given.

use super::{Db, Tx};
use crate::driver::NoRows;
use crate::error::{Error, Result};
use crate::model::ModelDef;
use crate::query::{InsertFromStatement, InsertStatement};
use crate::value::Value;

impl Db {
    /// Lets the database number further rows behind those that are there, where it does not do so by itself.
    pub(crate) async fn advance_identity(&self, model: &'static ModelDef) -> Result<()> {
        match crate::sql::advance_identity(model, self.dialect())? {
            Some(statement) => self.run(&statement, NoRows).await.map(drop),
            None => Ok(()),
        }
    }

    /// Lets the database number further rows behind these, if they give their numbers and it does not see to that by itself. It comes
    /// before the rows, so that it takes no transaction: if they are refused, numbers were left out, which is always possible.
    pub(super) async fn number_behind(
        &self,
        statement: &InsertStatement,
        rows: &[Vec<Value>],
    ) -> Result<()> {
        let Some(at) = given(statement.model, &statement.columns) else {
            return Ok(());
        };
        let numbers = rows.iter().map(|row| super::insert::number(row.get(at)));
        let most = numbers.max().unwrap_or(0);
        match crate::sql::advance_identity_to(statement.model, most, self.dialect())? {
            Some(statement) => self.run(&statement, NoRows).await.map(drop),
            None => Ok(()),
        }
    }

    /// Begins what the rows of a query take beside their statement: a look for keys that are there twice, and numbers.
    pub(super) async fn begin_from(&self, statement: &InsertFromStatement) -> Result<Option<Tx>> {
        let check = crate::sql::repeated_keys(statement, self.dialect())?;
        let numbered = given(statement.model, &statement.columns).is_some()
            && crate::sql::advance_identity(statement.model, self.dialect())?.is_some();
        if check.is_none() && !numbered {
            return Ok(None);
        }
        let tx = self.begin_alone().await?;
        if let Some(check) = check {
            let found: Option<i64> = tx.fetch_first(check).await?;
            super::insert_from::refuse_any(found, statement)?;
        }
        Ok(Some(tx))
    }

    /// Says what may be the matter, where a number that the database gave is taken.
    #[cold]
    pub(super) fn hint(&self, error: Error, model: &'static ModelDef, columns: &[usize]) -> Error {
        let Some(identity) = model.identity() else {
            return error;
        };
        let about = error.is_unique_violation()
            && error
                .constraint()
                .is_some_and(|c| *c.columns == [model.columns[identity].name.clone()]);
        let behind = matches!(
            crate::sql::advance_identity(model, self.dialect()),
            Ok(Some(_))
        );
        if !about || !behind || columns.contains(&identity) {
            return error;
        }
        error.with_hint(format!(
            "the database gave a number that is taken; if rows got their numbers in another way, `{}::sync_sequence(&db)` lets it go on behind them",
            model.name
        ))
    }
}

/// Ends what [`begin_from`](Db::begin_from) began.
pub(super) async fn end_from(tx: Option<Tx>, statement: &InsertFromStatement) -> Result<()> {
    let Some(tx) = tx else { return Ok(()) };
    if given(statement.model, &statement.columns).is_some() {
        tx.advance_identity(statement.model).await?;
    }
    tx.commit().await
}

/// Where rows of these columns give the numbers that the database would give.
fn given(model: &ModelDef, columns: &[usize]) -> Option<usize> {
    let identity = model.identity()?;
    columns.iter().position(|column| *column == identity)
}
