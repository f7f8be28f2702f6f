//! Whose values a type of the database's own holds.

use orm_core::dialect::{Dialect, Family};
use orm_core::schema::{ColumnType, EnumType};

use super::token::{Token, tokens};
use super::type_name;

/// The type whose values a column of a type of the database's own holds, as far as they can be read; `None` if they cannot.
///
/// ```
/// # use orm_core::{dialect, schema::ColumnType};
/// use orm_migrate::introspect::values_of;
///
/// assert_eq!(values_of("mediumtext", dialect::MARIADB), Some(ColumnType::Text));
/// assert_eq!(values_of("char(2)", dialect::POSTGRES), Some(ColumnType::Varchar(2)));
/// assert_eq!(values_of("inet", dialect::POSTGRES), None);
/// ```
pub fn values_of(sql: &str, dialect: &'static dyn Dialect) -> Option<ColumnType> {
    let family = dialect.family();
    let name = type_name::normal(sql, family).to_lowercase();
    let (plain, numbers, behind) = type_name::arguments(&name);
    match family {
        Family::Sqlite => of_sqlite(plain, &numbers),
        Family::Postgres => of_postgres(plain, &numbers, behind),
        Family::Mysql => of_mysql(sql, plain, &numbers),
        _ => None,
    }
}

/// By the rules for affinity, after the names that say more.
fn of_sqlite(name: &str, numbers: &[u32]) -> Option<ColumnType> {
    use ColumnType as T;
    let has = |parts: &[&str]| parts.iter().any(|p| name.contains(p));
    Some(match numbers {
        _ if name.is_empty() || name == "any" => return None,
        _ if has(&["bool"]) => T::Bool,
        _ if has(&["datetime", "timestamp"]) => T::DateTime,
        _ if has(&["int"]) => T::BigInt,
        [length] if has(&["char"]) => T::Varchar(*length),
        _ if has(&["char", "clob", "text", "json"]) => T::Text,
        _ if has(&["blob", "binary"]) => T::Bytes,
        _ if has(&["real", "floa", "doub"]) => T::Double,
        [precision, scale] if has(&["numeric", "decimal"]) => {
            T::Decimal(Some((*precision, *scale)))
        }
        _ if has(&["numeric", "decimal"]) => T::Decimal(None),
        _ if name == "date" => T::Date,
        _ if name == "time" => T::Time,
        _ => return None,
    })
}

fn of_postgres(name: &str, numbers: &[u32], behind: &str) -> Option<ColumnType> {
    use ColumnType as T;
    let element = match (name, numbers) {
        ("char", [length]) => T::Varchar(*length),
        ("char" | "name" | "citext" | "xml", []) => T::Text,
        ("json", []) => T::Json,
        ("oid", []) => T::BigInt,
        ("time", _) => T::Time,
        ("timestamp", _) => T::DateTime,
        ("timestamptz", _) => T::Timestamp,
        ("numeric", _) => T::Decimal(None),
        _ => return None,
    };
    match behind {
        "" => Some(element),
        "[]" if !matches!(element, T::Json) => Some(T::Array(Box::new(element))),
        _ => None,
    }
}

fn of_mysql(sql: &str, plain: &str, numbers: &[u32]) -> Option<ColumnType> {
    use ColumnType as T;
    let word = plain.split(' ').next().unwrap_or_default();
    let unsigned = sql.to_lowercase().contains("unsigned");
    Some(match (word, numbers) {
        ("tinyint", [1]) => T::Bool,
        ("smallint", _) if unsigned => T::Integer,
        ("tinyint" | "smallint" | "year", _) => T::SmallInt,
        ("mediumint", _) => T::Integer,
        ("integer", _) if unsigned => T::Unsigned,
        ("integer", _) => T::Integer,
        // The greatest ones fit no integer here, and are refused when they are read.
        ("bigint", _) => T::BigInt,
        ("float", _) => T::Real,
        ("double" | "double precision" | "real", _) => T::Double,
        ("char", [length]) => T::Varchar(*length),
        (
            "tinytext" | "text" | "mediumtext" | "longtext" | "char" | "set" | "varchar" | "uuid"
            | "inet4" | "inet6",
            _,
        ) => T::Text,
        (_, _) if sql.trim_start().to_lowercase().starts_with("set(") => T::Text,
        (_, _) if sql.trim_start().to_lowercase().starts_with("enum(") => T::Enum(labels(sql)?),
        ("tinyblob" | "blob" | "mediumblob" | "longblob", _) => T::Bytes,
        ("binary" | "varbinary", [length]) => T::Varbinary(*length),
        ("datetime", _) => T::DateTime,
        ("timestamp", _) => T::Timestamp,
        ("time", _) => T::Time,
        _ => return None,
    })
}

fn labels(sql: &str) -> Option<EnumType> {
    let labels = tokens(sql, Family::Mysql)?
        .into_iter()
        .filter_map(|t| match t.token {
            Token::Text(label) => Some(label),
            _ => None,
        })
        .collect();
    Some(EnumType {
        name: String::new(),
        labels,
        native: false,
    })
}
