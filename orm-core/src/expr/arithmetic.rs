//! Arithmetic between numbers of one type.

use std::ops::{Add, Div, Mul, Neg, Rem, Sub};

use super::{BinaryOp, Column, Expr, Expression, Ingredient, IntoOperand, Node};
use crate::model::Model;
use crate::value::{Field, NotNull};

/// A number that databases calculate with: `i16`, `i32`, `i64`, `u32`, `f32`, `f64`, `Decimal`, and `Option` of each.
///
/// The result has the type of the left side; an integer divided by an integer is an integer, on every database.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let half = Post::find(3).select(Post::views / 2 + 1).one(&db).await?;
/// assert_eq!(half, 21);
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "a column of type `{Self}` is not a number",
    label = "expected a number"
)]
pub trait Arithmetic: Field {}

macro_rules! numbers {
    ($($ty:ty),*) => {$(
        impl Arithmetic for $ty {}
    )*};
}
numbers!(i16, i32, i64, u32, f32, f64);
#[cfg(feature = "decimal")]
numbers!(rust_decimal::Decimal);

#[diagnostic::do_not_recommend]
impl<T: Arithmetic + NotNull> Arithmetic for Option<T> {}

macro_rules! operators {
    ($($trait:ident $method:ident $op:ident),*) => {$(
        operators!([M, T] Column<M, T>, Expr<M, T>, $trait $method $op);
        operators!([M, T, K] Expr<M, T, K>, Expr<M, T, K::Derived>, $trait $method $op);
    )*};
    ([M, T $(, $k:ident)?] $ty:ty, $output:ty, $trait:ident $method:ident $op:ident) => {
        impl<M: Model, T: Arithmetic, $($k: Ingredient,)? R: IntoOperand<M, T>> $trait<R> for $ty {
            type Output = $output;

            fn $method(self, other: R) -> Self::Output {
                let left = Expression::<M>::into_node(self);
                Expr::new(Node::Binary(Box::new(left), BinaryOp::$op(T::TYPE.kind), Box::new(other.into_operand().into_node())))
            }
        }
    };
}
operators!(Add add Add, Sub sub Sub, Mul mul Mul, Div div Div, Rem rem Rem);

impl<M: Model, T: Arithmetic> Neg for Column<M, T> {
    type Output = Expr<M, T>;

    fn neg(self) -> Self::Output {
        Expr::new(Node::Negate(Box::new(self.node())))
    }
}
impl<M: Model, T: Arithmetic, K: Ingredient> Neg for Expr<M, T, K> {
    type Output = Expr<M, T, K::Derived>;

    fn neg(self) -> Self::Output {
        Expr::new(Node::Negate(Box::new(self.node)))
    }
}
