//! What shows a query instead of sending it: its SQL, and how a database carries it out.

use std::fmt;
use std::panic::Location;

use super::{
    Delete, Export, Import, Insert, InsertFrom, InsertFromStatement, InsertMany, OnConflict, Query,
    Raw, Update, UpdateMany, Upsert,
};
use crate::db::Db;
use crate::db::explain::{Explained, of_query};
use crate::dialect::{Dialect, NEUTRAL};
use crate::error::Result;
use crate::explain::Explain;
use crate::model::Model;
use crate::shape::Shape;
use crate::value::Value;

/// Writes `explain`, `explain_analyze` and `Debug` for a builder whose statements are these.
macro_rules! explained {
    ($(impl<$($param:ident $(: $bound:path)?),*> $ty:ty => $statements:expr, $what:literal;)*) => {$(
        impl<$($param $(: $bound)?),*> $ty {
            #[doc = concat!("How the database would carry out ", $what, ", as a tree. Nothing is carried out. See [`Explain`].")]
            ///
            /// # Errors
            /// When the statement is wrong; whatever the database reports.
            #[track_caller]
            pub fn explain(&self, db: &Db) -> impl Future<Output = Result<Explain>> + Send {
                let caller = Location::caller();
                let statements: Result<Vec<Explained>> = $statements(self, db.dialect());
                let db = db.clone();
                async move {
                    let db = &db.at(caller);
                    let explained = db.explain_all(statements.map_err(|e| e.with_caller(caller))?, false);
                    explained.await.map_err(|e| e.with_caller(caller))
                }
            }

            #[doc = concat!("How the database carries out ", $what, ", with the rows and times that there were. It is carried out for that; what it changes is undone. See [`Explain`].")]
            ///
            /// Numbers that the database has given to rows are not given again, and triggers may have done what nobody can undo.
            ///
            /// # Errors
            /// As `explain`.
            #[track_caller]
            pub fn explain_analyze(&self, db: &Db) -> impl Future<Output = Result<Explain>> + Send {
                let caller = Location::caller();
                let statements: Result<Vec<Explained>> = $statements(self, db.dialect());
                let db = db.clone();
                async move {
                    let db = &db.at(caller);
                    let explained = db.explain_all(statements.map_err(|e| e.with_caller(caller))?, true);
                    explained.await.map_err(|e| e.with_caller(caller))
                }
            }
        }

        /// The SQL, in the words of PostgreSQL since no database is known here, without values.
        impl<$($param $(: $bound)?),*> fmt::Debug for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                show(f, $statements(self, NEUTRAL))
            }
        }
    )*};
}
explained! {
    impl<M: Model, R> Query<M, R> => |query: &Self, dialect| {
        let mut all = Vec::new();
        of_query(query.statement.clone(), dialect, None, &mut all).map(|()| all)
    }, "the query, and what it includes";
    impl<M: Model, S> Update<M, S> => |update: &Self, dialect| update.rendered(dialect).map(Explained::one), "the change";
    impl<M: Model> Delete<M> => |delete: &Self, dialect| delete.rendered(dialect).map(Explained::one), "the deletion";
    impl<> Insert => |insert: &Self, dialect| insert.rendered(dialect).map(Explained::one), "the insert";
    impl<M: Model> InsertMany<M> => |insert: &Self, dialect| insert.rendered(dialect).map(Explained::each), "the insert";
    impl<M: Model> InsertFrom<M> => |insert: &Self, dialect| insert.rendered(dialect).map(Explained::one), "the insert";
    impl<M: Model> UpdateMany<M> => |update: &Self, dialect| update.rendered(dialect).map(Explained::each), "the changes";
    impl<M: Model> Upsert<M> => |upsert: &Self, dialect| upsert.rendered(dialect), "the upsert";
    impl<M: Model> Upsert<M, InsertFromStatement> => |upsert: &Self, dialect| upsert.rendered(dialect), "the upsert";
    impl<W> Export<W> => |export: &Self, dialect| export.rendered(dialect).map(Explained::one), "the query";
    impl<> Raw => |raw: &Self, dialect| raw.rendered(dialect).map(Explained::one), "the statement";
}

fn show(f: &mut fmt::Formatter<'_>, statements: Result<Vec<Explained>>) -> fmt::Result {
    match statements {
        Ok(statements) if statements.is_empty() => f.write_str("(no statement)"),
        Ok(statements) => {
            for (at, statement) in statements.iter().enumerate() {
                f.write_str(if at > 0 { "; " } else { "" })?;
                f.write_str(statement.sql())?;
            }
            Ok(())
        }
        Err(error) => write!(f, "(no statement: {error})"),
    }
}

impl<M, W> fmt::Debug for OnConflict<M, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(no statement: say what to do on a conflict)")
    }
}

/// The table: the rows are not known before they come, and neither is how they are sent.
impl<M: Model> fmt::Debug for Import<'_, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "(an import of rows into `{}`)", M::def().table)
    }
}

impl<M: Model, R: Shape> Query<M, R> {
    /// The SQL that [`count`](Self::count) sends to a database, and the values for its placeholders. Nothing is sent.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let (sql, _) = User::query().count_to_sql(db.dialect())?;
    /// assert_eq!(sql, r#"SELECT COUNT(*) FROM "users""#);
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`to_sql`](Self::to_sql).
    pub fn count_to_sql(&self, dialect: &'static dyn Dialect) -> Result<(String, Vec<Value>)> {
        crate::sql::count(&self.statement, dialect).map(|s| (s.sql, s.binds))
    }

    /// The SQL that [`exists`](Self::exists) sends to a database, and the values for its placeholders. Nothing is sent. See
    /// [`count_to_sql`](Self::count_to_sql).
    ///
    /// # Errors
    /// As [`to_sql`](Self::to_sql).
    pub fn exists_to_sql(&self, dialect: &'static dyn Dialect) -> Result<(String, Vec<Value>)> {
        crate::sql::exists(&self.statement, dialect).map(|s| (s.sql, s.binds))
    }
}

impl Raw {
    /// The SQL that is sent to a database, and the values for its placeholders. Nothing is sent.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let (sql, values) = sql!("SELECT id FROM users WHERE age > {least}", least = 17).to_sql(orm::dialect::POSTGRES)?;
    /// assert_eq!((sql.as_str(), values.len()), ("SELECT id FROM users WHERE age > $1", 1));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When a value cannot be sent, or the statement is for another database.
    pub fn to_sql(&self, dialect: &'static dyn Dialect) -> Result<(String, Vec<Value>)> {
        self.rendered(dialect).map(|s| (s.sql, s.binds))
    }
}
