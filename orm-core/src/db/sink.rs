//! What happens to the rows of a statement: collected, or handed on one by one.

use tokio::sync::mpsc;

use crate::driver::{Columns, RowSink};
use crate::error::{Error, ErrorKind, Result};
use crate::row::{Cells, RowColumns, RowSource};
use crate::shape::{GatherRows, Shape};

/// How the cells of a row type are found in a result: by position, or by this map.
pub(super) struct Layout<R> {
    map: Option<Vec<usize>>,
    /// Columns by name are looked up only where the text was written by hand; the renderer's own are in order.
    by_name: bool,
    row: std::marker::PhantomData<fn() -> R>,
}

impl<R: Shape> Layout<R> {
    pub(super) fn new(by_name: bool) -> Self {
        Self {
            map: None,
            by_name,
            row: std::marker::PhantomData,
        }
    }

    fn start(&mut self, columns: &dyn Columns) -> Result<()> {
        if !self.by_name {
            return Ok(());
        }
        match R::columns() {
            None => Err(Error::invalid_query(format!(
                "a hand-written statement is not read into `{}`",
                std::any::type_name::<R>()
            ))),
            Some(RowColumns::Positional(width)) if width == columns.len() => Ok(()),
            Some(RowColumns::All) => Ok(()),
            Some(RowColumns::Positional(width)) => Err(Error::invalid_query(format!(
                "the statement gives {} columns, and `{}` reads {width}",
                columns.len(),
                std::any::type_name::<R>()
            ))),
            Some(RowColumns::Named(names)) => {
                self.map = Some(
                    names
                        .iter()
                        .map(|name| position::<R>(columns, name))
                        .collect::<Result<_>>()?,
                );
                Ok(())
            }
        }
    }

    #[inline]
    fn read(&self, row: &dyn RowSource) -> Result<R> {
        R::read(&mut Cells::new(row, self.map.as_deref()))
    }
}

fn position<R: Shape>(columns: &dyn Columns, name: &str) -> Result<usize> {
    let mut found = (0..columns.len()).filter(|i| columns.name(*i) == name);
    match (found.next(), found.next()) {
        (Some(index), None) => Ok(index),
        (Some(_), Some(_)) => Err(missing::<R>(
            name,
            "the statement gives it twice; give one of them another name by `AS`",
        )),
        (None, _) => {
            let names: Vec<&str> = (0..columns.len()).map(|i| columns.name(i)).collect();
            Err(missing::<R>(
                name,
                &format!(
                    "the statement does not give it; it gives: {}",
                    names.join(", ")
                ),
            ))
        }
    }
}

fn missing<R: Shape>(name: &str, reason: &str) -> Error {
    Error::new(ErrorKind::Decode {
        column: name.to_owned(),
        target: R::NAME,
        reason: reason.to_owned().into(),
    })
}

/// Collects rows, no more than `limit`.
pub(super) struct Collect<R> {
    layout: Layout<R>,
    pub(super) rows: Vec<R>,
    limit: usize,
}

impl<R: Shape> Collect<R> {
    pub(super) fn new(layout: Layout<R>, limit: usize) -> Self {
        Self {
            layout,
            rows: Vec::new(),
            limit,
        }
    }
}

impl<R: Shape> RowSink for Collect<R> {
    fn needs_columns(&self) -> bool {
        self.layout.by_name
    }

    fn reset(&mut self) {
        self.rows.clear();
    }

    fn start(&mut self, columns: &dyn Columns) -> Result<()> {
        self.layout.start(columns)
    }

    #[inline]
    fn row(&mut self, row: &dyn RowSource) -> Result<()> {
        if self.rows.len() < self.limit {
            self.rows.push(self.layout.read(row)?);
        }
        Ok(())
    }
}

/// Hands rows on through a channel, a batch at a time, so that a slow reader stops the statement and memory stays constant.
pub(super) struct Forward<R> {
    layout: Layout<R>,
    batch: Vec<R>,
    /// Whether rows were handed on already.
    handed_on: bool,
    to: mpsc::Sender<Vec<R>>,
}

impl<R: Shape> Forward<R> {
    const BATCH: usize = 64;

