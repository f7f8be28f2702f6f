//! How a column's values become those of another type, so that a change of type keeps what the rows hold, with the same result on
//! every database. What has no entry here needs an expression from the programmer.

use crate::schema::ColumnType;
use crate::sql::Writer;

/// What matters of a type here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Bool,
    Integer,
    Float,
    Decimal,
    Text,
    Enum,
    Bytes,
    Uuid,
    Json,
    Date,
    Time,
    DateTime,
    Timestamp,
    Array,
    Other,
}

fn class(ty: &ColumnType) -> Class {
    match ty {
        ColumnType::Bool => Class::Bool,
        ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt | ColumnType::Unsigned => {
            Class::Integer
        }
        ColumnType::Real | ColumnType::Double => Class::Float,
        ColumnType::Decimal(_) => Class::Decimal,
        ColumnType::Text | ColumnType::Varchar(_) => Class::Text,
        ColumnType::Enum(_) => Class::Enum,
        ColumnType::Bytes | ColumnType::Varbinary(_) => Class::Bytes,
        ColumnType::Uuid => Class::Uuid,
        ColumnType::Json => Class::Json,
        ColumnType::Date => Class::Date,
        ColumnType::Time => Class::Time,
        ColumnType::DateTime => Class::DateTime,
        ColumnType::Timestamp => Class::Timestamp,
        ColumnType::Array(_) => Class::Array,
        ColumnType::Other(_) => Class::Other,
    }
}

/// `CASE WHEN column THEN … ELSE … END`, NULL for NULL.
fn case(w: &mut Writer, column: &str, yes: &str, no: &str) {
    w.push("CASE WHEN ");
    w.ident(column);
    w.push(" THEN ");
    w.push(yes);
    w.push(" WHEN NOT ");
    w.ident(column);
    w.push(" THEN ");
    w.push(no);
    w.push(" END");
}

/// A truth value from its name; any other text stays, so that the column refuses it.
fn truth(w: &mut Writer, column: &str) {
    around(w, "CASE lower(", column, ")");
    for (name, value) in [
        ("true", "1"),
        ("t", "1"),
        ("1", "1"),
        ("false", "0"),
        ("f", "0"),
        ("0", "0"),
    ] {
        w.push(" WHEN '");
        w.push(name);
        w.push("' THEN ");
        w.push(value);
    }
    around(w, " ELSE ", column, " END");
}

fn around(w: &mut Writer, before: &str, column: &str, after: &str) {
    w.push(before);
    w.ident(column);
    w.push(after);
}

/// PostgreSQL: everything is a cast, and what is none is refused.
pub(super) fn by_cast(
    w: &mut Writer,
    column: &str,
    from: &ColumnType,
    to: &ColumnType,
    name: impl Fn(&mut Writer, &ColumnType),
) -> bool {
    use Class::{
        Array, Bool, Bytes, Date, DateTime, Decimal, Enum, Float, Integer, Json, Text, Timestamp,
        Uuid,
    };
    let (a, b) = (class(from), class(to));
    match (a, b) {
        (Bool, Integer | Float | Decimal) => case(w, column, "1", "0"),
        (Integer | Float | Decimal, Bool) => around(w, "", column, " <> 0"),
        (Enum, Text | Enum) | (Text, Enum) => {
            around(w, "", column, "::text::");
            name(w, to);
        }
        (DateTime, Timestamp) | (Timestamp, DateTime) => {
            around(w, "", column, " AT TIME ZONE 'UTC'")
        }
        (Date, Timestamp) => around(w, "", column, "::timestamp AT TIME ZONE 'UTC'"),
        (Timestamp, Date) => around(w, "(", column, " AT TIME ZONE 'UTC')::date"),
        (Bytes, Text) => around(w, "convert_from(", column, ", 'UTF8')"),
        (Text, Bytes) => around(w, "convert_to(", column, ", 'UTF8')"),
        // Its text depends on the session.
        (Timestamp, Text) | (Text, Timestamp) => return false,
        (Array, Array) => {
            around(w, "", column, "::text[]::");
            name(w, to);
        }
        (Integer | Float | Decimal, Integer | Float | Decimal | Text)
        | (Bool | Uuid | Json | Date | Class::Time | DateTime, Text)
        | (Text, Bool | Integer | Float | Decimal | Uuid | Json | Date | Class::Time | DateTime)
        | (Date, DateTime)
        | (DateTime, Date) => {
            around(w, "", column, "::");
            name(w, to);
        }
        (Class::Other, _) | (_, Class::Other) => return false,
        (a, b) if a == b => {
            around(w, "", column, "::");
            name(w, to);
        }
        _ => return false,
    }
    true
}

