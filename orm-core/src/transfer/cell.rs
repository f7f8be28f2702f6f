//! A cell as text, and back.

use std::fmt::Write as _;

use crate::model::ColumnDef;
use crate::value::{DecodeError, Kind, Numeric, Raw, Value, civil};

/// What the text of a cell is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// Nothing: the cell is NULL.
    Null,
    /// A number, a truth value, or a JSON document, which stands by itself in JSON.
    Bare,
    /// Anything else, which is a string in JSON.
    Text,
}

/// Appends a cell. The kind is that of its column, where it is known: a database without a type of its own for something gives text.
pub(super) fn write(
    out: &mut String,
    raw: &Raw<'_>,
    kind: Option<Kind>,
) -> Result<Form, DecodeError> {
    let form = match (raw, kind) {
        (Raw::Null, _) => Form::Null,
        (Raw::Int(n), Some(Kind::Bool)) => bare(out, format_args!("{}", *n != 0)),
        (Raw::Bool(b), _) => bare(out, format_args!("{b}")),
        (Raw::Int(n), _) => bare(out, format_args!("{n}")),
        (Raw::BigUnsigned(n), _) => bare(out, format_args!("{n}")),
        (Raw::Float(n), _) if !n.is_finite() => text(out, format_args!("{n}")),
        // The shortest text that means this float.
        #[allow(clippy::cast_possible_truncation, reason = "it was made of one")]
        (Raw::Float(n), Some(Kind::F32)) => bare(out, format_args!("{:?}", *n as f32)),
        (Raw::Float(n), _) => bare(out, format_args!("{n:?}")),
        (Raw::Decimal(n), _) => text(out, format_args!("{n}")),
        (Raw::Json(json), _) | (Raw::Text(json), Some(Kind::Json)) => {
            // Line breaks stand between the parts of a document only, and a row is one line.
            out.extend(
                json.chars()
                    .map(|c| if matches!(c, '\n' | '\r') { ' ' } else { c }),
            );
            Form::Bare
        }
        (
            Raw::Text(s),
            Some(kind @ (Kind::Date | Kind::Time | Kind::DateTime | Kind::Timestamp)),
        ) => {
            let value = Raw::Text(s).to_value(kind)?;
            return write(out, &value.as_raw(), None);
        }
        (Raw::Text(s), _) => {
            out.push_str(s);
            Form::Text
        }
        (Raw::Uuid(bytes), _) => uuid(out, bytes),
        (Raw::Bytes(bytes), Some(Kind::Uuid)) => match <&[u8; 16]>::try_from(*bytes) {
            Ok(bytes) => uuid(out, bytes),
            Err(_) => return Err(DecodeError("a UUID has 16 bytes".into())),
        },
        (Raw::Bytes(bytes), _) => {
            out.push_str("\\x");
            hex(out, bytes);
            Form::Text
        }
        (Raw::Date(days), _) => {
            four_digits(*days)?;
            civil::write_date(out, *days);
            Form::Text
        }
        (Raw::Time(micros), _) => {
            civil::write_time(out, *micros);
            Form::Text
        }
        (Raw::Timestamp(micros), _) | (Raw::DateTime(micros), Some(Kind::Timestamp)) => {
            date_time(out, *micros)?;
            out.push('Z');
            Form::Text
        }
        (Raw::DateTime(micros), _) => {
            date_time(out, *micros)?;
            Form::Text
        }
        (Raw::Array(items), kind) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                json(out, item, kind)?;
            }
            out.push(']');
            Form::Bare
        }
        (Raw::Other(what), _) => {
            return Err(DecodeError(
                format!("a value of type {what} has no text here").into(),
            ));
        }
    };
    Ok(form)
}

/// Appends a cell as JSON.
pub(super) fn json(out: &mut String, raw: &Raw<'_>, kind: Option<Kind>) -> Result<(), DecodeError> {
    if let (Raw::Text(text), None | Some(Kind::Text)) = (raw, kind) {
        string(out, text);
        return Ok(());
    }
    let at = out.len();
    match write(out, raw, kind)? {
        Form::Null => out.push_str("null"),
        Form::Bare => {}
        Form::Text => {
            let text = out.split_off(at);
            string(out, &text);
        }
    }
    Ok(())
}

