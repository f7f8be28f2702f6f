//! Deletion, by filter or of one row.

use std::marker::PhantomData;
use std::panic::Location;

use super::{DeleteStatement, Query, filter, update};
use crate::db::Db;
use crate::dialect::Dialect;
use crate::error::Result;
use crate::model::Model;
use crate::value::Value;

/// A deletion of rows of `M`. See [`Query::delete`].
#[must_use = "a deletion does nothing until `exec` is called and awaited"]
pub struct Delete<M> {
    statement: DeleteStatement,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> Query<M, M> {
    /// Starts the deletion of all rows that the query finds.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let deleted = Post::query().filter(Post::published.eq(false)).delete().exec(&db).await?;
    /// assert_eq!(deleted, 1);
    /// # Ok(()) }) }
    /// ```
    pub fn delete(self) -> Delete<M> {
        Delete::new(self.into_filter("delete()"))
    }
}

impl<M: Model> Delete<M> {
    fn new(filter: Vec<crate::expr::Node>) -> Self {
        Self {
            statement: DeleteStatement {
                model: M::def(),
                filter,
                all_rows: false,
            },
            model: PhantomData,
        }
    }

    pub(crate) fn by_key(key: M::Key) -> Self {
        Self::new(filter::key::<M>(key))
    }

    /// Allows the deletion of every row of the table, where there is no filter.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// assert!(Post::query().delete().exec(&db).await.is_err());            // was a filter forgotten?
    /// assert_eq!(Post::query().delete().all_rows().exec(&db).await?, 4);
    /// # Ok(()) }) }
    /// ```
    pub fn all_rows(mut self) -> Self {
        self.statement.all_rows = true;
        self
    }

    /// Deletes the rows, and says how many there were. See [`Query::delete`].
    ///
    /// # Errors
    /// When there is no filter and no [`all_rows`](Self::all_rows), or when the database refuses it.
    #[track_caller]
    pub fn exec(self, db: &Db) -> impl Future<Output = Result<u64>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            db.delete(&self.statement)
                .await
                .map_err(|e| e.with_caller(caller))
        }
    }

    /// Deletes the rows, and gives them back as they were.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let deleted = Post::query().filter(Post::published.eq(false)).delete().returning(&db).await?;
    /// assert_eq!(deleted[0].title, "A draft");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`exec`](Self::exec).
    #[track_caller]
    pub fn returning(self, db: &Db) -> impl Future<Output = Result<Vec<M>>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            db.delete_returning::<M>(&self.statement)
                .await
                .map_err(|e| e.with_caller(caller))
        }
    }

    /// The SQL that [`exec`](Self::exec) sends to a database, and the values for its placeholders. Nothing is sent. See [`Query::to_sql`].
    ///
    /// # Errors
    /// When there is no filter and no [`all_rows`](Self::all_rows), or the database lacks something.
    pub fn to_sql(&self, dialect: &'static dyn Dialect) -> Result<(String, Vec<Value>)> {
        self.rendered(dialect).map(|s| (s.sql, s.binds))
    }

    pub(super) fn statement(&self) -> &DeleteStatement {
        &self.statement
    }

    pub(super) fn rendered(
        &self,
        dialect: &'static dyn Dialect,
    ) -> Result<crate::driver::Statement> {
        crate::sql::delete(&self.statement, false, dialect)
    }

    #[track_caller]
    pub(crate) fn one(self, db: &Db) -> impl Future<Output = Result<()>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            match db
                .delete(&self.statement)
                .await
                .map_err(|e| e.with_caller(caller))?
            {
                0 => Err(update::gone::<M>(caller)),
                _ => Ok(()),
            }
        }
    }
}
