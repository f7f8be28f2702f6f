//! Functions of numbers.

use super::{Form, Gives, functions};
use crate::expr::{Arithmetic, Expr, Expression, methods};
use crate::value::Kind;

functions! {
    /// The absolute value.
    ABS: "abs" -> Gives::Same =>
        Form::each("orm_decimal_abs({0})", "ABS({0})", "ABS({0})").of(&[Kind::Decimal]),
        Form::same("ABS({0})");
}

methods!([T] T, [T: Arithmetic], {
    /// The absolute value. See [`Arithmetic`].
    pub fn abs(self) -> Expr<M, T> {
        ABS.call::<T, _, _>(vec![self.into_node()])
    }
});
