//! Relations to any number of rows.

use std::marker::PhantomData;

use super::{Held, Include, Includes, IntoInclude, Keyed, RowOf, Rows, SelectStatement};
use crate::expr::{Expression, IntoOrder};
use crate::model::Relation;
use crate::shape::Shape;

/// A relation to any number of rows, such as `User::posts`: what a query includes, filters through and counts.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let users = User::query().filter(User::posts.any(Post::views.gt(100))).include(User::posts).all(&db).await?;
/// assert_eq!(users[0].get(User::posts).len(), 2);
/// # Ok(()) }) }
/// ```
pub struct ToMany<R>(PhantomData<fn() -> R>);

impl<R> Clone for ToMany<R> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<R> Copy for ToMany<R> {}

impl<R> ToMany<R> {
    /// The relation as a value. The derive calls it.
    #[doc(hidden)]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<R> Default for ToMany<R> {
    fn default() -> Self {
        Self::new()
    }
}

impl<R: Relation> std::fmt::Debug for ToMany<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        R::def().fmt(f)
    }
}

impl<R: Relation> ToMany<R> {
    pub(super) fn include_all(self) -> Include<R, Rows<R::To>> {
        Include::new()
    }

    /// Keeps the related rows that meet a condition. See [`Include`].
    pub fn filter(
        self,
        condition: impl Expression<R::To, Value = bool>,
    ) -> Include<R, Rows<R::To>> {
        self.include_all().filter(condition)
    }

    /// Keeps the related rows that meet a condition on a value, if there is a value. See [`Query::filter_if`](crate::Query::filter_if).
    pub fn filter_if<V, E: Expression<R::To, Value = bool>>(
        self,
        value: Option<V>,
        condition: impl FnOnce(V) -> E,
    ) -> Include<R, Rows<R::To>> {
        self.include_all().filter_if(value, condition)
    }

    /// Orders the related rows of each row. See [`Include`].
    pub fn order_by(self, order: impl IntoOrder<R::To>) -> Include<R, Rows<R::To>> {
        self.include_all().order_by(order)
    }

    /// Gives each row at most this many related rows. See [`Include`].
    pub fn limit(self, rows: u64) -> Include<R, Rows<R::To>> {
        self.include_all().limit(rows)
    }

    /// Leaves out the first related rows of each row. See [`limit`](Self::limit).
    pub fn offset(self, rows: u64) -> Include<R, Rows<R::To>> {
        self.include_all().offset(rows)
    }

    /// Includes rows that are related to the related rows.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let ann = User::find(1).include(User::posts.include(Post::author)).one(&db).await?;
    /// assert_eq!(ann.get(User::posts)[0].get(Post::author).username, "ann");
    /// # Ok(()) }) }
    /// ```
    #[allow(clippy::type_complexity, reason = "it says what the rows hold")]
    pub fn include<I: IntoInclude<R::To>>(
        self,
        include: I,
    ) -> Include<R, Rows<<R::To as Includes<R::To>>::And<I::Key, I::Held>>>
    where
        R::To: Includes<R::To>,
    {
        self.include_all().include(include)
    }

    /// Reads the related rows into a view. See [`View`](crate::View).
    pub fn view<V: RowOf<R::To>>(self) -> Include<R, Rows<V>> {
        self.include_all().view()
    }

    /// The same under a name of its own. See [`Include::named`].
    pub fn named<N: crate::expr::Name>(self, name: N) -> Include<R, Rows<R::To>, N> {
        self.include_all().named(name)
    }
}

#[diagnostic::do_not_recommend]
impl<R: Relation> IntoInclude<R::From> for ToMany<R>
where
    R::To: Shape,
{
    type Key = R;
    type Held = Rows<R::To>;

    fn add_to(self, statement: &mut SelectStatement) {
        super::include::add(
            statement,
            R::def(),
            SelectStatement::new(R::def().to()),
            Rows::<R::To>::WAY,
        );
    }
}

impl<R: Relation> Keyed for ToMany<R> {
    type Key = R;
}
