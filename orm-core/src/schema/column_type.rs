//! The types of columns, as all databases know them, each in its own way.

/// The type of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(rename_all = "snake_case"))]
pub enum ColumnType {
    /// A truth value.
    Bool,
    /// 16 bits, signed.
    SmallInt,
    /// 32 bits, signed.
    Integer,
    /// 64 bits, signed.
    BigInt,
    /// 32 bits, unsigned.
    Unsigned,
    /// A 32 bit float.
    Real,
    /// A 64 bit float.
    Double,
    /// Text of any length. Where it is part of a key or index, a database may hold 255 characters at most, and refuses longer text.
    Text,
    /// Text of so many characters at most.
    Varchar(u32),
    /// Bytes of any number. In keys and indexes it is as with [`Text`](Self::Text).
    Bytes,
    /// So many bytes at most.
    Varbinary(u32),
    /// A UUID.
    Uuid,
    /// An exact number: digits in all, and digits after the point.
    #[cfg_attr(feature = "migrate", serde(with = "super::serial::digits"))]
    Decimal(Option<(u32, u32)>),
    /// A JSON document.
    Json,
    /// A day.
    Date,
    /// A time of day, in microseconds.
    Time,
    /// A day and time without time zone, in microseconds.
    DateTime,
    /// A point in time, in microseconds.
    Timestamp,
    /// One of several labels.
    Enum(EnumType),
    /// A list.
    Array(Box<ColumnType>),
    /// A type of the database's own that none of the others is, in its words: `inet`, `mediumtext`.
    Other(String),
}

/// Labels that a column can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(deny_unknown_fields))]
pub struct EnumType {
    /// The type's name, in a database that has named enum types.
    pub name: String,
    /// The labels, in order.
    pub labels: Vec<String>,
    /// Whether a database's own enum type is used where there is one; otherwise text with a check.
    pub native: bool,
}

impl ColumnType {
    /// The enum whose labels the column, or each element of its array, holds.
    pub fn enumeration(&self) -> Option<&EnumType> {
        match self {
            Self::Enum(enumeration) => Some(enumeration),
            Self::Array(element) => element.enumeration(),
            _ => None,
        }
    }

    /// Whether a foreign key can lead from one type to the other: the same type, where lengths of text and bytes do not count.
    pub fn refers_to(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Text | Self::Varchar(_), Self::Text | Self::Varchar(_)) => true,
            (Self::Bytes | Self::Varbinary(_), Self::Bytes | Self::Varbinary(_)) => true,
            (a, b) => a == b,
        }
    }
}