/// Appends a JSON string.
pub(super) fn string(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

// Writing into a `String` cannot fail.
fn bare(out: &mut String, arguments: std::fmt::Arguments<'_>) -> Form {
    let _ = out.write_fmt(arguments);
    Form::Bare
}

fn text(out: &mut String, arguments: std::fmt::Arguments<'_>) -> Form {
    let _ = out.write_fmt(arguments);
    Form::Text
}

fn hex(out: &mut String, bytes: &[u8]) {
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
}

fn uuid(out: &mut String, bytes: &[u8; 16]) -> Form {
    for (i, part) in [
        &bytes[..4],
        &bytes[4..6],
        &bytes[6..8],
        &bytes[8..10],
        &bytes[10..],
    ]
    .into_iter()
    .enumerate()
    {
        if i > 0 {
            out.push('-');
        }
        hex(out, part);
    }
    Form::Text
}

fn four_digits(days: i32) -> Result<(), DecodeError> {
    match civil::from_days(days).0 {
        0..=9999 => Ok(()),
        _ => Err(DecodeError("the year has not four digits".into())),
    }
}

fn date_time(out: &mut String, micros: i64) -> Result<(), DecodeError> {
    four_digits(civil::split(micros).0)?;
    let at = out.len();
    civil::write_date_time(out, micros);
    if out.get(at + 10..at + 11) == Some(" ") {
        out.replace_range(at + 10..at + 11, "T");
    }
    Ok(())
}

/// The value of a cell, for its column.
pub(super) fn parse(column: &ColumnDef, text: &str) -> Result<Value, &'static str> {
    if column.ty.array {
        return array(column, text);
    }
    if let Some(labels) = column.ty.enumeration
        && !labels.labels.contains(&text)
    {
        return Err("it is none of the labels");
    }
    item(column.ty.kind, text)
}

fn item(kind: Kind, text: &str) -> Result<Value, &'static str> {
    const INTEGER: &str = "it is no integer, or too big";
    const FLOAT: &str = "it is no number";
    match kind {
        Kind::Bool => match text {
            "true" | "t" | "1" => Ok(Value::Bool(true)),
            "false" | "f" | "0" => Ok(Value::Bool(false)),
            _ => Err("it is neither `true` nor `false`"),
        },
        Kind::I16 => text.parse().map(Value::I16).map_err(|_| INTEGER),
        Kind::I32 => text.parse().map(Value::I32).map_err(|_| INTEGER),
        Kind::I64 => text.parse().map(Value::I64).map_err(|_| INTEGER),
        Kind::U32 => text.parse().map(Value::U32).map_err(|_| INTEGER),
        Kind::F32 => text.parse().map(Value::F32).map_err(|_| FLOAT),
        Kind::F64 => text.parse().map(Value::F64).map_err(|_| FLOAT),
        Kind::Text => Ok(Value::Text(text.to_owned())),
        Kind::Bytes => text
            .strip_prefix("\\x")
            .and_then(unhex)
            .map(Value::Bytes)
            .ok_or("it is no hexadecimal text such as `\\x0aff`"),
        Kind::Uuid => unhex(&text.replace('-', ""))
            .and_then(|bytes| bytes.try_into().ok())
            .map(Value::Uuid)
            .ok_or("it is no UUID"),
        Kind::Decimal => Numeric::parse(text).map(Value::Decimal).ok_or(FLOAT),
        Kind::Json => document(text).map(Value::Json),
        Kind::Date => civil::parse_date(text)
            .map(Value::Date)
            .ok_or("it is no day such as `2026-01-31`"),
        Kind::Time => civil::parse_time(text)
            .map(Value::Time)
            .ok_or("it is no time such as `12:34:56`"),
        Kind::DateTime => civil::parse_date_time(text)
            .map(Value::DateTime)
            .ok_or("it is no time such as `2026-01-31T12:34:56`"),
        Kind::Timestamp => civil::parse_date_time(text)
            .map(Value::Timestamp)
            .ok_or("it is no time such as `2026-01-31T12:34:56Z`"),
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digit = |c: u8| {
        char::from(c)
            .to_digit(16)
            .and_then(|d| u8::try_from(d).ok())
    };
    if !text.len().is_multiple_of(2) {
        return None;
    }
    text.as_bytes()
        .chunks_exact(2)
        .map(|pair| Some(digit(pair[0])? << 4 | digit(pair[1])?))
        .collect()
}

