//! `CASE WHEN … THEN … ELSE … END`.

use std::marker::PhantomData;

use super::{Expr, Expression, IntoOperand, Node};
use crate::model::Model;
use crate::value::NotNull;

/// Starts a choice between values.
///
/// ```ignore
/// let size = case::<Post, String>().when(Post::view_count.gt(1000), "big").when(Post::view_count.gt(100), "medium").otherwise("small");
/// Post::query().select((Post::id, size)).all(&db).await?;     // Vec<(Id<Post>, String)>
/// ```
///
/// The type of its value is named, since `"big"` alone could be a `String` as well as an `Option<String>`.
pub fn case<M: Model, T>() -> Case<M, T> {
    Case { arms: Vec::new(), types: PhantomData }
}

/// A choice that is being built; see [`case`].
pub struct Case<M, T> {
    arms: Vec<(Node, Node)>,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M: Model, T> Case<M, T> {
    /// Where the condition holds (and none before it did), this value.
    #[must_use]
    pub fn when(mut self, condition: impl Expression<M, Value = bool>, value: impl IntoOperand<M, T>) -> Self {
        self.arms.push((condition.into_node(), value.into_operand().into_node()));
        self
    }

    /// This value where no condition holds.
    pub fn otherwise(self, value: impl IntoOperand<M, T>) -> Expr<M, T> {
        let otherwise = value.into_operand().into_node();
        if self.arms.is_empty() {
            return Expr::new(otherwise);
        }
        Expr::new(Node::Case(self.arms, Some(Box::new(otherwise))))
    }

    /// NULL where no condition holds.
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
