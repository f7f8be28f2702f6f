//! How schemas are kept in files: the attributes of the types say most of it, and here is what they cannot.
//!
//! What is missing in a file is as in something new, so that a file that was written before a type got another field is still read.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Column, ColumnType, Index, Literal, Table, TableName};
use crate::value::{Kind, Numeric, Value, civil};

pub(super) fn new_column() -> Column {
    Column::new("", ColumnType::Bool)
}

pub(super) fn new_index() -> Index {
    Index::new("")
}

pub(super) fn new_table() -> Table {
    Table::new(TableName::new(""))
}

/// `users`, or `{ schema = "audit", name = "users" }`.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum WrittenName {
    Plain(String),
    InSchema { schema: String, name: String },
}

impl Serialize for TableName {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let name = self.name.clone();
        match self.schema.clone() {
            None => WrittenName::Plain(name),
            Some(schema) => WrittenName::InSchema { schema, name },
        }
        .serialize(to)
    }
}

impl<'de> Deserialize<'de> for TableName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(match WrittenName::deserialize(from)? {
            WrittenName::Plain(name) => Self { schema: None, name },
            WrittenName::InSchema { schema, name } => Self {
                schema: Some(schema),
                name,
            },
        })
    }
}

/// The digits of a decimal column, as `[12, 2]` or `[]`.
pub(super) mod digits {
    use super::*;

    #[expect(clippy::ref_option, reason = "the derive calls it so")]
    pub(in crate::schema) fn serialize<S: Serializer>(
        digits: &Option<(u32, u32)>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        let list: Vec<u32> = digits
            .iter()
            .flat_map(|(all, after)| [*all, *after])
            .collect();
        list.serialize(to)
    }

    pub(in crate::schema) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<(u32, u32)>, D::Error> {
        match Vec::<u32>::deserialize(from)?.as_slice() {
            [] => Ok(None),
            [all, after] => Ok(Some((*all, *after))),
            other => Err(D::Error::invalid_length(other.len(), &"no number, or two")),
        }
    }
}

/// A value with its type; those that TOML lacks are text.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum WrittenValue {
    Null(Kind),
    NullArray(Kind),
    Bool(bool),
    I16(i16),
    I32(i32),
    I64(i64),
    U32(u32),
    F32(String),
    F64(String),
    Text(String),
    Bytes(String),
    Uuid(String),
    Decimal(String),
    Json(String),
    Date(String),
    Time(String),
    DateTime(String),
    Timestamp(String),
    Array(Kind, Vec<WrittenValue>),
}

impl From<&Value> for WrittenValue {
    fn from(value: &Value) -> Self {
        let text = |write: &dyn Fn(&mut String)| {
            let mut out = String::new();
            write(&mut out);
            out
        };
        match value {
            Value::Null(kind) => Self::Null(*kind),
            Value::NullArray(kind) => Self::NullArray(*kind),
            Value::Bool(b) => Self::Bool(*b),
            Value::I16(n) => Self::I16(*n),
            Value::I32(n) => Self::I32(*n),
            Value::I64(n) => Self::I64(*n),
            Value::U32(n) => Self::U32(*n),
            Value::F32(n) => Self::F32(format!("{n:?}")),
            Value::F64(n) => Self::F64(format!("{n:?}")),
            Value::Text(s) => Self::Text(s.clone()),
            Value::Bytes(bytes) => Self::Bytes(hex(bytes)),
            Value::Uuid(bytes) => Self::Uuid(hex(bytes)),
            Value::Decimal(n) => Self::Decimal(n.to_string()),
            Value::Json(s) => Self::Json(s.clone()),
            Value::Date(days) => Self::Date(text(&|out| civil::write_date(out, *days))),
            Value::Time(micros) => Self::Time(text(&|out| civil::write_time(out, *micros))),
            Value::DateTime(micros) => {
                Self::DateTime(text(&|out| civil::write_date_time(out, *micros)))
            }
            Value::Timestamp(micros) => {
                Self::Timestamp(text(&|out| civil::write_date_time(out, *micros)))
            }
            Value::Array(kind, items) => Self::Array(*kind, items.iter().map(Self::from).collect()),
        }
    }
}

impl WrittenValue {
    fn read(self) -> Option<Value> {
        Some(match self {
            Self::Null(kind) => Value::Null(kind),
            Self::NullArray(kind) => Value::NullArray(kind),
            Self::Bool(b) => Value::Bool(b),
            Self::I16(n) => Value::I16(n),
            Self::I32(n) => Value::I32(n),
            Self::I64(n) => Value::I64(n),
            Self::U32(n) => Value::U32(n),
            Self::F32(text) => Value::F32(text.parse().ok()?),
            Self::F64(text) => Value::F64(text.parse().ok()?),
            Self::Text(s) => Value::Text(s),
            Self::Bytes(text) => Value::Bytes(unhex(&text)?),
            Self::Uuid(text) => Value::Uuid(unhex(&text)?.try_into().ok()?),
            Self::Decimal(text) => Value::Decimal(Numeric::parse(&text)?),
            Self::Json(s) => Value::Json(s),
            Self::Date(text) => Value::Date(civil::parse_date(&text)?),
            Self::Time(text) => Value::Time(civil::parse_time(&text)?),
            Self::DateTime(text) => Value::DateTime(civil::parse_date_time(&text)?),
            Self::Timestamp(text) => Value::Timestamp(civil::parse_date_time(&text)?),
            Self::Array(kind, items) => Value::Array(
                kind,
                items.into_iter().map(Self::read).collect::<Option<_>>()?,
            ),
        })
    }
}

impl Serialize for Literal {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        WrittenValue::from(self.value()).serialize(to)
    }
}

impl<'de> Deserialize<'de> for Literal {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        WrittenValue::deserialize(from)?
            .read()
            .map(Self::new)
            .ok_or_else(|| D::Error::custom("the default is no value of the type that it names"))
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect::<Option<_>>()?;
    digits.len().is_multiple_of(2).then(|| {
        digits
            .chunks(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect()
    })
}