/// SQLite: a strict column takes what it can hold without loss by itself.
pub(super) fn to_loose_types(
    w: &mut Writer,
    column: &str,
    from: &ColumnType,
    to: &ColumnType,
) -> bool {
    use Class::{
        Bool, Bytes, Date, DateTime, Decimal, Enum, Float, Integer, Json, Text, Timestamp, Uuid,
    };
    match (class(from), class(to)) {
        (Bool, Text) => case(w, column, "'true'", "'false'"),
        (Integer | Float | Decimal, Bool) => around(w, "", column, " <> 0"),
        (Float, Integer) => around(w, "CAST(round(", column, ") AS INTEGER)"),
        (Decimal, Integer) => around(w, "CAST(orm_decimal_round(", column, ", 0) AS INTEGER)"),
        (_, Decimal) if matches!(class(from), Bool | Integer | Float | Decimal | Text) => {
            match to {
                ColumnType::Decimal(Some((_, scale))) => {
                    around(w, "orm_decimal_round(CAST(", column, " AS TEXT), ");
                    w.push_number(u64::from(*scale));
                    w.push(")");
                }
                _ => around(w, "CAST(", column, " AS TEXT)"),
            }
        }
        (Date, DateTime | Timestamp) => around(w, "", column, " || ' 00:00:00.000000'"),
        (DateTime | Timestamp, Date) => around(w, "substr(", column, ", 1, 10)"),
        (Uuid, Text) => uuid_text(w, column, Concat::Operator),
        (Text, Uuid) => around(w, "unhex(replace(", column, ", '-', ''))"),
        (Bytes, Text) => around(w, "CAST(", column, " AS TEXT)"),
        (Text, Bytes) => around(w, "CAST(", column, " AS BLOB)"),
        (Text, Bool) => truth(w, column),
        (Timestamp, Text) | (Text, Timestamp) => return false,
        (Bool, Integer | Float)
        | (Integer, Float)
        | (Integer | Float | Decimal | Enum | Json | Date | Class::Time | DateTime, Text)
        | (Text, Integer | Float | Enum | Json | Date | Class::Time | DateTime)
        | (DateTime, Timestamp)
        | (Timestamp, DateTime)
        | (Decimal, Float) => w.ident(column),
        (Class::Other, _) | (_, Class::Other) => return false,
        (a, b) if a == b => w.ident(column),
        _ => return false,
    }
    true
}

/// MySQL: a column's new definition converts most values; an expression is for what it would write otherwise.
pub(super) fn by_function(
    w: &mut Writer,
    column: &str,
    from: &ColumnType,
    to: &ColumnType,
) -> bool {
    use Class::{
        Bool, Bytes, Date, DateTime, Decimal, Enum, Float, Integer, Json, Text, Timestamp, Uuid,
    };
    match (class(from), class(to)) {
        (Bool, Text) => case(w, column, "'true'", "'false'"),
        (Integer | Float | Decimal, Bool) => around(w, "", column, " <> 0"),
        (Uuid, Text) => uuid_text(w, column, Concat::Function),
        (Text, Uuid) => around(w, "unhex(replace(", column, ", '-', ''))"),
        (DateTime | Timestamp, Date) => around(w, "CAST(", column, " AS DATE)"),
        (Text, Bool) => truth(w, column),
        (Timestamp, Text) | (Text, Timestamp) => return false,
        (Bool | Integer | Float | Decimal, Integer | Float | Decimal)
        | (Integer | Float | Decimal | Enum | Json | Date | Class::Time | DateTime | Bytes, Text)
        | (Text, Integer | Float | Decimal | Enum | Json | Date | Class::Time | DateTime | Bytes)
        | (Date, DateTime | Timestamp)
        | (DateTime, Timestamp)
        | (Timestamp, DateTime) => {}
        (Class::Other, _) | (_, Class::Other) => return false,
        (a, b) if a == b => {}
        _ => return false,
    }
    true
}

/// How texts are put together.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Concat {
    Operator,
    Function,
}

/// `8-4-4-4-12` digits.
fn uuid_text(w: &mut Writer, column: &str, concat: Concat) {
    let mut first = true;
    if concat == Concat::Function {
        w.push("concat(");
    }
    for (from, length) in [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)] {
        if !first {
            w.push(match concat {
                Concat::Function => ", '-', ",
                Concat::Operator => " || '-' || ",
            });
        }
        first = false;
        w.push("substr(");
        around(w, "lower(hex(", column, ")), ");
        w.push_number(from);
        w.push(", ");
        w.push_number(length);
        w.push(")");
    }
    if concat == Concat::Function {
        w.push(")");
    }
}