    pub(super) fn new(layout: Layout<R>, to: mpsc::Sender<Vec<R>>) -> Self {
        Self {
            layout,
            batch: Vec::with_capacity(Self::BATCH),
            handed_on: false,
            to,
        }
    }

    /// Whether nobody reads the rows any more.
    pub(super) fn is_unread(&self) -> bool {
        self.to.is_closed()
    }

    /// Hands on the rows that are left at the end.
    pub(super) async fn finish(mut self) {
        if !self.batch.is_empty() {
            self.drain().await;
        }
    }
}

impl<R: Shape> RowSink for Forward<R> {
    const STREAMS: bool = true;

    fn needs_columns(&self) -> bool {
        self.layout.by_name
    }

    fn start(&mut self, columns: &dyn Columns) -> Result<()> {
        self.layout.start(columns)
    }

    fn row(&mut self, row: &dyn RowSource) -> Result<()> {
        self.batch.push(self.layout.read(row)?);
        Ok(())
    }

    fn is_full(&self) -> bool {
        self.batch.len() >= Self::BATCH
    }

    fn can_restart(&self) -> bool {
        !self.handed_on
    }

    fn reset(&mut self) {
        self.batch.clear();
    }

    async fn drain(&mut self) -> bool {
        self.handed_on = true;
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(Self::BATCH));
        self.to.send(batch).await.is_ok()
    }

    fn drain_blocking(&mut self) -> bool {
        self.handed_on = true;
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(Self::BATCH));
        self.to.blocking_send(batch).is_ok()
    }
}

/// Collects rows together with the keys of what will be loaded for them. Its type is the same for all rows.
pub(super) struct Gathering(pub(super) Box<dyn GatherRows>);

impl RowSink for Gathering {
    fn needs_columns(&self) -> bool {
        false
    }

    fn reset(&mut self) {
        self.0.reset();
    }

    fn start(&mut self, _: &dyn Columns) -> Result<()> {
        Ok(())
    }

    fn row(&mut self, row: &dyn RowSource) -> Result<()> {
        self.0.row(row)
    }
}

/// Collects values as they are, for rows that no Rust type names.
pub(super) struct Values {
    model: &'static crate::model::ModelDef,
    /// Where a row has them, and the columns that they are of.
    places: Vec<(usize, usize)>,
    pub(super) rows: Vec<Vec<crate::value::Value>>,
}

impl Values {
    /// The values of these columns, in rows that have these columns and no others.
    pub(super) fn selected(model: &'static crate::model::ModelDef, columns: &[usize]) -> Self {
        Self::at(model, columns.iter().copied().enumerate().collect())
    }

    /// The values of these columns, in rows that have all columns of the model's struct.
    pub(super) fn among(model: &'static crate::model::ModelDef, columns: &[usize]) -> Self {
        Self::at(
            model,
            columns.iter().map(|column| (*column, *column)).collect(),
        )
    }

    /// Runs a statement, and gives the values of its rows.
    pub(super) async fn read(
        self,
        db: &super::Db,
        statement: &crate::driver::Statement,
    ) -> Result<Vec<Vec<crate::value::Value>>> {
        Ok(db.run(statement, self).await?.0.rows)
    }

    fn at(model: &'static crate::model::ModelDef, places: Vec<(usize, usize)>) -> Self {
        Self {
            model,
            places,
            rows: Vec::new(),
        }
    }
}

impl RowSink for Values {
    fn needs_columns(&self) -> bool {
        false
    }

    fn reset(&mut self) {
        self.rows.clear();
    }

    fn start(&mut self, _: &dyn Columns) -> Result<()> {
        Ok(())
    }

    fn row(&mut self, row: &dyn RowSource) -> Result<()> {
        let values = self.places.iter().map(|(place, column)| {
            let column = &self.model.columns[*column];
            row.raw(*place)
                .and_then(|raw| raw.to_value(column.ty.kind))
                .map_err(|error| {
                    Error::new(ErrorKind::Decode {
                        column: column.name.to_string(),
                        target: column.rust_type,
                        reason: error.0,
                    })
                })
        });
        self.rows.push(values.collect::<Result<_>>()?);
        Ok(())
    }
}
