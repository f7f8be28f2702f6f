//! Relations to one row.

use std::marker::PhantomData;

use super::{Held, Include, Includes, IntoInclude, Keyed, OptionalRow, RowOf, SelectStatement};
use crate::expr::Expression;
use crate::model::{Cardinality, Relation};
use crate::shape::Shape;

/// A relation to one row, such as `Post::author`. `C` says whether the row may be missing: [`ExactlyOne`](crate::model::ExactlyOne) or
/// [`AtMostOne`](crate::model::AtMostOne).
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let post = Post::find(1).include(Post::author).one(&db).await?;
/// assert_eq!(post.get(Post::author).username, "ann");
/// # Ok(()) }) }
/// ```
pub struct ToOne<R, C>(PhantomData<fn() -> (R, C)>);

/// How a row holds the related row.
type Single<R, Row> = <<R as Relation>::Cardinality as Cardinality>::Held<Row>;

impl<R, C> Clone for ToOne<R, C> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<R, C> Copy for ToOne<R, C> {}

impl<R, C> ToOne<R, C> {
    /// The relation as a value. The derive calls it.
    #[doc(hidden)]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<R, C> Default for ToOne<R, C> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Relation, C> std::fmt::Debug for ToOne<R, C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        R::def().fmt(f)
    }
}

impl<R: Relation, C> ToOne<R, C> {
    pub(super) fn include_it(self) -> Include<R, Single<R, R::To>> {
        Include::new()
    }

    /// Counts a related row that does not meet a condition as missing.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let posts = Post::query().order_by(Post::id).include(Post::author.filter(User::logins.gt(0))).all(&db).await?;
    /// let authors: Vec<_> = posts.iter().map(|post| post.get(Post::author).as_ref().map(|user| user.username.as_str())).collect();
    /// assert_eq!(authors, [Some("ann"), Some("ann"), None, None]);
    /// # Ok(()) }) }
    /// ```
    pub fn filter(
        self,
        condition: impl Expression<R::To, Value = bool>,
    ) -> Include<R, OptionalRow<R::To>> {
        Include::<R, OptionalRow<R::To>>::new().filter(condition)
    }

    /// Includes rows that are related to the related row. See [`ToMany::include`](crate::ToMany::include).
    #[allow(clippy::type_complexity, reason = "it says what the rows hold")]
    pub fn include<I: IntoInclude<R::To>>(
        self,
        include: I,
    ) -> Include<
        R,
        <Single<R, R::To> as Held>::Holding<<R::To as Includes<R::To>>::And<I::Key, I::Held>>,
    >
    where
        R::To: Includes<R::To>,
    {
        self.include_it().include(include)
    }

    /// Reads the related row into a view. See [`View`](crate::View).
    pub fn view<V: RowOf<R::To>>(self) -> Include<R, <Single<R, R::To> as Held>::Holding<V>> {
        self.include_it().view()
    }

    /// The same under a name of its own. See [`Include::named`].
    pub fn named<N: crate::expr::Name>(self, name: N) -> Include<R, Single<R, R::To>, N> {
        self.include_it().named(name)
    }
}

#[diagnostic::do_not_recommend]
impl<R: Relation, C> IntoInclude<R::From> for ToOne<R, C>
where
    R::To: Shape,
{
    type Key = R;
    type Held = Single<R, R::To>;

    fn add_to(self, statement: &mut SelectStatement) {
        self.include_it().add_to(statement);
    }
}

impl<R: Relation, C> Keyed for ToOne<R, C> {
    type Key = R;
}
