//! Rows that know what was changed in them.

use std::ops::{Deref, DerefMut};
use std::panic::Location;

use super::create::judge;
use super::update::{One, Update};
use super::upsert::UpsertColumns;
use crate::db::Db;
use crate::error::{Error, ErrorKind, Result};
use crate::expr::{Column, Node};
use crate::model::{ColumnDef, ColumnRole, Model};
use crate::row::{Cells, RowSource};
use crate::value::{DecodeError, Field, Raw, Value};

/// A row whose changes are known; from [`Model::track`]. It is used like the model itself, which it dereferences to.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let mut ann = User::find(1).one(&db).await?.track();
/// ann.age = Some(35);
///
/// let changes = ann.changes()?;
/// assert_eq!((changes.len(), changes[0].field), (1, "age"));
/// assert_eq!(ann.original(User::age)?, Some(34));
///
/// ann.save(&db).await?;                   // UPDATE users SET age = …
/// ann.save(&db).await?;                   // nothing has changed since: nothing is sent
/// # Ok(()) }) }
/// ```
pub struct Tracked<M: Model> {
    row: M,
    /// The values of the struct's columns as they were; `None` for one that no database could hold.
    before: Vec<Option<Value>>,
}

/// A field that was changed. See [`Tracked::changes`].
///
/// Its `Debug` shows the kinds of the values and never their content.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FieldChange {
    /// The field's path in the model: `email`, or `address.city` in an embedded struct.
    pub field: &'static str,
    /// What it was.
    pub old: Value,
    /// What it is.
    pub new: Value,
}

impl<M: Model> Tracked<M> {
    pub(crate) fn new(row: M) -> Self {
        Self {
            before: snapshot(&row),
            row,
        }
    }

    /// Whether a column is not as it was; of several columns, or of an embedded struct, whether one of them is not.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let mut ann = User::find(1).one(&db).await?.track();
    /// ann.logins += 1;
    /// assert!(ann.is_changed(User::logins) && !ann.is_changed((User::username, User::email)));
    /// ann.logins -= 1;
    /// assert!(!ann.is_changed(User::logins));
    /// # Ok(()) }) }
    /// ```
    pub fn is_changed(&self, columns: impl UpsertColumns<M>) -> bool {
        columns
            .indexes()
            .into_iter()
            .any(|column| self.differs(column))
    }

    /// Whether any column is not as it was. See [`is_changed`](Self::is_changed).
    pub fn has_changes(&self) -> bool {
        (0..self.before.len()).any(|column| self.differs(column))
    }

    /// The fields that were changed, in the order of the model, with what they were and what they are. See [`Tracked`].
    ///
    /// # Errors
    /// When a value cannot be stored without loss.
    pub fn changes(&self) -> Result<Vec<FieldChange>> {
        let columns = self.columns().filter(|(index, _)| self.differs(*index));
        columns
            .map(|(index, column)| {
                let new = self.row.value(index).transpose()?;
                Ok(FieldChange {
                    field: &column.field,
                    old: self.before[index].clone().unwrap_or(Value::null(column.ty)),
                    new: new.unwrap_or(Value::null(column.ty)),
                })
            })
            .collect()
    }

    /// What a column was. See [`Tracked`].
    ///
    /// # Errors
    /// When the column is not part of the struct, or held something that no database stores.
    pub fn original<T: Field>(&self, column: Column<M, T>) -> Result<T> {
        let row = Before(self);
        let decoded = row.raw(column.index()).and_then(T::decode);
        decoded.map_err(|error| {
            Error::new(ErrorKind::Decode {
                column: row.column(column.index()),
                target: std::any::type_name::<T>(),
                reason: error.0,
            })
        })
    }

    /// Takes back all changes.
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
    /// # fn main() -> orm::Result<()> { blog(async |db| {
    /// let mut ann = User::find(1).one(&db).await?.track();
    /// ann.age = None;
    /// ann.reset()?;
    /// assert_eq!(ann.age, Some(34));
    /// # Ok(()) }) }
    /// ```
    ///
    /// # Errors
    /// When the row held something that no database stores.
    pub fn reset(&mut self) -> Result<()> {
        self.row = M::read(&mut Cells::new(&Before(self), None))?;
        Ok(())
    }

    /// The row as it is now, changed or not.
    pub fn into_inner(self) -> M {
        self.row
    }

