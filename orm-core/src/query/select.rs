//! What is read, in which order, and how much of it.

use super::{Lock, LockStrength, LockWait, Query, Selected};
use crate::expr::{Expression, IntoOrder, SelectedFrom, Selection};
use crate::model::Model;
use crate::row::FromRow;

/// What stands in the place of a row's type where a query was grouped, until [`select`](Query::select) says what is read of each group.
pub enum Grouped {}

/// A query that can be grouped: one for rows of its model, or one that is grouped already, by more.
#[diagnostic::on_unimplemented(
    message = "what the query selects or includes stands already, and groups come before that",
    label = "`group_by` comes before `select`, `include` and `view`"
)]
pub trait Groups<M> {}
impl<M: Model> Groups<M> for M {}
#[diagnostic::do_not_recommend]
impl<M: Model> Groups<M> for Grouped {}

/// A query that can still say what it selects: what it reads is one row of its own table, or a group of them.
#[diagnostic::on_unimplemented(
    message = "what was included or viewed cannot be selected from",
    label = "`select` comes in the place of `include` and `view`"
)]
pub trait Projects {}
#[diagnostic::do_not_recommend]
impl<R: FromRow> Projects for R {}
impl Projects for Grouped {}

impl<M: Model, R> Query<M, R> {
    /// Orders the rows; a further call adds terms behind the ones there are.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let posts = Post::query().order_by((Post::author_id.asc(), Post::views.desc())).limit(2).all(&db).await?;
    /// assert_eq!(posts[1].title, "A draft");
    /// # Ok(()) }) }
    /// ```
    pub fn order_by(mut self, order: impl IntoOrder<M>) -> Self {
        self.statement.order_by.extend(order.into_terms());
        self
    }

    /// Gives at most this many rows.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let second = User::query().order_by(User::id).offset(1).limit(1).one(&db).await?;
    /// assert_eq!(second.username, "bob");
    /// # Ok(()) }) }
    /// ```
    pub fn limit(mut self, rows: u64) -> Self {
        self.statement.limit = Some(rows);
        self
    }

    /// Leaves out the first rows. See [`limit`](Self::limit).
    pub fn offset(mut self, rows: u64) -> Self {
        self.statement.offset = Some(rows);
        self
    }

    /// Gives equal rows once.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let authors = Post::query().select(Post::author_id).distinct().all(&db).await?;
    /// assert_eq!(authors.len(), 2);
    /// # Ok(()) }) }
    /// ```
    pub fn distinct(mut self) -> Self {
        self.statement.distinct = true;
        self
    }

    /// Reads other things than the whole row: one expression, or a tuple of them.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let names: Vec<String> = User::query().select(User::username).all(&db).await?;
    /// let pairs: Vec<(Id<User>, Option<i32>)> = User::query().select((User::id, User::age)).all(&db).await?;
    /// assert_eq!(names[0], "ann");
    /// assert_eq!(pairs[1], (Id::new(2), None));
    /// # Ok(()) }) }
    /// ```
    pub fn select<S: Selection<M>>(mut self, selection: S) -> Query<M, S::Row>
    where
        R: Projects,
        S::Of: SelectedFrom<R>,
    {
        self.statement.selected = Selected::Nodes(selection.into_nodes());
        Query::from_statement(self.statement)
    }

    /// Reads into a struct with `#[derive(FromRow)]`, whose fields are filled in their order. A type that does not fit does not
    /// compile.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// #[derive(FromRow)]
    /// struct Author { id: Id<User>, posts: i64 }
    ///
    /// let authors = Post::query().group_by(Post::author_id).select_as::<Author, _>((Post::author_id, count())).all(&db).await?;
    /// assert_eq!(authors[0].posts, 2);
    /// # Ok(()) }) }
    /// ```
    pub fn select_as<T, S>(mut self, selection: S) -> Query<M, T>
    where
        T: FromRow + FromFields<Fields = S::Row>,
        S: Selection<M>,
        R: Projects,
        S::Of: SelectedFrom<R>,
    {
        self.statement.selected = Selected::Nodes(selection.into_nodes());
        Query::from_statement(self.statement)
    }

