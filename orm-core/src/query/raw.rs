//! Hand-written SQL with bound values, from the `sql!` macro.

mod binding;
mod dangerous;
mod known;
mod typed;

use std::panic::Location;

use crate::db::Db;
use crate::dialect::{Dialect, Family};
use crate::error::{DatabaseError, Error, Result};
use crate::expr::ColumnRef;
use crate::expr::Expr;
use crate::model::ModelDef;
use crate::query::RowStream;
use crate::query::SelectStatement;
use crate::row::FromRow;
use crate::sql::{name_of, placeholders_at};
use crate::value::{EncodeError, Field, FieldType, Value};

pub use binding::{IntoBinding, IntoFragment, IsThere, column_ref, typed};
pub use dangerous::DangerousSql;
pub use known::{BindingType, ResultCells, SqlPiece, SqlText, result_cells};
pub use typed::RawAs;

/// Hand-written SQL: pieces of text and the values between them.
#[derive(Debug, Clone)]
pub struct RawSql {
    /// The pieces, in order.
    pub parts: Vec<RawPart>,
    /// Where the text stands in the program.
    pub caller: &'static Location<'static>,
    /// The databases that it is for, if not for all.
    pub only: Option<Family>,
}

impl RawSql {
    /// Whether tables are named in it, beside those of a query that it stands in.
    pub(crate) fn names_tables(&self) -> bool {
        fn any(parts: &[RawPart]) -> bool {
            parts.iter().any(|part| match part {
                RawPart::Table(_) | RawPart::Query(_) => true,
                RawPart::Section(parts) => any(parts),
                RawPart::Fragment(inner) => any(&inner.parts),
                _ => false,
            })
        }
        any(&self.parts)
    }
}

