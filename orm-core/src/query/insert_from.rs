//! Inserts of rows that a query finds.

use std::marker::PhantomData;
use std::panic::Location;

use super::create::{Now, encode_error, fill, present};
use super::{Conflict, Query, SelectStatement, Selected};
use crate::db::Db;
use crate::dialect::Dialect;
use crate::error::{Error, Result};
use crate::expr::{Column, ColumnRef, Node};
use crate::model::{ColumnRole, Id, Model, ModelDef};
use crate::value::{Field, Kind, NotNull, Value};

/// An `INSERT` of the rows of a query, as plain data.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct InsertFromStatement {
    /// The model whose table is written.
    pub model: &'static ModelDef,
    /// The columns that are written, by index in the model's columns, in the order in which the query selects their values.
    pub columns: Vec<usize>,
    /// Where the rows come from.
    pub query: SelectStatement,
    /// What to do when a row is there already.
    pub conflict: Option<Conflict>,
}

/// The rows of an insert apart: what a query reads of them, and the values that are the same for all.
pub(crate) struct Split {
    /// Reads the rest of each row.
    pub(crate) query: SelectStatement,
    /// The columns of what it reads.
    pub(crate) read: Vec<usize>,
    /// For each column the value that all rows have; `None` if it is read.
    same: Vec<Option<Value>>,
}

impl Split {
    /// A whole row from what was read of it.
    pub(crate) fn row(&self, read: Vec<Value>) -> Vec<Value> {
        let mut read = read.into_iter();
        let values = self.same.iter();
        let values = values.map(|same| same.clone().or_else(|| read.next()));
        values.flatten().collect()
    }
}

impl InsertFromStatement {
    /// What is read, and what is known before: a value that comes back from the database could have lost its type there.
    pub(crate) fn split(&self) -> Split {
        let mut query = self.query.clone();
        let selected = match std::mem::replace(&mut query.selected, Selected::Nothing) {
            Selected::Nodes(nodes) => nodes,
            Selected::Model | Selected::Nothing => Vec::new(),
        };
        let nodes = selected.into_iter().chain(std::mem::take(&mut query.extra));
        let (mut rest, mut read, mut same) = (Vec::new(), Vec::new(), Vec::new());
        for (index, node) in self.columns.iter().zip(nodes) {
            same.push(match node {
                Node::Stored(inner, _) if matches!(*inner, Node::Value(_)) => match *inner {
                    Node::Value(value) => Some(value),
                    _ => None,
                },
                node => {
                    read.push(*index);
                    rest.push(node);
                    None
                }
            });
        }
        if !rest.is_empty() {
            query.selected = Selected::Nodes(rest);
        }
        Split { query, read, same }
    }
}

/// A value that a query selects and that a column of type `T` stores.
#[diagnostic::on_unimplemented(
    message = "a column of type `{T}` cannot be filled from a selected `{Self}`",
    label = "the query selects a value of another type for this column"
)]
pub trait Stores<T> {}
#[diagnostic::do_not_recommend]
impl<T: Field> Stores<T> for T {}
#[diagnostic::do_not_recommend]
impl<T: NotNull> Stores<Option<T>> for T {}
/// A key is kept as a plain value, for a copy that refers to nothing.
#[diagnostic::do_not_recommend]
impl<M: 'static, K: NotNull> Stores<K> for Id<M, K> {}

/// Columns of `M` that take the values of a row `R`: one column, or a tuple of them.
#[diagnostic::on_unimplemented(
    message = "these columns of `{M}` do not take rows of type `{R}`",
    label = "expected one column of `{M}` for each value that the query selects"
)]
pub trait InsertColumns<M, R> {
    /// The columns' indexes.
    fn indexes(self) -> Vec<usize>;
}

#[diagnostic::do_not_recommend]
impl<M, T, R: Stores<T>> InsertColumns<M, R> for Column<M, T> {
    fn indexes(self) -> Vec<usize> {
        vec![self.index()]
    }
}

macro_rules! tuple {
    ($($name:ident $row:ident),+) => {
        #[diagnostic::do_not_recommend]
        impl<M, $($row,)+ $($name: InsertColumns<M, $row>),+> InsertColumns<M, ($($row,)+)> for ($($name,)+) {
            #[allow(non_snake_case, reason = "the tuple's parts are named after their types")]
            fn indexes(self) -> Vec<usize> {
                let ($($name,)+) = self;
                [$($name.indexes()),+].concat()
            }
        }
    };
}
tuple!(A Ra);
tuple!(A Ra, B Rb);
tuple!(A Ra, B Rb, C Rc);
tuple!(A Ra, B Rb, C Rc, D Rd);
tuple!(A Ra, B Rb, C Rc, D Rd, E Re);
tuple!(A Ra, B Rb, C Rc, D Rd, E Re, F Rf);
tuple!(A Ra, B Rb, C Rc, D Rd, E Re, F Rf, G Rg);
tuple!(A Ra, B Rb, C Rc, D Rd, E Re, F Rf, G Rg, H Rh);
tuple!(A Ra, B Rb, C Rc, D Rd, E Re, F Rf, G Rg, H Rh, I Ri);
tuple!(A Ra, B Rb, C Rc, D Rd, E Re, F Rf, G Rg, H Rh, I Ri, J Rj);
tuple!(A Ra, B Rb, C Rc, D Rd, E Re, F Rf, G Rg, H Rh, I Ri, J Rj, K Rk);
tuple!(A Ra, B Rb, C Rc, D Rd, E Re, F Rf, G Rg, H Rh, I Ri, J Rj, K Rk, L Rl);

