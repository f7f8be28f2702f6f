//! Values in PostgreSQL's binary form.

use std::fmt::Write;

use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgArgumentBuffer, PgArguments, PgTypeInfo, Postgres};
use sqlx::{Arguments, Type};

use super::decode::{EPOCH_DAYS, EPOCH_MICROS};
use super::numeric;
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Kind, Value};

/// As many as a statement may have: the protocol counts them in 16 bits.
const MAX: usize = u16::MAX as usize;

pub(super) fn arguments(values: &[Value]) -> Result<PgArguments> {
    if values.len() > MAX {
        return Err(Error::invalid_query(format!(
            "the statement has {} values; PostgreSQL takes {MAX} at most",
            values.len()
        )));
    }
    let mut arguments = PgArguments::default();
    arguments.reserve(values.len(), values.len() * 16);
    for (index, value) in values.iter().enumerate() {
        arguments.add(Bound(value)).map_err(|error| {
            let field = format!("placeholder ${}", index + 1).into();
            Error::new(ErrorKind::Encode {
                field,
                reason: error.to_string().into(),
            })
        })?;
    }
    Ok(arguments)
}

/// The text, with the types of the values in a comment at its end.
pub(super) fn with_types(sql: &str, values: &[Value]) -> String {
    let mut text = String::with_capacity(sql.len() + 8 + values.len() * 6);
    text.push_str(sql);
    text.push_str("\n/*");
    for value in values {
        let _ = write!(text, " {}", oid_of(value));
    }
    text.push_str(" */");
    text
}

/// A value as an argument.
struct Bound<'v>(&'v Value);

impl Type<Postgres> for Bound<'_> {
    fn type_info() -> PgTypeInfo {
        // Never asked for: each value `produces` its own type.
        PgTypeInfo::with_oid(Oid(25))
    }
}

impl<'q> Encode<'q, Postgres> for Bound<'_> {
    fn encode_by_ref(&self, out: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        write_value(self.0, out)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(PgTypeInfo::with_oid(Oid(oid_of(self.0))))
    }

    fn size_hint(&self) -> usize {
        0
    }
}

fn oid_of(value: &Value) -> u32 {
    let (one, many) = oids(value.kind());
    if matches!(value, Value::Array(..) | Value::NullArray(_)) {
        many
    } else {
        one
    }
}

/// The numbers of the type and of its array, which are the same on every server.
pub(super) fn oids(kind: Kind) -> (u32, u32) {
    match kind {
        Kind::Bool => (16, 1000),
        Kind::I16 => (21, 1005),
        Kind::I32 => (23, 1007),
        Kind::I64 | Kind::U32 => (20, 1016),
        Kind::F32 => (700, 1021),
        Kind::F64 => (701, 1022),
        Kind::Text => (25, 1009),
        Kind::Bytes => (17, 1001),
        Kind::Uuid => (2950, 2951),
        Kind::Decimal => (1700, 1231),
        Kind::Json => (3802, 3807),
        Kind::Date => (1082, 1182),
        Kind::Time => (1083, 1183),
        Kind::DateTime => (1114, 1115),
        Kind::Timestamp => (1184, 1185),
    }
}

pub(super) fn write_value(value: &Value, out: &mut Vec<u8>) -> Result<IsNull, BoxDynError> {
    match value {
        Value::Null(_) | Value::NullArray(_) => return Ok(IsNull::Yes),
        Value::Bool(v) => out.push(u8::from(*v)),
        Value::I16(v) => out.extend_from_slice(&v.to_be_bytes()),
        Value::I32(v) => out.extend_from_slice(&v.to_be_bytes()),
        Value::I64(v) | Value::Time(v) => out.extend_from_slice(&v.to_be_bytes()),
        Value::U32(v) => out.extend_from_slice(&i64::from(*v).to_be_bytes()),
        Value::F32(v) => out.extend_from_slice(&v.to_be_bytes()),
        Value::F64(v) => out.extend_from_slice(&v.to_be_bytes()),
        Value::Text(v) => out.extend_from_slice(v.as_bytes()),
        Value::Bytes(v) => out.extend_from_slice(v),
        Value::Uuid(v) => out.extend_from_slice(v),
        Value::Decimal(v) => numeric::write(*v, out)?,
        Value::Json(v) => {
            out.push(1);
            out.extend_from_slice(v.as_bytes());
        }
        Value::Date(v) => {
            let days = v
                .checked_sub(EPOCH_DAYS)
                .ok_or("the date is out of PostgreSQL's range")?;
            out.extend_from_slice(&days.to_be_bytes());
        }
        Value::DateTime(v) | Value::Timestamp(v) => {
            let micros = v
                .checked_sub(EPOCH_MICROS)
                .ok_or("the time is out of PostgreSQL's range")?;
            out.extend_from_slice(&micros.to_be_bytes());
        }
        Value::Array(kind, items) => write_array(*kind, items, out)?,
    }
    Ok(IsNull::No)
}

