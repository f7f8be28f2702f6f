//! Columns, as the derive declares them on a model.

use std::marker::PhantomData;

use super::{ColumnRef, Expr, Node};
use crate::model::{ColumnDef, Model};

/// A column of `M` whose values are of type `T`, such as `User::email`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let email: orm::expr::Column<User, String> = User::email;
/// assert_eq!(User::query().filter(email.ends_with("@example.com")).count(&db).await?, 3);
/// # Ok(()) }) }
/// ```
pub struct Column<M, T> {
    index: usize,
    types: PhantomData<fn() -> (M, T)>,
}

impl<M, T> Clone for Column<M, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<M, T> Copy for Column<M, T> {}

impl<M, T> Column<M, T> {
    /// The column with this index in the model's definition. The derive vouches for the type.
    #[doc(hidden)]
    pub const fn at(index: usize) -> Self {
        Self {
            index,
            types: PhantomData,
        }
    }

    /// The index in the model's columns.
    #[doc(hidden)]
    pub const fn index(self) -> usize {
        self.index
    }
}

impl<M: Model, T> Column<M, T> {
    /// The column's definition: its name, type, length and so on.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// assert_eq!((User::username.def().name.as_ref(), User::username.def().length), ("username", Some(50)));
    /// # Ok(()) }) }
    /// ```
    pub fn def(self) -> &'static ColumnDef {
        &M::def().columns[self.index]
    }

    pub(crate) fn reference(self) -> ColumnRef {
        ColumnRef {
            model: M::def(),
            index: self.index,
        }
    }

    pub(crate) fn node(self) -> Node {
        Node::Column(self.reference())
    }

    /// The column as an expression.
    pub fn expr(self) -> Expr<M, T> {
        Expr::new(self.node())
    }

    /// This column of the query around a subquery.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// // users without a post
    /// let silent = User::query().filter(not_exists(Post::query().filter(Post::author_id.eq(User::id.outer()))));
    /// assert_eq!(silent.one(&db).await?.username, "cyd");
    /// # Ok(()) }) }
    /// ```
    ///
    /// Outside of a subquery it is an error, found before any SQL is sent.
    pub fn outer(self) -> Outer<T> {
        Outer {
            node: Node::Outer(self.reference()),
            ty: PhantomData,
        }
    }

    /// In an upsert's update: the value that would have been inserted.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let ann = User::create().username("ann").email("ann@example.org");
    /// let ann = ann.on_conflict(User::username).set(User::email, User::email.excluded()).insert(&db).await?;
    /// assert_eq!(ann.map(|user| user.email), Some("ann@example.org".into()));
    /// # Ok(()) }) }
    /// ```
    pub fn excluded(self) -> Expr<M, T> {
        Expr::new(Node::Excluded(self.reference()))
    }
}

impl<M: Model, T> std::fmt::Debug for Column<M, T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.reference().fmt(f)
    }
}

/// A column of the query around a subquery; see [`Column::outer`].
pub struct Outer<T> {
    pub(crate) node: Node,
    ty: PhantomData<fn() -> T>,
}
