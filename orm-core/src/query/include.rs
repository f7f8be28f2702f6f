//! Including related rows: what is read of them, and how it becomes a part of the query's rows.

use std::marker::PhantomData;
use std::sync::Arc;

use super::held::Way;
use super::{
    FirstRow, Held, Load, OptionalRow, Query, Scalar, SelectStatement, Selected, Slot, With,
};
use crate::expr::{ColumnRef, Expr, Expression, IntoOrder, Join, Name, Node};
use crate::model::{Model, ModelDef, Relation, RelationDef};
use crate::shape::Shape;
use crate::value::Field;

/// Related rows that a query shall include: which of them, in which order, with what of their own.
///
/// It is made from a relation: `User::posts.filter(…)`.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let newest = User::posts.order_by(Post::id.desc()).limit(1);         // one for each user
/// let users = User::query().order_by(User::id).include(newest).all(&db).await?;
/// assert_eq!(users[0].get(User::posts)[0].title, "A draft");
/// # Ok(()) }) }
/// ```
#[must_use = "nothing is read before a query includes it"]
pub struct Include<R, H, K = R> {
    statement: SelectStatement,
    types: Types<R, H, K>,
}

/// The types that an include carries and holds no value of.
type Types<R, H, K> = PhantomData<fn() -> (R, H, K)>;

/// How related rows are held that include one more thing.
type Including<R, H, I> = <H as Held>::Holding<
    <<H as Held>::Row as Includes<<R as Relation>::To>>::And<
        <I as IntoInclude<<R as Relation>::To>>::Key,
        <I as IntoInclude<<R as Relation>::To>>::Held,
    >,
>;

impl<R, H, K> Clone for Include<R, H, K> {
    fn clone(&self) -> Self {
        Self::from_statement(self.statement.clone())
    }
}

impl<R, H, K> Include<R, H, K> {
    pub(super) fn from_statement(statement: SelectStatement) -> Self {
        Self {
            statement,
            types: PhantomData,
        }
    }

    pub(crate) fn into_statement(self) -> SelectStatement {
        self.statement
    }
}

impl<R: Relation, H: Held, K> Include<R, H, K> {
    pub(super) fn new() -> Self {
        Self::from_statement(SelectStatement::new(R::def().to()))
    }

    /// Includes rows that are related to the related rows. See [`Query::include`].
    pub fn include<I: IntoInclude<R::To>>(mut self, include: I) -> Include<R, Including<R, H, I>, K>
    where
        H::Row: Includes<R::To>,
    {
        include.add_to(&mut self.statement);
        Include::from_statement(self.statement)
    }

    /// The same under a name of its own, so that one relation can be included several times.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// orm::label!(drafts);
    ///
    /// let ann = User::find(1)
    ///     .include(User::posts)
    ///     .include(User::posts.filter(Post::published.eq(false)).named(drafts))
    ///     .one(&db)
    ///     .await?;
    /// assert_eq!((ann.get(User::posts).len(), ann.get(drafts).len()), (2, 1));
    /// # Ok(()) }) }
    /// ```
    pub fn named<N: Name>(self, _: N) -> Include<R, H, N> {
        Include::from_statement(self.statement)
    }
}

impl<R: Relation, Row, K> Include<R, super::Rows<Row>, K> {
    /// Keeps the related rows that meet a condition; several calls must all be met. See [`Include`].
    pub fn filter(mut self, condition: impl Expression<R::To, Value = bool>) -> Self {
        super::filter::add(&mut self.statement.filter, condition.into_node());
        self
    }

    /// Keeps the related rows that meet a condition on a value, if there is a value. See [`Query::filter_if`].
    pub fn filter_if<V, E: Expression<R::To, Value = bool>>(
        self,
        value: Option<V>,
        condition: impl FnOnce(V) -> E,
    ) -> Self {
        match value {
            Some(value) => self.filter(condition(value)),
            None => self,
        }
    }

    /// Orders the related rows of each row. See [`Include`].
    pub fn order_by(mut self, order: impl IntoOrder<R::To>) -> Self {
        self.statement.order_by.extend(order.into_terms());
        self
    }

    /// Gives each row at most this many related rows. See [`Include`].
    pub fn limit(mut self, rows: u64) -> Self {
        self.statement.limit = Some(rows);
        self
    }

    /// Leaves out the first related rows of each row. See [`limit`](Self::limit).
    pub fn offset(mut self, rows: u64) -> Self {
        self.statement.offset = Some(rows);
        self
    }

    /// Gives each row the first of its related rows by the ordering, as an `Option`: `None` where there is none. It is read like
    /// others with [`limit`](Self::limit), so put them in an order before.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// orm::label!(newest);
    ///
    /// let users = User::query().include(User::posts.order_by(Post::id.desc()).first().named(newest)).order_by(User::id).all(&db).await?;
    /// assert_eq!(users[0].get(newest).as_ref().map(|post| post.title.as_str()), Some("A draft"));
    /// assert!(users[2].get(newest).is_none());
    /// # Ok(()) }) }
    /// ```
    pub fn first(self) -> Include<R, FirstRow<Row>, K> {
        Include::from_statement(self.limit(1).statement)
    }
}

impl<R: Relation, Row, K> Include<R, OptionalRow<Row>, K> {
    /// Counts a related row that does not meet a condition as missing; several calls must all be met.
    pub fn filter(mut self, condition: impl Expression<R::To, Value = bool>) -> Self {
        super::filter::add(&mut self.statement.filter, condition.into_node());
        self
    }
}

