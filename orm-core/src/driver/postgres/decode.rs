//! Cells from PostgreSQL's binary form.

use std::borrow::Cow;

use super::numeric;
use crate::value::{DecodeError, Raw};

/// Days from 1970-01-01 to 2000-01-01, from which PostgreSQL counts.
pub(super) const EPOCH_DAYS: i32 = 10_957;
pub(super) const EPOCH_MICROS: i64 = 946_684_800_000_000;

/// The binary form of a type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wire {
    Bool,
    Int2,
    Int4,
    Int8,
    Oid,
    Float4,
    Float8,
    Text,
    Bytea,
    Uuid,
    Numeric,
    Json,
    Jsonb,
    Date,
    Time,
    Timestamp,
    Timestamptz,
}

impl Wire {
    /// Reads a cell.
    #[inline]
    pub(super) fn read(self, bytes: &[u8]) -> Result<Raw<'_>, DecodeError> {
        Ok(match self {
            Self::Bool => Raw::Bool(fixed::<1>(bytes)?[0] != 0),
            Self::Int2 => Raw::Int(i16::from_be_bytes(fixed(bytes)?).into()),
            Self::Int4 => Raw::Int(i32::from_be_bytes(fixed(bytes)?).into()),
            Self::Int8 => Raw::Int(i64::from_be_bytes(fixed(bytes)?)),
            Self::Oid => Raw::Int(u32::from_be_bytes(fixed(bytes)?).into()),
            Self::Float4 => Raw::Float(f32::from_be_bytes(fixed(bytes)?).into()),
            Self::Float8 => Raw::Float(f64::from_be_bytes(fixed(bytes)?)),
            Self::Text => Raw::Text(text(bytes)?),
            Self::Bytea => Raw::Bytes(bytes),
            Self::Uuid => Raw::Uuid(fixed(bytes)?),
            Self::Numeric => numeric::read(bytes).ok_or_else(malformed)?,
            Self::Json => Raw::Json(text(bytes)?),
            Self::Jsonb => match bytes.split_first() {
                Some((1, document)) => Raw::Json(text(document)?),
                _ => return Err(malformed()),
            },
            Self::Date => match i32::from_be_bytes(fixed(bytes)?) {
                i32::MIN | i32::MAX => Raw::Other("date that is infinite"),
                days => days
                    .checked_add(EPOCH_DAYS)
                    .map(Raw::Date)
                    .ok_or_else(malformed)?,
            },
            Self::Time => Raw::Time(i64::from_be_bytes(fixed(bytes)?)),
            Self::Timestamp | Self::Timestamptz => match i64::from_be_bytes(fixed(bytes)?) {
                i64::MIN | i64::MAX => Raw::Other("timestamp that is infinite"),
                micros => {
                    let micros = micros.checked_add(EPOCH_MICROS).ok_or_else(malformed)?;
                    if self == Self::Timestamp {
                        Raw::DateTime(micros)
                    } else {
                        Raw::Timestamp(micros)
                    }
                }
            },
        })
    }
}

/// Reads an array whose elements have the form `wire`.
pub(super) fn array(wire: Wire, bytes: &[u8]) -> Result<Raw<'_>, DecodeError> {
    let mut rest = bytes;
    let dimensions = i32::from_be_bytes(take(&mut rest)?);
    let _nulls: [u8; 4] = take(&mut rest)?;
    let _element: [u8; 4] = take(&mut rest)?;
    match dimensions {
        0 => return Ok(Raw::Array(Vec::new())),
        1 => {}
        _ => return Ok(Raw::Other("array with several dimensions")),
    }
    let length = usize::try_from(i32::from_be_bytes(take(&mut rest)?)).map_err(|_| malformed())?;
    let _first_index: [u8; 4] = take(&mut rest)?;
    // The length comes from outside; each element takes four bytes at least.
    let mut items = Vec::with_capacity(length.min(rest.len() / 4));
    for _ in 0..length {
        items.push(match i32::from_be_bytes(take(&mut rest)?) {
            -1 => Raw::Null,
            size => {
                let size = usize::try_from(size).map_err(|_| malformed())?;
                let (item, after) = rest.split_at_checked(size).ok_or_else(malformed)?;
                rest = after;
                wire.read(item)?
            }
        });
    }
    Ok(Raw::Array(items))
}

#[inline]
fn fixed<const N: usize>(bytes: &[u8]) -> Result<[u8; N], DecodeError> {
    bytes.try_into().map_err(|_| malformed())
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], DecodeError> {
    let (head, tail) = rest.split_first_chunk::<N>().ok_or_else(malformed)?;
    *rest = tail;
    Ok(*head)
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
    fn infinity_is_no_date() {
        assert_eq!(
            Wire::Date.read(&i32::MAX.to_be_bytes()).unwrap(),
            Raw::Other("date that is infinite")
        );
        assert_eq!(
            Wire::Timestamptz.read(&i64::MIN.to_be_bytes()).unwrap(),
            Raw::Other("timestamp that is infinite")
        );
    }

    #[test]
    fn bytes_of_another_length_are_an_error_and_not_a_panic() {
        for wire in [
            Wire::Bool,
            Wire::Int4,
            Wire::Uuid,
            Wire::Numeric,
            Wire::Jsonb,
            Wire::Date,
            Wire::Time,
        ] {
            assert!(wire.read(&[]).is_err(), "{wire:?}");
            assert!(wire.read(&[0; 3]).is_err(), "{wire:?}");
        }
        assert!(array(Wire::Int4, &[0, 0, 0, 1]).is_err());
        let mut endless = vec![0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 23];
        endless.extend(i32::MAX.to_be_bytes());
        endless.extend(1_i32.to_be_bytes());
        assert!(array(Wire::Int4, &endless).is_err());
    }
}
