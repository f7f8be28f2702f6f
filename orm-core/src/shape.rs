//! What the rows of a query are read into, where several statements may read them.
//!
//! The rows of a statement are *gathered*: read into their type, together with the keys by which related rows will be found. The
//! statement that reads these finds, for each of its rows, the *owners* among the rows before. In the end the related rows are
//! handed to their owners. What runs the statements knows no types; it sees a [`GatherRows`].

mod gather;
mod keys;

use std::any::Any;
use std::collections::VecDeque;

pub(crate) use gather::{Gather, GatherRows, GatherSpec, NewGather, gather};
pub(crate) use keys::{KeyPlaces, Owners};

use crate::error::{Error, ErrorKind, Result};
use crate::row::{Cells, FromRow, RowColumns};

/// Something that a query's rows can be read into: whatever a row is read into ([`FromRow`]), a row [`With`](crate::With) what was
/// included, or a [`View`](crate::View).
#[diagnostic::on_unimplemented(
    message = "the rows of a query cannot be read into `{Self}`",
    label = "not a row type",
    note = "use a model, a tuple, a single value, a struct with `#[derive(FromRow)]`, or one with `#[derive(View)]`"
)]
pub trait Shape: Sized + Send + 'static {
    /// What a reader sees in messages.
    const NAME: &'static str;
    /// Whether other statements read parts of it.
    #[doc(hidden)]
    const LOADS: bool = false;

    /// Which columns are read from a row of a hand-written query; `None` if only a query of the builder can be read into it.
    #[doc(hidden)]
    fn columns() -> Option<RowColumns> {
        None
    }

    /// How many cells of a row it takes.
    #[doc(hidden)]
    fn width() -> usize;

    /// Reads what a row holds of it.
    ///
    /// # Errors
    /// When a cell does not fit its Rust type.
    #[doc(hidden)]
    fn read(cells: &mut Cells<'_>) -> Result<Self>;

    /// Hands to the rows what other statements have read for them, in the order in which it was included.
    ///
    /// # Errors
    /// Never, if the parts are those of the query that the rows are from.
    #[doc(hidden)]
    fn fill(_rows: Vec<Option<&mut Self>>, _parts: &mut Parts) -> Result<()> {
        Ok(())
    }
}

#[diagnostic::do_not_recommend]
impl<T: FromRow> Shape for T {
    const NAME: &'static str = <T as FromRow>::NAME;

    fn columns() -> Option<RowColumns> {
        Some(<T as FromRow>::columns())
    }

    fn width() -> usize {
        <T as FromRow>::width()
    }

    #[inline]
    fn read(cells: &mut Cells<'_>) -> Result<Self> {
        <T as FromRow>::read(cells)
    }
}

/// A function that makes what takes the rows of a statement.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub struct NewGatherFn(pub(crate) NewGather);

/// The related rows that were read for the rows of a query: for each relation one lot.
#[doc(hidden)]
#[derive(Default)]
pub struct Parts(VecDeque<Box<dyn Any + Send>>);

impl Parts {
    pub(crate) fn push(&mut self, rows: Box<dyn Any + Send>) {
        self.0.push_back(rows);
    }

    /// The next lot: rows, and for each the number of its owner.
    ///
    /// # Errors
    /// When it holds other rows, or there is none.
    pub(crate) fn take<R: Shape>(&mut self) -> Result<(Vec<R>, Vec<u32>)> {
        let part = self
            .0
            .pop_front()
            .and_then(|part| part.downcast::<Gather<R>>().ok());
        part.map(|gather| gather.into_rows()).ok_or_else(|| {
            Error::new(ErrorKind::Decode {
                column: String::new(),
                target: R::NAME,
                reason: "the related rows were not read".into(),
            })
        })
    }
}
