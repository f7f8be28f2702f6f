//! Functions of arrays, which are columns on PostgreSQL only. Elsewhere a list is a `Json<Vec<…>>`.

use std::marker::PhantomData;

use super::{Form, Function, Gives, functions};
use crate::expr::{Column, Expr, Expression, IntoField, Node, assigned, methods};
use crate::model::Model;
use crate::value::{ArrayItem, EncodeError, Field, Kind, Value};

const ARRAYS: &str = "array columns; a list can be a `Json<Vec<…>>`";

const fn arrays(sql: &'static str) -> Form {
    Form {
        of: &[],
        sqlite: Err(ARRAYS),
        postgres: Ok(sql),
        mysql: Err(ARRAYS),
    }
}

functions! {
    /// An element is equal.
    ANY_EQ: "any().eq" -> Gives::Always(Kind::Bool) => [arrays("({(1)} = ANY({0}))")];
    /// An element is another.
    ANY_NE: "any().ne" -> Gives::Always(Kind::Bool) => [arrays("({(1)} <> ANY({0}))")];
    /// An element is greater.
    ANY_GT: "any().gt" -> Gives::Always(Kind::Bool) => [arrays("({(1)} < ANY({0}))")];
    /// An element is not less.
    ANY_GE: "any().ge" -> Gives::Always(Kind::Bool) => [arrays("({(1)} <= ANY({0}))")];
    /// An element is less.
    ANY_LT: "any().lt" -> Gives::Always(Kind::Bool) => [arrays("({(1)} > ANY({0}))")];
    /// An element is not greater.
    ANY_LE: "any().le" -> Gives::Always(Kind::Bool) => [arrays("({(1)} >= ANY({0}))")];
    /// Each element is equal.
    ALL_EQ: "all().eq" -> Gives::Always(Kind::Bool) => [arrays("({(1)} = ALL({0}))")];
    /// Each element is another.
    ALL_NE: "all().ne" -> Gives::Always(Kind::Bool) => [arrays("({(1)} <> ALL({0}))")];
    /// Each element is greater.
    ALL_GT: "all().gt" -> Gives::Always(Kind::Bool) => [arrays("({(1)} < ALL({0}))")];
    /// No element is less.
    ALL_GE: "all().ge" -> Gives::Always(Kind::Bool) => [arrays("({(1)} <= ALL({0}))")];
    /// Each element is less.
    ALL_LT: "all().lt" -> Gives::Always(Kind::Bool) => [arrays("({(1)} > ALL({0}))")];
    /// No element is greater.
    ALL_LE: "all().le" -> Gives::Always(Kind::Bool) => [arrays("({(1)} >= ALL({0}))")];
    /// All of a list are in the array.
    CONTAINS_ALL: "contains_all" -> Gives::Always(Kind::Bool) => [arrays("({(0)} @> {(1)})")];
    /// The array has nothing that is not in a list.
    CONTAINED_BY: "contained_by" -> Gives::Always(Kind::Bool) => [arrays("({(0)} <@ {(1)})")];
    /// Some of a list are in the array.
    OVERLAPS: "overlaps" -> Gives::Always(Kind::Bool) => [arrays("({(0)} && {(1)})")];
    /// How many elements there are.
    COUNT: "cardinality" -> Gives::Always(Kind::I64) => [arrays("CAST(cardinality({0}) AS BIGINT)")];
    /// One element.
    AT: "element" -> Gives::Same => [arrays("({0})[{1}]")];
    /// One more element at the end.
    APPEND: "append" -> Gives::Same => [arrays("array_append({0}, {1})")];
    /// One more element at the beginning.
    PREPEND: "prepend" -> Gives::Same => [arrays("array_prepend({1}, {0})")];
    /// Without an element.
    REMOVE: "remove" -> Gives::Same => [arrays("array_remove({0}, {1})")];
}

/// A type of array columns: `Vec<T>` and `Option<Vec<T>>`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an array",
    label = "expected a column of type `Vec<…>`",
    note = "what a `Json<…>` holds is reached by `.document()` and `.path(…)`"
)]
pub trait ArrayColumn {
    /// The type of the elements.
    type Item: ArrayItem;
}
#[diagnostic::do_not_recommend]
impl<T: ArrayItem> ArrayColumn for Vec<T> {
    type Item = T;
}
#[diagnostic::do_not_recommend]
impl<T: ArrayItem> ArrayColumn for Option<Vec<T>> {
    type Item = T;
}

/// An element for an array of `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an element of an array of `{T}`",
    label = "expected a value of type `{T}`"
)]
pub trait IntoItem<M, T> {
    /// The plain node.
    fn into_item(self) -> Node;
}
#[diagnostic::do_not_recommend]
impl<M, T: ArrayItem, I: IntoField<T>> IntoItem<M, T> for I {
    fn into_item(self) -> Node {
        assigned::<T>(self)
    }
}

/// A list that an array of `T` is compared with: values, or another array column.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of `{T}`",
    label = "expected a list of `{T}`, or a column of type `Vec<{T}>`"
)]
pub trait IntoItems<M, T> {
    /// The plain node.
    fn into_items(self) -> Node;
}

fn list<T: ArrayItem, I: IntoField<T>>(items: impl IntoIterator<Item = I>) -> Node {
    let items: Result<Vec<Value>, EncodeError> =
        items.into_iter().map(IntoField::into_field).collect();
    items.map_or_else(Node::Invalid, |items| {
        Node::Value(Value::Array(T::TYPE.kind, items))
    })
}

