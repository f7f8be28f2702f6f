//! Comparison: equal, ordered, in a set, like a pattern, NULL.

use super::{BinaryOp, Expr, Expression, IntoOperand, Node, Pattern, SetNode, TextValue, methods};
use crate::model::Model;
use crate::query::Query;
use crate::value::{EncodeError, Field, Kind, NotNull};

fn compare<M, T>(
    left: impl Expression<M>,
    op: BinaryOp,
    right: impl IntoOperand<M, T>,
) -> Expr<M, bool> {
    let left = left.into_node();
    Expr::new(match (op, right.into_operand().into_node()) {
        // `= NULL` is never true in SQL, and never what was meant.
        (BinaryOp::Eq, Node::Value(value)) if value.is_null() => Node::IsNull(Box::new(left), true),
        (BinaryOp::Ne, Node::Value(value)) if value.is_null() => {
            Node::IsNull(Box::new(left), false)
        }
        (op, right) => Node::Binary(Box::new(left), op, Box::new(right)),
    })
}

methods!([T] T, [], {
    /// Equal. A value of `None` asks for NULL.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// assert_eq!(User::query().filter(User::username.eq("ann")).count(&db).await?, 1);
    /// assert_eq!(User::query().filter(User::age.eq(None::<i32>)).count(&db).await?, 1);
    /// assert_eq!(User::query().filter(User::age.ne(34)).count(&db).await?, 1);     // not Bob, whose age is not known
    /// # Ok(()) }) }
    /// ```
    pub fn eq(self, other: impl IntoOperand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOp::Eq, other)
    }

    /// Not equal. A value of `None` asks for anything but NULL; any other value leaves out rows with NULL, as SQL does.
    /// See [`eq`](Self::eq).
    pub fn ne(self, other: impl IntoOperand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOp::Ne, other)
    }

    /// Greater.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// assert_eq!(Post::query().filter(Post::views.gt(40)).count(&db).await?, 1);
    /// assert_eq!(Post::query().filter(Post::views.ge(40)).count(&db).await?, 2);
    /// assert_eq!(Post::query().filter(Post::views.lt(User::find(1).select(User::logins))).count(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn gt(self, other: impl IntoOperand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOp::Gt, other)
    }

    /// Greater or equal. See [`gt`](Self::gt).
    pub fn ge(self, other: impl IntoOperand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOp::Ge, other)
    }

    /// Less. See [`gt`](Self::gt).
    pub fn lt(self, other: impl IntoOperand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOp::Lt, other)
    }

    /// Less or equal. See [`gt`](Self::gt).
    pub fn le(self, other: impl IntoOperand<M, T>) -> Expr<M, bool> {
        compare(self, BinaryOp::Le, other)
    }

    /// Between two values, both included.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// assert_eq!(Post::query().filter(Post::views.between(5, 40)).count(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn between(self, low: impl IntoOperand<M, T>, high: impl IntoOperand<M, T>) -> Expr<M, bool> {
        Expr::new(Node::Between(Box::new([self.into_node(), low.into_operand().into_node(), high.into_operand().into_node()])))
    }

    /// One of a list of values, of any length, or of the values that a query selects.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let some = User::query().filter(User::username.in_(["ann", "cyd"]));
    /// let authors = User::query().filter(User::id.in_(Post::query().filter(Post::published.eq(true)).select(Post::author_id)));
    /// assert_eq!((some.count(&db).await?, authors.count(&db).await?), (2, 2));
    /// # Ok(()) }) }
    /// ```
    pub fn in_(self, set: impl IntoSet<M, T>) -> Expr<M, bool> {
        Expr::new(Node::In(Box::new(self.into_node()), set.into_set().0, true))
    }

    /// None of a list of values, or of the values that a query selects. NULL among the query's values is left out, so that it
    /// does not make the condition unknown for every row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let silent = User::query().filter(User::id.not_in(Post::query().select(Post::author_id)));
    /// assert_eq!(silent.one(&db).await?.username, "cyd");
    /// # Ok(()) }) }
    /// ```
    pub fn not_in(self, set: impl IntoSet<M, T>) -> Expr<M, bool> {
        Expr::new(Node::In(Box::new(self.into_node()), set.into_set().0, false))
    }
});

methods!([T] Option<T>, [], {
    /// Whether there is no value.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// assert_eq!(User::query().filter(User::age.is_null()).one(&db).await?.username, "bob");
    /// assert_eq!(User::query().filter(User::age.is_not_null()).count(&db).await?, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn is_null(self) -> Expr<M, bool> {
        Expr::new(Node::IsNull(Box::new(self.into_node()), true))
    }

    /// Whether there is a value. See [`is_null`](Self::is_null).
    pub fn is_not_null(self) -> Expr<M, bool> {
        Expr::new(Node::IsNull(Box::new(self.into_node()), false))
    }
});

