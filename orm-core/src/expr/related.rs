//! Expressions through relations: whether there are related rows, how many, and the columns of a related row.
//!
//! A condition through a relation is a subquery, so that it never makes duplicates of the rows that are filtered; a column of a
//! related row is a join, which all uses of the same way share.

use std::borrow::Cow;
use std::marker::PhantomData;

use super::{AggregateOp, Averageable, Expr, Expression, Join, Node, Nullable, Summable};
use crate::model::Relation;
use crate::query::{Link, LinkTo, SelectStatement, Selected, ToMany, ToOne};
use crate::value::Kind;

/// A name under which a row holds something that a query included.
#[diagnostic::on_unimplemented(
    message = "this expression has no name under which a row could hold it",
    label = "give it a name",
    note = "declare one with `orm::label!(name)`, and write `.named(name)`"
)]
pub trait Name: 'static {
    /// The name, as it stands in a serialized row.
    fn name() -> Cow<'static, str>;
}

macro_rules! names {
    ($($(#[doc = $doc:literal])* $ty:ident $suffix:literal;)*) => {$(
        $(#[doc = $doc])*
        pub struct $ty<R>(PhantomData<fn() -> R>);

        impl<R: Relation> Name for $ty<R> {
            fn name() -> Cow<'static, str> {
                format!(concat!("{}", $suffix), R::NAME).into()
            }
        }
    )*};
}
names! {
    /// The name of a relation's count: `posts_count`.
    Counted "_count";
    /// The name of a sum over a relation: `posts_sum`.
    Sum "_sum";
    /// The name of a mean over a relation: `posts_avg`.
    Avg "_avg";
    /// The name of the least value of a relation: `posts_min`.
    Min "_min";
    /// The name of the greatest value of a relation: `posts_max`.
    Max "_max";
}

impl<M, T, K> Expr<M, T, K> {
    /// The same expression under a name, so that `include` can give it to each row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// orm::label!(shout);
    ///
    /// let ann = User::find(1).include(User::username.upper().named(shout)).one(&db).await?;
    /// assert_eq!(ann.get(shout), "ANN");
    /// # Ok(()) }) }
    /// ```
    pub fn named<N: Name>(self, _: N) -> Expr<M, T, N> {
        Expr::new(self.node)
    }
}

/// The rows of a relation, seen from the row around the query.
pub(crate) fn related(
    relation: &'static crate::model::RelationDef,
    filter: Vec<Node>,
) -> SelectStatement {
    let mut statement = SelectStatement::new(relation.to());
    statement.filter = filter;
    statement.link = Some(Link {
        relation,
        to: LinkTo::Outer,
    });
    statement
}

pub(crate) fn has<R: Relation, M>(filter: Vec<Node>, any: bool) -> Expr<M, bool> {
    let mut statement = related(R::def(), filter);
    statement.selected = Selected::Nothing;
    Expr::new(Node::Exists(Box::new(statement), any))
}

/// An aggregate over related rows, as a value of the row around.
pub(crate) fn aggregated<M, T, K>(
    mut statement: SelectStatement,
    op: AggregateOp,
    of: Option<Node>,
    kind: Kind,
) -> Expr<M, T, K> {
    statement.selected = Selected::Nodes(vec![Node::Aggregate {
        op,
        of: of.map(Box::new),
        kind,
        distinct: false,
    }]);
    Expr::new(Node::Subquery(Box::new(statement)))
}

fn conjunction<M>(condition: impl Expression<M, Value = bool>) -> Vec<Node> {
    let mut filter = Vec::new();
    crate::query::add_condition(&mut filter, condition.into_node());
    filter
}

impl<R: Relation> ToMany<R> {
    /// Whether one of the related rows meets a condition.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let authors = User::query().filter(User::posts.any(Post::published.eq(true))).count(&db).await?;
    /// let silent = User::query().filter(User::posts.none(always())).select(User::username).all(&db).await?;
    /// let open = User::query().filter(User::posts.all(Post::published.eq(true))).count(&db).await?;
    /// assert_eq!((authors, silent, open), (2, vec!["cyd".to_owned()], 2));
    /// # Ok(()) }) }
    /// ```
    pub fn any(self, condition: impl Expression<R::To, Value = bool>) -> Expr<R::From, bool> {
        has::<R, _>(conjunction(condition), true)
    }

    /// Whether none of the related rows meets a condition. See [`any`](Self::any).
    pub fn none(self, condition: impl Expression<R::To, Value = bool>) -> Expr<R::From, bool> {
        has::<R, _>(conjunction(condition), false)
    }

    /// Whether all of the related rows meet a condition; it is so where there are none. A condition that is unknown because of a
    /// NULL is not met. See [`any`](Self::any).
    pub fn all(self, condition: impl Expression<R::To, Value = bool>) -> Expr<R::From, bool> {
        has::<R, _>(vec![Node::NotTrue(Box::new(condition.into_node()))], false)
    }
}

macro_rules! aggregates {
    ($([$($param:tt)*] $ty:ty;)*) => {$(
        impl<R: Relation, $($param)*> $ty {
            /// How many related rows there are: a number that can be compared, ordered by, selected and included.
            ///
            /// ```
            /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
            /// # fn main() -> orm::Result<()> { blog(async |db| {
            /// let busy = User::query().filter(User::posts.count().ge(2)).order_by(User::posts.count().desc()).count(&db).await?;
            /// let published = User::posts.filter(Post::published.eq(true)).count();
            /// let ann = User::find(1).include(published).one(&db).await?;
            /// assert_eq!((busy, *ann.get(User::posts.count())), (2, 1));
            /// # Ok(()) }) }
            /// ```
            pub fn count(self) -> Expr<R::From, i64, Counted<R>> {
                aggregated(self.rows(), AggregateOp::Count, None, Kind::I64)
            }

            /// The sum over the related rows; `None` where there are none.
            ///
            /// ```
            /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
            /// # fn main() -> orm::Result<()> { blog(async |db| {
            /// let views = User::query().order_by(User::id).select(User::posts.sum(Post::views)).all(&db).await?;
            /// assert_eq!(views, [Some(120), Some(45), None]);
            /// # Ok(()) }) }
            /// ```
            pub fn sum<T: Summable>(self, of: impl Expression<R::To, Value = T>) -> Expr<R::From, T::Sum, Sum<R>> {
                aggregated(self.rows(), AggregateOp::Sum, Some(of.into_node()), T::TYPE.kind)
            }

            /// The mean over the related rows; `None` where there are none. See [`sum`](Self::sum).
            pub fn avg<T: Averageable>(self, of: impl Expression<R::To, Value = T>) -> Expr<R::From, Option<f64>, Avg<R>> {
                aggregated(self.rows(), AggregateOp::Avg, Some(of.into_node()), T::TYPE.kind)
            }

            /// The least value of the related rows; `None` where there are none. See [`sum`](Self::sum).
            pub fn min<T: Nullable>(self, of: impl Expression<R::To, Value = T>) -> Expr<R::From, T::Nullable, Min<R>> {
                aggregated(self.rows(), AggregateOp::Min, Some(of.into_node()), T::TYPE.kind)
            }

            /// The greatest value of the related rows; `None` where there are none. See [`sum`](Self::sum).
            pub fn max<T: Nullable>(self, of: impl Expression<R::To, Value = T>) -> Expr<R::From, T::Nullable, Max<R>> {
                aggregated(self.rows(), AggregateOp::Max, Some(of.into_node()), T::TYPE.kind)
            }
        }
    )*};
}
aggregates! {
    [] ToMany<R>;
    [K] crate::query::Include<R, crate::query::Rows<R::To>, K>;
}

impl<R: Relation> ToMany<R> {
    fn rows(self) -> SelectStatement {
        related(R::def(), Vec::new())
    }
}

impl<R: Relation, K> crate::query::Include<R, crate::query::Rows<R::To>, K> {
    fn rows(self) -> SelectStatement {
        let mut statement = related(R::def(), Vec::new());
        let given = self.into_statement();
        statement.filter = given.filter;
        let plain = given.order_by.is_empty() && given.limit.is_none() && given.offset.is_none();
        if !plain {
            let message =
                "an aggregate over related rows takes a filter only; it has no order and no limit";
            statement.filter.push(Node::Mistake(message.into()));
        }
        statement
    }
}

impl<R: Relation, C> ToOne<R, C> {
    /// Whether there is a related row, and it meets a condition.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let posts = Post::query().filter(Post::author.is(User::username.eq("ann"))).count(&db).await?;
    /// assert_eq!(posts, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn is(self, condition: impl Expression<R::To, Value = bool>) -> Expr<R::From, bool> {
        has::<R, _>(conjunction(condition), true)
    }

    /// Whether there is no related row, or it does not meet a condition. See [`is`](Self::is).
    pub fn is_not(self, condition: impl Expression<R::To, Value = bool>) -> Expr<R::From, bool> {
        has::<R, _>(conjunction(condition), false)
    }
}

