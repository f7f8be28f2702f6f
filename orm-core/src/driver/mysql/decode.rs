//! Cells from MySQL's binary form, and from its text form.

use std::borrow::Cow;

use crate::value::{DecodeError, Numeric, Raw, civil};

/// How a column's cells are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wire {
    Int,
    Unsigned,
    Float,
    Double,
    Decimal,
    Text,
    Bytes,
    Json,
    Bit,
    Date,
    Time,
    DateTime,
    /// There is no neutral form of its type.
    Unknown,
}

const ZERO: Raw<'static> = Raw::Other("date that has a zero as its year, month or day");
const LONG_TIME: Raw<'static> = Raw::Other("time that is not within a day");
const LONG_NUMBER: Raw<'static> = Raw::Other("decimal with more than 38 digits");

impl Wire {
    /// Reads a cell of a prepared statement.
    #[inline]
    pub(super) fn read_binary(self, bytes: &[u8]) -> Result<Raw<'_>, DecodeError> {
        Ok(match self {
            Self::Int => Raw::Int(match *bytes {
                [a] => i8::from_le_bytes([a]).into(),
                [a, b] => i16::from_le_bytes([a, b]).into(),
                [a, b, c, d] => i32::from_le_bytes([a, b, c, d]).into(),
                [a, b, c, d, e, f, g, h] => i64::from_le_bytes([a, b, c, d, e, f, g, h]),
                _ => return Err(malformed()),
            }),
            Self::Unsigned => match *bytes {
                [a] => Raw::Int(a.into()),
                [a, b] => Raw::Int(u16::from_le_bytes([a, b]).into()),
                [a, b, c, d] => Raw::Int(u32::from_le_bytes([a, b, c, d]).into()),
                [a, b, c, d, e, f, g, h] => unsigned(u64::from_le_bytes([a, b, c, d, e, f, g, h])),
                _ => return Err(malformed()),
            },
            Self::Float => {
                Raw::Float(f32::from_le_bytes(bytes.try_into().map_err(|_| malformed())?).into())
            }
            Self::Double => Raw::Float(f64::from_le_bytes(
                bytes.try_into().map_err(|_| malformed())?,
            )),
            Self::Date => date_time(bytes)?.map_or(ZERO, |(days, _)| Raw::Date(days)),
            Self::DateTime => date_time(bytes)?.map_or(ZERO, |(days, time)| {
                Raw::DateTime(i64::from(days) * civil::DAY + time)
            }),
            Self::Time => time(bytes)?.map_or(LONG_TIME, Raw::Time),
            same => return same.read_any(bytes),
        })
    }

    /// Reads a cell of a statement that was not prepared.
    pub(super) fn read_text(self, bytes: &[u8]) -> Result<Raw<'_>, DecodeError> {
        let number = || text(bytes).map(str::trim);
        Ok(match self {
            Self::Int => Raw::Int(number()?.parse().map_err(|_| malformed())?),
            Self::Unsigned => unsigned(number()?.parse().map_err(|_| malformed())?),
            Self::Float | Self::Double => Raw::Float(number()?.parse().map_err(|_| malformed())?),
            Self::Date => civil::parse_date(text(bytes)?).map_or(ZERO, Raw::Date),
            Self::DateTime => civil::parse_date_time(text(bytes)?).map_or(ZERO, Raw::DateTime),
            Self::Time => civil::parse_time(text(bytes)?).map_or(LONG_TIME, Raw::Time),
            same => return same.read_any(bytes),
        })
    }

    /// Reads a cell that has the same form either way.
    #[inline]
    fn read_any(self, bytes: &[u8]) -> Result<Raw<'_>, DecodeError> {
        Ok(match self {
            Self::Text => Raw::Text(text(bytes)?),
            Self::Json => Raw::Json(text(bytes)?),
            Self::Bytes => Raw::Bytes(bytes),
            Self::Decimal => Numeric::parse(text(bytes)?).map_or(LONG_NUMBER, Raw::Decimal),
            Self::Bit if bytes.len() <= 8 => unsigned(
                bytes
                    .iter()
                    .fold(0, |number, byte| number << 8 | u64::from(*byte)),
            ),
            _ => return Err(malformed()),
        })
    }
}

fn unsigned(number: u64) -> Raw<'static> {
    i64::try_from(number).map_or(Raw::BigUnsigned(number), Raw::Int)
}

