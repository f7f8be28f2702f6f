//! Values between Rust types and databases.
//!
//! A Rust type implements [`Field`]: it turns itself into a neutral [`Value`] and reads itself from a neutral [`Raw`]. A driver
//! turns a `Value` into its wire form and its wire form into a `Raw`. So a type has one codec, and a database has one table.

mod array;
mod bytes;
#[cfg(feature = "chrono")]
mod calendar;
pub(crate) mod civil;
#[cfg(feature = "decimal")]
mod decimal;
mod field;
#[cfg(feature = "json")]
mod json;
mod number;
mod numeric;
mod option;
mod raw;
mod text;
#[cfg(feature = "uuid")]
mod uuid;

pub use array::ArrayItem;
#[cfg(feature = "chrono")]
pub use calendar::now;
pub use field::{DecodeError, EncodeError, EnumDef, Field, FieldType, Kind, NotNull};
#[cfg(feature = "json")]
pub use json::{Json, JsonRow};
pub use numeric::Numeric;
pub use raw::Raw;

/// A value on its way to a database, in a form that each driver knows.
///
/// Its [`Debug`](std::fmt::Debug) shows the kind and never the content, so that a value cannot reach a log.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// NULL, of the kind that the column has.
    Null(Kind),
    /// NULL in an array column, of the kind that its elements have.
    NullArray(Kind),
    /// A truth value.
    Bool(bool),
    /// 16 bits, signed.
    I16(i16),
    /// 32 bits, signed.
    I32(i32),
    /// 64 bits, signed.
    I64(i64),
    /// 32 bits, unsigned.
    U32(u32),
    /// A 32 bit float.
    F32(f32),
    /// A 64 bit float.
    F64(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
    /// A UUID.
    Uuid([u8; 16]),
    /// An exact decimal number.
    Decimal(Numeric),
    /// A JSON document as text.
    Json(String),
    /// Days since 1970-01-01.
    Date(i32),
    /// Microseconds since midnight.
    Time(i64),
    /// Microseconds since 1970-01-01 00:00 on a clock without time zone.
    DateTime(i64),
    /// Microseconds since 1970-01-01 00:00 UTC.
    Timestamp(i64),
    /// A list whose elements are of one kind.
    Array(Kind, Vec<Value>),
}

impl Value {
    /// NULL for a column of this type.
    pub const fn null(ty: FieldType) -> Self {
        if ty.array {
            Self::NullArray(ty.kind)
        } else {
            Self::Null(ty.kind)
        }
    }

    /// The kind of the value, or of the elements of a list.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Null(kind) | Self::NullArray(kind) | Self::Array(kind, _) => *kind,
            Self::Bool(_) => Kind::Bool,
            Self::I16(_) => Kind::I16,
            Self::I32(_) => Kind::I32,
            Self::I64(_) => Kind::I64,
            Self::U32(_) => Kind::U32,
            Self::F32(_) => Kind::F32,
            Self::F64(_) => Kind::F64,
            Self::Text(_) => Kind::Text,
            Self::Bytes(_) => Kind::Bytes,
            Self::Uuid(_) => Kind::Uuid,
            Self::Decimal(_) => Kind::Decimal,
            Self::Json(_) => Kind::Json,
            Self::Date(_) => Kind::Date,
            Self::Time(_) => Kind::Time,
            Self::DateTime(_) => Kind::DateTime,
            Self::Timestamp(_) => Kind::Timestamp,
        }
    }

    /// Whether it is NULL.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null(_) | Self::NullArray(_))
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null(kind) => write!(f, "NULL::{kind:?}"),
            Self::NullArray(kind) => write!(f, "NULL::{kind:?}[]"),
            Self::Array(kind, items) => write!(f, "<{} x {kind:?}>", items.len()),
            other => write!(f, "<{:?}>", other.kind()),
        }
    }
}
