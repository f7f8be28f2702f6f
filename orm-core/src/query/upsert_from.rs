//! Inserts of rows that a query finds, some of which may be there already.

use std::panic::Location;

use super::insert_from::complete;
use super::upsert::each_step;
use super::{InsertFrom, InsertFromStatement, InsertStatement, OnConflict, Upsert, UpsertColumns};
use crate::db::Db;
use crate::db::explain::{Explained, made_up};
use crate::dialect::{Dialect, Feature};
use crate::error::Result;
use crate::model::Model;
use crate::value::Value;

impl<M: Model> InsertFrom<M> {
    /// Says by which unique columns a row may be there already. What follows is that of [`InsertMany::on_conflict`]: leave the row, change
    /// it to what would have been inserted, or to a value of its own, and that only on a condition.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let copies = || User::insert_from((User::email, User::username), User::query().select((User::email, User::username.upper())));
    /// assert_eq!(copies().on_conflict(User::email).do_nothing().exec(&db).await?, 0);
    /// assert_eq!(copies().on_conflict(User::email).update(User::username).exec(&db).await?, 3);
    /// let longer = User::username.excluded().length().gt(User::username.length());
    /// assert_eq!(copies().on_conflict(User::email).update(User::username).filter(longer).exec(&db).await?, 0);
    /// assert_eq!(User::find(1).one(&db).await?.username, "ANN");
    /// # Ok(()) }) }
    /// ```
    ///
    /// A query that gives several rows with the same values in these columns is an error where rows are changed, since the order in which
    /// they would be is nobody's: group the query.
    ///
    /// [`InsertMany::on_conflict`]: crate::query::InsertMany::on_conflict
    pub fn on_conflict(self, target: impl UpsertColumns<M>) -> OnConflict<M, InsertFromStatement> {
        OnConflict::new(self.statement, target)
    }
}

impl<M: Model> Upsert<M, InsertFromStatement> {
    /// Inserts or changes the rows, all or none, and says how many were written. See [`InsertFrom::on_conflict`].
    ///
    /// # Errors
    /// As [`InsertFrom::exec`]; when the columns are not a unique key of the model, when another key is taken, or when the query gives a key
    /// twice and rows are changed.
    #[track_caller]
    pub fn exec(self, db: &Db) -> impl Future<Output = Result<u64>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            let statement = self.completed().map_err(|e| e.with_caller(caller))?;
            db.upsert_from(&statement)
                .await
                .map_err(|e| e.with_caller(caller))
        }
    }

    /// Inserts or changes the rows, and gives those that were written back as they are stored, in any order. See
    /// [`InsertFrom::on_conflict`].
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let names = User::query().filter(User::age.lt(18)).select((User::email, User::username.upper()));
    /// let upsert = User::insert_from((User::email, User::username), names).on_conflict(User::email).update(User::username);
    /// let changed = upsert.all(&db).await?;
    /// assert_eq!((changed[0].id.get(), changed[0].username.as_str(), changed[0].age), (3, "CYD", Some(17)));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// As [`exec`](Self::exec).
    #[track_caller]
    pub fn all(self, db: &Db) -> impl Future<Output = Result<Vec<M>>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            let statement = self.completed().map_err(|e| e.with_caller(caller))?;
            db.upsert_from_returning::<M>(&statement)
                .await
                .map_err(|e| e.with_caller(caller))
        }
    }

    /// The statements that [`exec`](Self::exec) sends to a database, each with the values for its placeholders. Nothing is sent. Where
    /// the database's own upsert cannot name the unique key that it is about, these are the query and, for a made-up row, the insert and
    /// the change that follows if the key is taken.
    ///
    /// # Errors
    /// As [`exec`](Self::exec), before anything is sent.
    pub fn to_sql(&self, dialect: &'static dyn Dialect) -> Result<Vec<(String, Vec<Value>)>> {
        let statements = self.rendered(dialect)?.into_iter();
        Ok(statements.map(Explained::into_text).collect())
    }

    pub(super) fn rendered(&self, dialect: &'static dyn Dialect) -> Result<Vec<Explained>> {
        let statement = self.copy().completed()?;
        if dialect.supports(Feature::ConflictTarget) {
            let check = crate::sql::repeated_keys(&statement, dialect)?;
            let insert = crate::sql::insert_from(&statement, false, dialect)?;
            return Ok(Explained::each(check.into_iter().chain([insert]).collect()));
        }
        let split = statement.split();
        let read = crate::sql::select(&split.query, dialect)?;
        let columns = split.read.iter();
        let row = split.row(
            columns
                .map(|index| made_up(M::def().columns[*index].ty.kind))
                .collect(),
        );
        let mut insert = InsertStatement::plain(M::def(), statement.columns.clone());
        insert.conflict = statement.conflict;
        let mut all = Explained::one(read);
        all.extend(each_step(&insert, &row, dialect)?);
        Ok(all)
    }

    fn completed(mut self) -> Result<InsertFromStatement> {
        self.finish()?;
        let mut statement = complete(self.rows)?;
        statement.conflict = Some(self.conflict);
        Ok(statement)
    }
}
