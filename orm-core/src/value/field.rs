//! What a Rust type must do to be a model's field.

use std::borrow::Cow;

use super::{Raw, Value};

/// A Rust type that a column can hold.
///
/// `bool`, the integers `i16` to `i64` and `u32`, `f32`, `f64`, `String`, `Vec<u8>`, `Uuid`, `Decimal`, `Json<T>`, the `chrono`
/// types, `Option` of each, and `Vec` of most (on a database with arrays) are fields. `#[derive(DbEnum)]` and `#[derive(Embed)]` make more.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be a model's field",
    label = "no column type is known for `{Self}`",
    note = "use a type of the book's chapter on types, `#[derive(DbEnum)]` for an enum, `#[derive(Embed)]` for a struct or newtype, or `Json<{Self}>`"
)]
pub trait Field: Sized + Send + Sync + 'static {
    /// The column type.
    const TYPE: FieldType;
    /// Whether NULL is a value of the type.
    const NULLABLE: bool = false;

    /// Reads the value that a row holds.
    ///
    /// # Errors
    /// When the value is NULL, of another type, or out of this type's range.
    fn decode(raw: Raw<'_>) -> Result<Self, DecodeError>;

    /// The value to store.
    ///
    /// # Errors
    /// When no database can store it without loss.
    fn encode(&self) -> Result<Value, EncodeError>;

    /// The value to store, where the caller has no more use for it.
    ///
    /// # Errors
    /// As [`encode`](Field::encode).
    fn into_value(self) -> Result<Value, EncodeError> {
        self.encode()
    }

    /// The value to compare with, which may be coarser than one to store: a time is cut to microseconds.
    ///
    /// # Errors
    /// When it cannot be sent at all.
    fn into_bound(self) -> Result<Value, EncodeError> {
        self.into_value()
    }
}

/// A [`Field`] that is never NULL, so that `Option` can be put around it.
#[diagnostic::on_unimplemented(
    message = "`Option<{Self}>` cannot be a model's field",
    label = "`{Self}` is not a type that a nullable column can hold"
)]
pub trait NotNull: Field {}

/// The kinds of value that all databases know, each in its own way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(rename_all = "snake_case"))]
pub enum Kind {
    /// A truth value.
    Bool,
    /// 16 bits, signed.
    I16,
    /// 32 bits, signed.
    I32,
    /// 64 bits, signed.
    I64,
    /// 32 bits, unsigned.
    U32,
    /// A 32 bit float.
    F32,
    /// A 64 bit float.
    F64,
    /// Text.
    Text,
    /// Bytes.
    Bytes,
    /// A UUID.
    Uuid,
    /// An exact decimal number.
    Decimal,
    /// A JSON document.
    Json,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A day and time without time zone.
    DateTime,
    /// A point in time.
    Timestamp,
}

/// The column type of a [`Field`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldType {
    /// The kind of the value, or of the elements of an array.
    pub kind: Kind,
    /// Whether it is an array.
    pub array: bool,
    /// The enum whose labels the column holds.
    pub enumeration: Option<&'static EnumDef>,
}

impl FieldType {
    /// A plain value of this kind.
    pub const fn new(kind: Kind) -> Self {
        Self {
            kind,
            array: false,
            enumeration: None,
        }
    }

    /// The labels of an enum.
    pub const fn enumeration(def: &'static EnumDef) -> Self {
        Self {
            kind: Kind::Text,
            array: false,
            enumeration: Some(def),
        }
    }

    /// An array of this type.
    pub const fn array(self) -> Self {
        Self {
            array: true,
            ..self
        }
    }
}

/// An enum that `#[derive(DbEnum)]` describes.
#[derive(Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EnumDef {
    /// The type's name in a database that has named enum types.
    pub name: &'static str,
    /// The labels, in order.
    pub labels: &'static [&'static str],
    /// Whether a database's own enum type is used where there is one; otherwise text with a check.
    pub native: bool,
}

impl EnumDef {
    /// Describes an enum.
    pub const fn new(name: &'static str, labels: &'static [&'static str], native: bool) -> Self {
        Self {
            name,
            labels,
            native,
        }
    }
}

/// Why a value cannot be stored. It never holds the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodeError(pub Cow<'static, str>);

/// Why a row's value cannot be read. It never holds the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError(pub Cow<'static, str>);

impl DecodeError {
    /// The value is of another type than the one that reads it.
    #[cold]
    pub fn mismatch(raw: &Raw<'_>, expected: &'static str) -> Self {
        match raw {
            Raw::Null => Self("it is NULL; use `Option<…>` if that is allowed".into()),
            raw => {
                Self(format!("the database holds {}, expected {expected}", raw.describe()).into())
            }
        }
    }

    /// The value is of the right type and out of range.
    #[cold]
    pub fn range(target: &'static str) -> Self {
        Self(format!("the value is out of the range of `{target}`").into())
    }
}
