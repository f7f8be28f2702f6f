//! JSON documents, of a Rust type or of any form.

mod faithful;
mod row;
pub use row::JsonRow;

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{DecodeError, EncodeError, Field, FieldType, Kind, NotNull, Raw, Value};
use crate::expr::{IntoAssignment, IntoField, JsonColumn, Node, assigned};

/// A value that a column holds as a JSON document.
///
/// It behaves like the `T` inside, and a field of type `Json<T>` can be set from a plain `T`.
///
/// ```
/// # use orm_core::value::Json;
/// let tags = Json(vec!["rust", "sql"]);
/// assert_eq!(tags.len(), 2);
/// assert_eq!(tags.into_inner(), ["rust", "sql"]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Json<T>(pub T);

impl<T> Json<T> {
    /// The value inside.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T: Serialize> Json<T> {
    /// The document of a value that is not wrapped; the derive calls it for a field with `#[model(json)]`.
    #[doc(hidden)]
    pub fn encode_inner(value: &T) -> Result<Value, EncodeError> {
        write(value)
    }
}

impl<T> Deref for Json<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}
impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}
impl<T> From<T> for Json<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}
impl<T> AsRef<T> for Json<T> {
    fn as_ref(&self) -> &T {
        &self.0
    }
}

impl<T: Serialize> Serialize for Json<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Json<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::deserialize(deserializer).map(Self)
    }
}

/// A type that a JSON document can be written from and read into.
trait Document: Serialize + DeserializeOwned + Send + Sync + 'static {}
impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> Document for T {}

fn write<T: Serialize>(value: &T) -> Result<Value, EncodeError> {
    let text = serde_json::to_string(value).map_err(|error| refused(&error))?;
    faithful::check(value, &text)?;
    Ok(Value::Json(text))
}

fn read<T: DeserializeOwned>(raw: &Raw<'_>) -> Result<T, DecodeError> {
    match raw {
        Raw::Json(text) | Raw::Text(text) => {
            serde_json::from_str(text).map_err(|error| unreadable(&error))
        }
        raw => Err(DecodeError::mismatch(raw, "a JSON document")),
    }
}

/// The writer's own words are given only where they cannot hold a part of the value.
#[cold]
fn refused(error: &serde_json::Error) -> EncodeError {
    let words = error.to_string();
    if words == "key must be a string" || words == "float key must be finite (got NaN or +/-inf)" {
        EncodeError(format!("it cannot be written as JSON: {words}").into())
    } else {
        EncodeError("its `Serialize` refused to write it as JSON".into())
    }
}

/// Which part of the document did not fit, in words that hold nothing of the document.
#[cold]
fn unreadable(error: &serde_json::Error) -> DecodeError {
    let (line, column) = (error.line(), error.column());
    if !error.is_data() {
        return DecodeError(
            format!("the text is not valid JSON at line {line}, column {column}").into(),
        );
    }
    let words = error.to_string();
    let words = words
        .rsplit_once(" at line ")
        .map_or(words.as_str(), |(words, _)| words);
    // "invalid type: string \"…\", expected u32": what stands behind the last comma is the program's.
    let reason: Cow<'_, str> = if words.starts_with("missing field `") {
        words.into()
    } else if let Some((_, expected)) = words.rsplit_once(", expected ") {
        format!("expected {expected}").into()
    } else {
        "a value does not fit".into()
    };
    DecodeError(
        format!("the document does not fit at line {line}, column {column}: {reason}").into(),
    )
}

impl<T: Document> Field for Json<T> {
    const TYPE: FieldType = FieldType::new(Kind::Json);

    fn decode(raw: Raw<'_>) -> Result<Self, DecodeError> {
        read(&raw).map(Self)
    }

    fn encode(&self) -> Result<Value, EncodeError> {
        write(&self.0)
    }
}
impl<T: Document> NotNull for Json<T> {}

impl Field for serde_json::Value {
    const TYPE: FieldType = FieldType::new(Kind::Json);

    fn decode(raw: Raw<'_>) -> Result<Self, DecodeError> {
        read(&raw)
    }

    fn encode(&self) -> Result<Value, EncodeError> {
        write(self)
    }
}
impl NotNull for serde_json::Value {}

impl<T> JsonColumn<T> for Json<T> {}
impl<T> JsonColumn<T> for Option<Json<T>> {}
impl JsonColumn<serde_json::Value> for serde_json::Value {
    const UNTYPED: bool = true;
}
impl JsonColumn<serde_json::Value> for Option<serde_json::Value> {
    const UNTYPED: bool = true;
}

#[diagnostic::do_not_recommend]
impl<T: Document> IntoField<Json<T>> for T {
    fn into_field(self) -> Result<Value, EncodeError> {
        write(&self)
    }
}
#[diagnostic::do_not_recommend]
impl<T: Document> IntoField<Option<Json<T>>> for T {
    fn into_field(self) -> Result<Value, EncodeError> {
        write(&self)
    }
}
#[diagnostic::do_not_recommend]
impl<T: Document> IntoField<Option<Json<T>>> for Option<T> {
    fn into_field(self) -> Result<Value, EncodeError> {
        self.as_ref().map_or(Ok(Value::Null(Kind::Json)), write)
    }
}

#[diagnostic::do_not_recommend]
impl<M, T: Document> IntoAssignment<M, Json<T>> for T {
    fn into_assignment(self) -> Node {
        assigned::<Json<T>>(self)
    }
}
#[diagnostic::do_not_recommend]
impl<M, T: Document> IntoAssignment<M, Option<Json<T>>> for T {
    fn into_assignment(self) -> Node {
        assigned::<Option<Json<T>>>(self)
    }
}
#[diagnostic::do_not_recommend]
impl<M, T: Document> IntoAssignment<M, Option<Json<T>>> for Option<T> {
    fn into_assignment(self) -> Node {
        assigned::<Option<Json<T>>>(self)
    }
}

crate::__operand!([__T: Document + Clone] Json<__T>);
crate::__operand!([] serde_json::Value);

#[cfg(test)]
mod tests;