/// Day and microseconds; `None` if there is no such day. Trailing zeros are not sent.
fn date_time(bytes: &[u8]) -> Result<Option<(i32, i64)>, DecodeError> {
    let (date, time) = match *bytes {
        [0] => return Ok(None),
        [4, a, b, month, day] => ((a, b, month, day), 0),
        [7, a, b, month, day, h, m, s] => ((a, b, month, day), clock(h, m, s, [0; 4])),
        [11, a, b, month, day, h, m, s, ref micros @ ..] => (
            (a, b, month, day),
            clock(h, m, s, micros.try_into().map_err(|_| malformed())?),
        ),
        _ => return Err(malformed()),
    };
    let (a, b, month, day) = date;
    Ok(
        civil::to_days(u16::from_le_bytes([a, b]).into(), month.into(), day.into())
            .map(|days| (days, time)),
    )
}

/// Microseconds since midnight; `None` if it is negative or longer than a day.
fn time(bytes: &[u8]) -> Result<Option<i64>, DecodeError> {
    let (sign, days, time) = match *bytes {
        [0] => return Ok(Some(0)),
        [8, sign, a, b, c, d, h, m, s] => (sign, [a, b, c, d], clock(h, m, s, [0; 4])),
        [12, sign, a, b, c, d, h, m, s, ref micros @ ..] => (
            sign,
            [a, b, c, d],
            clock(h, m, s, micros.try_into().map_err(|_| malformed())?),
        ),
        _ => return Err(malformed()),
    };
    Ok((sign == 0 && days == [0; 4] && time < civil::DAY).then_some(time))
}

fn clock(hours: u8, minutes: u8, seconds: u8, micros: [u8; 4]) -> i64 {
    (i64::from(hours) * 3600 + i64::from(minutes) * 60 + i64::from(seconds)) * 1_000_000
        + i64::from(u32::from_le_bytes(micros))
}

#[inline]
fn text(bytes: &[u8]) -> Result<&str, DecodeError> {
    std::str::from_utf8(bytes).map_err(|_| DecodeError(Cow::Borrowed("the text is not UTF-8")))
}

#[cold]
fn malformed() -> DecodeError {
    DecodeError(Cow::Borrowed("the server sent it in an unknown form"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_with_and_without_sign() {
        assert_eq!(Wire::Int.read_binary(&[255]).unwrap(), Raw::Int(-1));
        assert_eq!(Wire::Unsigned.read_binary(&[255]).unwrap(), Raw::Int(255));
        assert_eq!(
            Wire::Unsigned.read_binary(&[255; 8]).unwrap(),
            Raw::BigUnsigned(u64::MAX)
        );
        assert_eq!(Wire::Bit.read_binary(&[1, 0]).unwrap(), Raw::Int(256));
        assert_eq!(
            Wire::Decimal.read_binary(b"-1.50").unwrap(),
            Raw::Decimal(Numeric {
                mantissa: -150,
                scale: 2
            })
        );
        assert_eq!(Wire::Decimal.read_binary(&[b'9'; 65]).unwrap(), LONG_NUMBER);
        assert_eq!(Wire::Int.read_text(b"-1").unwrap(), Raw::Int(-1));
    }

    #[test]
    fn a_zero_date_and_a_long_time_are_no_values() {
        assert_eq!(Wire::Date.read_binary(&[0]).unwrap(), ZERO);
        assert_eq!(
            Wire::DateTime.read_binary(&[4, 0xE8, 7, 0, 1]).unwrap(),
            ZERO
        );
        assert_eq!(
            Wire::Time
                .read_binary(&[8, 1, 0, 0, 0, 0, 1, 0, 0])
                .unwrap(),
            LONG_TIME
        );
        assert_eq!(
            Wire::Time
                .read_binary(&[8, 0, 1, 0, 0, 0, 1, 0, 0])
                .unwrap(),
            LONG_TIME
        );
        assert_eq!(
            Wire::DateTime.read_text(b"0000-00-00 00:00:00").unwrap(),
            ZERO
        );
    }

    #[test]
    fn trailing_zeros_may_be_missing() {
        assert_eq!(
            Wire::DateTime.read_binary(&[4, 0xB2, 7, 1, 1]).unwrap(),
            Raw::DateTime(0)
        );
        assert_eq!(
            Wire::DateTime
                .read_binary(&[7, 0xB2, 7, 1, 1, 0, 0, 1])
                .unwrap(),
            Raw::DateTime(1_000_000)
        );
        assert_eq!(Wire::Time.read_binary(&[0]).unwrap(), Raw::Time(0));
    }

    #[test]
    fn bytes_of_another_length_are_an_error_and_not_a_panic() {
        for wire in [
            Wire::Int,
            Wire::Double,
            Wire::Date,
            Wire::Time,
            Wire::DateTime,
        ] {
            assert!(wire.read_binary(&[]).is_err(), "{wire:?}");
            assert!(wire.read_binary(&[11, 1, 1]).is_err(), "{wire:?}");
        }
    }
}