    /// Writes the columns that were changed, and reads the row back. If there are none, nothing is sent. See [`Tracked`].
    ///
    /// The values are brought into form and validated like those of [`Model::update`], and `updated_at` is set.
    ///
    /// # Errors
    /// When the key or a column that the database computes was changed; when the row is gone; when a value is refused; when the database
    /// refuses it. The changes are kept then.
    #[track_caller]
    pub fn save(&mut self, db: &Db) -> impl Future<Output = Result<()>> + Send {
        let caller = Location::caller();
        async move {
            let db = &db.at(caller);
            let Some(update) = self.update().map_err(|e| e.with_caller(caller))? else {
                return Ok(());
            };
            // What is back in its old form after it was brought into form needs no write, and is read as it was.
            let row = update.save(db).await.map_err(|e| e.with_caller(caller))?;
            *self = Self::new(row);
            Ok(())
        }
    }

    /// The change that has to be written; `None` if there is none.
    fn update(&self) -> Result<Option<Update<M, One>>> {
        let model = M::def();
        let mut values: Vec<Option<Value>> = vec![None; model.columns.len()];
        let mut changed = false;
        for (index, column) in self.columns().filter(|(index, _)| self.differs(*index)) {
            let refusal = match column.role {
                _ if model.key.contains(&index) => {
                    "is the key, by which the row is found; insert another row, and delete this one"
                }
                ColumnRole::Generated(_) => {
                    "is computed by the database; change what it is computed from"
                }
                _ => {
                    values[index] = self.row.value(index).transpose()?;
                    changed = true;
                    continue;
                }
            };
            return Err(Error::invalid_query(format!(
                "`{}::{}` was changed, which {refusal}",
                model.name, column.field
            )));
        }
        if !changed {
            return Ok(None);
        }
        judge(M::def(), &mut values, &[])?;
        let key = model
            .key
            .iter()
            .filter_map(|index| self.before[*index].clone());
        let mut update = Update::by_key_values(key.collect());
        for (index, value) in values.into_iter().enumerate() {
            match value {
                Some(value) if !same(self.before[index].as_ref(), &value) => {
                    update = update.assign(index, Node::Value(value));
                }
                _ => {}
            }
        }
        Ok(Some(update))
    }

    fn columns(&self) -> impl Iterator<Item = (usize, &'static ColumnDef)> {
        M::def().visible_columns().iter().enumerate()
    }

    fn differs(&self, column: usize) -> bool {
        let Some(before) = self.before.get(column) else {
            return false;
        };
        match self.row.value(column) {
            Some(Ok(now)) => !same(before.as_ref(), &now),
            Some(Err(_)) => true,
            None => false,
        }
    }
}

/// Whether a value is what it was. A float that is no number is the same as itself, and a decimal is the same with more zeros.
fn same(before: Option<&Value>, now: &Value) -> bool {
    match (before, now) {
        (Some(Value::F64(a)), Value::F64(b)) => a.to_bits() == b.to_bits(),
        (Some(Value::F32(a)), Value::F32(b)) => a.to_bits() == b.to_bits(),
        (Some(Value::Decimal(a)), Value::Decimal(b)) => {
            let scale = a.scale.max(b.scale);
            a == b
                || a.rescale(scale)
                    .is_some_and(|a| Some(a) == b.rescale(scale))
        }
        (Some(before), now) => before == now,
        (None, _) => false,
    }
}

fn snapshot<M: Model>(row: &M) -> Vec<Option<Value>> {
    (0..M::def().visible)
        .map(|column| row.value(column).and_then(Result::ok))
        .collect()
}

/// The values as they were, which can be read like the cells of a row.
struct Before<'t, M: Model>(&'t Tracked<M>);

impl<M: Model> RowSource for Before<'_, M> {
    fn raw(&self, index: usize) -> Result<Raw<'_>, DecodeError> {
        match self.0.before.get(index) {
            Some(Some(value)) => Ok(value.as_raw()),
            _ => Err(DecodeError("the value is not known".into())),
        }
    }

    fn column(&self, index: usize) -> String {
        let column = M::def().columns.get(index);
        column.map_or_else(String::new, |column| column.field.clone().into_owned())
    }
}

impl<M: Model> Deref for Tracked<M> {
    type Target = M;

    fn deref(&self) -> &M {
        &self.row
    }
}

impl<M: Model> DerefMut for Tracked<M> {
    fn deref_mut(&mut self) -> &mut M {
        &mut self.row
    }
}

impl<M: Model + Clone> Clone for Tracked<M> {
    fn clone(&self) -> Self {
        Self {
            row: self.row.clone(),
            before: self.before.clone(),
        }
    }
}

/// Shows which fields were changed, and no values.
impl<M: Model> std::fmt::Debug for Tracked<M> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let changed: Vec<_> = self
            .columns()
            .filter(|(index, _)| self.differs(*index))
            .map(|(_, column)| &*column.field)
            .collect();
        f.debug_struct("Tracked")
            .field("model", &M::def().name)
            .field("changed", &changed)
            .finish_non_exhaustive()
    }
}
