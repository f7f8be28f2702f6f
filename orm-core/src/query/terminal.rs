//! What sends a query and reads its rows.

use std::panic::Location;

use super::{IntoCursor, Page, Query, RowStream};
use crate::db::Db;
use crate::dialect::Dialect;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::Node;
use crate::model::Model;
use crate::shape::Shape;
use crate::value::Value;

#[cold]
pub(super) fn not_found<R: Shape>(caller: &'static Location<'static>) -> Error {
    Error::new(ErrorKind::NotFound { what: R::NAME }).with_caller(caller)
}

impl<M: Model, R: Shape> Query<M, R> {
    /// The first row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let bob = User::query().filter(User::username.eq("bob")).one(&db).await?;
    /// assert_eq!(bob.age, None);
    /// assert!(User::find(99).one(&db).await.is_err_and(|error| error.is_not_found()));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// [`is_not_found`](crate::Error::is_not_found) if there is no row; when the query is wrong or the database lacks something it
    /// asks for, before anything is sent; whatever the database reports.
    #[track_caller]
    pub fn one(self, db: &Db) -> impl Future<Output = Result<R>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            let row = self.first(db).await.map_err(|e| e.with_caller(caller))?;
            row.ok_or_else(|| {
                // A selected value has no name of its own; the model's says more.
                let what = if R::NAME == "row" {
                    M::def().name
                } else {
                    R::NAME
                };
                Error::new(ErrorKind::NotFound { what }).with_caller(caller)
            })
        }
    }

    /// The first row, if there is one.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// assert!(User::find(99).optional(&db).await?.is_none());
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`one`](Self::one), but for a missing row.
    #[track_caller]
    pub fn optional(self, db: &Db) -> impl Future<Output = Result<Option<R>>> + Send {
        let caller = Location::caller();
        async move {
            self.first(&db.at(caller))
                .await
                .map_err(|e| e.with_caller(caller))
        }
    }

    async fn first(mut self, db: &Db) -> Result<Option<R>> {
        if !self.statement.by_key && self.statement.limit.is_none_or(|limit| limit > 1) {
            self.statement.limit = Some(1);
        }
        if R::LOADS {
            return Ok(db.fetch_rows(self.statement).await?.into_iter().next());
        }
        db.fetch_first(crate::sql::select(&self.statement, db.dialect())?)
            .await
    }

    /// All rows.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let posts: Vec<Post> = Post::query().order_by(Post::id).all(&db).await?;
    /// assert_eq!(posts.len(), 4);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`one`](Self::one), but for a missing row.
    #[track_caller]
    pub fn all(self, db: &Db) -> impl Future<Output = Result<Vec<R>>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            let backwards = self.backwards();
            let mut rows = db
                .fetch_rows(self.statement)
                .await
                .map_err(|e| e.with_caller(caller))?;
            if backwards {
                rows.reverse();
            }
            Ok(rows)
        }
    }

    /// All rows, one after the other, in constant memory. The connection is in use until the stream ends or is dropped.
    ///
    /// What the rows include is read for some hundred of them at a time, on another connection. In a transaction, which has one
    /// connection, and with a pool of one, the rows themselves are read first, and only what they include is read bit by bit.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let mut posts = Post::query().order_by(Post::id).stream(&db);
    /// while let Some(post) = posts.next().await {
    ///     println!("{}", post?.title);
    /// }
    /// # Ok(()) }) }
    /// ```
    #[track_caller]
    pub fn stream(self, db: &Db) -> RowStream<R> {
        let caller = Location::caller();
        if self.backwards() {
            let message =
                "`before` gives its rows in reverse, so they cannot be streamed; use `all`";
            return db.stream(Err(Error::invalid_query(message)), caller);
        }
        if !self.statement.loads.is_empty() {
            return db.stream_lots(self.statement, caller);
        }
        db.stream(crate::sql::select(&self.statement, db.dialect()), caller)
    }

    /// A page by number, from 1, and the number of all rows. It sends two statements.
    ///
    /// Far pages cost the database all pages before them; [`slice`](Self::slice) does not.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let page = Post::query().order_by(Post::id).page(2, 3, &db).await?;
    /// assert_eq!((page.items.len(), page.total, page.pages()), (1, 4, 2));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the page or its length is 0, or the query has no ordering or has a limit of its own; as [`all`](Self::all).
    #[track_caller]
    pub fn page(
        self,
        page: u64,
        per_page: u64,
        db: &Db,
    ) -> impl Future<Output = Result<Page<R>>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            self.paged(page, per_page)
                .map_err(|e| e.with_caller(caller))?;
            let total = self.total(db).await.map_err(|e| e.with_caller(caller))?;
            let skipped = (page - 1).saturating_mul(per_page);
            let items = if skipped < total {
                let statement = self.limit(per_page).offset(skipped).statement;
                db.fetch_rows(statement)
                    .await
                    .map_err(|e| e.with_caller(caller))?
            } else {
                Vec::new()
            };
            Ok(Page::new(items, total, page, per_page))
        }
    }

    fn paged(&self, page: u64, per_page: u64) -> Result<()> {
        let s = &self.statement;
        if page == 0 || per_page == 0 {
            return Err(Error::invalid_query(
                "pages are counted from 1, and have at least one row",
            ));
        }
        if s.order_by.is_empty() {
            return Err(Error::invalid_query(
                "a page needs an ordering, or its rows are any rows: add `.order_by(…)`",
            ));
        }
        if s.limit.is_some() || s.offset.is_some() || s.keyset.is_some() {
            return Err(Error::invalid_query(
                "`page` sets limit and offset itself; leave `limit`, `offset`, `after` and `before` out",
            ));
        }
        Ok(())
    }
}

