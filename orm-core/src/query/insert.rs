//! Inserts.

use std::marker::PhantomData;
use std::panic::Location;

use super::create::{Create, NewRow};
use super::draft::IntoCreate;
use super::nested::plan::plan;
use super::{Conflict, InsertStatement};
use crate::db::Db;
use crate::dialect::Dialect;
use crate::driver::Statement;
use crate::error::{Error, ErrorKind, FieldErrors, Result};
use crate::model::{Model, ModelDef};
use crate::value::Value;

/// The future of an inserted row.
///
/// It is no `impl Future`: that would hold the builder's parameters, and a required field that is missing would be reported at every
/// place where the future is used.
pub type Inserting<'d, M> = std::pin::Pin<Box<dyn Future<Output = Result<M>> + Send + 'd>>;

/// Inserts one row and reads it back. The derive's builders call it.
#[track_caller]
pub fn insert<M: Model>(row: NewRow, db: &Db) -> Inserting<'_, M> {
    let caller = Location::caller();
    Box::pin(async move {
        let db = &db.at(caller);
        if row.is_nested() {
            let rows = nested::<M>(vec![row], None, db).await;
            return first(rows.map_err(|e| e.with_caller(caller))?, caller);
        }
        let statement = single::<M>(row, None).map_err(|e| e.with_caller(caller))?;
        let rows = db
            .insert_returning::<M>(statement)
            .await
            .map_err(|e| e.with_caller(caller))?;
        first(rows, caller)
    })
}

fn first<M: Model>(rows: Vec<M>, caller: &'static Location<'static>) -> Result<M> {
    rows.into_iter().next().ok_or_else(|| {
        Error::new(ErrorKind::NotFound {
            what: M::def().name,
        })
        .with_caller(caller)
    })
}

/// Inserts rows and what is nested in them, all or nothing, and reads the rows back.
pub(super) async fn nested<M: Model>(
    rows: Vec<NewRow>,
    path: Option<&str>,
    db: &Db,
) -> Result<Vec<M>> {
    db.insert_graph(plan(M::def(), rows, path)?).await
}

/// The statement for one row.
pub(super) fn single<M: Model>(row: NewRow, conflict: Option<Conflict>) -> Result<InsertStatement> {
    single_of(M::def(), row, conflict)
}

pub(super) fn single_of(
    model: &'static ModelDef,
    row: NewRow,
    conflict: Option<Conflict>,
) -> Result<InsertStatement> {
    refuse_nested(&row, if conflict.is_some() { UPSERT } else { TEXT })?;
    let values = row.finish(model)?;
    let mut columns = Vec::with_capacity(values.len());
    let mut row = Vec::with_capacity(values.len());
    for (index, value) in values.into_iter().enumerate() {
        if let Some(value) = value {
            columns.push(index);
            row.push(value);
        }
    }
    Ok(InsertStatement {
        model,
        columns,
        rows: vec![row],
        conflict,
    })
}

const UPSERT: &str = "an upsert cannot tell what to do with related rows of a row that is there already; \
    insert the row first, and then its related rows";
const TEXT: &str = "the statements for related rows hold keys that only the database knows; look at them with `db.journaled()`";

fn refuse_nested(row: &NewRow, message: &str) -> Result<()> {
    match row.is_nested() {
        true => Err(Error::invalid_query(message)),
        false => Ok(()),
    }
}