#[diagnostic::do_not_recommend]
impl<M, T: ArrayItem, I: IntoField<T>> IntoItems<M, T> for Vec<I> {
    fn into_items(self) -> Node {
        list::<T, I>(self)
    }
}
#[diagnostic::do_not_recommend]
impl<M, T: ArrayItem, I: IntoField<T>, const N: usize> IntoItems<M, T> for [I; N] {
    fn into_items(self) -> Node {
        list::<T, I>(self)
    }
}
#[diagnostic::do_not_recommend]
impl<M: Model, C: ArrayColumn> IntoItems<M, C::Item> for Column<M, C> {
    fn into_items(self) -> Node {
        self.node()
    }
}

/// Some or all elements of an array; see [`Column::any`].
pub struct Items<M, T> {
    array: Node,
    all: bool,
    types: PhantomData<fn() -> (M, T)>,
}

macro_rules! quantified {
    ($($(#[$doc:meta])* $name:ident: $any:ident, $all:ident;)*) => {
        impl<M, T: ArrayItem> Items<M, T> {
            $(
                $(#[$doc])*
                pub fn $name(self, item: impl IntoItem<M, T>) -> Expr<M, bool> {
                    let function = if self.all { &$all } else { &$any };
                    function.call::<T, _, _, _>(vec![self.array, item.into_item()])
                }
            )*
        }
    };
}
quantified! {
    /// They are equal. See [`Column::any`].
    eq: ANY_EQ, ALL_EQ;
    /// They are others. See [`Column::any`].
    ne: ANY_NE, ALL_NE;
    /// They are greater. See [`Column::any`].
    gt: ANY_GT, ALL_GT;
    /// They are greater or equal. See [`Column::any`].
    ge: ANY_GE, ALL_GE;
    /// They are less. See [`Column::any`].
    lt: ANY_LT, ALL_LT;
    /// They are less or equal. See [`Column::any`].
    le: ANY_LE, ALL_LE;
}

fn call<T: Field, M, R>(function: &'static Function, array: Node, more: Node) -> Expr<M, R> {
    function.call::<T, _, _, _>(vec![array, more])
}

methods!([C] C, [C: ArrayColumn], {
    /// Some element of the array: `Post::scores.any().gt(5)`. Of no elements none is.
    ///
    /// Arrays are columns on PostgreSQL only; elsewhere this is an error, before any SQL is sent.
    ///
    /// ```
    /// # use orm::prelude::*;
    /// #[derive(Model)]
    /// struct Game {
    ///     id: Id<Game>,
    ///     scores: Vec<i32>,
    ///     tags: Vec<String>,
    /// }
    /// let query = Game::query().filter(Game::scores.any().gt(5) & Game::tags.overlaps(["fast", "new"]));
    /// let (sql, _) = query.to_sql(orm::dialect::POSTGRES)?;
    /// assert!(sql.ends_with(r#"WHERE ($1 < ANY("scores")) AND ("tags" && $2)"#), "{sql}");
    /// # Ok::<(), orm::Error>(())
    /// ```
    pub fn any(self) -> Items<M, C::Item> {
        Items { array: self.into_node(), all: false, types: PhantomData }
    }

    /// Each element of the array; of no elements each is. See [`any`](Self::any).
    pub fn all(self) -> Items<M, C::Item> {
        Items { array: self.into_node(), all: true, types: PhantomData }
    }

    /// Whether the array has an equal element. See [`any`](Self::any).
    pub fn has(self, item: impl IntoItem<M, C::Item>) -> Expr<M, bool> {
        self.any().eq(item)
    }

    /// Whether all of the list are elements of the array. See [`any`](Self::any).
    pub fn contains_all(self, items: impl IntoItems<M, C::Item>) -> Expr<M, bool> {
        call::<C::Item, _, _>(&CONTAINS_ALL, self.into_node(), items.into_items())
    }

    /// Whether all elements of the array are in the list. See [`any`](Self::any).
    pub fn contained_by(self, items: impl IntoItems<M, C::Item>) -> Expr<M, bool> {
        call::<C::Item, _, _>(&CONTAINED_BY, self.into_node(), items.into_items())
    }

    /// Whether one of the list is an element of the array. See [`any`](Self::any).
    pub fn overlaps(self, items: impl IntoItems<M, C::Item>) -> Expr<M, bool> {
        call::<C::Item, _, _>(&OVERLAPS, self.into_node(), items.into_items())
    }

    /// How many elements the array has; `None` for NULL. See [`any`](Self::any).
    pub fn cardinality(self) -> Expr<M, Option<i64>> {
        COUNT.call::<C::Item, _, _, _>(vec![self.into_node()])
    }

    /// The element at a place, counted from 0; `None` behind the end. See [`any`](Self::any).
    pub fn element(self, index: usize) -> Expr<M, Option<C::Item>> {
        // PostgreSQL counts from 1, and has no element where a number does not fit.
        let index = i32::try_from(index).map_or(i32::MAX, |index| index.saturating_add(1));
        call::<C::Item, _, _>(&AT, self.into_node(), Node::Value(Value::I32(index)))
    }

    /// The array with one more element at the end, for an update. NULL becomes an array of one. See [`any`](Self::any).
    pub fn append(self, item: impl IntoItem<M, C::Item>) -> Expr<M, C> {
        call::<C::Item, _, _>(&APPEND, self.into_node(), item.into_item())
    }

    /// The array with one more element at the beginning, for an update. NULL becomes an array of one. See [`any`](Self::any).
    pub fn prepend(self, item: impl IntoItem<M, C::Item>) -> Expr<M, C> {
        call::<C::Item, _, _>(&PREPEND, self.into_node(), item.into_item())
    }

    /// The array without all equal elements, for an update. See [`any`](Self::any).
    pub fn without(self, item: impl IntoItem<M, C::Item>) -> Expr<M, C> {
        call::<C::Item, _, _>(&REMOVE, self.into_node(), item.into_item())
    }
});
