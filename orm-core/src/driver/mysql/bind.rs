//! Values in MySQL's binary form.

use sqlx::encode::{Encode, IsNull};
use sqlx::error::BoxDynError;
use sqlx::mysql::{MySql, MySqlArguments, MySqlColumn, MySqlTypeInfo};
use sqlx::{Arguments, Column, Type};

use crate::error::{Error, ErrorKind, Result};
use crate::value::{Kind, Value, civil};

/// As many as a statement may have: the protocol counts them in 16 bits.
const MAX: usize = u16::MAX as usize;

/// The types that the client library does not name, as the server sent them. A number or a time that is sent as text would be compared
/// as a float, or without the help of an index.
#[derive(Debug)]
pub(super) struct Types {
    decimal: MySqlTypeInfo,
    date: MySqlTypeInfo,
    time: MySqlTypeInfo,
    date_time: MySqlTypeInfo,
}

impl Types {
    /// From the last columns of the first query of a session.
    pub(super) fn of(columns: &[MySqlColumn]) -> Option<Self> {
        let [.., decimal, date, time, date_time] = columns else {
            return None;
        };
        let [decimal, date, time, date_time] =
            [decimal, date, time, date_time].map(|column| column.type_info().clone());
        Some(Self {
            decimal,
            date,
            time,
            date_time,
        })
    }

    fn get(&self, kind: Kind) -> MySqlTypeInfo {
        match kind {
            Kind::Bool => <i8 as Type<MySql>>::type_info(),
            Kind::I16 => <i16 as Type<MySql>>::type_info(),
            Kind::I32 => <i32 as Type<MySql>>::type_info(),
            Kind::I64 => <i64 as Type<MySql>>::type_info(),
            Kind::U32 => <u32 as Type<MySql>>::type_info(),
            Kind::F32 => <f32 as Type<MySql>>::type_info(),
            Kind::F64 => <f64 as Type<MySql>>::type_info(),
            Kind::Text | Kind::Json => <str as Type<MySql>>::type_info(),
            Kind::Bytes | Kind::Uuid => <[u8] as Type<MySql>>::type_info(),
            Kind::Decimal => self.decimal.clone(),
            Kind::Date => self.date.clone(),
            Kind::Time => self.time.clone(),
            Kind::DateTime | Kind::Timestamp => self.date_time.clone(),
        }
    }
}

pub(super) fn arguments(values: &[Value], types: &Types) -> Result<MySqlArguments> {
    if values.len() > MAX {
        return Err(Error::invalid_query(format!(
            "the statement has {} values; MySQL takes {MAX} at most",
            values.len()
        )));
    }
    let mut arguments = MySqlArguments::default();
    arguments.reserve(values.len(), values.len() * 16);
    for (index, value) in values.iter().enumerate() {
        arguments
            .add(Bound {
                value,
                ty: types.get(value.kind()),
            })
            .map_err(|error| {
                let field = format!("placeholder {}", index + 1).into();
                Error::new(ErrorKind::Encode {
                    field,
                    reason: error.to_string().into(),
                })
            })?;
    }
    Ok(arguments)
}

/// A value as an argument.
struct Bound<'v> {
    value: &'v Value,
    ty: MySqlTypeInfo,
}

impl Type<MySql> for Bound<'_> {
    fn type_info() -> MySqlTypeInfo {
        // Never asked for: each value `produces` its own type.
        <str as Type<MySql>>::type_info()
    }
}

impl<'q> Encode<'q, MySql> for Bound<'_> {
    fn encode_by_ref(&self, out: &mut Vec<u8>) -> Result<IsNull, BoxDynError> {
        write_value(self.value, out)
    }

    fn produces(&self) -> Option<MySqlTypeInfo> {
        Some(self.ty.clone())
    }
}

