//! UUIDs.

use ::uuid::Uuid;

use super::{ArrayItem, DecodeError, EncodeError, Field, FieldType, Kind, NotNull, Raw, Value};

impl Field for Uuid {
    const TYPE: FieldType = FieldType::new(Kind::Uuid);

    #[inline]
    fn decode(raw: Raw<'_>) -> Result<Self, DecodeError> {
        match raw {
            Raw::Uuid(bytes) => Ok(Self::from_bytes(bytes)),
            Raw::Bytes(bytes) => Self::from_slice(bytes).map_err(|_| {
                DecodeError(
                    format!("a UUID has 16 bytes, the database holds {}", bytes.len()).into(),
                )
            }),
            Raw::Text(text) => Self::try_parse(text)
                .map_err(|_| DecodeError("the text is not of the form of a UUID".into())),
            raw => Err(DecodeError::mismatch(&raw, "a UUID")),
        }
    }

    fn encode(&self) -> Result<Value, EncodeError> {
        Ok(Value::Uuid(*self.as_bytes()))
    }
}
impl NotNull for Uuid {}
impl ArrayItem for Uuid {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_forms_of_a_uuid_are_the_same_uuid() {
        let one = Uuid::from_u128(0x0192_5f6e_0000_7000_8000_0000_0000_00ff);
        for uuid in [Uuid::nil(), Uuid::max(), one, Uuid::now_v7()] {
            assert_eq!(uuid.encode(), Ok(Value::Uuid(*uuid.as_bytes())));
            assert_eq!(Uuid::decode(Raw::Uuid(*uuid.as_bytes())), Ok(uuid));
            assert_eq!(Uuid::decode(Raw::Bytes(uuid.as_bytes())), Ok(uuid));
            assert_eq!(Uuid::decode(Raw::Text(&uuid.to_string())), Ok(uuid));
            assert_eq!(
                Uuid::decode(Raw::Text(&uuid.simple().to_string().to_uppercase())),
                Ok(uuid)
            );
        }
    }

    #[test]
    fn what_is_no_uuid_is_refused() {
        for raw in [
            Raw::Bytes(&[0; 15]),
            Raw::Bytes(&[]),
            Raw::Text(""),
            Raw::Text("not a uuid"),
            Raw::Int(7),
        ] {
            assert!(Uuid::decode(raw).is_err());
        }
        assert!(Uuid::decode(Raw::Null).unwrap_err().0.contains("NULL"));
    }
}
