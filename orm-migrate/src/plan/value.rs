//! What rows that are there get in the columns as they shall be.

use orm_core::Result;
use orm_core::schema::{Column, ColumnType, Table};
use orm_core::sql::ddl::{self, alter};
use orm_core::value::{Numeric, Value};

use super::pair::Pair;
use crate::diff::Diff;

/// The expression that gives a row's value in a column that stays, over the column `name`; `None` where it is the value itself, or
/// the database converts it as it stores it.
pub(super) fn converted(diff: &Diff, pair: &Pair<'_>, to: &Column) -> Result<Option<String>> {
    let path = format!("{}.{}", pair.after.name, to.name);
    if let Some(cast) = diff.decisions.casts.get(&path) {
        return Ok(Some(format!("({cast})")));
    }
    let Some(before) = pair.columns.get(to.name.as_str()) else {
        return Ok(None);
    };
    let from = crate::change::with(*before, |c| to.name.clone_into(&mut c.name));
    let labels = replaced(diff, &from, to);
    if !labels.is_empty() {
        return alter::replace_labels(diff.dialect, &from.name, &labels).map(Some);
    }
    let same = from.ty == to.ty
        || ddl::column_type(diff.dialect, pair.old, before)?
            == ddl::column_type(diff.dialect, pair.after, to)?
            && !matters(&from.ty, &to.ty);
    if same {
        return Ok(None);
    }
    match alter::convert(diff.dialect, &from, to) {
        Ok(sql) => Ok(sql),
        // On the way back, nothing can be asked.
        Err(_) if diff.decisions.assume => empty(diff, to).map(Some),
        Err(error) => Err(error),
    }
}

/// Whether a column's values are given up on the way back, since nobody can say how they were before.
pub(super) fn is_given_up(diff: &Diff, from: &Column, to: &Column) -> bool {
    diff.decisions.assume && alter::convert(diff.dialect, from, to).is_err()
}

fn empty(diff: &Diff, column: &Column) -> Result<String> {
    match zero(&column.ty).filter(|_| !column.nullable) {
        Some(value) => ddl::literal(diff.dialect, column, &value),
        None => Ok("NULL".to_owned()),
    }
}

/// Whether two types whose columns look alike hold different things.
fn matters(from: &ColumnType, to: &ColumnType) -> bool {
    let text = |ty: &ColumnType| {
        matches!(
            ty,
            ColumnType::Text | ColumnType::Varchar(_) | ColumnType::Enum(_)
        )
    };
    let bytes = |ty: &ColumnType| matches!(ty, ColumnType::Bytes | ColumnType::Varbinary(_));
    let number = |ty: &ColumnType| {
        matches!(
            ty,
            ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt | ColumnType::Unsigned
        )
    };
    !(text(from) && text(to) || bytes(from) && bytes(to) || number(from) && number(to))
}

/// Labels in the rows of a column and what they become.
pub(super) fn replaced(diff: &Diff, from: &Column, to: &Column) -> Vec<(String, String)> {
    let (Some(_), Some(target)) = (from.ty.enumeration(), to.ty.enumeration()) else {
        return Vec::new();
    };
    // A type of the database's own has its labels replaced with the type.
    if target.native && diff.dialect.has_enum_types() {
        return Vec::new();
    }
    diff.labels.get(&target.name).cloned().unwrap_or_default()
}

/// Whether labels become others that rows may have already, so that nobody can tell them apart later.
pub(super) fn merges(diff: &Diff, from: &Column, to: &Column) -> bool {
    let labels = replaced(diff, from, to);
    let before = from.ty.enumeration().map(|e| &e.labels);
    before.is_some_and(|before| labels.iter().any(|(_, new)| before.contains(new)))
}

/// The value that rows get which have none in a column that needs one, as an expression in SQL; `None` if there is none to give.
pub(super) fn fallback(diff: &Diff, table: &Table, column: &Column) -> Result<Option<String>> {
    let path = format!("{}.{}", table.name, column.name);
    match diff.decisions.backfills.get(&path) {
        Some(sql) => Ok(sql.clone()),
        None if column.default.is_some() => ddl::default_expression(diff.dialect, table, column),
        None if diff.decisions.assume && !column.nullable && column.generated.is_none() => {
            Ok(zero(&column.ty).and_then(|v| ddl::literal(diff.dialect, column, &v).ok()))
        }
        None => Ok(None),
    }
}

/// The emptiest value of a type.
fn zero(ty: &ColumnType) -> Option<Value> {
    Some(match ty {
        ColumnType::Bool => Value::Bool(false),
        ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt | ColumnType::Unsigned => {
            Value::I32(0)
        }
        ColumnType::Real | ColumnType::Double => Value::F64(0.0),
        ColumnType::Text | ColumnType::Varchar(_) => Value::Text(String::new()),
        ColumnType::Bytes | ColumnType::Varbinary(_) => Value::Bytes(Vec::new()),
        ColumnType::Uuid => Value::Uuid([0; 16]),
        ColumnType::Decimal(_) => Value::Decimal(Numeric {
            mantissa: 0,
            scale: 0,
        }),
        ColumnType::Json => Value::Json("null".to_owned()),
        ColumnType::Date => Value::Date(0),
        ColumnType::Time => Value::Time(0),
        ColumnType::DateTime => Value::DateTime(0),
        ColumnType::Timestamp => Value::Timestamp(0),
        ColumnType::Enum(e) => Value::Text(e.labels.first()?.clone()),
        ColumnType::Array(element) => Value::Array(zero(element)?.kind(), Vec::new()),
        _ => return None,
    })
}

/// Whether a default is evaluated for each row rather than once.
pub(super) fn is_volatile(column: &Column) -> bool {
    use orm_core::schema::DefaultValue;
    let Some(DefaultValue::Sql(sql)) = &column.default else {
        return false;
    };
    let sql = sql.to_lowercase();
    ["random", "uuid", "nextval", "clock_timestamp", "timeofday"]
        .iter()
        .any(|name| sql.contains(name))
}
