//! Functions of NULL.

use super::{Form, Gives, ORDERED, functions};
use crate::expr::{Derived, Expr, Expression, IntoOperand, Node, Nullable, methods};
use crate::value::{Kind, NotNull};

functions! {
    /// The first argument that is not NULL.
    COALESCE: "coalesce" -> Gives::Same => [Form::same("COALESCE({*})")];
    /// NULL in place of a value.
    NULLIF: "nullif" -> Gives::Same => [Form {
            sqlite: Ok("NULLIF({(0)} COLLATE orm_decimal, {~1})"),
            ..Form::same("NULLIF({0}, {~1})").of(&[Kind::Decimal])
        },
        Form::same("NULLIF({0}, {~1})").of(ORDERED)];
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
    pub fn coalesce(self, other: impl IntoOperand<M, T>) -> Expr<M, T, Derived<Self>> {
        COALESCE.call::<T, _, _, _>(alternatives(self.into_node(), other.into_operand().into_node()))
    }

    /// This value, or `other` where it is NULL, which may be NULL as well: several in a row end with [`coalesce`](Self::coalesce), or in
    /// a value that may be missing.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let age = User::age.nullif(17).or(User::age).coalesce(0);
    /// assert_eq!(User::query().order_by(User::id).select(age).all(&db).await?, [34, 0, 17]);
    /// # Ok(()) }) }
    /// ```
    pub fn or(self, other: impl IntoOperand<M, Option<T>>) -> Expr<M, Option<T>, Derived<Self>> {
        COALESCE.call::<T, _, _, _>(alternatives(self.into_node(), other.into_operand().into_node()))
    }
});

/// One call for several in a row.
fn alternatives(first: Node, other: Node) -> Vec<Node> {
    let mut all = match first {
        Node::Call(call, all) if std::ptr::eq(call.function, &raw const COALESCE) => all,
        first => vec![first],
    };
    all.push(other);
    all
}

methods!([T] T, [T: Nullable], {
    /// NULL where the value is this one.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let titles = Post::query().order_by(Post::id).limit(2).select(Post::title.nullif("Hello")).all(&db).await?;
    /// assert_eq!(titles, [None, Some("A draft".to_owned())]);
    /// # Ok(()) }) }
    /// ```
    pub fn nullif(self, other: impl IntoOperand<M, T>) -> Expr<M, T::Nullable, Derived<Self>> {
        NULLIF.call::<T, _, _, _>(vec![self.into_node(), other.into_operand().into_node()])
    }
});