/// Dimensions, whether there are NULLs, the elements' type; for each dimension its length and first index; the elements with their lengths.
fn write_array(kind: Kind, items: &[Value], out: &mut Vec<u8>) -> Result<(), BoxDynError> {
    let length = i32::try_from(items.len()).map_err(|_| "the array is too long")?;
    let nulls = items.iter().any(Value::is_null);
    out.extend_from_slice(&i32::from(length > 0).to_be_bytes());
    out.extend_from_slice(&i32::from(nulls).to_be_bytes());
    out.extend_from_slice(&oids(kind).0.to_be_bytes());
    if length > 0 {
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&1_i32.to_be_bytes());
    }
    for item in items {
        if matches!(item, Value::Array(..)) || item.kind() != kind {
            return Err("the elements of an array are not of one kind".into());
        }
        let at = out.len();
        out.extend_from_slice(&(-1_i32).to_be_bytes());
        if !write_value(item, out)?.is_null() {
            let size = i32::try_from(out.len() - at - 4)
                .map_err(|_| "an element of the array is too long")?;
            out[at..at + 4].copy_from_slice(&size.to_be_bytes());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::decode::{Wire, array};
    use super::*;
    use crate::value::{Numeric, Raw};

    fn bytes(value: &Value) -> Vec<u8> {
        let mut out = Vec::new();
        assert!(!write_value(value, &mut out).unwrap().is_null());
        out
    }

    #[test]
    fn each_kind_of_value_comes_back_as_it_was_sent() {
        let decimal = Numeric::parse("-12.50").unwrap();
        let cases = [
            (Value::Bool(true), Wire::Bool, Raw::Bool(true)),
            (Value::I16(-2), Wire::Int2, Raw::Int(-2)),
            (Value::I32(i32::MIN), Wire::Int4, Raw::Int(i32::MIN.into())),
            (Value::I64(i64::MAX), Wire::Int8, Raw::Int(i64::MAX)),
            (Value::U32(u32::MAX), Wire::Int8, Raw::Int(u32::MAX.into())),
            (Value::F32(1.5), Wire::Float4, Raw::Float(1.5)),
            (Value::F64(-0.1), Wire::Float8, Raw::Float(-0.1)),
            (Value::Text("ä".into()), Wire::Text, Raw::Text("ä")),
            (
                Value::Bytes(vec![0, 255]),
                Wire::Bytea,
                Raw::Bytes(&[0, 255]),
            ),
            (Value::Uuid([7; 16]), Wire::Uuid, Raw::Uuid([7; 16])),
            (
                Value::Decimal(decimal),
                Wire::Numeric,
                Raw::Decimal(decimal),
            ),
            (Value::Json("{}".into()), Wire::Jsonb, Raw::Json("{}")),
            (Value::Date(-1), Wire::Date, Raw::Date(-1)),
            (Value::Time(1), Wire::Time, Raw::Time(1)),
            (Value::DateTime(-1), Wire::Timestamp, Raw::DateTime(-1)),
            (Value::Timestamp(0), Wire::Timestamptz, Raw::Timestamp(0)),
        ];
        for (value, wire, expected) in cases {
            assert_eq!(wire.read(&bytes(&value)).unwrap(), expected, "{value:?}");
        }
    }

    #[test]
    fn arrays_come_back_with_their_nulls() {
        let items = vec![
            Value::Text("a".into()),
            Value::Null(Kind::Text),
            Value::Text(String::new()),
        ];
        let sent = bytes(&Value::Array(Kind::Text, items));
        let expected = Raw::Array(vec![Raw::Text("a"), Raw::Null, Raw::Text("")]);
        assert_eq!(array(Wire::Text, &sent).unwrap(), expected);
        let none = bytes(&Value::Array(Kind::I64, Vec::new()));
        assert_eq!(array(Wire::Int8, &none).unwrap(), Raw::Array(Vec::new()));
    }

    #[test]
    fn what_cannot_be_sent_is_an_error_without_the_value() {
        let mixed = Value::Array(Kind::I64, vec![Value::Text("secret".into())]);
        let error = arguments(&[Value::Bool(true), mixed])
            .map(|_| ())
            .unwrap_err()
            .to_string();
        assert!(error.contains("$2") && !error.contains("secret"), "{error}");
        assert!(arguments(&[Value::Date(i32::MIN)]).is_err());
    }

    #[test]
    fn the_types_of_values_tell_texts_apart() {
        let number = with_types("SELECT $1 -- why", &[Value::I32(1)]);
        assert_ne!(number, with_types("SELECT $1 -- why", &[Value::I64(1)]));
        assert_eq!(number, "SELECT $1 -- why\n/* 23 */");
    }
}
