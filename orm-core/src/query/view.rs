//! Views: named shapes of what a query reads, made by `#[derive(View)]`.

use super::{
    Held, Include, OptionalRow, Query, Rows, SelectStatement, Selected, SingleRow, ToMany, ToOne,
    With,
};
use crate::error::Result;
use crate::expr::{Column, Expr, Node};
use crate::model::{AtMostOne, ExactlyOne, Model, Relation};
use crate::row::Cells;
use crate::shape::{Parts, Shape};
use crate::value::Field;

/// A struct that says what a query reads: some columns of a model, expressions, and related rows; made by `#[derive(View)]`.
///
/// Only what it names is read.
///
/// ```ignore
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
    fn of(mut statement: SelectStatement) -> Self {
        statement.selected = Selected::Nodes(Vec::new());
        Self { statement }
    }

    fn read(&mut self, node: Node) {
        // What is read of the row comes in the order of the fields; a view has nothing behind it.
        self.statement.extra.push(node);
    }

    /// Adds what a field reads.
    pub fn field<M, T, S: Source<M, T>>(&mut self, source: S) {
        source.plan(self);
    }

    /// Adds what another view of the same model reads.
    pub fn flatten<V: View<Params = ()>>(&mut self) {
        V::plan(self, &());
    }
}

/// Reads a field. The closure is never called; its result's type says where the value comes from.
///
/// # Errors
/// When a cell does not fit its Rust type.
#[doc(hidden)]
#[inline]
pub fn read_field<M, P, T, S: Source<M, T>>(
    _: impl Fn(&P) -> S,
    cells: &mut Cells<'_>,
) -> Result<T> {
    S::read(cells)
}

/// How many cells a field takes.
#[doc(hidden)]
pub fn field_width<M, P, T, S: Source<M, T>>(_: impl Fn(&P) -> S, _: impl Fn(T)) -> usize {
    S::width()
}

/// Hands to a field of the rows what other statements have read for it.
///
/// # Errors
/// Never, if the parts are those of the query that the rows are from.
#[doc(hidden)]
pub fn fill_field<M, P, V, T, S: Source<M, T>>(
    _: impl Fn(&P) -> S,
    rows: &mut [Option<&mut V>],
    field: impl Fn(&mut V) -> &mut T,
    parts: &mut Parts,
) -> Result<()> {
    if !S::LOADS {
        return Ok(());
    }
    let values = rows
        .iter_mut()
        .map(|row| row.as_mut().map(|row| field(row)));
    S::fill(values.collect(), parts)
}

/// Something that a field of type `T` in a view of `M` can be read from: a column or expression of that type, or a relation whose rows are
/// read into `T`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot fill a view's field of type `{T}`",
    label = "the field's type does not fit what is read here",
    note = "a column reads into its own type; a relation to many rows into `Vec<V>`, to one row into `V`, to one or none into `Option<V>`, where `V` is a view of the related model or the model itself"
)]
pub trait Source<M, T> {
    /// Whether other statements read parts of it.
    #[doc(hidden)]
    const LOADS: bool;

    /// Adds what it reads to a query.
    #[doc(hidden)]
    fn plan(self, plan: &mut Plan);

    /// How many cells of a row it takes.
    #[doc(hidden)]
    fn width() -> usize;