methods!([T] T, [T: TextValue], {
    /// Whether the text matches an SQL pattern: `%` is any text, `_` any character, `\` takes the next character as it is.
    /// Upper and lower case are different, on every database.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// assert_eq!(Post::query().filter(Post::title.like("%and%")).count(&db).await?, 1);
    /// assert_eq!(Post::query().filter(Post::title.ilike("HELLO")).count(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    pub fn like(self, pattern: impl Into<String>) -> Expr<M, bool> {
        Expr::new(Node::Like(Box::new(self.into_node()), Pattern::Like(pattern.into())))
    }

    /// Like [`like`](Self::like), where upper and lower case are equal: also of letters beyond ASCII on MariaDB, MySQL and SQLite (which
    /// this crate teaches them), and on PostgreSQL as far as the database's locale knows them (`C` knows ASCII only).
    pub fn ilike(self, pattern: impl Into<String>) -> Expr<M, bool> {
        Expr::new(Node::Like(Box::new(self.into_node()), Pattern::InsensitiveLike(pattern.into())))
    }

    /// Whether the text begins so; no character has a special meaning. See [`contains`](Self::contains).
    pub fn starts_with(self, text: impl Into<String>) -> Expr<M, bool> {
        Expr::new(Node::Like(Box::new(self.into_node()), Pattern::StartsWith(text.into())))
    }

    /// Whether the text ends so; no character has a special meaning. See [`contains`](Self::contains).
    pub fn ends_with(self, text: impl Into<String>) -> Expr<M, bool> {
        Expr::new(Node::Like(Box::new(self.into_node()), Pattern::EndsWith(text.into())))
    }

    /// Whether the text holds this; no character has a special meaning.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// assert_eq!(Post::query().filter(Post::title.contains("%")).one(&db).await?.title, "100% sure");
    /// assert_eq!(Post::query().filter(Post::title.starts_with("Rust")).count(&db).await?, 1);
    /// assert_eq!(Post::query().filter(Post::title.icontains("rust")).count(&db).await?, 1);
    /// # Ok(()) }) }
    /// ```
    pub fn contains(self, text: impl Into<String>) -> Expr<M, bool> {
        Expr::new(Node::Like(Box::new(self.into_node()), Pattern::Contains(text.into())))
    }

    /// Whether the text holds this, where upper and lower case are equal, as in [`ilike`](Self::ilike); no character has a special
    /// meaning. See [`contains`](Self::contains).
    pub fn icontains(self, text: impl Into<String>) -> Expr<M, bool> {
        Expr::new(Node::Like(Box::new(self.into_node()), Pattern::InsensitiveContains(text.into())))
    }
});

/// What [`in_`](super::Expr::in_) looks into: a list of values, or a query that selects one value a row.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a set of values that a column of type `{T}` can be in",
    label = "expected a list or a query of `{T}`"
)]
pub trait IntoSet<M, T> {
    /// The plain set.
    fn into_set(self) -> SetOperand;
}

/// A set, ready for the renderer.
pub struct SetOperand(pub(crate) SetNode);

fn values<M, T: Field, I: IntoOperand<M, T>>(items: impl IntoIterator<Item = I>) -> SetOperand {
    let mut list = Vec::new();
    for item in items {
        match item.into_operand().into_node() {
            Node::Value(value) => list.push(value),
            Node::Invalid(error) => return SetOperand(SetNode::Invalid(error)),
            _ => {
                return SetOperand(SetNode::Invalid(EncodeError(
                    "a list holds values only".into(),
                )));
            }
        }
    }
    let kind: Kind = T::TYPE.kind;
    SetOperand(SetNode::Values(kind, list))
}

#[diagnostic::do_not_recommend]
impl<M, T: Field, I: IntoOperand<M, T>> IntoSet<M, T> for Vec<I> {
    fn into_set(self) -> SetOperand {
        values::<M, T, I>(self)
    }
}
#[diagnostic::do_not_recommend]
impl<M, T: Field, I: IntoOperand<M, T>, const N: usize> IntoSet<M, T> for [I; N] {
    fn into_set(self) -> SetOperand {
        values::<M, T, I>(self)
    }
}
#[diagnostic::do_not_recommend]
impl<'a, M, T: Field, I> IntoSet<M, T> for &'a [I]
where
    &'a I: IntoOperand<M, T>,
{
    fn into_set(self) -> SetOperand {
        values::<M, T, &I>(self)
    }
}
#[diagnostic::do_not_recommend]
impl<'a, M, T: Field, I> IntoSet<M, T> for &'a Vec<I>
where
    &'a I: IntoOperand<M, T>,
{
    fn into_set(self) -> SetOperand {
        values::<M, T, &I>(self)
    }
}

#[diagnostic::do_not_recommend]
impl<M, N: Model, T: Field> IntoSet<M, T> for Query<N, T> {
    fn into_set(self) -> SetOperand {
        SetOperand(SetNode::Query(Box::new(self.into_statement())))
    }
}
#[diagnostic::do_not_recommend]
impl<M, N: Model, T: NotNull> IntoSet<M, T> for Query<N, Option<T>> {
    fn into_set(self) -> SetOperand {
        SetOperand(SetNode::Query(Box::new(self.into_statement())))
    }
}
#[diagnostic::do_not_recommend]
impl<M, N: Model, T: NotNull> IntoSet<M, Option<T>> for Query<N, T> {
    fn into_set(self) -> SetOperand {
        SetOperand(SetNode::Query(Box::new(self.into_statement())))
    }
}
