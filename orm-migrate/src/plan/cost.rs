//! What becomes of values when a type changes.

use orm_core::schema::ColumnType;

/// Whether values can be lost or refused on the way from one type to the other.
pub(super) fn narrows(from: &ColumnType, to: &ColumnType) -> bool {
    use ColumnType::{
        Array, BigInt, Bool, Bytes, Date, DateTime, Decimal, Double, Enum, Integer, Real, SmallInt,
        Text, Timestamp, Unsigned, Varbinary, Varchar,
    };
    match (from, to) {
        (a, b) if a == b => false,
        (SmallInt, Integer | BigInt | Double | Real) => false,
        (Integer, BigInt | Double) => false,
        (Unsigned, BigInt | Double) => false,
        (Bool, SmallInt | Integer | BigInt | Unsigned | Real | Double) => false,
        (Real, Double) => false,
        (Varchar(_), Text) | (Varbinary(_), Bytes) => false,
        (Varchar(a), Varchar(b)) | (Varbinary(a), Varbinary(b)) => a > b,
        (Decimal(Some(_)), Decimal(None)) => false,
        (Decimal(Some((p, s))), Decimal(Some((q, t)))) => s > t || p - s > q.saturating_sub(*t),
        (Date, DateTime | Timestamp) | (DateTime, Timestamp) | (Timestamp, DateTime) => false,
        (Enum(a), Enum(b)) => !a.labels.iter().all(|l| b.labels.contains(l)),
        (Array(a), Array(b)) => narrows(a, b),
        // What has no greatest length takes every text form.
        (a, Text) => matches!(a, Bytes | Varbinary(_)),
        _ => true,
    }
}

/// Whether something is lost without an error.
pub(super) fn loses(from: &ColumnType, to: &ColumnType) -> bool {
    use ColumnType::{
        BigInt, Bool, Date, DateTime, Decimal, Double, Integer, Real, SmallInt, Timestamp, Unsigned,
    };
    let integer = |ty: &ColumnType| matches!(ty, SmallInt | Integer | BigInt | Unsigned);
    match (from, to) {
        (DateTime | Timestamp, Date) | (Double, Real) => true,
        (Double | Real | Decimal(_), ty) if integer(ty) => true,
        (Decimal(_), Double | Real) | (BigInt, Double | Real) => true,
        (Decimal(Some((_, s))), Decimal(Some((_, t)))) => s > t,
        (Decimal(None), Decimal(Some(_))) => true,
        (a, Bool) => *a != Bool,
        _ => false,
    }
}
