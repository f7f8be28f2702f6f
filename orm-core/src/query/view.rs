//! Views: named shapes of what a query reads, made by `#[derive(View)]`.

mod related;
mod source;

pub use related::{Refine, RelatedField};
pub use source::{
    Flatten, Flattened, Source, field_loads, field_width, fill_field, flatten, read_field,
};

use super::{Held, Include, Query, SelectStatement, Selected, ToMany, ToOne};
use crate::expr::{ColumnRef, Node};
use crate::model::{Cardinality, Model, Relation};
use crate::shape::Shape;

/// A struct that says what a query reads: some columns of a model, expressions, and related rows; made by `#[derive(View)]`.
///
/// Only what it names is read.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// #[derive(View, Debug, PartialEq)]
/// #[view(Post)]
/// struct PostSummary { id: Id<Post>, title: String }
///
/// #[derive(View, Debug, PartialEq)]
/// #[view(User)]
/// struct Dashboard {
///     username: String,
///     #[view(expr = User::posts.count())]
///     count: i64,
///     #[view(with = User::posts.filter(Post::published.eq(true)).order_by(Post::views.desc()).limit(1))]
///     posts: Vec<PostSummary>,
/// }
///
/// let ann: Dashboard = User::find(1).view().one(&db).await?;
/// assert_eq!((ann.username.as_str(), ann.count), ("ann", 2));
/// assert_eq!(ann.posts, [PostSummary { id: Id::new(1), title: "Hello".into() }]);
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a view",
    label = "not a view",
    note = "add `#[derive(View)]` and `#[view(Model)]` to `{Self}`"
)]
pub trait View: Shape {
    /// The model whose rows it shows.
    type Model: Model;
    /// Values that it needs from the query; `()` for most.
    type Params;

    /// Adds what it reads to a query.
    #[doc(hidden)]
    fn plan(plan: &mut Plan, params: &Self::Params);
}

/// What the fields of a view read, while they are asked one after the other.
#[doc(hidden)]
pub struct Plan {
    statement: SelectStatement,
}

impl Plan {
    /// Adds what a field reads.
    pub fn field<M, T, S: Source<M, T>>(&mut self, source: S) {
        source.plan(self);
    }

    /// Adds columns of a model that stand side by side. The derive calls it for the columns of an embedded struct.
    pub fn columns<M: Model>(&mut self, first: usize, width: usize) {
        let model = M::def();
        let columns = (first..first + width).map(|index| Node::Column(ColumnRef { model, index }));
        self.statement.extra.extend(columns);
    }

    fn read(&mut self, node: Node) {
        self.statement.extra.push(node);
    }
}

/// A query for a model's rows, read into a view; the derive calls it.
#[doc(hidden)]
pub fn select_view<V: View>(statement: SelectStatement, params: &V::Params) -> SelectStatement {
    let mut plan = Plan { statement };
    V::plan(&mut plan, params);
    let mut statement = plan.statement;
    // Its fields, one after the other, are what is selected, and there is nothing beside them.
    statement.selected = Selected::Nodes(std::mem::take(&mut statement.extra));
    statement
}

/// A type of row that rows of `M` can be read into: the model itself, or a view of it that takes no values.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a view of `{M}`",
    label = "rows of `{M}` cannot be read into this",
    note = "write `#[derive(View)]` and `#[view({M})]` on `{Self}`, or take `{M}` itself; a view with `params(…)` is asked for by `.view_with(…)`"
)]
pub trait RowOf<M>: Shape {
    /// Makes a query read it.
    #[doc(hidden)]
    fn select(statement: SelectStatement) -> SelectStatement;
}
#[diagnostic::do_not_recommend]
impl<M: Model> RowOf<M> for M {
    fn select(statement: SelectStatement) -> SelectStatement {
        statement
    }
}

/// The values that a view takes; the derive makes the struct.
pub trait ViewParams: Sized {
    /// The view.
    type View: View<Params = Self>;
}

impl<M: Model> Query<M, M> {
    /// Reads the rows into a view, and nothing that it does not name. See [`View`].
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// #[derive(View)]
    /// #[view(User)]
    /// struct Name { username: String }
    ///
    /// let names = User::query().order_by(User::id).view::<Name>().all(&db).await?;
    /// assert_eq!(names[0].username, "ann");
    /// # Ok(()) }) }
    /// ```
    pub fn view<V: RowOf<M>>(self) -> Query<M, V> {
        Query::from_statement(V::select(self.statement))
    }

    /// Reads the rows into a view that takes values: those that it declares by `#[view(Model, params(name: Type))]`.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// #[derive(View)]
    /// #[view(User, params(least: i64))]
    /// struct Author {
    ///     username: String,
    ///     #[view(with = User::posts.filter(Post::views.ge(least)))]
    ///     posts: Vec<Post>,
    /// }
    ///
    /// let ann = User::find(1).view_with(AuthorParams { least: 100 }).one(&db).await?;
    /// assert_eq!((ann.username.as_str(), ann.posts.len()), ("ann", 1));
    /// # Ok(()) }) }
    /// ```
    pub fn view_with<P: ViewParams<View: View<Model = M, Params = P>>>(
        self,
        params: P,
    ) -> Query<M, P::View> {
        Query::from_statement(select_view::<P::View>(self.statement, &params))
    }
}

impl<R: Relation, H: Held<Row = R::To>, K> Include<R, H, K> {
    /// Reads the related rows into a view. See [`View`].
    pub fn view<V: RowOf<R::To>>(self) -> Include<R, H::Holding<V>, K> {
        Include::from_statement(V::select(self.into_statement()))
    }

    /// Reads the related rows into a view that takes values. See [`Query::view_with`].
    pub fn view_with<P: ViewParams<View: View<Model = R::To, Params = P>>>(
        self,
        params: P,
    ) -> Include<R, H::Holding<P::View>, K> {
        Include::from_statement(select_view::<P::View>(self.into_statement(), &params))
    }
}

impl<R: Relation> ToMany<R> {
    /// Reads the related rows into a view that takes values. See [`Query::view_with`].
    pub fn view_with<P: ViewParams<View: View<Model = R::To, Params = P>>>(
        self,
        params: P,
    ) -> Include<R, super::Rows<P::View>> {
        self.include_all().view_with(params)
    }
}

impl<R: Relation, C> ToOne<R, C> {
    /// Reads the related row into a view that takes values. See [`Query::view_with`].
    #[allow(clippy::type_complexity, reason = "it says what the row holds")]
    pub fn view_with<P: ViewParams<View: View<Model = R::To, Params = P>>>(
        self,
        params: P,
    ) -> Include<R, <<R::Cardinality as Cardinality>::Held<R::To> as Held>::Holding<P::View>> {
        self.include_it().view_with(params)
    }
}
