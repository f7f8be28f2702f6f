//! What a view's field can be read from.

use std::marker::PhantomData;

use super::super::{SelectStatement, Selected};
use super::{Plan, RowOf};
use crate::error::Result;
use crate::expr::{Column, Expr, Windowed};
use crate::model::Model;
use crate::row::Cells;
use crate::shape::Parts;
use crate::value::Field;
#[cfg(feature = "json")]
use crate::value::Json;

/// Whether other statements read parts of a field. Like the functions below it takes the function that gives what the field is read
/// from, for its type, and does not call it.
#[doc(hidden)]
#[must_use]
pub const fn field_loads<M, P, T, S: Source<M, T>, F: Fn(&P) -> S>(_: &F) -> bool {
    S::LOADS
}

/// How many cells of a row a field takes.
#[doc(hidden)]
pub fn field_width<M, P, T, S: Source<M, T>>(_: impl Fn(&P) -> S) -> usize {
    S::width()
}

/// Reads a field.
///
/// # Errors
/// When a cell does not fit its Rust type.
#[doc(hidden)]
#[inline]
pub fn read_field<M, P, T, S: Source<M, T>>(
    _: impl Fn(&P) -> S,
    cells: &mut Cells<'_>,
) -> Result<T> {
    S::read(cells)
}

/// Hands to a field of the rows what other statements have read for it.
///
/// # Errors
/// Never, if the parts are those of the query that the rows are from.
#[doc(hidden)]
pub fn fill_field<M, P, T, V, S: Source<M, T>>(
    _: impl Fn(&P) -> S,
    rows: &mut [Option<&mut V>],
    field: impl Fn(&mut V) -> &mut T,
    parts: &mut Parts,
) -> Result<()> {
    if !S::LOADS {
        return Ok(());
    }
    let values = rows
        .iter_mut()
        .map(|row| row.as_mut().map(|row| field(row)));
    S::fill(values.collect(), parts)
}

/// Something that a field of type `T` in a view of `M` can be read from: a column or expression of that type, or a relation whose rows are
/// read into `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot fill a view's field of type `{T}`",
    label = "a column is read into its own type, related rows into `Vec<V>`, `V` or `Option<V>`, where `V` is a view of their model"
)]
pub trait Source<M, T> {
    /// Whether other statements read parts of it.
    #[doc(hidden)]
    const LOADS: bool;

    /// Adds what it reads to a query.
    #[doc(hidden)]
    fn plan(self, plan: &mut Plan);

    /// How many cells of a row it takes.
    #[doc(hidden)]
    fn width() -> usize;

    /// Reads what the row itself holds of it.
    ///
    /// # Errors
    /// When a cell does not fit its Rust type.
    #[doc(hidden)]
    fn read(cells: &mut Cells<'_>) -> Result<T>;

    /// Hands to the rows what other statements have read for them.
    ///
    /// # Errors
    /// Never, if the parts are those of the query that the rows are from.
    #[doc(hidden)]
    fn fill(values: Vec<Option<&mut T>>, parts: &mut Parts) -> Result<()>;
}

macro_rules! value_sources {
    ($([$($k:ident)?] $ty:ident $node:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M: Model, T: Field, $($k)?> Source<M, T> for $ty<M, T, $($k)?> {
            const LOADS: bool = false;

            fn plan(self, plan: &mut Plan) {
                plan.read($node(self));
            }

            fn width() -> usize {
                1
            }

            #[inline]
            fn read(cells: &mut Cells<'_>) -> Result<T> {
                cells.read()
            }

            fn fill(_: Vec<Option<&mut T>>, _: &mut Parts) -> Result<()> {
                Ok(())
            }
        }
    )*};
}
value_sources! {
    [] Column |column: Self| column.node();
    [K] Expr |expr: Self| expr.node;
    [K] Windowed |window: Self| window.node;
}

/// A field of a model with `#[model(json)]` has no `Json` around its type, and neither has a view's.
#[cfg(feature = "json")]
macro_rules! json_sources {
    ($($held:ty, $value:ty, $inner:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M: Model, T> Source<M, $value> for Column<M, $held>
        where
            $held: Field,
        {
            const LOADS: bool = false;

            fn plan(self, plan: &mut Plan) {
                plan.read(self.node());
            }

            fn width() -> usize {
                1
            }

            fn read(cells: &mut Cells<'_>) -> Result<$value> {
                cells.read::<$held>().map($inner)
            }

            fn fill(_: Vec<Option<&mut $value>>, _: &mut Parts) -> Result<()> {
                Ok(())
            }
        }
    )*};
}
#[cfg(feature = "json")]
json_sources! {
    Json<T>, T, Json::into_inner;
    Option<Json<T>>, Option<T>, |document: Option<Json<T>>| document.map(Json::into_inner);
}

/// The source of a field that is itself a view of the same model, or the model: what it reads is read beside what the others read.
#[doc(hidden)]
pub struct Flatten<V>(PhantomData<fn() -> V>);

/// A [`Flatten`]; the derive calls it.
#[doc(hidden)]
#[must_use]
pub fn flatten<V>() -> Flatten<V> {
    Flatten(PhantomData)
}

/// A type that can be flattened into a view of `M`: a [`RowOf`] it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a view of `{M}`, so it cannot be flattened into one",
    label = "not a view of `{M}` that takes no values"
)]
pub trait Flattened<M>: RowOf<M> {}
#[diagnostic::do_not_recommend]
impl<M, V: RowOf<M>> Flattened<M> for V {}

impl<M: Model, V: Flattened<M>> Source<M, V> for Flatten<V> {
    const LOADS: bool = V::LOADS;

    fn plan(self, plan: &mut Plan) {
        let of = V::select(SelectStatement::new(M::def()));
        match of.selected {
            Selected::Nodes(nodes) => plan.statement.extra.extend(nodes),
            Selected::Model => plan.columns::<M>(0, M::def().visible),
            Selected::Nothing => {}
        }
        plan.statement.extra.extend(of.extra);
        plan.statement.loads.extend(of.loads);
    }

    fn width() -> usize {
        V::width()
    }

    fn read(cells: &mut Cells<'_>) -> Result<V> {
        V::read(cells)
    }

    fn fill(values: Vec<Option<&mut V>>, parts: &mut Parts) -> Result<()> {
        V::fill(values, parts)
    }
}