    /// Makes one row of all rows with equal values; [`select`](Self::select) says what is read of it. A further call adds to what the
    /// rows are grouped by.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let read = Post::query()
    ///     .group_by(Post::author_id)
    ///     .having(Post::views.sum().gt(100))
    ///     .select((Post::author_id, Post::views.sum()))
    ///     .all(&db)
    ///     .await?;
    /// assert_eq!(read, [(Id::new(1), Some(120))]);
    /// # Ok(()) }) }
    /// ```
    pub fn group_by<S: Selection<M>>(mut self, by: S) -> Query<M, Grouped>
    where
        R: Groups<M>,
    {
        self.statement.group_by.extend(by.into_nodes());
        Query::from_statement(self.statement)
    }

    /// Adds the sums over larger groups to those of [`group_by`](Self::group_by): without its last expression, without its last two, and
    /// so on up to one row for all.
    ///
    /// What such a row is not grouped by is NULL in it, so select it by [`nullable`](crate::expr::Column::nullable);
    /// [`grouping`](crate::expr::grouping) tells that NULL from one of a column's own. The rows are filtered by
    /// [`having`](Self::having), ordered, limited, paged and counted like those of any query, and the same on every database. PostgreSQL
    /// and, in most cases, MariaDB and MySQL read the table once for all groups, SQLite once for each size of them.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let views = Post::query()
    ///     .group_by(Post::author_id)
    ///     .rollup()
    ///     .order_by(Post::author_id)
    ///     .select((Post::author_id.nullable(), Post::views.sum()))
    ///     .all(&db)
    ///     .await?;
    /// assert_eq!(views, [(Some(Id::new(1)), Some(120)), (Some(Id::new(2)), Some(45)), (None, Some(165))]);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the query is sent: if it selects, orders by or keeps by something that is neither grouped by nor an aggregate. MariaDB and
    /// MySQL have no rollup in a subquery that names the row around it ([`is_unsupported`](crate::Error::is_unsupported)).
    pub fn rollup(mut self) -> Self {
        self.statement.rollup = true;
        self
    }

    /// Keeps the groups that meet a condition. See [`group_by`](Self::group_by).
    pub fn having(mut self, condition: impl Expression<M, Value = bool>) -> Self {
        super::filter::add(&mut self.statement.having, condition.into_node());
        self
    }

    /// Locks the rows until the transaction ends, so that nobody else changes, deletes or locks them.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let next = Post::query().filter(Post::published.eq(false)).limit(1).for_update().skip_locked();
    /// let (sql, _) = next.to_sql(orm::dialect::POSTGRES)?;
    /// assert!(sql.ends_with("FOR UPDATE SKIP LOCKED"));
    /// // SQLite locks the whole database, and says so instead of ignoring it.
    /// assert!(next.all(&db).await.is_err_and(|error| error.is_unsupported()));
    /// # Ok(()) }) }
    /// ```
    pub fn for_update(self) -> Self {
        self.lock(LockStrength::Update)
    }

    /// Locks the rows until the transaction ends, so that nobody changes or deletes them; others may lock them in the same way.
    /// See [`for_update`](Self::for_update).
    pub fn for_share(self) -> Self {
        self.lock(LockStrength::Share)
    }

    /// Leaves out rows that others have locked. It needs [`for_update`](Self::for_update) or [`for_share`](Self::for_share) before it.
    pub fn skip_locked(self) -> Self {
        self.wait(LockWait::SkipLocked)
    }

    /// Fails at once if others have locked one of the rows. It needs [`for_update`](Self::for_update) or
    /// [`for_share`](Self::for_share) before it.
    pub fn no_wait(self) -> Self {
        self.wait(LockWait::NoWait)
    }

    fn lock(mut self, strength: LockStrength) -> Self {
        let wait = self.statement.lock.map_or(LockWait::Wait, |l| l.wait);
        self.statement.lock = Some(Lock { strength, wait });
        self
    }

    fn wait(mut self, wait: LockWait) -> Self {
        let strength = self
            .statement
            .lock
            .map_or(LockStrength::Update, |l| l.strength);
        self.statement.lock = Some(Lock { strength, wait });
        self
    }
}

/// A struct with `#[derive(FromRow)]`, as the tuple of its fields.
#[diagnostic::on_unimplemented(
    message = "the selected values do not fill `{Self}`",
    note = "`select_as` needs a struct with `#[derive(FromRow)]` whose fields have the types of the selected values, in the same order"
)]
pub trait FromFields {
    /// The types of the fields, in order.
    type Fields;
}
