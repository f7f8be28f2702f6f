//! New rows: what the builders that the derive makes are filled into.

use std::cell::LazyCell;

use super::input::{InputName, renamed};
use super::insert_one::Insert;
use super::nested::Related;
use crate::error::{Error, ErrorKind, FieldErrors, Result};
use crate::expr::IntoField;
use crate::model::{ColumnDef, ColumnRole, DefaultDef, Model, ModelDef, Normalize};
use crate::value::{EncodeError, Value};

/// A required field that has been given.
pub struct Set;
/// A required field that has not been given yet.
pub struct Unset;

/// A builder of a new row of which every required field is set.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// use orm::query::Create;
///
/// fn user(name: &str) -> impl Create<Model = User> {
///     User::create().username(name).email(format!("{name}@example.com"))
/// }
/// assert_eq!(User::insert_many(["dan", "eve"].map(user)).exec(&db).await?, 2);
/// # Ok(()) }) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a new row",
    label = "expected a builder such as `User::create()`, or a struct with `#[derive(Draft)]`"
)]
pub trait Create: Sized {
    /// The model.
    type Model: Model;

    /// The values that were given.
    fn into_row(self) -> NewRow;
}

/// The values of a new row, by the index of their columns.
#[derive(Debug, Clone)]
pub struct NewRow {
    insert: Insert,
}

/// What a new row is made of.
pub(super) struct RowParts {
    pub(super) values: Vec<Option<Value>>,
    pub(super) refused: Vec<(usize, EncodeError)>,
    pub(super) names: Vec<InputName>,
    pub(super) related: Vec<Related>,
}

impl From<Insert> for NewRow {
    fn from(insert: Insert) -> Self {
        Self { insert }
    }
}

impl NewRow {
    /// A row of the model with no value given.
    pub fn new(model: &'static ModelDef) -> Self {
        Self {
            insert: Insert {
                model,
                values: model.columns.iter().map(|_| None).collect(),
                refused: Vec::new(),
                names: Vec::new(),
                related: Vec::new(),
            },
        }
    }

    /// What would be sent for the row, to look at.
    pub fn as_insert(&self) -> &Insert {
        &self.insert
    }

    pub(super) fn into_parts(self) -> RowParts {
        let row = self.insert;
        RowParts {
            values: row.values,
            refused: row.refused,
            names: row.names,
            related: row.related,
        }
    }

    pub(super) fn value(&self, column: usize) -> Option<&Value> {
        self.insert.values[column].as_ref()
    }

    pub(super) fn related_mut(&mut self) -> &mut Vec<Related> {
        &mut self.insert.related
    }

    /// Whether other rows are written together with it.
    pub(super) fn is_nested(&self) -> bool {
        !self.insert.related.is_empty()
    }

    /// Gives the value of a column.
    #[must_use]
    pub fn set<T>(mut self, column: usize, value: impl IntoField<T>) -> Self {
        self.put(column, value.into_field());
        self
    }

    /// Gives the value of a column that has been encoded already.
    pub fn put(&mut self, column: usize, value: Result<Value, EncodeError>) {
        self.insert.names.retain(|name| name.column != column);
        match value {
            Ok(value) => self.insert.values[column] = Some(value),
            Err(error) => self.insert.refused.push((column, error)),
        }
    }

    /// Notes that a field is called differently in the input that its value came from.
    pub fn name(&mut self, name: InputName) {
        self.insert.names.push(name);
    }

    /// Gives all that the other row gives, in place of what was given before.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        for (column, value) in other.insert.values.into_iter().enumerate() {
            if let Some(value) = value {
                self.put(column, Ok(value));
            }
        }
        self.insert.refused.extend(other.insert.refused);
        self.insert.names.extend(other.insert.names);
        self.take_related(other.insert.related);
        self
    }

    /// The values of a row that is written by itself. See [`finish`](Self::finish).
    ///
    /// # Errors
    /// As `finish`, and when other rows belong to it.
    pub(crate) fn into_values(self, model: &'static ModelDef) -> Result<Vec<Option<Value>>> {
        if self.is_nested() {
            let message = "an import writes the rows of one table; write related rows by `insert` or `insert_many`";
            return Err(Error::invalid_query(message));
        }
        self.finish(model)
    }

    /// Fills in what the program leaves to this crate, brings the values into form and judges them.
    ///
    /// # Errors
    /// All fields that were refused, at once.
    pub(crate) fn finish(mut self, model: &'static ModelDef) -> Result<Vec<Option<Value>>> {
        if !self.insert.refused.is_empty() {
            let (column, error) = self.insert.refused.swap_remove(0);
            return Err(encode_error(model, column, error));
        }
        let mut errors = FieldErrors::default();
        complete(
            model,
            &mut self.insert.values,
            &Now::new(present),
            &[],
            &mut errors,
        )?;
        renamed(errors, &self.insert.names).into_result()?;
        Ok(self.insert.values)
    }
}

