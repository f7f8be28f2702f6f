//! Values in table definitions, read from text.

use super::Literal;
use crate::value::{Kind, Numeric, Value, civil};

impl Literal {
    /// The value of this kind that the text says, as a database or a file writes it; `None` if it is none. Bytes and UUIDs are
    /// hexadecimal digits, times are without zone and in UTC.
    ///
    /// ```
    /// # use orm_core::{Kind, schema::Literal, value::Value};
    /// assert_eq!(Literal::parse(Kind::I32, "-7"), Some(Literal::new(Value::I32(-7))));
    /// assert_eq!(Literal::parse(Kind::Date, "2026-02-30"), None);
    /// ```
    pub fn parse(kind: Kind, text: &str) -> Option<Self> {
        let value = match kind {
            Kind::Bool => Value::Bool(match text {
                "1" | "true" | "TRUE" | "t" => true,
                "0" | "false" | "FALSE" | "f" => false,
                _ => return None,
            }),
            Kind::I16 => Value::I16(text.parse().ok()?),
            Kind::I32 => Value::I32(text.parse().ok()?),
            Kind::I64 => Value::I64(text.parse().ok()?),
            Kind::U32 => Value::U32(text.parse().ok()?),
            Kind::F32 => Value::F32(text.parse().ok()?),
            Kind::F64 => Value::F64(text.parse().ok()?),
            Kind::Text => Value::Text(text.to_owned()),
            Kind::Json => Value::Json(text.to_owned()),
            Kind::Bytes => Value::Bytes(bytes(text)?),
            Kind::Uuid => {
                let digits: String = text.chars().filter(|c| *c != '-').collect();
                Value::Uuid(bytes(&digits)?.try_into().ok()?)
            }
            Kind::Decimal => Value::Decimal(Numeric::parse(text)?),
            Kind::Date => Value::Date(civil::parse_date(text)?),
            Kind::Time => Value::Time(civil::parse_time(text)?),
            Kind::DateTime => Value::DateTime(civil::parse_date_time(text)?),
            Kind::Timestamp => Value::Timestamp(civil::parse_date_time(text)?),
        };
        Some(Self::new(value))
    }
}

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    let pair = |pair: &[u8]| {
        let text = std::str::from_utf8(pair).ok().filter(|t| t.len() == 2)?;
        u8::from_str_radix(text, 16).ok()
    };
    pairs.map(pair).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_of_another_kind_is_no_value() {
        for (kind, text) in [
            (Kind::I16, "40000"),
            (Kind::Bytes, "abc"),
            (Kind::Uuid, "00"),
            (Kind::Bool, "yes"),
            (Kind::Decimal, "a"),
        ] {
            assert_eq!(Literal::parse(kind, text), None, "{kind:?} {text}");
        }
        assert_eq!(
            Literal::parse(Kind::Bytes, "00ff"),
            Some(Literal::new(Value::Bytes(vec![0, 255])))
        );
        assert_eq!(
            Literal::parse(Kind::Timestamp, "1970-01-01 00:00:01+00"),
            Some(Literal::new(Value::Timestamp(1_000_000)))
        );
    }
}
