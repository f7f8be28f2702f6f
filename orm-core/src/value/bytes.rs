//! Bytes.

use super::{DecodeError, EncodeError, Field, FieldType, Kind, NotNull, Raw, Value};

impl Field for Vec<u8> {
    const TYPE: FieldType = FieldType::new(Kind::Bytes);

    fn decode(raw: Raw<'_>) -> Result<Self, DecodeError> {
        match raw {
            Raw::Bytes(b) => Ok(b.to_owned()),
            raw => Err(DecodeError::mismatch(&raw, "bytes")),
        }
    }

    fn encode(&self) -> Result<Value, EncodeError> {
        Ok(Value::Bytes(self.clone()))
    }

    fn into_value(self) -> Result<Value, EncodeError> {
        Ok(Value::Bytes(self))
    }
}
impl NotNull for Vec<u8> {}