fn through<R: Relation, T>(of: Node) -> Expr<R::From, T> {
    let join = Join {
        relation: R::def(),
        on: None,
    };
    Expr::new(Node::Related(join, Box::new(of)))
}

impl<R: Relation> ToOne<R, crate::model::ExactlyOne> {
    /// A column of the related row, or an expression over it: to filter, order, group and select by.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let read: Vec<(String, String)> = Post::query()
    ///     .filter(Post::author.get(User::logins).gt(0))
    ///     .order_by((Post::author.get(User::username).asc(), Post::id.asc()))
    ///     .select((Post::title, Post::author.get(User::username)))
    ///     .all(&db)
    ///     .await?;
    /// assert_eq!(read[0], ("Hello".to_owned(), "ann".to_owned()));
    /// # Ok(()) }) }
    /// ```
    pub fn get<T>(self, of: impl Expression<R::To, Value = T>) -> Expr<R::From, T> {
        through::<R, T>(of.into_node())
    }
}

impl<R: Relation> ToOne<R, crate::model::AtMostOne> {
    /// A column of the related row, or an expression over it; `None` where there is no such row. It filters, orders, groups and
    /// selects.
    pub fn get<T: Nullable>(
        self,
        of: impl Expression<R::To, Value = T>,
    ) -> Expr<R::From, T::Nullable> {
        through::<R, T::Nullable>(of.into_node())
    }

    /// Whether there is a related row.
    pub fn exists(self) -> Expr<R::From, bool> {
        has::<R, _>(Vec::new(), true)
    }
}
