//! Logic: `&`, `|`, `!`, and whether a query has rows.

use std::ops::{BitAnd, BitOr, Not};

use super::{Column, Expr, Expression, Node};
use crate::model::Model;
use crate::query::Query;

fn and(left: Node, right: Node) -> Node {
    match left {
        Node::And(mut all) => {
            all.push(right);
            Node::And(all)
        }
        left => Node::And(vec![left, right]),
    }
}

fn or(left: Node, right: Node) -> Node {
    match left {
        Node::Or(mut all) => {
            all.push(right);
            Node::Or(all)
        }
        left => Node::Or(vec![left, right]),
    }
}

macro_rules! operators {
    ($($ty:ident [$($k:ident)?]),*) => {$(
        impl<M: Model, R: Expression<M, Value = bool>, $($k)?> BitAnd<R> for $ty<M, bool, $($k)?> {
            type Output = Expr<M, bool>;

            fn bitand(self, other: R) -> Self::Output {
                Expr::new(and(Expression::<M>::into_node(self), other.into_node()))
            }
        }
        impl<M: Model, R: Expression<M, Value = bool>, $($k)?> BitOr<R> for $ty<M, bool, $($k)?> {
            type Output = Expr<M, bool>;

            fn bitor(self, other: R) -> Self::Output {
                Expr::new(or(Expression::<M>::into_node(self), other.into_node()))
            }
        }
        impl<M: Model, $($k)?> Not for $ty<M, bool, $($k)?> {
            type Output = Expr<M, bool>;

            fn not(self) -> Self::Output {
                Expr::new(Node::Not(Box::new(Expression::<M>::into_node(self))))
            }
        }
    )*};
}
operators!(Expr [K], Column []);

/// A condition that every row meets; a place to begin when conditions are put together in a loop.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let mut any = never();
/// for word in ["Hello", "sure"] {
///     any = any | Post::title.contains(word);
/// }
/// assert_eq!(Post::query().filter(any & always()).count(&db).await?, 2);
/// # Ok(()) }) }
/// ```
pub fn always<M: Model>() -> Expr<M, bool> {
    Expr::new(Node::And(Vec::new()))
}

/// A condition that no row meets. See [`always`].
pub fn never<M: Model>() -> Expr<M, bool> {
    Expr::new(Node::Or(Vec::new()))
}

/// Whether a query has rows; it refers to the row around it by [`outer`](Column::outer).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let authors = User::query().filter(exists(Post::query().filter(Post::author_id.eq(User::id.outer()))));
/// assert_eq!(authors.count(&db).await?, 2);
/// # Ok(()) }) }
/// ```
pub fn exists<M: Model, N: Model, R>(query: Query<N, R>) -> Expr<M, bool> {
    Expr::new(Node::Exists(Box::new(query.into_statement()), true))
}

/// Whether a query has no rows; it refers to the row around it by [`outer`](Column::outer). See [`Column::outer`].
pub fn not_exists<M: Model, N: Model, R>(query: Query<N, R>) -> Expr<M, bool> {
    Expr::new(Node::Exists(Box::new(query.into_statement()), false))
}
