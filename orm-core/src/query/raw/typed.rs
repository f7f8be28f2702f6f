//! Statements that say what their rows are read into.

use std::marker::PhantomData;

use super::Raw;
use crate::db::Db;
use crate::dialect::Dialect;
use crate::error::Result;
use crate::explain::Explain;
use crate::query::RowStream;
use crate::row::FromRow;
use crate::value::Value;

/// A hand-written statement whose rows are read into `R`; made by `sql!("…" as R)`.
///
/// Since the type stands beside the text, `orm::testing::check_queries` can hold the one against the other.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// fn adults(least: i32) -> orm::query::RawAs<(i64, String)> {
///     sql!("SELECT id, username FROM users WHERE age >= {least: i32}" as (i64, String))
/// }
/// assert_eq!(adults(18).all(&db).await?, [(1, "ann".to_owned())]);
/// # Ok(()) }) }
/// ```
#[must_use = "a statement does nothing until `one`, `all`, … is called and awaited"]
pub struct RawAs<R> {
    pub(super) raw: Raw,
    row: PhantomData<fn() -> R>,
}

impl<R> Clone for RawAs<R> {
    fn clone(&self) -> Self {
        Self {
            raw: self.raw.clone(),
            row: PhantomData,
        }
    }
}

impl<R> std::fmt::Debug for RawAs<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.raw.fmt(f)
    }
}

impl<R: FromRow> RawAs<R> {
    pub(super) fn new(raw: Raw) -> Self {
        Self {
            raw,
            row: PhantomData,
        }
    }

    /// The first row. See [`Raw::one`].
    ///
    /// # Errors
    /// As [`Raw::one`].
    pub async fn one(self, db: &Db) -> Result<R> {
        self.raw.one(db).await
    }

    /// The first row, if there is one. See [`Raw::optional`].
    ///
    /// # Errors
    /// As [`Raw::optional`].
    pub async fn optional(self, db: &Db) -> Result<Option<R>> {
        self.raw.optional(db).await
    }

    /// All rows. See [`Raw::all`].
    ///
    /// # Errors
    /// As [`Raw::all`].
    pub async fn all(self, db: &Db) -> Result<Vec<R>> {
        self.raw.all(db).await
    }

    /// All rows, one after the other. See [`Raw::stream`].
    pub fn stream(self, db: &Db) -> RowStream<R> {
        self.raw.stream(db)
    }

    /// The SQL and its values. See [`Raw::to_sql`].
    ///
    /// # Errors
    /// As [`Raw::to_sql`].
    pub fn to_sql(&self, dialect: &'static dyn Dialect) -> Result<(String, Vec<Value>)> {
        self.raw.to_sql(dialect)
    }

    /// How the database would carry it out. See [`Raw::explain`].
    ///
    /// # Errors
    /// As [`Raw::explain`].
    #[track_caller]
    pub fn explain(&self, db: &Db) -> impl Future<Output = Result<Explain>> + Send {
        self.raw.explain(db)
    }

    /// How the database carries it out. See [`Raw::explain_analyze`].
    ///
    /// # Errors
    /// As [`Raw::explain_analyze`].
    #[track_caller]
    pub fn explain_analyze(&self, db: &Db) -> impl Future<Output = Result<Explain>> + Send {
        self.raw.explain_analyze(db)
    }
}