/// An insert of the rows of a query. See [`Model::insert_from`].
#[must_use = "nothing is inserted until `exec` is called and awaited"]
pub struct InsertFrom<M> {
    pub(super) statement: InsertFromStatement,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> InsertFrom<M> {
    pub(crate) fn new<N, R>(columns: impl InsertColumns<M, R>, query: Query<N, R>) -> Self {
        Self {
            statement: InsertFromStatement {
                model: M::def(),
                columns: columns.indexes(),
                query: query.into_statement(),
                conflict: None,
            },
            model: PhantomData,
        }
    }

    /// Inserts the rows, all or none, and says how many there were. See [`Model::insert_from`].
    ///
    /// # Errors
    /// Before anything is sent, when a column that needs a value is not named, or one that the database computes is; whatever the
    /// database reports.
    #[track_caller]
    pub fn exec(self, db: &Db) -> impl Future<Output = Result<u64>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            let statement = complete(self.statement).map_err(|e| e.with_caller(caller))?;
            db.insert_from(&statement)
                .await
                .map_err(|e| e.with_caller(caller))
        }
    }

    /// Inserts the rows, all or none, and gives them back as they are stored, in any order.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let titles = User::query().filter(User::age.lt(18)).select((User::id, User::username));
    /// let posts = Post::insert_from((Post::author_id, Post::title), titles).all(&db).await?;
    /// assert_eq!((posts.len(), posts[0].title.as_str(), posts[0].views), (1, "cyd", 0));
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
            let statement = complete(self.statement).map_err(|e| e.with_caller(caller))?;
            db.insert_from_returning::<M>(&statement)
                .await
                .map_err(|e| e.with_caller(caller))
        }
    }

    /// The SQL that [`exec`](Self::exec) sends to a database, and the values for its placeholders. Nothing is sent. See
    /// [`Query::to_sql`](crate::Query::to_sql).
    ///
    /// # Errors
    /// As [`exec`](Self::exec), before anything is sent.
    pub fn to_sql(&self, dialect: &'static dyn Dialect) -> Result<(String, Vec<Value>)> {
        self.rendered(dialect).map(|s| (s.sql, s.binds))
    }

    pub(super) fn rendered(
        &self,
        dialect: &'static dyn Dialect,
    ) -> Result<crate::driver::Statement> {
        let statement = complete(self.statement.clone())?;
        crate::sql::insert_from(&statement, false, dialect)
    }
}

/// Judges the columns, and adds those that this crate fills.
pub(super) fn complete(mut statement: InsertFromStatement) -> Result<InsertFromStatement> {
    let model = statement.model;
    let mut named = vec![false; model.columns.len()];
    for index in &statement.columns {
        if std::mem::replace(&mut named[*index], true) {
            return Err(mistake(model, *index, "is named twice"));
        }
        if matches!(model.columns[*index].role, ColumnRole::Generated(_)) {
            return Err(mistake(model, *index, "is computed by the database"));
        }
    }
    let Selected::Nodes(nodes) = &mut statement.query.selected else {
        let message = "`insert_from` takes a query with `.select((…))`, one value for each column";
        return Err(Error::invalid_query(message));
    };
    for (index, node) in statement.columns.iter().zip(nodes.iter_mut()) {
        store(model, *index, node);
    }
    let now = Now::new(present);
    for (index, column) in model.columns.iter().enumerate() {
        if named[index] {
            continue;
        }
        match column.role {
            ColumnRole::ClientUuid => {
                let why = "is made by the program for each row; name it, and select a value for it";
                return Err(mistake(model, index, why));
            }
            ColumnRole::Plain if column.default.is_none() && !column.nullable => {
                return Err(mistake(model, index, "needs a value, and is not named"));
            }
            ColumnRole::Plain if column.default.is_none() => continue,
            _ => {}
        }
        if let Some(value) = fill(column, &now).map_err(|e| encode_error(model, index, e))? {
            statement.columns.push(index);
            let column = ColumnRef { model, index };
            statement
                .query
                .extra
                .push(Node::Stored(Box::new(Node::Value(value)), column));
        }
    }
    Ok(statement)
}

/// Brings a selected expression into the form of its column, where that could be another one.
fn store(model: &'static ModelDef, index: usize, node: &mut Node) {
    let column = ColumnRef { model, index };
    let decimal = column.def().ty.kind == Kind::Decimal;
    if decimal || matches!(node, Node::Value(_)) {
        let inner = std::mem::replace(node, Node::And(Vec::new()));
        *node = match inner {
            // The columns that a grouped query selects are compared with those that it groups by.
            Node::Column(c) if c.def().precision == column.def().precision => Node::Column(c),
            inner => Node::Stored(Box::new(inner), column),
        };
    }
}

fn mistake(model: &ModelDef, index: usize, what: &str) -> Error {
    let field = &model.columns[index].field;
    Error::invalid_query(format!("`insert_from`: `{}::{field}` {what}", model.name))
}
