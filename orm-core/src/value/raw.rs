//! What a driver hands out for one cell of a row.

use super::{DecodeError, Field, Kind, Numeric, Value, civil};

/// A cell of a row, in the neutral form that a driver makes of its wire form.
///
/// A database without a type of its own for something (SQLite and dates, say) gives the text, number or bytes that it stores.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Raw<'r> {
    /// NULL.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer of any width.
    Int(i64),
    /// An unsigned integer that does not fit an `i64`.
    BigUnsigned(u64),
    /// A float of any width.
    Float(f64),
    /// Text, or a label of an enum.
    Text(&'r str),
    /// Bytes.
    Bytes(&'r [u8]),
    /// A UUID.
    Uuid([u8; 16]),
    /// An exact decimal number.
    Decimal(Numeric),
    /// A JSON document as text.
    Json(&'r str),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since midnight.
    Time(i64),
    /// Microseconds since 1970-01-01 00:00, without time zone.
    DateTime(i64),
    /// Microseconds since 1970-01-01 00:00 UTC.
    Timestamp(i64),
    /// A list.
    Array(Vec<Raw<'r>>),
    /// A value that this crate has no form for; the text names its type or says what is special about it.
    Other(&'r str),
}

impl Raw<'_> {
    /// The value that would be bound to find this one again, for a column of this kind.
    pub(crate) fn to_value(&self, kind: Kind) -> Result<Value, DecodeError> {
        let mismatch = || {
            DecodeError(
                format!(
                    "the database holds {}, which is no {kind:?}",
                    self.describe()
                )
                .into(),
            )
        };
        Ok(match (self, kind) {
            (Self::Null, kind) => Value::Null(kind),
            (Self::Bool(b), Kind::Bool) => Value::Bool(*b),
            (Self::Int(n), Kind::Bool) => Value::Bool(*n != 0),
            (Self::Int(n), Kind::I16 | Kind::I32 | Kind::I64 | Kind::U32) => Value::I64(*n),
            // What some databases give in the place of an integer or a float.
            (Self::Bool(_) | Self::Decimal(_), Kind::I16 | Kind::I32 | Kind::I64 | Kind::U32) => {
                Value::I64(super::number::integer(self)?)
            }
            (Self::Float(n), Kind::F32 | Kind::F64) => Value::F64(*n),
            (Self::Int(_) | Self::Decimal(_), Kind::F32 | Kind::F64) => {
                Value::F64(f64::decode(self.clone())?)
            }
            (Self::Text(s), Kind::Text) => Value::Text((*s).to_owned()),
            (Self::Text(s) | Self::Json(s), Kind::Json) => Value::Json((*s).to_owned()),
            (Self::Bytes(b), Kind::Bytes) => Value::Bytes((*b).to_owned()),
            (Self::Bytes(b), Kind::Uuid) => Value::Uuid((*b).try_into().map_err(|_| mismatch())?),
            (Self::Uuid(b), Kind::Uuid) => Value::Uuid(*b),
            (Self::Decimal(n), Kind::Decimal) => Value::Decimal(*n),
            (Self::Int(n), Kind::Decimal) => Value::Decimal(Numeric {
                mantissa: i128::from(*n),
                scale: 0,
            }),
            (Self::Text(s), Kind::Decimal) => {
                Value::Decimal(Numeric::parse(s).ok_or_else(mismatch)?)
            }
            (Self::Date(days), Kind::Date) => Value::Date(*days),
            (Self::Text(s), Kind::Date) => Value::Date(civil::parse_date(s).ok_or_else(mismatch)?),
            (Self::Time(micros), Kind::Time) => Value::Time(*micros),
            (Self::Text(s), Kind::Time) => Value::Time(civil::parse_time(s).ok_or_else(mismatch)?),
            (Self::DateTime(micros), Kind::DateTime) => Value::DateTime(*micros),
            (Self::Text(s), Kind::DateTime) => {
                Value::DateTime(civil::parse_date_time(s).ok_or_else(mismatch)?)
            }
            (Self::Timestamp(micros) | Self::DateTime(micros), Kind::Timestamp) => {
                Value::Timestamp(*micros)
            }
            (Self::Text(s), Kind::Timestamp) => {
                Value::Timestamp(civil::parse_date_time(s).ok_or_else(mismatch)?)
            }
            _ => return Err(mismatch()),
        })
    }

    /// The type in a reader's words, for an error message.
    pub fn describe(&self) -> String {
        match self {
            Self::Null => "NULL".into(),
            Self::Bool(_) => "a boolean".into(),
            Self::Int(_) | Self::BigUnsigned(_) => "an integer".into(),
            Self::Float(_) => "a float".into(),
            Self::Text(_) => "text".into(),
            Self::Bytes(_) => "bytes".into(),
            Self::Uuid(_) => "a UUID".into(),
            Self::Decimal(_) => "a decimal number".into(),
            Self::Json(_) => "JSON".into(),
            Self::Date(_) => "a date".into(),
            Self::Time(_) => "a time".into(),
            Self::DateTime(_) => "a date and time".into(),
            Self::Timestamp(_) => "a timestamp".into(),
            Self::Array(_) => "an array".into(),
            Self::Other(what) => format!("a value of type {what}"),
        }
    }
}

impl Value {
    /// An integer in the width of a column of this kind; any other value as it is.
    pub(crate) fn of_kind(self, kind: Kind) -> Self {
        let Self::I64(n) = self else { return self };
        let narrow = match kind {
            Kind::I16 => i16::try_from(n).map(Self::I16),
            Kind::I32 => i32::try_from(n).map(Self::I32),
            Kind::U32 => u32::try_from(n).map(Self::U32),
            _ => return self,
        };
        narrow.unwrap_or(self)
    }

    /// The value as a driver would hand it out, so that it can be read back into its Rust type.
    pub fn as_raw(&self) -> Raw<'_> {
        match self {
            Self::Null(_) | Self::NullArray(_) => Raw::Null,
            Self::Bool(value) => Raw::Bool(*value),
            Self::I16(value) => Raw::Int(i64::from(*value)),
            Self::I32(value) => Raw::Int(i64::from(*value)),
            Self::I64(value) => Raw::Int(*value),
            Self::U32(value) => Raw::Int(i64::from(*value)),
            Self::F32(value) => Raw::Float(f64::from(*value)),
            Self::F64(value) => Raw::Float(*value),
            Self::Text(value) => Raw::Text(value),
            Self::Bytes(value) => Raw::Bytes(value),
            Self::Uuid(value) => Raw::Uuid(*value),
            Self::Decimal(value) => Raw::Decimal(*value),
            Self::Json(value) => Raw::Json(value),
            Self::Date(value) => Raw::Date(*value),
            Self::Time(value) => Raw::Time(*value),
            Self::DateTime(value) => Raw::DateTime(*value),
            Self::Timestamp(value) => Raw::Timestamp(*value),
            Self::Array(_, items) => Raw::Array(items.iter().map(Self::as_raw).collect()),
        }
    }
}
