//! Functions of NULL.

use super::{Form, Gives, functions};
use crate::expr::{Expr, Expression, IntoOperand, methods};
use crate::value::NotNull;

functions! {
    /// The first argument that is not NULL.
    COALESCE: "coalesce" -> Gives::Same => Form::same("COALESCE({*})");
}

methods!([T] Option<T>, [T: NotNull], {
    /// This value, or `other` where it is NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let ages = User::query().order_by(User::id).select(User::age.coalesce(0)).all(&db).await?;
    /// assert_eq!(ages, [34, 0, 17]);
    /// # Ok(()) }) }
    /// ```
    pub fn coalesce(self, other: impl IntoOperand<M, T>) -> Expr<M, T> {
        COALESCE.call::<T, _, _>(vec![self.into_node(), other.into_operand().into_node()])
    }
});