    /// Reads what the row itself holds of it.
    ///
    /// # Errors
    /// When a cell does not fit its Rust type.
    #[doc(hidden)]
    fn read(cells: &mut Cells<'_>) -> Result<T>;

    /// Hands to the rows what other statements have read for them.
    ///
    /// # Errors
    /// Never, if the parts are those of the query that the rows are from.
    #[doc(hidden)]
    fn fill(values: Vec<Option<&mut T>>, parts: &mut Parts) -> Result<()>;
}

macro_rules! value_sources {
    ($([$($k:ident)?] $ty:ident $node:expr;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<M: Model, T: Field, $($k)?> Source<M, T> for $ty<M, T, $($k)?> {
            const LOADS: bool = false;

            fn plan(self, plan: &mut Plan) {
                plan.read($node(self));
            }

            fn width() -> usize {
                1
            }

            #[inline]
            fn read(cells: &mut Cells<'_>) -> Result<T> {
                cells.read()
            }

            fn fill(_: Vec<Option<&mut T>>, _: &mut Parts) -> Result<()> {
                Ok(())
            }
        }
    )*};
}
value_sources! {
    [] Column |column: Self| column.node();
    [K] Expr |expr: Self| expr.node;
}

/// A type of row that related rows of `M` can be read into: the model itself, or a view of it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a view of `{M}`",
    label = "rows of `{M}` cannot be read into this",
    note = "write `#[derive(View)]` and `#[view({M})]` on `{Self}`, or take `{M}` itself"
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

/// A query for a model's rows, read into a view; the derive calls it.
#[doc(hidden)]
pub fn select_view<V: View>(statement: SelectStatement, params: &V::Params) -> SelectStatement {
    let mut plan = Plan::of(statement);
    V::plan(&mut plan, params);
    plan.statement
}

/// A type of row that a view's field can turn into rows of type `V`.
#[diagnostic::on_unimplemented(
    message = "related rows of type `{Self}` cannot be read into `{V}`",
    label = "`{V}` is not a view of `{Self}`",
    note = "a relation is read into a view of the related model, or into the model itself"
)]
pub trait Refine<V> {
    /// Makes a query read it.
    #[doc(hidden)]
    fn refine(statement: SelectStatement) -> SelectStatement;
}
#[diagnostic::do_not_recommend]
impl<M: Model, V: RowOf<M>> Refine<V> for M {
    fn refine(statement: SelectStatement) -> SelectStatement {
        V::select(statement)
    }
}
#[diagnostic::do_not_recommend]
impl<M: Model, L> Refine<Self> for With<M, L> {
    fn refine(statement: SelectStatement) -> SelectStatement {
        statement
    }
}

/// Adds a relation to what a view reads.
fn relation<R: Relation, H: Held>(plan: &mut Plan, statement: SelectStatement) {
    super::include::add(&mut plan.statement, R::def(), statement, H::WAY);
}

macro_rules! relation_sources {
    ($([$held:ident, $value:ty] $ty:ty;)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<R: Relation, V: RowOf<R::To>> Source<R::From, $value> for $ty {
            const LOADS: bool = <$held<V> as Held>::LOADS;

            fn plan(self, plan: &mut Plan) {
                relation::<R, $held<V>>(plan, V::select(SelectStatement::new(R::def().to())));
            }

            fn width() -> usize {
                <$held<V> as Held>::width()
            }

            fn read(cells: &mut Cells<'_>) -> Result<$value> {
                <$held<V> as Held>::read(cells)
            }

            fn fill(values: Vec<Option<&mut $value>>, parts: &mut Parts) -> Result<()> {
                <$held<V> as Held>::fill(values, parts)
            }
        }
    )*};
}
relation_sources! {
    [Rows, Vec<V>] ToMany<R>;
    [SingleRow, V] ToOne<R, ExactlyOne>;
    [OptionalRow, Option<V>] ToOne<R, AtMostOne>;
}

macro_rules! include_sources {
    ($([$held:ident, $value:ty];)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<R: Relation, Row: Refine<V>, V: Shape, K> Source<R::From, $value> for Include<R, $held<Row>, K> {
            const LOADS: bool = <$held<V> as Held>::LOADS;

            fn plan(self, plan: &mut Plan) {
                relation::<R, $held<V>>(plan, Row::refine(self.into_statement()));
            }

            fn width() -> usize {
                <$held<V> as Held>::width()
            }

            fn read(cells: &mut Cells<'_>) -> Result<$value> {
                <$held<V> as Held>::read(cells)
            }

            fn fill(values: Vec<Option<&mut $value>>, parts: &mut Parts) -> Result<()> {
                <$held<V> as Held>::fill(values, parts)
            }
        }
    )*};
}
include_sources! {
    [Rows, Vec<V>];
    [SingleRow, V];
    [OptionalRow, Option<V>];
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

/// The values that a view takes; the derive makes the struct.
pub trait ViewParams: Sized {
    /// The view.
    type View: View<Params = Self>;
}

impl<M: Model> Query<M, M> {
    /// Reads the rows into a view, and nothing that it does not name. See [`View`].
    ///
    /// ```ignore
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
    pub fn view<V: View<Model = M, Params = ()>>(self) -> Query<M, V> {
        Query::from_statement(select_view::<V>(self.statement, &()))
    }

    /// Reads the rows into a view that takes values: those that it declares by `#[view(Model, params(name: Type))]`.
    ///
    /// ```ignore
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
