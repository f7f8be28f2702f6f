//! Typed expressions: what a query filters, orders, groups, selects and assigns.
//!
//! [`Column<M, T>`](Column) and [`Expr<M, T>`](Expr) are thin typed shells around one plain [`Node`]; `M` is the model whose rows the
//! expression is about, `T` the Rust type of its value.

pub(crate) mod accent;
mod aggregate;
mod arithmetic;
mod assign;
mod case;
mod column;
mod compare;
mod function;
mod json;
mod logic;
mod made_of;
mod node;
mod operand;
mod order;
mod pattern;
mod related;
mod same;
mod search;
mod selection;
mod window;

use std::marker::PhantomData;

pub use aggregate::{Aggregated, Averageable, Nullable, Summable, count, grouping};
pub use arithmetic::Arithmetic;
pub use assign::{IntoAssignment, IntoField, assigned};
pub use case::{Case, CaseValue, NewCase, case};
pub use column::{Column, Outer};
pub use compare::{IntoSet, SetOperand};
#[cfg(feature = "json")]
pub use function::IntoJson;
#[cfg(feature = "chrono")]
pub use function::now;
#[cfg(feature = "uuid")]
pub use function::random_uuid;
pub use function::{ArrayColumn, IntoItem, IntoItems, Items};
pub use function::{
    Call, CastTo, Exact, Floating, Form, Fractional, Function, Gains, Gives, HasDate, HasTime,
    Instant, TextValue, TimeUnit, functions, random,
};
pub use json::{JsonColumn, JsonPath, JsonScalar, JsonStep, JsonValue};
pub use logic::{always, exists, never, not_exists};
pub use made_of::{
    Aggregates, Anything, Columns, Derived, DerivedFrom, Ingredient, MadeOf, Mixed, OfAggregates,
    SelectedFrom,
};
pub use node::{AggregateOp, BinaryOp, ColumnRef, Join, Node, Pattern, SetNode};
pub use operand::{IntoOperand, Operand};
pub use order::{IntoOrder, NullsOrder, Order, OrderTerm};
#[cfg(feature = "sqlite")]
pub(crate) use pattern::{Part, Piece};
pub use pattern::{Regex, Replacement};
pub use related::{Avg, Counted, Max, Min, Name, Sum};
pub use search::{Search, SearchCall, SearchPart};
pub use selection::Selection;
pub use window::{
    BeforeWindows, Frame, IntoFrame, Kept, Over, Window, WindowCall, WindowFunction, WindowRows,
    Windowed, all_rows, dense_rank, ntile, order_by, partition_by, rank, row_number,
};

/// An expression over one row of `M`, with a value of type `T`.
///
/// It is made from columns: `User::age.gt(18)`, `Post::title.lower()`, `Account::balance - 5`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let minor: orm::expr::Expr<User, bool> = User::age.lt(18) & User::logins.gt(0);
/// assert_eq!(User::query().filter(minor).one(&db).await?.username, "cyd");
/// # Ok(()) }) }
/// ```
///
/// `K` is the name under which a row holds the value when it was included: that of a relation's count, or one that
/// [`named`](Expr::named) gave; most expressions have none.
pub struct Expr<M, T, K = ()> {
    pub(crate) node: Node,
    types: Types<M, T, K>,
}

/// The types that an expression carries and holds no value of.
type Types<M, T, K> = PhantomData<fn() -> (M, T, K)>;

impl<M, T, K> Expr<M, T, K> {
    /// Gives a plain node its types. The caller vouches for them.
    pub(crate) fn new(node: Node) -> Self {
        Self {
            node,
            types: PhantomData,
        }
    }
}

impl<M, T, K> Clone for Expr<M, T, K> {
    fn clone(&self) -> Self {
        Self::new(self.node.clone())
    }
}

impl<M, T, K> std::fmt::Debug for Expr<M, T, K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.node.fmt(f)
    }
}

/// A column or any other expression; it is what the functions of expressions accept.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// use orm::expr::Expression;
///
/// fn published(and: impl Expression<Post, Value = bool>) -> Query<Post> {
///     Post::query().filter(Post::published.eq(true)).filter(and)
/// }
/// assert_eq!(published(Post::views.lt(100)).count(&db).await?, 2);
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an expression over `{M}`",
    label = "expected a column of `{M}` or an expression made of them"
)]
pub trait Expression<M>: Sized {
    /// The Rust type of its value.
    type Value;

    /// The plain node.
    fn into_node(self) -> Node;
}

#[diagnostic::do_not_recommend]
impl<M, T, K> Expression<M> for Expr<M, T, K> {
    type Value = T;

    fn into_node(self) -> Node {
        self.node
    }
}

#[diagnostic::do_not_recommend]
impl<M: crate::model::Model, T> Expression<M> for Column<M, T> {
    type Value = T;

    fn into_node(self) -> Node {
        self.node()
    }
}

/// Writes the same methods for columns and for expressions, so that both have them without a trait in scope.
macro_rules! methods {
    ($(#[$bound:meta])* [$($param:ident),*] $value:ty, [$($where:tt)*], { $($body:tt)* }) => {
        impl<M: $crate::model::Model, $($param),*> $crate::expr::Column<M, $value> where $($where)* { $($body)* }
        impl<M: $crate::model::Model, __K: $crate::expr::Ingredient, $($param),*> $crate::expr::Expr<M, $value, __K> where $($where)* { $($body)* }
    };
}
pub(crate) use methods;
