//! Text.

use super::{DecodeError, EncodeError, Field, FieldType, Kind, NotNull, Raw, Value};

impl Field for String {
    const TYPE: FieldType = FieldType::new(Kind::Text);

    #[inline]
    fn decode(raw: Raw<'_>) -> Result<Self, DecodeError> {
        match raw {
            Raw::Text(s) | Raw::Json(s) => Ok(s.to_owned()),
            raw => Err(DecodeError::mismatch(&raw, "text")),
        }
    }

    fn encode(&self) -> Result<Value, EncodeError> {
        Ok(Value::Text(self.clone()))
    }

    fn into_value(self) -> Result<Value, EncodeError> {
        Ok(Value::Text(self))
    }
}
impl NotNull for String {}