/// Something that a query can include: a relation, related rows that an [`Include`] describes, or an expression that has a name.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be included in rows of `{M}`",
    label = "expected a relation of `{M}`",
    note = "a relation is included as `{M}::name`; an expression needs a name: `.named(…)`"
)]
pub trait IntoInclude<M> {
    /// The name under which a row holds it.
    type Key: Name;
    /// How a row holds it.
    type Held: Held;

    /// Adds it to what a query reads.
    #[doc(hidden)]
    fn add_to(self, statement: &mut SelectStatement);
}

#[diagnostic::do_not_recommend]
impl<R: Relation, H: Held, K: Name> IntoInclude<R::From> for Include<R, H, K> {
    type Key = K;
    type Held = H;

    fn add_to(self, statement: &mut SelectStatement) {
        add(statement, R::def(), self.statement, H::WAY);
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: Field, K: Name> IntoInclude<M> for Expr<M, T, K> {
    type Key = K;
    type Held = Scalar<T>;

    fn add_to(self, statement: &mut SelectStatement) {
        statement.extra.push(self.node);
    }
}

#[diagnostic::do_not_recommend]
impl<M: Model, T: Field, K: Name> IntoInclude<M> for crate::expr::Windowed<M, T, K> {
    type Key = K;
    type Held = Scalar<T>;

    fn add_to(self, statement: &mut SelectStatement) {
        statement.extra.push(self.node);
    }
}

/// The name of something that was included: what [`get`](With::get) takes.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not something that a query includes",
    label = "expected a relation, its `count()`, or a label"
)]
pub trait Keyed {
    /// The name.
    type Key: Name;
}
impl<M, T, K: Name> Keyed for Expr<M, T, K> {
    type Key = K;
}
impl<R, H, K: Name> Keyed for Include<R, H, K> {
    type Key = K;
}

/// A relation's own name.
impl<R: Relation> Name for R {
    fn name() -> std::borrow::Cow<'static, str> {
        R::NAME.into()
    }
}

/// A type of row that can hold included rows: a model, or a model [`With`] others.
#[diagnostic::on_unimplemented(
    message = "related rows cannot be included in rows of type `{Self}`",
    label = "only a model's whole rows hold related rows",
    note = "include before `select`, or use a view (`#[derive(View)]`)"
)]
pub trait Includes<M>: Shape {
    /// The same row with one more thing included.
    type And<K: Name, H: Held>: Shape;
}
#[diagnostic::do_not_recommend]
impl<M: Model> Includes<M> for M {
    type And<K: Name, H: Held> = With<M, Slot<K, H>>;
}
#[diagnostic::do_not_recommend]
impl<M: Model, L: super::Slots> Includes<M> for With<M, L> {
    type And<K: Name, H: Held> = With<M, Slot<K, H, L>>;
}

impl<M: Model, R: Shape> Query<M, R> {
    /// Reads related rows, or a number about them, together with each row; [`get`](With::get) of the row gives them.
    ///
    /// The number of statements depends on what is included, never on the number of rows: rows of a relation to many take one, those
    /// to one row none, since they are joined. What was included is a part of the row's type, so that asking for anything else does
    /// not compile.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let users = User::query()
    ///     .include(User::posts.filter(Post::published.eq(true)).order_by(Post::views.desc()).limit(10))   // for each user
    ///     .include(User::posts.count())
    ///     .order_by(User::id)
    ///     .all(&db)
    ///     .await?;
    /// assert_eq!(users[0].username, "ann");
    /// assert_eq!(users[0].get(User::posts)[0].title, "Hello");
    /// assert_eq!(*users[0].get(User::posts.count()), 2);
    /// # Ok(()) }) }
    /// ```
    pub fn include<I: IntoInclude<M>>(mut self, include: I) -> Query<M, R::And<I::Key, I::Held>>
    where
        R: Includes<M>,
    {
        include.add_to(&mut self.statement);
        Query::from_statement(self.statement)
    }
}

/// Adds related rows to what a statement reads.
pub(super) fn add(
    to: &mut SelectStatement,
    relation: &'static RelationDef,
    of: SelectStatement,
    way: Way,
) {
    match way {
        Way::Load(gather) => to.loads.push(Load {
            relation,
            key: columns(relation.from(), relation.key()).collect(),
            statement: of,
            gather: gather.0,
        }),
        Way::Join => join(to, relation, of, false),
        Way::OptionalJoin => join(to, relation, of, true),
    }
}

fn columns(model: &'static ModelDef, columns: &[usize]) -> impl Iterator<Item = Node> {
    columns.iter().map(move |index| {
        Node::Column(ColumnRef {
            model,
            index: *index,
        })
    })
}

/// Adds the one related row: its columns stand beside those of the row, and what is loaded for it is loaded for the row.
fn join(
    to: &mut SelectStatement,
    relation: &'static RelationDef,
    of: SelectStatement,
    optional: bool,
) {
    let on = (!of.filter.is_empty()).then(|| Arc::new(of.filter));
    let join = Join { relation, on };
    let related = |node: Node| Node::Related(join.clone(), Box::new(node));
    if optional {
        // A key is never NULL, unless the whole row is missing.
        to.extra
            .extend(columns(relation.to(), &relation.to().key[..1]).map(related));
    }
    let own = match of.selected {
        Selected::Model => columns(of.model, &(0..of.model.visible).collect::<Vec<_>>()).collect(),
        Selected::Nodes(nodes) => nodes,
        Selected::Nothing => Vec::new(),
    };
    to.extra
        .extend(own.into_iter().chain(of.extra).map(related));
    to.loads.extend(of.loads.into_iter().map(|load| Load {
        key: load.key.into_iter().map(related).collect(),
        ..load
    }));
}
