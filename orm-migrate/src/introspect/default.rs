//! What a row gets that does not say, read from the database's words.

use orm_core::Kind;
use orm_core::dialect::{Dialect, Family};
use orm_core::schema::{ColumnType, DefaultValue, Literal};
use orm_core::sql::ddl;
use orm_core::value::Value;

use super::expression::{Context, Node, parse};
use super::json;

/// The default that the text means for a column of this type; `None` for NULL, which is what a row gets anyway.
pub(super) fn read(
    dialect: &'static dyn Dialect,
    ty: &ColumnType,
    sql: &str,
    context: Context<'_>,
) -> Option<DefaultValue> {
    let Some(node) = parse(sql, context) else {
        return Some(DefaultValue::Sql(sql.trim().to_owned()));
    };
    if node == Node::Word("null".to_owned()) {
        return None;
    }
    if is_now(dialect, ty, &node, context) {
        return Some(DefaultValue::Now);
    }
    match literal(ty, &node, context.family) {
        Some(literal) => Some(DefaultValue::Value(literal)),
        None => Some(DefaultValue::Sql(node.to_sql(dialect))),
    }
}

fn is_now(
    dialect: &'static dyn Dialect,
    ty: &ColumnType,
    node: &Node,
    context: Context<'_>,
) -> bool {
    if !matches!(ty, ColumnType::DateTime | ColumnType::Timestamp) {
        return false;
    }
    let now = ddl::now(dialect, ty).ok();
    now.and_then(|sql| parse(&sql, context))
        .is_some_and(|now| now == *node)
}

fn literal(ty: &ColumnType, node: &Node, family: Family) -> Option<Literal> {
    let kind = kind(ty)?;
    let text = match (node, kind) {
        (
            Node::Number(n),
            Kind::Bool
            | Kind::I16
            | Kind::I32
            | Kind::I64
            | Kind::U32
            | Kind::F32
            | Kind::F64
            | Kind::Decimal,
        ) => n,
        (Node::Word(word), Kind::Bool) => word,
        (Node::Blob(digits), Kind::Bytes | Kind::Uuid) => digits,
        (Node::Text(text), Kind::Json) => {
            return Some(Literal::new(Value::Json(json::normal(text))));
        }
        (Node::Text(text), Kind::Bytes) if family == Family::Postgres => {
            text.strip_prefix("\\x")?
        }
        // What is binary comes as the text of its bytes there.
        (Node::Text(text), Kind::Bytes) => {
            return Some(Literal::new(Value::Bytes(text.as_bytes().to_vec())));
        }
        (Node::Text(text), Kind::Uuid) if family == Family::Mysql => {
            return Some(Literal::new(Value::Uuid(text.as_bytes().try_into().ok()?)));
        }
        (Node::Text(text), _) => text,
        _ => return None,
    };
    let literal = Literal::parse(kind, text)?;
    match (literal.value(), ty) {
        (Value::Decimal(n), ColumnType::Decimal(Some((_, scale)))) => {
            n.rescale(*scale).map(|n| Literal::new(Value::Decimal(n)))
        }
        // Zero has no sign there.
        (Value::F64(n), _) if *n == 0.0 => Some(Literal::new(Value::F64(0.0))),
        (Value::F32(n), _) if *n == 0.0 => Some(Literal::new(Value::F32(0.0))),
        _ => Some(literal),
    }
}

/// The kind of the values of a column, if they are plain ones.
pub(super) fn kind(ty: &ColumnType) -> Option<Kind> {
    Some(match ty {
        ColumnType::Bool => Kind::Bool,
        ColumnType::SmallInt => Kind::I16,
        ColumnType::Integer => Kind::I32,
        ColumnType::BigInt => Kind::I64,
        ColumnType::Unsigned => Kind::U32,
        ColumnType::Real => Kind::F32,
        ColumnType::Double => Kind::F64,
        ColumnType::Text | ColumnType::Varchar(_) | ColumnType::Enum(_) => Kind::Text,
        ColumnType::Bytes | ColumnType::Varbinary(_) => Kind::Bytes,
        ColumnType::Uuid => Kind::Uuid,
        ColumnType::Decimal(_) => Kind::Decimal,
        ColumnType::Json => Kind::Json,
        ColumnType::Date => Kind::Date,
        ColumnType::Time => Kind::Time,
        ColumnType::DateTime => Kind::DateTime,
        ColumnType::Timestamp => Kind::Timestamp,
        _ => return None,
    })
}
