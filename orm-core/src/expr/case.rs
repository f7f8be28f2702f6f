//! `CASE WHEN … THEN … ELSE … END`.

use std::marker::PhantomData;

use super::{Column, Expr, Expression, IntoOperand, Node, Operand, Outer};
use crate::model::Model;
use crate::query::Query;
use crate::row::FromRow;
use crate::value::NotNull;

/// Starts a choice between values.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let size = case().when(Post::views.gt(100), "big").when(Post::views.gt(10), "medium").otherwise("small");
/// let sizes: Vec<String> = Post::query().order_by(Post::id).select(size).all(&db).await?;
/// assert_eq!(sizes, ["big", "small", "medium", "small"]);
/// # Ok(()) }) }
/// ```
///
/// The first value says what type it is: `"big"` is a `String`, `Post::view_count` what that column is, and `1` an `i32` as everywhere in
/// Rust (write `1_i64` for another). [`Case::new`] names model and type instead: `Case::<Post, Option<String>>::new().when(…)`.
pub fn case() -> NewCase {
    NewCase(())
}

/// A choice that has no values yet; see [`case`].
#[must_use = "a choice needs `when` and `otherwise`"]
pub struct NewCase(());

impl NewCase {
    /// Where the condition holds, this value. See [`case`].
    pub fn when<M, V>(
        self,
        condition: impl Expression<M, Value = bool>,
        value: V,
    ) -> Case<M, V::Value>
    where
        M: Model,
        V: CaseValue<M>,
    {
        Case {
            arms: vec![(condition.into_node(), value.into_choice().into_node())],
            types: PhantomData,
        }
    }
}

/// A value of a choice that says by itself what the choice's type is.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a value that a choice over `{M}` can have",
    label = "expected a value, or an expression over `{M}`"
)]
pub trait CaseValue<M> {
    /// The Rust type of the choice.
    type Value;

    /// The plain node.
    fn into_choice(self) -> Operand;
}

macro_rules! choice {
    ($([$($param:tt)*] $ty:ty => $value:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M, $($param)*> CaseValue<M> for $ty {
            type Value = $value;

            fn into_choice(self) -> Operand {
                IntoOperand::<M, $value>::into_operand(self)
            }
        }
    )*};
}
// The types of fields say so in `__operand!`.
choice! {
    [] &str => String;
    [] &[u8] => Vec<u8>;
    [T: NotNull] Option<T> => Self;
    [T, K] Expr<M, T, K> => T;
    [T] Outer<T> => T;
    [N: Model, T: FromRow] Query<N, T> => T;
}

#[diagnostic::do_not_recommend]
impl<M: Model, T> CaseValue<M> for Column<M, T> {
    type Value = T;

    fn into_choice(self) -> Operand {
        IntoOperand::<M, T>::into_operand(self)
    }
}

/// A choice that is being built; see [`case`].
#[must_use = "a choice ends with `otherwise`, or with `end` for NULL otherwise"]
pub struct Case<M, T> {
    arms: Vec<(Node, Node)>,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M: Model, T> Case<M, T> {
    /// Starts a choice between values of a type that is named.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let title = orm::expr::Case::<Post, String>::new().when(Post::published.eq(true), Post::title).otherwise("(draft)");
    /// assert_eq!(Post::find(2).select(title).one(&db).await?, "(draft)");
    /// # Ok(()) }) }
    /// ```
    #[allow(
        clippy::new_without_default,
        reason = "a choice without a value is nothing to begin with"
    )]
    pub fn new() -> Self {
        Self {
            arms: Vec::new(),
            types: PhantomData,
        }
    }

    /// Where the condition holds (and none before it did), this value. See [`case`].
    pub fn when(
        mut self,
        condition: impl Expression<M, Value = bool>,
        value: impl IntoOperand<M, T>,
    ) -> Self {
        self.arms
            .push((condition.into_node(), value.into_operand().into_node()));
        self
    }

    /// This value where no condition holds. See [`case`].
    pub fn otherwise(self, value: impl IntoOperand<M, T>) -> Expr<M, T> {
        let otherwise = value.into_operand().into_node();
        if self.arms.is_empty() {
            return Expr::new(otherwise);
        }
        Expr::new(Node::Case(self.arms, Some(Box::new(otherwise))))
    }

    /// NULL where no condition holds.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let title = case().when(Post::published.eq(true), Post::title).end();
    /// let titles: Vec<Option<String>> = Post::query().order_by(Post::id).limit(2).select(title).all(&db).await?;
    /// assert_eq!(titles, [Some("Hello".into()), None]);
    /// # Ok(()) }) }
    /// ```
    pub fn end(self) -> Expr<M, Option<T>>
    where
        T: NotNull,
    {
        if self.arms.is_empty() {
            return Expr::new(Node::Value(crate::value::Value::null(T::TYPE)));
        }
        Expr::new(Node::Case(self.arms, None))
    }
}