impl<M: Model, R> Query<M, R> {
    /// How many rows there are; with `limit`, how many of those it leaves.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// assert_eq!(Post::query().filter(Post::published.eq(true)).count(&db).await?, 3);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`all`](Self::all).
    #[track_caller]
    pub fn count(self, db: &Db) -> impl Future<Output = Result<u64>> + Send {
        let caller = Location::caller();
        async move {
            self.total(&db.at(caller))
                .await
                .map_err(|e| e.with_caller(caller))
        }
    }

    async fn total(&self, db: &Db) -> Result<u64> {
        let statement = crate::sql::count(&self.statement, db.dialect())?;
        let count: Option<i64> = db.fetch_first(statement).await?;
        Ok(count.and_then(|n| u64::try_from(n).ok()).unwrap_or(0))
    }

    /// Whether there is any row.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// assert!(User::query().filter(User::age.lt(18)).exists(&db).await?);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`all`](Self::all).
    #[track_caller]
    pub fn exists(self, db: &Db) -> impl Future<Output = Result<bool>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            let statement = crate::sql::exists(&self.statement, db.dialect())
                .map_err(|e| e.with_caller(caller))?;
            let exists: Option<bool> = db
                .fetch_first(statement)
                .await
                .map_err(|e| e.with_caller(caller))?;
            Ok(exists.unwrap_or(false))
        }
    }

    /// The SQL that [`all`](Self::all) sends to a database, and the values for its placeholders. Nothing is sent.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let (sql, values) = User::query().select(User::id).filter(User::age.ge(18)).to_sql(db.dialect())?;
    /// assert_eq!(sql, r#"SELECT "id" FROM "users" WHERE "age" >= ?1"#);
    /// assert_eq!(values.len(), 1);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the query is wrong, or the database lacks something it asks for.
    pub fn to_sql(&self, dialect: &'static dyn Dialect) -> Result<(String, Vec<Value>)> {
        crate::sql::select(&self.statement, dialect).map(|s| (s.sql, s.binds))
    }

    fn backwards(&self) -> bool {
        self.statement.keyset.as_ref().is_some_and(|k| k.before)
    }
}

impl<M: Model, R: Shape> Query<M, R> {
    /// Begins behind a row, in the query's ordering: the row itself, or a [`Cursor`](super::Cursor) made from it; `None` is the
    /// beginning. The ordering must come first, and be unique.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let ordered = || Post::query().order_by((Post::created_at.desc(), Post::id.asc()));
    /// let newest = ordered().one(&db).await?;
    /// let others = ordered().after(&newest).limit(50).all(&db).await?;
    /// assert_eq!(others.len(), 3);
    /// # Ok(()) }) }
    /// ```
    pub fn after(self, cursor: impl IntoCursor<M>) -> Self {
        self.seek(cursor, false)
    }

    /// Ends before a row, in the query's ordering; the rows come in that ordering, and with `limit` they are the last ones before it.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let before = Post::query().order_by(Post::id).before(&Post::find(4).one(&db).await?).limit(2).all(&db).await?;
    /// assert_eq!(before.iter().map(|post| post.id.get()).collect::<Vec<_>>(), [2, 3]);
    /// # Ok(()) }) }
    /// ```
    pub fn before(self, cursor: impl IntoCursor<M>) -> Self {
        self.seek(cursor, true)
    }

    fn seek(mut self, cursor: impl IntoCursor<M>, before: bool) -> Self {
        match super::cursor::keyset(&self.statement, cursor, before) {
            Ok(keyset) => self.statement.keyset = keyset,
            Err(reason) => self.statement.filter.push(Node::Mistake(reason)),
        }
        self
    }
}
