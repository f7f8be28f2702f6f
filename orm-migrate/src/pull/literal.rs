//! Default values in Rust.

use orm_core::Value;
use orm_core::schema::{ColumnType, Literal};

use super::enumeration::Enumeration;

/// The value as an expression; `None` if SQL says it better.
pub(super) fn rust(
    literal: &Literal,
    ty: &ColumnType,
    enumeration: Option<&Enumeration>,
) -> Option<String> {
    Some(match literal.value() {
        Value::Bool(b) => b.to_string(),
        Value::I16(n) => n.to_string(),
        Value::I32(n) => n.to_string(),
        Value::I64(n) => n.to_string(),
        Value::U32(n) => n.to_string(),
        Value::F64(n) if n.is_finite() => format!("{n:?}"),
        Value::Text(text) => match enumeration {
            Some(enumeration) => {
                let at = enumeration.ty.labels.iter().position(|l| l == text)?;
                format!("{}::{}", enumeration.name, enumeration.variants().get(at)?)
            }
            None if matches!(ty, ColumnType::Text | ColumnType::Varchar(_)) => format!("{text:?}"),
            None => return None,
        },
        Value::Decimal(n) => format!(
            "Decimal::new({}, {})",
            i64::try_from(n.mantissa).ok()?,
            n.scale
        ),
        Value::Uuid(bytes) => format!("Uuid::from_u128({:#034x})", u128::from_be_bytes(*bytes)),
        _ => return None,
    })
}

/// Whether `rustfmt` takes the expression for a literal.
pub(super) fn is_literal(expression: &str) -> bool {
    expression.starts_with(|c: char| c.is_ascii_digit() || c == '"')
        || ["true", "false"].contains(&expression)
}
