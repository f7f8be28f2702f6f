//! Nullable values.

use super::{DecodeError, EncodeError, Field, FieldType, NotNull, Raw, Value};

impl<T: NotNull> Field for Option<T> {
    const TYPE: FieldType = T::TYPE;
    const NULLABLE: bool = true;

    #[inline]
    fn decode(raw: Raw<'_>) -> Result<Self, DecodeError> {
        match raw {
            Raw::Null => Ok(None),
            raw => T::decode(raw).map(Some),
        }
    }

    fn encode(&self) -> Result<Value, EncodeError> {
        self.as_ref().map_or(Ok(Value::null(T::TYPE)), T::encode)
    }

    fn into_value(self) -> Result<Value, EncodeError> {
        self.map_or(Ok(Value::null(T::TYPE)), T::into_value)
    }

    fn into_bound(self) -> Result<Value, EncodeError> {
        self.map_or(Ok(Value::null(T::TYPE)), T::into_bound)
    }
}