fn write_value(value: &Value, out: &mut Vec<u8>) -> Result<IsNull, BoxDynError> {
    match value {
        Value::Null(_) | Value::NullArray(_) => return Ok(IsNull::Yes),
        Value::Bool(v) => out.push(u8::from(*v)),
        Value::I16(v) => out.extend_from_slice(&v.to_le_bytes()),
        Value::I32(v) => out.extend_from_slice(&v.to_le_bytes()),
        Value::I64(v) => out.extend_from_slice(&v.to_le_bytes()),
        Value::U32(v) => out.extend_from_slice(&v.to_le_bytes()),
        Value::F32(v) => out.extend_from_slice(&v.to_le_bytes()),
        Value::F64(v) => out.extend_from_slice(&v.to_le_bytes()),
        Value::Text(v) | Value::Json(v) => return encode(v.as_str(), out),
        Value::Bytes(v) => return encode(v.as_slice(), out),
        Value::Uuid(v) => return encode(v.as_slice(), out),
        Value::Decimal(v) => return encode(v.to_string().as_str(), out),
        Value::Date(v) => {
            out.push(4);
            write_date(*v, out)?;
        }
        Value::Time(v) => {
            // Length, sign, days.
            out.extend_from_slice(&[12, 0, 0, 0, 0, 0]);
            write_time(*v, out)?;
        }
        Value::DateTime(v) | Value::Timestamp(v) => {
            let (days, time) = civil::split(*v);
            out.push(11);
            write_date(days, out)?;
            write_time(time, out)?;
        }
        Value::Array(..) => return Err("MySQL and MariaDB have no arrays".into()),
    }
    Ok(IsNull::No)
}

/// Bytes with their length in front.
fn encode<'v, T: Encode<'v, MySql>>(value: T, out: &mut Vec<u8>) -> Result<IsNull, BoxDynError> {
    value.encode(out)
}

fn write_date(days: i32, out: &mut Vec<u8>) -> Result<(), BoxDynError> {
    let (year, month, day) = civil::from_days(days);
    let year = u16::try_from(year)
        .ok()
        .filter(|year| (1..=9999).contains(year))
        .ok_or("the year is not within 1 to 9999")?;
    out.extend_from_slice(&year.to_le_bytes());
    out.extend([u8::try_from(month)?, u8::try_from(day)?]);
    Ok(())
}

fn write_time(micros: i64, out: &mut Vec<u8>) -> Result<(), BoxDynError> {
    let seconds = micros / 1_000_000;
    let hours = u8::try_from(seconds / 3600)
        .ok()
        .filter(|hours| *hours < 24)
        .ok_or("the time is not within a day")?;
    out.extend([
        hours,
        u8::try_from(seconds / 60 % 60)?,
        u8::try_from(seconds % 60)?,
    ]);
    out.extend_from_slice(&u32::try_from(micros % 1_000_000)?.to_le_bytes());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::decode::Wire;
    use super::*;
    use crate::value::Raw;

    #[test]
    fn dates_and_times_come_back_as_they_were_sent() {
        let cases = [
            (Value::Date(-1), Wire::Date, Raw::Date(-1)),
            (
                Value::Time(civil::DAY - 1),
                Wire::Time,
                Raw::Time(civil::DAY - 1),
            ),
            (Value::DateTime(-1), Wire::DateTime, Raw::DateTime(-1)),
            (
                Value::Timestamp(1_795_468_062_123_456),
                Wire::DateTime,
                Raw::DateTime(1_795_468_062_123_456),
            ),
        ];
        for (value, wire, expected) in cases {
            let mut bytes = Vec::new();
            assert!(!write_value(&value, &mut bytes).unwrap().is_null());
            assert_eq!(wire.read_binary(&bytes).unwrap(), expected, "{value:?}");
        }
    }

    #[test]
    fn what_cannot_be_sent_is_an_error_without_the_value() {
        for value in [
            Value::Date(i32::MAX),
            Value::Time(-1),
            Value::Array(Kind::Text, vec![Value::Text("secret".into())]),
        ] {
            let error = write_value(&value, &mut Vec::new())
                .map(|_| ())
                .unwrap_err()
                .to_string();
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
