//! Changes of many rows, each to values of its own.

use std::collections::{BTreeMap, BTreeSet};
use std::marker::PhantomData;
use std::panic::Location;

use super::create::{encode_error, judge, now};
use super::insert::texts;
use super::patch::Patch;
use super::update::{One, Update};
use super::{Assignment, cursor::key_text};
use crate::db::Db;
use crate::dialect::Dialect;
use crate::driver::Statement;
use crate::error::{Error, FieldErrors, Result};
use crate::expr::{ColumnRef, Node};
use crate::model::{ColumnRole, IntoKey, Model, ModelDef};
use crate::value::Value;

/// An `UPDATE` of rows that are found by their keys, each to values of its own, as plain data.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct UpdateManyStatement {
    /// The model whose table is written.
    pub model: &'static ModelDef,
    /// The columns that are changed, by index.
    pub columns: Vec<usize>,
    /// For each row the values of its key, and behind them the new values of the columns.
    pub rows: Vec<Vec<Value>>,
    /// What is assigned to all of the rows alike.
    pub alike: Vec<Assignment>,
}

impl UpdateManyStatement {
    /// How many values a row has.
    pub fn width(&self) -> usize {
        self.model.key.len() + self.columns.len()
    }

    /// The columns that the values of a row are of: those of the key, and those that are changed.
    pub fn all_columns(&self) -> impl Iterator<Item = usize> + Clone {
        self.model.key.iter().chain(&self.columns).copied()
    }
}

/// A change of one row of `M`, found by its key: a builder such as `user.update().age(30)` or `User::change(1).age(30)`, or a key together
/// with a [`Patch`].
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a change of one row of `{M}`",
    label = "expected `row.update()`, `{M}::change(key)`, or `(key, patch)`"
)]
pub trait IntoChange<M> {
    /// The change.
    fn into_change(self) -> Update<M, One>;
}

#[diagnostic::do_not_recommend]
impl<M, U: Into<Update<M, One>>> IntoChange<M> for U {
    fn into_change(self) -> Update<M, One> {
        self.into()
    }
}

impl<M: Model, K: IntoKey<M>, P: Patch<Model = M>> From<(K, P)> for Update<M, One> {
    fn from((key, patch): (K, P)) -> Self {
        Self::by_key(key.into_key()).apply(patch)
    }
}

/// Changes of many rows. See [`Model::update_many`].
#[must_use = "nothing is changed until `exec` is called and awaited"]
pub struct UpdateMany<M> {
    changes: Vec<Update<M, One>>,
    model: PhantomData<fn() -> M>,
}

impl<M: Model> UpdateMany<M> {
    pub(crate) fn new<U: IntoChange<M>>(changes: impl IntoIterator<Item = U>) -> Self {
        Self {
            changes: changes.into_iter().map(IntoChange::into_change).collect(),
            model: PhantomData,
        }
    }

    /// Changes the rows, all or none, and says how many of them there were; a row that is gone is not counted. A change without any
    /// assignment is left out. See [`Model::update_many`].
    ///
    /// # Errors
    /// When a value is refused (all of them are named, as `rows[3].email`), is an expression, or when two changes are of the same row,
    /// before anything is sent; when the database refuses a row.
    #[track_caller]
    pub fn exec(self, db: &Db) -> impl Future<Output = Result<u64>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            let statements = statements::<M>(self.changes).map_err(|e| e.with_caller(caller))?;
            db.update_many(statements)
                .await
                .map_err(|e| e.with_caller(caller))
        }
    }

    /// The statements that [`exec`](Self::exec) sends to a database, each with the values for its placeholders. Nothing is sent.
    ///
    /// # Errors
    /// As [`exec`](Self::exec), before anything is sent.
    pub fn to_sql(&self, dialect: &'static dyn Dialect) -> Result<Vec<(String, Vec<Value>)>> {
        Ok(texts(self.rendered(dialect)?))
    }

    pub(super) fn rendered(&self, dialect: &'static dyn Dialect) -> Result<Vec<Statement>> {
        let changes = self.changes.iter().map(Update::copy).collect();
        let mut all = Vec::new();
        for statement in &statements::<M>(changes)? {
            for rows in statement.rows.chunks(dialect.rows_per_update(statement)) {
                all.push(crate::sql::update_many(statement, rows.to_vec(), dialect)?);
            }
        }
        Ok(all)
    }
}

/// One statement for all changes of the same columns.
fn statements<M: Model>(changes: Vec<Update<M, One>>) -> Result<Vec<UpdateManyStatement>> {
    let model = M::def();
    let mut groups: BTreeMap<Vec<usize>, Vec<Vec<Value>>> = BTreeMap::new();
    let mut refused = FieldErrors::default();
    let mut keys = BTreeSet::new();
    for (number, change) in changes.into_iter().enumerate() {
        let path = format!("rows[{number}]");
        let (key, names, assignments) = change.into_parts();
        let key = model.key.iter().zip(key);
        let mut row = key
            .map(|(index, value)| value.map_err(|e| encode_error(model, *index, e)))
            .collect::<Result<Vec<Value>>>()?;
        if !keys.insert(key_text(row.clone())) {
            let message = format!(
                "`update_many`: {path} changes a row that another change is about; put both into one"
            );
            return Err(Error::invalid_query(message));
        }
        let mut values: Vec<Option<Value>> = vec![None; model.columns.len()];
        for Assignment { column, value } in assignments {
            let refusal = match (value, &column.def().role) {
                _ if model.key.contains(&column.index) => "is the key, by which the row is found",
                (_, ColumnRole::Generated(_)) => "is computed by the database",
                (Node::Value(value), _) => {
                    values[column.index] = Some(value);
                    continue;
                }
                (Node::Invalid(error), _) => return Err(encode_error(model, column.index, error)),
                _ => {
                    "is given an expression; each row has values of its own here, so write the change by `query().update()`"
                }
            };
            let field = &column.def().field;
            return Err(Error::invalid_query(format!(
                "`update_many`: {path}: `{}::{field}` {refusal}",
                model.name
            )));
        }
        if let Err(error) = judge(model, &mut values, &names) {
            match error.field_errors() {
                Some(errors) => refused.extend(errors.clone().under(&path)),
                None => return Err(error),
            }
            continue;
        }
        let columns: Vec<usize> = super::given_columns(&values).collect();
        if !columns.is_empty() {
            row.extend(values.into_iter().flatten());
            groups.entry(columns).or_default().push(row);
        }
    }
    refused.into_result()?;
    let groups = groups.into_iter();
    Ok(groups
        .map(|(columns, rows)| UpdateManyStatement {
            model,
            alike: times(model, &columns),
            columns,
            rows,
        })
        .collect())
}

/// The times of the update, where the changes do not give them.
fn times(model: &'static ModelDef, given: &[usize]) -> Vec<Assignment> {
    let columns = model.columns.iter().enumerate();
    columns
        .filter(|(index, c)| c.role == ColumnRole::UpdatedAt && !given.contains(index))
        .map(|(index, column)| Assignment {
            column: ColumnRef { model, index },
            value: Node::Value(now(column)),
        })
        .collect()
}