#[cfg(feature = "json")]
fn document(text: &str) -> Result<String, &'static str> {
    match serde_json::from_str::<serde::de::IgnoredAny>(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(_) => Err("it is no JSON"),
    }
}

#[cfg(not(feature = "json"))]
fn document(text: &str) -> Result<String, &'static str> {
    Ok(text.to_owned())
}

#[cfg(feature = "json")]
fn array(column: &ColumnDef, text: &str) -> Result<Value, &'static str> {
    const ARRAY: &str = "it is no JSON array of values of the column's type";
    let kind = column.ty.kind;
    let items: Vec<Option<&serde_json::value::RawValue>> =
        serde_json::from_str(text).map_err(|_| ARRAY)?;
    let items = items.into_iter().map(|element| match element {
        None => Ok(Value::Null(kind)),
        Some(raw) => super::json::plain(raw.get())
            .ok_or(ARRAY)
            .and_then(|text| item(kind, &text)),
    });
    Ok(Value::Array(kind, items.collect::<Result<_, _>>()?))
}

#[cfg(not(feature = "json"))]
fn array(_: &ColumnDef, _: &str) -> Result<Value, &'static str> {
    Err("arrays are read with the feature `json`")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(raw: &Raw<'_>, kind: Option<Kind>) -> (String, Form) {
        let mut out = String::new();
        let form = write(&mut out, raw, kind).unwrap();
        (out, form)
    }

    #[test]
    fn a_value_is_the_same_text_whatever_a_database_gives_for_it() {
        let cases = [
            (Raw::Bool(true), Raw::Int(1), Kind::Bool, "true"),
            (
                Raw::Uuid([255; 16]),
                Raw::Bytes(&[255; 16]),
                Kind::Uuid,
                "ffffffff-ffff-ffff-ffff-ffffffffffff",
            ),
            (
                Raw::Timestamp(1),
                Raw::Text("1970-01-01 00:00:00.000001"),
                Kind::Timestamp,
                "1970-01-01T00:00:00.000001Z",
            ),
            (
                Raw::DateTime(-1),
                Raw::Text("1969-12-31 23:59:59.999999"),
                Kind::DateTime,
                "1969-12-31T23:59:59.999999",
            ),
            (
                Raw::Date(1),
                Raw::Text("1970-01-02"),
                Kind::Date,
                "1970-01-02",
            ),
            (
                Raw::Decimal(Numeric::parse("-1.50").unwrap()),
                Raw::Text("-1.50"),
                Kind::Decimal,
                "-1.50",
            ),
        ];
        for (one, other, kind, expected) in cases {
            assert_eq!(written(&one, Some(kind)).0, expected);
            assert_eq!(written(&other, Some(kind)).0, expected);
            assert_eq!(item(kind, expected).unwrap().kind(), kind);
        }
    }

    #[test]
    fn floats_and_bytes_come_back() {
        for n in [0.1, -1e300, f64::MIN_POSITIVE, f64::INFINITY, 1.0] {
            let (text, form) = written(&Raw::Float(n), Some(Kind::F64));
            assert_eq!(item(Kind::F64, &text), Ok(Value::F64(n)));
            assert_eq!(form == Form::Bare, n.is_finite());
        }
        assert_eq!(
            written(&Raw::Float(f64::from(0.1_f32)), Some(Kind::F32)).0,
            "0.1"
        );
        assert_eq!(
            written(&Raw::Bytes(&[0, 255]), Some(Kind::Bytes)).0,
            "\\x00ff"
        );
        assert_eq!(item(Kind::Bytes, "\\x00ff"), Ok(Value::Bytes(vec![0, 255])));
        for wrong in ["", "00ff", "\\x0", "\\x0g", "\\xä0"] {
            assert!(item(Kind::Bytes, wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn json_strings_are_escaped() {
        let mut out = String::new();
        string(&mut out, "a\"\\\n\u{1}ä");
        assert_eq!(out, r#""a\"\\\n\u0001ä""#);
    }
}
