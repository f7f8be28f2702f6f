//! How a row holds what was included: rows, a row, or a value.

use std::marker::PhantomData;

use crate::error::Result;
use crate::row::Cells;
use crate::shape::{Parts, Shape, gather};
use crate::value::Field;

/// How a row holds something that was included with it: [`Rows`], a [`FirstRow`], a [`SingleRow`], an [`OptionalRow`] or a [`Scalar`].
pub trait Held: 'static {
    /// The Rust type of what is held.
    type Value: Send + 'static;
    /// The type of a related row.
    type Row;
    /// The same for rows of another type.
    type Holding<Row: Shape>: Held<Row = Row>;

    /// Whether other statements read parts of it.
    #[doc(hidden)]
    const LOADS: bool;
    /// Whether it is read beside the row, or by a statement of its own.
    #[doc(hidden)]
    const WAY: Way;

    /// How many cells of the row it takes.
    #[doc(hidden)]
    fn width() -> usize;

    /// Reads what the row itself holds of it.
    ///
    /// # Errors
    /// When a cell does not fit its Rust type.
    #[doc(hidden)]
    fn read(cells: &mut Cells<'_>) -> Result<Self::Value>;

    /// Hands to the rows what other statements have read for them.
    ///
    /// # Errors
    /// Never, if the parts are those of the query that the rows are from.
    #[doc(hidden)]
    fn fill(values: Vec<Option<&mut Self::Value>>, parts: &mut Parts) -> Result<()>;
}

/// How related rows are read.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Way {
    /// By a statement of their own, into what this makes.
    Load(crate::shape::NewGatherFn),
    /// Beside the row, which has one of them.
    Join,
    /// Beside the row, which may have none: a cell before them says so.
    OptionalJoin,
}

/// Any number of related rows, as a `Vec<R>`.
pub struct Rows<R>(PhantomData<fn() -> R>);
/// A related row that is always there, as an `R`.
pub struct SingleRow<R>(PhantomData<fn() -> R>);
/// A related row that may be missing, as an `Option<R>`.
pub struct OptionalRow<R>(PhantomData<fn() -> R>);
/// The first of several related rows, as an `Option<R>`: see [`Include::first`](super::Include::first).
pub struct FirstRow<R>(PhantomData<fn() -> R>);
/// A value, as a `T`.
pub struct Scalar<T>(PhantomData<fn() -> T>);

impl<R: Shape> Held for Rows<R> {
    type Value = Vec<R>;
    type Row = R;
    type Holding<Row: Shape> = Rows<Row>;

    const LOADS: bool = {
        // A view that contains itself would be read without end: asked here, the compiler finds the cycle.
        let _ = R::LOADS;
        true
    };
    const WAY: Way = Way::Load(crate::shape::NewGatherFn(gather::<R>));

    fn width() -> usize {
        0
    }

    fn read(_: &mut Cells<'_>) -> Result<Vec<R>> {
        Ok(Vec::new())
    }

    fn fill(mut values: Vec<Option<&mut Vec<R>>>, parts: &mut Parts) -> Result<()> {
        let (rows, owners) = parts.take::<R>()?;
        let mut counts = vec![0; values.len()];
        for owner in &owners {
            if let Some(count) = counts.get_mut(*owner as usize) {
                *count += 1;
            }
        }
        for (held, count) in values.iter_mut().zip(counts) {
            if let Some(held) = held {
                held.reserve_exact(count);
            }
        }
        for (row, owner) in rows.into_iter().zip(owners) {
            if let Some(Some(held)) = values.get_mut(owner as usize) {
                held.push(row);
            }
        }
        Ok(())
    }
}

impl<R: Shape> Held for FirstRow<R> {
    type Value = Option<R>;
    type Row = R;
    type Holding<Row: Shape> = FirstRow<Row>;

    const LOADS: bool = Rows::<R>::LOADS;
    const WAY: Way = Rows::<R>::WAY;

    fn width() -> usize {
        0
    }

    fn read(_: &mut Cells<'_>) -> Result<Option<R>> {
        Ok(None)
    }

    fn fill(mut values: Vec<Option<&mut Option<R>>>, parts: &mut Parts) -> Result<()> {
        let (rows, owners) = parts.take::<R>()?;
        for (row, owner) in rows.into_iter().zip(owners) {
            if let Some(Some(held)) = values.get_mut(owner as usize) {
                held.get_or_insert(row);
            }
        }
        Ok(())
    }
}

impl<R: Shape> Held for SingleRow<R> {
    type Value = R;
    type Row = R;
    type Holding<Row: Shape> = SingleRow<Row>;

    const LOADS: bool = R::LOADS;
    const WAY: Way = Way::Join;

    fn width() -> usize {
        R::width()
    }

    fn read(cells: &mut Cells<'_>) -> Result<R> {
        R::read(cells)
    }

    fn fill(values: Vec<Option<&mut R>>, parts: &mut Parts) -> Result<()> {
        R::fill(values, parts)
    }
}

impl<R: Shape> Held for OptionalRow<R> {
    type Value = Option<R>;
    type Row = R;
    type Holding<Row: Shape> = OptionalRow<Row>;

    const LOADS: bool = R::LOADS;
    const WAY: Way = Way::OptionalJoin;

    fn width() -> usize {
        R::width() + 1
    }

    fn read(cells: &mut Cells<'_>) -> Result<Option<R>> {
        match cells.next_is_null()? {
            true => {
                cells.skip(R::width());
                Ok(None)
            }
            false => R::read(cells).map(Some),
        }
    }

    fn fill(values: Vec<Option<&mut Option<R>>>, parts: &mut Parts) -> Result<()> {
        let rows = values
            .into_iter()
            .map(|value| value.and_then(Option::as_mut));
        R::fill(rows.collect(), parts)
    }
}

impl<T: Field> Held for Scalar<T> {
    type Value = T;
    type Row = T;
    type Holding<Row: Shape> = SingleRow<Row>;

    const LOADS: bool = false;
    const WAY: Way = Way::Join;

    fn width() -> usize {
        1
    }

    fn read(cells: &mut Cells<'_>) -> Result<T> {
        cells.read()
    }

    fn fill(_: Vec<Option<&mut T>>, _: &mut Parts) -> Result<()> {
        Ok(())
    }
}