/// A piece of hand-written SQL.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RawPart {
    /// Text that the programmer wrote.
    Text(&'static str),
    /// A value to bind, and the name of its binding.
    Bind(&'static str, Result<Value, EncodeError>),
    /// A list of values inside `IN (…)` and its like; written so that an empty list is an empty set.
    List(&'static str, FieldType, Vec<Result<Value, EncodeError>>),
    /// The table of a model.
    Table(&'static ModelDef),
    /// A column of a model; alone, if the text has a prefix for it.
    Column(ColumnRef, bool),
    /// A section that is there, or is empty.
    Section(Vec<RawPart>),
    /// Other hand-written SQL.
    Fragment(RawSql),
    /// A query.
    Query(Box<SelectStatement>),
    /// Text that was made while the program ran.
    Dangerous(DangerousSql),
}

impl RawPart {
    /// A list of values.
    pub fn list<'v, T: IntoBinding + ?Sized + 'v>(
        name: &'static str,
        values: impl IntoIterator<Item = &'v T>,
    ) -> Self {
        Self::List(name, T::TYPE, values.into_iter().map(T::binding).collect())
    }
}

/// A statement that was written by hand; made by the `sql!` macro.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let least = 18;
/// let adults: Vec<String> = sql!("SELECT username FROM users WHERE age >= {least}").all(&db).await?;
/// let users: i64 = sql!("SELECT count(*) FROM users").one(&db).await?;
/// let changed = sql!("UPDATE users SET logins = 0 WHERE logins > {most}", most = 1).execute(&db).await?;
/// assert_eq!((adults.len(), users, changed), (1, 3, 2));
/// # Ok(()) }) }
/// ```
#[must_use = "a statement does nothing until `one`, `all`, `execute`, … is called and awaited"]
#[derive(Clone)]
pub struct Raw {
    sql: RawSql,
    only_reads: bool,
}

impl Raw {
    /// Puts a statement together. The `sql!` macro vouches that the text is the programmer's.
    #[track_caller]
    pub fn new(parts: Vec<RawPart>) -> Self {
        Self {
            sql: RawSql {
                parts,
                caller: Location::caller(),
                only: None,
            },
            only_reads: false,
        }
    }

    /// Says that the statement is for one kind of database. On others it is an error before it is sent.
    pub fn only(mut self, family: Family) -> Self {
        self.sql.only = Some(family);
        self
    }

    /// Says what rows are read into, so that it need not be said where they are read.
    pub fn typed<R: FromRow>(self) -> RawAs<R> {
        RawAs::new(self)
    }

    /// Says that the statement only reads, so that a handle of [`Db::read`] may run it on a replica. Whether it is true is the
    /// programmer's responsibility.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let users: i64 = sql!("SELECT count(*) FROM users").only_read().one(&db.read()).await?;
    /// assert_eq!(users, 3);
    /// # Ok(()) }) }
    /// ```
    pub fn only_read(mut self) -> Self {
        self.only_reads = true;
        self
    }

    pub(super) fn rendered(
        &self,
        dialect: &'static dyn Dialect,
    ) -> Result<crate::driver::Statement> {
        let mut statement = crate::sql::raw(&self.sql, dialect)?;
        if self.only_reads {
            statement.access = crate::driver::Access::OnlyReads;
        }
        Ok(statement)
    }

    /// The error with the place of the call, and the name of the value that it is about.
    #[cold]
    fn failed(&self, error: Error, db: &Db) -> Error {
        let about = || {
            let source = std::error::Error::source(&error)?;
            let place = source.downcast_ref::<DatabaseError>()?.place()?;
            let numbers = placeholders_at(error.sql()?, place);
            let mut names = numbers
                .into_iter()
                .map(|number| name_of(&self.sql, db.dialect(), number));
            let name = names.next()?;
            name.filter(|name| names.all(|other| other.as_ref() == Some(name)))
        };
        let error = match about() {
            Some(value) => error.with_value(value),
            None => error,
        };
        error.with_caller(self.sql.caller)
    }

    /// The first row; `R` is a model, a tuple, a single value, or a struct with `#[derive(FromRow)]`. See [`Raw`].
    ///
    /// # Errors
    /// [`is_not_found`](crate::Error::is_not_found) if there is no row; whatever the database reports.
    pub async fn one<R: FromRow>(self, db: &Db) -> Result<R> {
        let caller = self.sql.caller;
        match self.optional(db).await? {
            Some(row) => Ok(row),
            None => Err(super::terminal::not_found::<R>(caller)),
        }
    }

    /// The first row, if there is one. See [`Raw`].
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn optional<R: FromRow>(self, db: &Db) -> Result<Option<R>> {
        let statement = self.rendered(db.dialect())?;
        let db = &db.at(self.sql.caller);
        db.fetch_first(statement)
            .await
            .map_err(|e| self.failed(e, db))
    }

    /// All rows. See [`Raw`].
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn all<R: FromRow>(self, db: &Db) -> Result<Vec<R>> {
        let statement = self.rendered(db.dialect())?;
        let db = &db.at(self.sql.caller);
        db.fetch_all(statement)
            .await
            .map_err(|e| self.failed(e, db))
    }

    /// All rows, one after the other, in constant memory.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let mut names = sql!("SELECT username FROM users ORDER BY id").stream::<String>(&db);
    /// assert_eq!(names.next().await.transpose()?.as_deref(), Some("ann"));
    /// # Ok(()) }) }
    /// ```
    pub fn stream<R: FromRow>(self, db: &Db) -> RowStream<R> {
        db.stream(self.rendered(db.dialect()), self.sql.caller)
    }

    /// Runs a statement that gives no rows, and says how many rows it changed. See [`Raw`].
    ///
    /// # Errors
    /// Whatever the database reports.
    pub async fn execute(self, db: &Db) -> Result<u64> {
        let statement = self.rendered(db.dialect())?;
        let db = &db.at(self.sql.caller);
        db.execute(statement).await.map_err(|e| self.failed(e, db))
    }

    /// The text as an expression inside a query over `M`, with a value of type `T`. The columns in it are the programmer's
    /// responsibility.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let least = 3;
    /// let users = User::query().filter(sql!("length(username) >= {least}").expr::<User, bool>());
    /// assert_eq!(users.count(&db).await?, 3);
    /// # Ok(()) }) }
    /// ```
    pub fn expr<M, T: Field>(self) -> Expr<M, T> {
        Expr::new(crate::expr::Node::Raw(self.sql))
    }
}
