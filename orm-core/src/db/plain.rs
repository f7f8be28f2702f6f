//! A row that is written without its type.

use super::Db;
use crate::error::{Error, ErrorKind, Result};
use crate::model::ModelDef;
use crate::query::{InsertStatement, given_columns};
use crate::value::Value;

impl Db {
    /// Inserts a row, and gives the values that it has in these columns.
    pub(crate) async fn insert_plain(
        &self,
        model: &'static ModelDef,
        mut values: Vec<Option<Value>>,
        wanted: &[usize],
    ) -> Result<Vec<Value>> {
        let columns: Vec<usize> = given_columns(&values).collect();
        let row = columns.iter().filter_map(|column| values[*column].take());
        let rows = vec![row.collect()];
        let statement = InsertStatement::plain(model, columns);
        let mut written = self.insert_for(&statement, rows, wanted).await?;
        written
            .pop()
            .ok_or_else(|| Error::new(ErrorKind::NotFound { what: model.name }))
    }
}
