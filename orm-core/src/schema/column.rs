//! Columns, and the values that they get by themselves.

use std::fmt;

use super::ColumnType;
use crate::value::{Value, civil};

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(
    feature = "migrate",
    serde(default = "super::serial::new_column", deny_unknown_fields)
)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// Its type.
    #[cfg_attr(feature = "migrate", serde(rename = "type"))]
    pub ty: ColumnType,
    /// Whether NULL is allowed.
    pub nullable: bool,
    /// What a row gets that does not say.
    pub default: Option<DefaultValue>,
    /// Whether the database numbers the rows by it.
    pub identity: bool,
    /// The expression that the database computes it from.
    pub generated: Option<Generated>,
    /// The collation that its text is compared by, where it is not the database's usual one, in the database's own words.
    pub collation: Option<String>,
    /// A condition in SQL that each value must meet.
    pub check: Option<String>,
    /// Its comment.
    pub comment: Option<String>,
}

impl Column {
    /// A column that must have a value.
    pub fn new(name: impl Into<String>, ty: ColumnType) -> Self {
        Self {
            name: name.into(),
            ty,
            nullable: false,
            default: None,
            identity: false,
            generated: None,
            collation: None,
            check: None,
            comment: None,
        }
    }
}

/// What a row gets that does not give a value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(rename_all = "snake_case"))]
pub enum DefaultValue {
    /// A value.
    Value(Literal),
    /// An expression in SQL.
    Sql(String),
    /// The time of the insert, in UTC.
    Now,
}

/// How a database computes a column.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "migrate", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "migrate", serde(deny_unknown_fields))]
pub struct Generated {
    /// The expression, in SQL.
    pub expression: String,
    /// Whether the value is stored; otherwise it is computed when read.
    pub stored: bool,
}

/// A value in a table's definition. It is not secret, unlike the values of rows, and equal to itself, unlike a NaN.
#[derive(Clone)]
pub struct Literal(Value);

impl Literal {
    /// A value that the definition of a table can hold.
    pub fn new(value: Value) -> Self {
        Self(value)
    }

    /// The value.
    pub fn value(&self) -> &Value {
        &self.0
    }
}

impl PartialEq for Literal {
    fn eq(&self, other: &Self) -> bool {
        same(&self.0, &other.0)
    }
}

impl Eq for Literal {}

fn same(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::F32(a), Value::F32(b)) => a.to_bits() == b.to_bits(),
        (Value::F64(a), Value::F64(b)) => a.to_bits() == b.to_bits(),
        (Value::Array(a, x), Value::Array(b, y)) => {
            a == b && x.len() == y.len() && x.iter().zip(y).all(|(x, y)| same(x, y))
        }
        (a, b) => a == b,
    }
}

impl fmt::Debug for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        show(&self.0, f)
    }
}

fn show(value: &Value, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let mut text = String::new();
    match value {
        Value::Null(_) | Value::NullArray(_) => f.write_str("NULL"),
        Value::Bool(b) => write!(f, "{b}"),
        Value::I16(n) => write!(f, "{n}"),
        Value::I32(n) => write!(f, "{n}"),
        Value::I64(n) => write!(f, "{n}"),
        Value::U32(n) => write!(f, "{n}"),
        Value::F32(n) => write!(f, "{n:?}"),
        Value::F64(n) => write!(f, "{n:?}"),
        Value::Text(s) | Value::Json(s) => write!(f, "{s:?}"),
        Value::Bytes(bytes) => write!(f, "{bytes:02x?}"),
        Value::Uuid(bytes) => write!(f, "{bytes:02x?}"),
        Value::Decimal(n) => write!(f, "{n}"),
        Value::Date(days) => {
            civil::write_date(&mut text, *days);
            f.write_str(&text)
        }
        Value::Time(micros) => {
            civil::write_time(&mut text, *micros);
            f.write_str(&text)
        }
        Value::DateTime(micros) | Value::Timestamp(micros) => {
            civil::write_date_time(&mut text, *micros);
            f.write_str(&text)
        }
        Value::Array(_, items) => f
            .debug_list()
            .entries(items.iter().map(|v| Literal(v.clone())))
            .finish(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_literal_equals_itself() {
        let nan = || Literal::new(Value::F64(f64::NAN));
        assert_eq!(nan(), nan());
        assert_ne!(Literal::new(Value::I32(1)), Literal::new(Value::I64(1)));
        assert_eq!(
            format!("{:?}", Literal::new(Value::Text("a\"b".into()))),
            r#""a\"b""#
        );
    }
}
