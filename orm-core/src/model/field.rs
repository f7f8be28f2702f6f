//! What the derive asks of a field's type.

use super::ColumnDef;
use crate::error::Result;
use crate::row::Cells;
use crate::value::{EncodeError, Field, Value};
#[cfg(feature = "json")]
use crate::value::{Json, Kind};

/// [`Field`], in the words in which generated code asks for it.
///
/// Generated code uses a field's type at several places and always through this trait, so that a type that is no field is reported
/// once, without the list of all types that are.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a model's field",
    label = "no column type is known for `{Self}`",
    note = "use a type of the book's chapter on types, `#[derive(DbEnum)]` for an enum, `#[derive(Embed)]` for a struct or newtype, or `Json<{Self}>`"
)]
pub trait ModelField: Sized {
    /// The column for a field of the type.
    fn column(field: &'static str, name: &'static str, rust_type: &'static str) -> ColumnDef;

    /// Reads the next cell.
    ///
    /// # Errors
    /// When the cell does not fit the type.
    fn read(cells: &mut Cells<'_>) -> Result<Self>;

    /// The value to store.
    ///
    /// # Errors
    /// When no database can store it without loss.
    fn encode(&self) -> Result<Value, EncodeError>;
}

#[diagnostic::do_not_recommend]
impl<T: Field> ModelField for T {
    fn column(field: &'static str, name: &'static str, rust_type: &'static str) -> ColumnDef {
        ColumnDef::new::<T>(field, name, rust_type)
    }

    #[inline]
    fn read(cells: &mut Cells<'_>) -> Result<Self> {
        cells.read()
    }

    fn encode(&self) -> Result<Value, EncodeError> {
        Field::encode(self)
    }
}

/// Why a column is not for every input to give.
#[doc(hidden)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fixed {
    /// It is a part of the key.
    Key,
    /// The database computes it.
    Generated,
    /// It is the time of the insert or of the last update.
    Time,
}

/// A type that a field with `#[model(json)]` can have.
#[cfg(feature = "json")]
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored as a JSON document",
    label = "this type is not both `Serialize` and `Deserialize`",
    note = "add `#[derive(serde::Serialize, serde::Deserialize)]` to `{Self}`"
)]
pub trait JsonField: Sized {
    /// The column for a field of the type.
    fn column(field: &'static str, name: &'static str, rust_type: &'static str) -> ColumnDef;

    /// Reads the next cell, which is not NULL.
    ///
    /// # Errors
    /// When the cell does not fit the type.
    fn read(cells: &mut Cells<'_>) -> Result<Self>;

    /// Reads the next cell.
    ///
    /// # Errors
    /// When the cell does not fit the type.
    fn read_optional(cells: &mut Cells<'_>) -> Result<Option<Self>>;

    /// The document.
    ///
    /// # Errors
    /// When the value cannot be written as JSON without loss.
    fn encode(&self) -> Result<Value, EncodeError>;

    /// The document, or NULL.
    ///
    /// # Errors
    /// When the value cannot be written as JSON without loss.
    fn encode_optional(value: Option<&Self>) -> Result<Value, EncodeError> {
        value.map_or(Ok(Value::Null(Kind::Json)), Self::encode)
    }
}

#[cfg(feature = "json")]
#[diagnostic::do_not_recommend]
impl<T: serde::Serialize + serde::de::DeserializeOwned + Send + Sync + 'static> JsonField for T {
    fn column(field: &'static str, name: &'static str, rust_type: &'static str) -> ColumnDef {
        ColumnDef::new::<Json<T>>(field, name, rust_type)
    }

    fn read(cells: &mut Cells<'_>) -> Result<Self> {
        cells.read::<Json<T>>().map(Json::into_inner)
    }

    fn read_optional(cells: &mut Cells<'_>) -> Result<Option<Self>> {
        Ok(cells.read::<Option<Json<T>>>()?.map(Json::into_inner))
    }

    fn encode(&self) -> Result<Value, EncodeError> {
        Json::encode_inner(self)
    }
}
