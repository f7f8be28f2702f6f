//! Rows that are read, with what ties them to the rows before and behind them.

use std::any::Any;

use super::{KeyPlaces, Owners, Parts, Shape};
use crate::error::Result;
use crate::row::{Cells, RowSource};

/// What a statement's rows are tied by.
pub(crate) struct GatherSpec {
    /// For each relation that is read for these rows: where its key stands in them.
    pub(crate) loads: Vec<KeyPlaces>,
    /// The rows that these rows are read for, and where their key stands in these.
    pub(crate) parent: Option<(Owners, KeyPlaces)>,
}

/// The rows of one statement, read into `R`.
pub(crate) struct Gather<R> {
    rows: Vec<R>,
    /// For each row, the row that it was read for. A row that several rows need is read for each of them.
    owners: Vec<u32>,
    parent: Option<(Owners, KeyPlaces)>,
    loads: Vec<Owners>,
}

/// Makes what takes the rows of a statement.
pub(crate) type NewGather = fn(GatherSpec) -> Box<dyn GatherRows>;

/// A [`NewGather`] for rows of type `R`.
pub(crate) fn gather<R: Shape>(spec: GatherSpec) -> Box<dyn GatherRows> {
    Box::new(Gather::<R> {
        rows: Vec::new(),
        owners: Vec::new(),
        parent: spec.parent,
        loads: spec.loads.into_iter().map(Owners::new).collect(),
    })
}

/// A [`Gather`] of any type.
pub(crate) trait GatherRows: Any + Send {
    /// Reads a row.
    fn row(&mut self, row: &dyn RowSource) -> Result<()>;

    /// How many rows there are.
    fn len(&self) -> usize;

    /// Forgets the rows that were read since the statement began.
    fn reset(&mut self);

    /// The rows as owners of the rows of one of their relations.
    fn take_owners(&mut self, load: usize) -> Owners;

    /// Hands the related rows to the rows.
    fn fill(&mut self, parts: Parts) -> Result<()>;

    /// The gathered rows, as [`Parts`] take them.
    fn into_part(self: Box<Self>) -> Box<dyn Any + Send>;
}

impl<R: Shape> GatherRows for Gather<R> {
    fn row(&mut self, row: &dyn RowSource) -> Result<()> {
        let Some((owners, places)) = &mut self.parent else {
            return self.push(row);
        };
        let mut of = owners.of(row, places)?;
        while let Some(owner) = self.parent.as_ref().and_then(|(owners, _)| of.next(owners)) {
            self.owners.push(owner);
            self.push(row)?;
        }
        Ok(())
    }

    fn len(&self) -> usize {
        self.rows.len()
    }

    fn reset(&mut self) {
        self.rows.clear();
        self.owners.clear();
        self.loads.iter_mut().for_each(Owners::clear);
    }

    fn take_owners(&mut self, load: usize) -> Owners {
        std::mem::replace(&mut self.loads[load], Owners::new(KeyPlaces::default()))
    }

    fn fill(&mut self, mut parts: Parts) -> Result<()> {
        R::fill(self.rows.iter_mut().map(Some).collect(), &mut parts)
    }

    fn into_part(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

impl<R: Shape> Gather<R> {
    fn push(&mut self, row: &dyn RowSource) -> Result<()> {
        self.rows.push(R::read(&mut Cells::new(row, None))?);
        self.loads
            .iter_mut()
            .try_for_each(|owners| owners.push(row))
    }

    /// Rows that were read before, which own the rows of their relations.
    pub(crate) fn into_rows(self) -> (Vec<R>, Vec<u32>) {
        (self.rows, self.owners)
    }
}
