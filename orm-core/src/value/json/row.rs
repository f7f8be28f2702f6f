//! A whole row as a JSON object.

use serde_json::{Map, Number, Value as Json};

use crate::error::{Error, ErrorKind};
use crate::row::{Cells, FromRow, RowColumns};
use crate::value::{Raw, civil};

/// A whole row as a JSON object: the names of its columns, and their values as JSON has them.
///
/// What JSON has no form for is a text: decimals, times, UUIDs; bytes are hexadecimal digits. A database without a type of its own for
/// something gives what it stores: SQLite gives 1 for true.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../book/reference.rs"));
/// # fn main() -> orm::Result<()> { blog(async |db| {
/// let row: orm::JsonRow = sql!("SELECT id, username, age FROM users WHERE id = 2").one(&db).await?;
/// assert_eq!(orm::serde_json::Value::from(row), orm::serde_json::json!({ "id": 2, "username": "bob", "age": null }));
/// # Ok(()) }) }
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct JsonRow(pub Map<String, Json>);

impl serde::Serialize for JsonRow {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl From<JsonRow> for Json {
    fn from(row: JsonRow) -> Self {
        Self::Object(row.0)
    }
}

impl FromRow for JsonRow {
    const NAME: &'static str = "row";

    fn columns() -> RowColumns {
        RowColumns::All
    }

    fn read(cells: &mut Cells<'_>) -> crate::error::Result<Self> {
        let mut object = Map::new();
        for (column, raw) in cells.every() {
            let read = raw.and_then(|raw| {
                json(&raw).ok_or_else(|| {
                    crate::value::DecodeError(
                        format!("JSON has no form for {}", raw.describe()).into(),
                    )
                })
            });
            match read {
                Ok(value) if !object.contains_key(&column) => {
                    object.insert(column, value);
                }
                Ok(_) => {
                    let reason =
                        "the statement gives it twice; give one of them another name by `AS`";
                    return Err(refused(column, reason.into()));
                }
                Err(error) => return Err(refused(column, error.0)),
            }
        }
        Ok(Self(object))
    }
}

fn refused(column: String, reason: std::borrow::Cow<'static, str>) -> Error {
    Error::new(ErrorKind::Decode {
        column,
        target: "JsonRow",
        reason,
    })
}

fn json(raw: &Raw<'_>) -> Option<Json> {
    let written = |write: &dyn Fn(&mut String)| {
        let mut text = String::new();
        write(&mut text);
        Json::String(text)
    };
    Some(match raw {
        Raw::Null => Json::Null,
        Raw::Bool(b) => Json::Bool(*b),
        Raw::Int(n) => Json::from(*n),
        Raw::BigUnsigned(n) => Json::from(*n),
        Raw::Float(n) => Json::Number(Number::from_f64(*n)?),
        Raw::Text(text) => Json::String((*text).to_owned()),
        Raw::Json(text) => serde_json::from_str(text).ok()?,
        Raw::Decimal(n) => Json::String(n.to_string()),
        Raw::Bytes(bytes) => Json::String(hex(bytes)),
        Raw::Uuid(bytes) => {
            let digits = hex(bytes);
            let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &digits[part]);
            Json::String(parts.join("-"))
        }
        Raw::Date(days) => written(&|out| civil::write_date(out, *days)),
        Raw::Time(micros) => written(&|out| civil::write_time(out, *micros)),
        Raw::DateTime(micros) => written(&|out| civil::write_date_time(out, *micros)),
        Raw::Timestamp(micros) => written(&|out| {
            civil::write_date_time(out, *micros);
            out.push('Z');
        }),
        Raw::Array(items) => Json::Array(items.iter().map(json).collect::<Option<_>>()?),
        Raw::Other(_) => return None,
    })
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing into a `String` cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}
