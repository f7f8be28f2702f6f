//! Lists, for databases that have array columns.

use super::{DecodeError, EncodeError, Field, FieldType, NotNull, Raw, Value};

/// A [`Field`] that an array column can hold: `Vec<String>`, `Vec<i64>` and so on. (`Vec<u8>` is bytes, not an array.)
#[diagnostic::on_unimplemented(
    message = "`Vec<{Self}>` cannot be a model's field",
    label = "`{Self}` is not a type that an array column can hold",
    note = "use `Json<Vec<{Self}>>` for a list of any type, or a model of its own"
)]
pub trait ArrayItem: NotNull {}

impl ArrayItem for bool {}
impl ArrayItem for i16 {}
impl ArrayItem for i32 {}
impl ArrayItem for i64 {}
impl ArrayItem for f32 {}
impl ArrayItem for f64 {}
impl ArrayItem for String {}

impl<T: ArrayItem> Field for Vec<T> {
    const TYPE: FieldType = T::TYPE.array();

    fn decode(raw: Raw<'_>) -> Result<Self, DecodeError> {
        match raw {
            Raw::Array(items) => items.into_iter().map(T::decode).collect(),
            raw => Err(DecodeError::mismatch(&raw, "an array")),
        }
    }

    fn encode(&self) -> Result<Value, EncodeError> {
        Ok(Value::Array(
            T::TYPE.kind,
            self.iter().map(T::encode).collect::<Result<_, _>>()?,
        ))
    }
}
impl<T: ArrayItem> NotNull for Vec<T> {}