/// Fills in what the program leaves to this crate, and judges the values. `leave` are the columns whose values come later.
pub(super) fn complete(
    model: &'static ModelDef,
    values: &mut [Option<Value>],
    now: &Now,
    leave: &[usize],
    errors: &mut FieldErrors,
) -> Result<()> {
    for (index, (column, value)) in model.columns.iter().zip(values.iter_mut()).enumerate() {
        if value.is_none() && !leave.contains(&index) {
            *value = fill(column, now).map_err(|e| encode_error(model, index, e))?;
        }
    }
    judge_into(model, values, errors);
    Ok(())
}

/// Brings the values that are there into form and judges them, first by what the columns say, then by the model's own rules.
pub(crate) fn judge(
    model: &'static ModelDef,
    values: &mut [Option<Value>],
    names: &[InputName],
) -> Result<()> {
    let mut errors = FieldErrors::default();
    judge_into(model, values, &mut errors);
    renamed(errors, names).into_result()
}

fn judge_into(model: &'static ModelDef, values: &mut [Option<Value>], errors: &mut FieldErrors) {
    for (column, value) in model.columns.iter().zip(values.iter_mut()) {
        let Some(value) = value else { continue };
        normalize(column, value);
        measure(column, value, errors);
    }
    (model.check)(values, errors);
}

pub(crate) fn encode_error(model: &ModelDef, column: usize, error: EncodeError) -> Error {
    let field = format!("`{}::{}`", model.name, model.columns[column].field);
    Error::new(ErrorKind::Encode {
        field: field.into(),
        reason: error.0,
    })
}

/// What a column gets that was not given; `None` leaves it to the database.
pub(super) fn fill(column: &ColumnDef, now: &Now) -> Result<Option<Value>, EncodeError> {
    match (column.role, column.default) {
        (ColumnRole::Identity | ColumnRole::Generated(_), _) => Ok(None),
        (ColumnRole::ClientUuid, _) => Ok(Some(new_uuid(column))),
        (ColumnRole::CreatedAt | ColumnRole::UpdatedAt, _) => Ok(Some(time(column, **now))),
        (ColumnRole::Plain, Some(DefaultDef::Value(value))) => value().map(Some),
        (ColumnRole::Plain, Some(DefaultDef::Sql(_))) => Ok(None),
        (ColumnRole::Plain, None) => Ok(Some(Value::null(column.ty))),
    }
}

#[cfg(feature = "uuid")]
fn new_uuid(_: &ColumnDef) -> Value {
    Value::Uuid(*uuid::Uuid::now_v7().as_bytes())
}
#[cfg(not(feature = "uuid"))]
fn new_uuid(column: &ColumnDef) -> Value {
    Value::Null(column.ty.kind)
}

/// The present time, in the form of the column.
pub(crate) fn now(column: &ColumnDef) -> Value {
    time(column, present())
}

/// The present time where a column asks for it; a look at the clock is a good part of what a row costs.
pub(super) type Now = LazyCell<i64>;

/// The present time in microseconds: one point in time for all rows that are written together.
pub(super) fn present() -> i64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

/// A point in time, in the form of the column.
fn time(column: &ColumnDef, micros: i64) -> Value {
    match column.ty.kind {
        crate::value::Kind::DateTime => Value::DateTime(micros),
        crate::value::Kind::Date => Value::Date(crate::value::civil::split(micros).0),
        _ => Value::Timestamp(micros),
    }
}

fn normalize(column: &ColumnDef, value: &mut Value) {
    let Value::Text(text) = value else { return };
    for step in &column.normalize {
        match step {
            Normalize::Trim if text.trim().len() == text.len() => {}
            Normalize::Trim => *text = text.trim().to_owned(),
            Normalize::Lowercase => *text = text.to_lowercase(),
            Normalize::Uppercase => *text = text.to_uppercase(),
        }
    }
}

/// Refuses what the column would cut off or round.
fn measure(column: &ColumnDef, value: &mut Value, errors: &mut FieldErrors) {
    match (&mut *value, column.length, column.precision) {
        (Value::Text(text), Some(length), _) if text.chars().count() > length as usize => {
            errors.add(
                column.field.clone(),
                "length",
                format!("must have at most {length} characters"),
            );
        }
        (Value::Bytes(bytes), Some(length), _) if bytes.len() > length as usize => {
            errors.add(
                column.field.clone(),
                "length",
                format!("must have at most {length} bytes"),
            );
        }
        (Value::Decimal(number), _, Some((precision, scale))) => match number.rescale(scale) {
            Some(fitted) if fitted.integer_digits() <= precision - scale => *number = fitted,
            Some(_) => {
                let digits = precision - scale;
                errors.add(
                    column.field.clone(),
                    "precision",
                    format!("must have at most {digits} digits before the point"),
                );
            }
            None => errors.add(
                column.field.clone(),
                "scale",
                format!("must have at most {scale} digits after the point"),
            ),
        },
        _ => {}
    }
}
