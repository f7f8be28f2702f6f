//! Models that stand for the rows of a query: queries under a name, recursive ones, and lists of values.

use super::{NamedQuery, Query, SelectStatement, WithBody};
use crate::model::Model;
use crate::query::FromFields;
use crate::value::Value;

/// A model that stands for the rows of a query, made by `#[derive(Model)]` with `#[model(query)]`. It has no table: its rows come from
/// a query that selects its fields in their order.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// use orm::query::QueryModel;
///
/// #[derive(Model)]
/// #[model(query)]
/// struct Author {
///     #[model(key)]
///     #[belongs_to(user: User)]
///     user_id: Id<User>,
///     views: Option<i64>,
/// }
///
/// let authors = Author::from_query(Post::query().group_by(Post::author_id).select((Post::author_id, Post::views.sum())));
/// let read = authors.filter(Author::views.gt(100)).include(Author::user).one(&db).await?;
/// assert_eq!((read.views, read.get(Author::user).username.as_str()), (Some(120), "ann"));
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not stand for the rows of a query",
    label = "not a model of rows",
    note = "add `#[model(query)]` to a struct with `#[derive(Model)]`"
)]
pub trait QueryModel: Model + FromFields {
    /// The rows of a query, which selects a value for each field. In the whole statement, and in queries inside of it, the model's
    /// name stands for these rows.
    fn from_query<N: Model>(query: Query<N, Self::Fields>) -> Query<Self> {
        named::<Self>(WithBody::Query(Box::new(query.into_statement())))
    }

    /// The rows of the first query, and those that the second one finds, which reads the rows that are there, until it finds no others.
    /// Equal rows count once, so that a circle has an end.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// use orm::query::QueryModel;
    ///
    /// #[derive(Model)]
    /// #[model(query)]
    /// struct Number {
    ///     #[model(key)]
    ///     n: i64,
    ///     square: i64,
    /// }
    ///
    /// let first = Number::rows([Number { n: 1, square: 1 }]).select((Number::n, Number::square));
    /// let next = Number::query().filter(Number::n.lt(5)).select((Number::n + 1, (Number::n + 1) * (Number::n + 1)));
    /// let squares = Number::recursive(first, next).order_by(Number::n).select(Number::square).all(&db).await?;
    /// assert_eq!(squares, [1, 4, 9, 16, 25]);
    /// # Ok(()) }) }
    /// ```
    fn recursive<N: Model>(
        first: Query<N, Self::Fields>,
        next: Query<Self, Self::Fields>,
    ) -> Query<Self> {
        let parts = [first.into_statement(), next.into_statement()];
        named::<Self>(WithBody::Recursive(Box::new(parts)))
    }

    /// These rows, as if they stood in a table.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// use orm::query::QueryModel;
    ///
    /// #[derive(Model)]
    /// #[model(query)]
    /// struct Bonus {
    ///     #[model(key)]
    ///     #[belongs_to(user: User)]
    ///     user_id: Id<User>,
    ///     points: i64,
    /// }
    ///
    /// let bonus = Bonus::rows([Bonus { user_id: Id::new(1), points: 5 }, Bonus { user_id: Id::new(2), points: 7 }]);
    /// let points = bonus.order_by(Bonus::user_id).select((Bonus::user.get(User::username), Bonus::points)).all(&db).await?;
    /// assert_eq!(points, [("ann".to_owned(), 5), ("bob".to_owned(), 7)]);
    /// # Ok(()) }) }
    /// ```
    fn rows(rows: impl IntoIterator<Item = Self>) -> Query<Self> {
        let columns = Self::def().visible;
        let row = |row: Self| -> crate::Result<Vec<Value>> {
            (0..columns)
                .filter_map(|column| row.value(column))
                .collect()
        };
        let rows: crate::Result<Vec<_>> = rows.into_iter().map(row).collect();
        named::<Self>(match rows {
            Ok(rows) => WithBody::Values(rows),
            Err(error) => WithBody::Invalid(error.to_string()),
        })
    }
}

fn named<M: Model>(body: WithBody) -> Query<M> {
    let mut statement = SelectStatement::new(M::def());
    statement.with.push(NamedQuery {
        model: M::def(),
        body,
    });
    Query::from_statement(statement)
}

impl<M: Model, R> Query<M, R> {
    /// Lets this query, and the queries inside of it, read the rows of another one under the name of its model.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// use orm::query::QueryModel;
    ///
    /// #[derive(Model)]
    /// #[model(query)]
    /// struct Author {
    ///     #[model(key)]
    ///     user_id: Id<User>,
    ///     views: Option<i64>,
    /// }
    ///
    /// let authors = Author::from_query(Post::query().group_by(Post::author_id).select((Post::author_id, Post::views.sum())));
    /// let best = Author::query().filter(Author::views.gt(100)).select(Author::user_id);
    /// assert_eq!(User::query().with(authors).filter(User::id.in_(best)).one(&db).await?.username, "ann");
    /// # Ok(()) }) }
    /// ```
    pub fn with<T: QueryModel>(mut self, rows: Query<T>) -> Self {
        let plain = rows.statement.only_filters() && rows.statement.filter.is_empty();
        let statement = &mut self.statement;
        if plain {
            statement.with.extend(rows.statement.with);
        } else {
            let message = "`with` takes rows as they come from a query; put filters, orderings and limits into that query, or where its rows are read";
            statement
                .filter
                .push(crate::expr::Node::Mistake(message.into()));
        }
        self
    }
}