/// Many rows to insert; see [`Model::insert_many`].
#[must_use = "nothing is inserted until `exec` or `all` is called and awaited"]
pub struct InsertMany<M> {
    rows: Vec<NewRow>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> InsertMany<M> {
    pub(crate) fn new<R: IntoCreate>(rows: impl IntoIterator<Item = R>) -> Self
    where
        R::Create: Create<Model = M>,
    {
        Self {
            rows: rows
                .into_iter()
                .map(|row| row.into_create().into_row())
                .collect(),
            model: PhantomData,
        }
    }

    pub(super) fn into_rows(self) -> Vec<NewRow> {
        self.rows
    }

    /// Inserts the rows, all or none, and says how many there were. No rows are no statement.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let user = |name: &str| User::create().username(name).email(format!("{name}@example.com"));
    /// let error = User::insert_many([user("dan"), user(&"e".repeat(51))]).exec(&db).await.unwrap_err();
    /// let errors = error.field_errors().expect("refused fields");
    /// assert_eq!(errors.iter().next().expect("one of them").path, "rows[1].username");
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When a field of a row is refused (all of them are named, as `rows[3].email`), or when the database refuses a row.
    #[track_caller]
    pub fn exec(self, db: &Db) -> impl Future<Output = Result<u64>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            if self.rows.iter().any(NewRow::is_nested) {
                let graph = plan(M::def(), self.rows, Some("rows"));
                let graph = graph.map_err(|e| e.with_caller(caller))?;
                return db
                    .write_graph(graph)
                    .await
                    .map_err(|e| e.with_caller(caller));
            }
            let groups = group::<M>(self.rows, None).map_err(|e| e.with_caller(caller))?;
            db.insert(groups).await.map_err(|e| e.with_caller(caller))
        }
    }

    /// The statements that [`exec`](Self::exec) sends to a database, each with the values for its placeholders. Nothing is sent.
    /// See [`Query::to_sql`](crate::Query::to_sql).
    ///
    /// # Errors
    /// When a field of a row is refused, or when rows have related rows, since their keys are not known before.
    pub fn to_sql(&self, dialect: &'static dyn Dialect) -> Result<Vec<(String, Vec<Value>)>> {
        Ok(texts(self.rendered(dialect)?))
    }

    pub(super) fn rendered(&self, dialect: &'static dyn Dialect) -> Result<Vec<Statement>> {
        statements(&group::<M>(self.rows.clone(), None)?, dialect)
    }

    /// Inserts the rows, all or none, and gives them back in the order in which they were given.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let names = ["dan", "eve"].map(|name| User::create().username(name).email(format!("{name}@example.com")));
    /// let users = User::insert_many(names).all(&db).await?;
    /// assert_eq!(users[1].username, "eve");
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
            if self.rows.iter().any(NewRow::is_nested) {
                let rows = nested::<M>(self.rows, Some("rows"), db).await;
                return rows.map_err(|e| e.with_caller(caller));
            }
            let groups = group::<M>(self.rows, None).map_err(|e| e.with_caller(caller))?;
            db.insert_many_returning::<M>(groups)
                .await
                .map_err(|e| e.with_caller(caller))
        }
    }
}

/// The text and the values of each statement.
pub(super) fn texts(statements: Vec<Statement>) -> Vec<(String, Vec<Value>)> {
    statements.into_iter().map(|s| (s.sql, s.binds)).collect()
}

/// The statements that insert these rows.
pub(super) fn statements(
    groups: &[InsertStatement],
    dialect: &'static dyn Dialect,
) -> Result<Vec<Statement>> {
    let mut all = Vec::new();
    for group in groups {
        for rows in group
            .rows
            .chunks(dialect.rows_per_insert(group.columns.len()))
        {
            all.push(crate::sql::insert(
                group,
                rows.to_vec(),
                false,
                true,
                dialect,
            )?);
        }
    }
    Ok(all)
}

/// Statements that insert runs of neighbouring rows which give the same columns. (Rows differ in their columns only where some
/// give a value for a column with an SQL default or an identity, and others leave it to the database.)
pub(super) fn group<M: Model>(
    rows: Vec<NewRow>,
    conflict: Option<&Conflict>,
) -> Result<Vec<InsertStatement>> {
    let mut groups: Vec<InsertStatement> = Vec::new();
    let mut refused = FieldErrors::default();
    // One statement cannot change a row twice, so a row whose key came before begins another statement.
    let mut keys = std::collections::BTreeSet::new();
    for (number, row) in rows.into_iter().enumerate() {
        refuse_nested(&row, if conflict.is_some() { UPSERT } else { TEXT })?;
        let values = match row.finish(M::def()) {
            Ok(values) => values,
            Err(error) => match error.field_errors() {
                Some(errors) => {
                    refused.extend(errors.clone().under(&format!("rows[{number}]")));
                    continue;
                }
                None => return Err(error),
            },
        };
        let same = groups
            .last()
            .is_some_and(|g| same_columns(&g.columns, &values));
        let key = conflict.and_then(|c| {
            c.target
                .iter()
                .map(|i| values[*i].clone())
                .collect::<Option<Vec<Value>>>()
        });
        let again = key.is_some_and(|key| !keys.insert(super::cursor::key_text(key)));
        if again {
            keys.clear();
            let target = conflict.map_or(&[][..], |c| &c.target);
            let key = target
                .iter()
                .map(|i| values[*i].clone())
                .collect::<Option<Vec<Value>>>();
            keys.extend(key.map(super::cursor::key_text));
        }
        if !same || again {
            let columns = given_columns(&values).collect();
            groups.push(InsertStatement {
                model: M::def(),
                columns,
                rows: Vec::new(),
                conflict: conflict.cloned(),
            });
        }
        let row: Vec<Value> = values.into_iter().flatten().collect();
        if let Some(group) = groups.last_mut() {
            group.rows.push(row);
        }
    }
    refused.into_result()?;
    Ok(groups)
}

/// The columns that a row gives.
pub(crate) fn given_columns(values: &[Option<Value>]) -> impl Iterator<Item = usize> {
    let given = values.iter().enumerate().filter(|(_, v)| v.is_some());
    given.map(|(at, _)| at)
}

/// Whether a row gives these columns and no others.
pub(crate) fn same_columns(columns: &[usize], values: &[Option<Value>]) -> bool {
    given_columns(values).eq(columns.iter().copied())
}
