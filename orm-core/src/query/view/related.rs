//! Relations as what a view's field is read from.

use super::super::{
    FirstRow, Held, Include, OptionalRow, Rows, SelectStatement, SingleRow, ToMany, ToOne, With,
};
use super::{Plan, RowOf, Source};
use crate::error::Result;
use crate::model::{Cardinality, Model, Relation};
use crate::row::Cells;
use crate::shape::{Parts, Shape};

/// A type of row that a view's field can turn into rows of type `V`.
#[diagnostic::on_unimplemented(
    message = "related rows of type `{Self}` cannot be read into `{V}`",
    label = "`{V}` is not a view of `{Self}`"
)]
pub trait Refine<V> {
    /// Makes a query read it.
    #[doc(hidden)]
    fn refine(statement: SelectStatement) -> SelectStatement;
}
#[diagnostic::do_not_recommend]
impl<M: Model, V: RowOf<M>> Refine<V> for M {
    fn refine(statement: SelectStatement) -> SelectStatement {
        V::select(statement)
    }
}
#[diagnostic::do_not_recommend]
impl<M: Model, L> Refine<Self> for With<M, L> {
    fn refine(statement: SelectStatement) -> SelectStatement {
        statement
    }
}

/// The type of a view's field that can hold what a relation leads to: `H` says how many rows of which type that is.
#[diagnostic::on_unimplemented(
    message = "a view's field of type `{Self}` cannot hold related `{H}`",
    label = "not a type for these rows",
    note = "`Rows<M>` are read into `Vec<V>`, a `SingleRow<M>` into `V`, an `OptionalRow<M>` or a `FirstRow<M>` into `Option<V>`, where `V` is a view of `M` that takes no values, or `M` itself"
)]
pub trait RelatedField<H>: Sized {
    /// How it does.
    #[doc(hidden)]
    type Held: Held<Value = Self>;

    /// Makes a query for the rows read it.
    #[doc(hidden)]
    fn refine(statement: SelectStatement) -> SelectStatement;
}

#[diagnostic::do_not_recommend]
impl<Row: Refine<V>, V: Shape> RelatedField<Rows<Row>> for Vec<V> {
    type Held = Rows<V>;

    fn refine(statement: SelectStatement) -> SelectStatement {
        Row::refine(statement)
    }
}
#[diagnostic::do_not_recommend]
impl<Row: Refine<V>, V: Shape> RelatedField<FirstRow<Row>> for Option<V> {
    type Held = FirstRow<V>;

    fn refine(statement: SelectStatement) -> SelectStatement {
        Row::refine(statement)
    }
}
#[diagnostic::do_not_recommend]
impl<Row: Refine<V>, V: Shape> RelatedField<SingleRow<Row>> for V {
    type Held = SingleRow<V>;

    fn refine(statement: SelectStatement) -> SelectStatement {
        Row::refine(statement)
    }
}
#[diagnostic::do_not_recommend]
impl<Row: Refine<V>, V: Shape> RelatedField<OptionalRow<Row>> for Option<V> {
    type Held = OptionalRow<V>;

    fn refine(statement: SelectStatement) -> SelectStatement {
        Row::refine(statement)
    }
}

/// Adds a relation to what a view reads.
fn add<R: Relation, H, T: RelatedField<H>>(plan: &mut Plan, statement: SelectStatement) {
    let (statement, way) = (T::refine(statement), <T::Held as Held>::WAY);
    super::super::include::add(&mut plan.statement, R::def(), statement, way);
}

impl<R: Relation, V> Source<R::From, Vec<V>> for ToMany<R>
where
    Vec<V>: RelatedField<Rows<R::To>>,
{
    const LOADS: bool = <Field<R, V> as Held>::LOADS;

    fn plan(self, plan: &mut Plan) {
        add::<R, _, Vec<V>>(plan, SelectStatement::new(R::def().to()));
    }

    fn width() -> usize {
        Field::<R, V>::width()
    }

    fn read(cells: &mut Cells<'_>) -> Result<Vec<V>> {
        Field::<R, V>::read(cells)
    }

    fn fill(values: Vec<Option<&mut Vec<V>>>, parts: &mut Parts) -> Result<()> {
        Field::<R, V>::fill(values, parts)
    }
}

/// How a row holds the related rows.
type Field<R, V> = <Vec<V> as RelatedField<Rows<<R as Relation>::To>>>::Held;

/// How a row holds the related row.
type Single<R> = <<R as Relation>::Cardinality as Cardinality>::Held<<R as Relation>::To>;

impl<R: Relation, C, T: RelatedField<Single<R>>> Source<R::From, T> for ToOne<R, C> {
    const LOADS: bool = <T::Held as Held>::LOADS;

    fn plan(self, plan: &mut Plan) {
        add::<R, _, T>(plan, SelectStatement::new(R::def().to()));
    }

    fn width() -> usize {
        T::Held::width()
    }

    fn read(cells: &mut Cells<'_>) -> Result<T> {
        T::Held::read(cells)
    }

    fn fill(values: Vec<Option<&mut T>>, parts: &mut Parts) -> Result<()> {
        T::Held::fill(values, parts)
    }
}

#[diagnostic::do_not_recommend]
impl<R: Relation, H, K, T: RelatedField<H>> Source<R::From, T> for Include<R, H, K> {
    const LOADS: bool = <T::Held as Held>::LOADS;

    fn plan(self, plan: &mut Plan) {
        add::<R, _, T>(plan, self.into_statement());
    }

    fn width() -> usize {
        T::Held::width()
    }

    fn read(cells: &mut Cells<'_>) -> Result<T> {
        T::Held::read(cells)
    }

    fn fill(values: Vec<Option<&mut T>>, parts: &mut Parts) -> Result<()> {
        T::Held::fill(values, parts)
    }
}
