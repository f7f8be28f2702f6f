//! Whether a selection is made of columns or of aggregates, as types, so that a mixture without groups does not compile.
//!
//! A column has a value in each row, an aggregate one for all rows. Which of them an expression holds is known of columns, of
//! aggregates and of what is calculated with these; of any other it is looked at when the query is written, before it is sent.

use super::related::Name;
use super::{Aggregated, Column, Expr};
use crate::query::Grouped;

/// A selection with a column, and without aggregates as far as types tell.
pub enum Columns {}

/// A selection with an aggregate, and without columns as far as types tell.
pub enum Aggregates {}

/// A selection of which types tell neither.
pub enum Anything {}

/// A selection with a column and an aggregate.
pub enum Mixed {}

/// What an expression says of aggregates that it was calculated with.
pub enum OfAggregates {}

/// What a selection is made of: [`Columns`], [`Aggregates`], [`Anything`] or [`Mixed`].
pub trait MadeOf {
    /// This and another selection.
    type With<Other: MadeOf>: MadeOf;
    /// This and a column.
    type WithColumn: MadeOf;
    /// This and an aggregate.
    type WithAggregate: MadeOf;
}

impl MadeOf for Columns {
    type With<Other: MadeOf> = Other::WithColumn;
    type WithColumn = Self;
    type WithAggregate = Mixed;
}
impl MadeOf for Aggregates {
    type With<Other: MadeOf> = Other::WithAggregate;
    type WithColumn = Mixed;
    type WithAggregate = Self;
}
impl MadeOf for Anything {
    type With<Other: MadeOf> = Other;
    type WithColumn = Columns;
    type WithAggregate = Aggregates;
}
impl MadeOf for Mixed {
    type With<Other: MadeOf> = Self;
    type WithColumn = Self;
    type WithAggregate = Self;
}

/// What stands in the third place of an [`Expr`](super::Expr): nothing, a name, or a word about aggregates.
pub trait Ingredient {
    /// What a selection of the expression is made of.
    type Of: MadeOf;
    /// What stands there in an expression that is calculated with this one.
    type Derived: Ingredient;
}

impl Ingredient for () {
    type Of = Anything;
    type Derived = ();
}
impl Ingredient for Aggregated {
    type Of = Aggregates;
    type Derived = OfAggregates;
}
impl Ingredient for OfAggregates {
    type Of = Aggregates;
    type Derived = Self;
}
#[diagnostic::do_not_recommend]
impl<N: Name> Ingredient for N {
    type Of = Anything;
    type Derived = ();
}

/// An expression, or a column, that others are calculated with.
pub trait DerivedFrom {
    /// What stands in the third place of an expression that is calculated with this one.
    type Derived: Ingredient;
}
impl<M, T> DerivedFrom for Column<M, T> {
    type Derived = ();
}
impl<M, T, K: Ingredient> DerivedFrom for Expr<M, T, K> {
    type Derived = K::Derived;
}

/// The third place of an expression that is calculated with `E`: [`OfAggregates`] if that holds an aggregate.
pub type Derived<E> = <E as DerivedFrom>::Derived;

/// What can be selected from a query with rows of type `R`: from a grouped one anything, from another one not both columns and aggregates.
#[diagnostic::on_unimplemented(
    message = "columns and aggregates are selected together, and the query has no groups",
    label = "a column has a value in each row, an aggregate one for all rows",
    note = "make a row of each group by `.group_by(the columns)` before `.select(…)`, or let the aggregate be one of each row by `.over(…)`"
)]
pub trait SelectedFrom<R> {}

impl<R> SelectedFrom<R> for Columns {}
impl<R> SelectedFrom<R> for Aggregates {}
impl<R> SelectedFrom<R> for Anything {}
#[diagnostic::do_not_recommend]
impl SelectedFrom<Grouped> for Mixed {}
