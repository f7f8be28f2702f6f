//! What MySQL and MariaDB say about a statement.

use std::collections::BTreeMap;

use sqlx::mysql::MySqlConnection;
use sqlx::{AssertSqlSafe, Column, Executor, SqlSafeStr, Statement, TypeInfo};

use super::error;
use crate::driver::describe::{Described, DescribedColumn, NUMBERS, Undescribed, ValueType};
use crate::driver::server::Outcome;
use crate::value::Kind;

pub(super) async fn describe(
    connection: &mut MySqlConnection,
    sql: &str,
) -> (Result<Described, Undescribed>, Outcome) {
    let text = AssertSqlSafe(sql.to_owned()).into_sql_str();
    let statement = match connection.prepare(text).await {
        Ok(statement) => statement,
        Err(error) => return refused(error),
    };
    let nullable = match nullable(connection).await {
        Ok(nullable) => nullable,
        Err(error) => return refused(error),
    };
    let columns = statement.columns().iter().map(|column| {
        // The table is called as it is in the statement.
        let origin = column.origin();
        let origin = origin.table_column().and_then(|origin| {
            let alias = origin.table.rsplit('.').next().unwrap_or(&origin.table);
            let key = |table: &str| (table.to_lowercase(), origin.name.to_lowercase());
            let found = nullable.get(&key(alias)).copied();
            found.or_else(|| nullable.get(&key(&table_of(alias, sql)?)).copied())
        });
        DescribedColumn {
            name: column.name().to_owned(),
            ty: value_type(column.type_info().name()),
            nullable: origin,
        }
    });
    let described = Described {
        parameters: Vec::new(),
        columns: columns.collect(),
    };
    (Ok(described), Outcome::Done)
}

fn refused(error: sqlx::Error) -> (Result<Described, Undescribed>, Outcome) {
    let (error, outcome) = error::map(error, None);
    (Err(error.into()), outcome)
}

/// Whether each column of the database's tables may be NULL.
async fn nullable(
    connection: &mut MySqlConnection,
) -> Result<BTreeMap<(String, String), bool>, sqlx::Error> {
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT CAST(table_name AS CHAR), CAST(column_name AS CHAR), CAST(is_nullable = 'YES' AS SIGNED)
         FROM information_schema.columns WHERE table_schema = DATABASE()",
    )
    .fetch_all(connection)
    .await?;
    Ok(rows
        .into_iter()
        .map(|(table, column, nullable)| {
            ((table.to_lowercase(), column.to_lowercase()), nullable == 1)
        })
        .collect())
}

/// The table that has this alias: the name before it, with or without `AS`.
fn table_of(alias: &str, sql: &str) -> Option<String> {
    let words: Vec<&str> = sql
        .split(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.' | '`')))
        .filter(|word| !word.is_empty())
        .map(|word| word.trim_matches('`'))
        .collect();
    let at = words
        .iter()
        .skip(1)
        .position(|word| word.eq_ignore_ascii_case(alias))?
        + 1;
    let before = match words[at - 1] {
        word if word.eq_ignore_ascii_case("as") => words.get(at.checked_sub(2)?)?,
        word => word,
    };
    Some(before.rsplit('.').next().unwrap_or(before).to_owned())
}

fn value_type(name: &str) -> ValueType {
    let plain = name.trim_end_matches(" UNSIGNED");
    let kinds: &[Kind] = match plain {
        "BOOLEAN" | "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "BIGINT" | "YEAR"
        | "DECIMAL" => NUMBERS,
        "FLOAT" | "DOUBLE" => &[Kind::F32, Kind::F64, Kind::Decimal],
        "CHAR" | "VARCHAR" | "TINYTEXT" | "TEXT" | "MEDIUMTEXT" | "LONGTEXT" | "JSON" | "ENUM"
        | "SET" => &[Kind::Text, Kind::Json, Kind::Uuid, Kind::Decimal],
        "BINARY" | "VARBINARY" | "TINYBLOB" | "BLOB" | "MEDIUMBLOB" | "LONGBLOB" => {
            &[Kind::Bytes, Kind::Uuid, Kind::Text, Kind::Json]
        }
        "DATE" => &[Kind::Date],
        "TIME" => &[Kind::Time],
        "DATETIME" | "TIMESTAMP" => &[Kind::DateTime, Kind::Timestamp],
        _ => &[],
    };
    ValueType {
        name: name.to_owned(),
        kinds,
        array: false,
    }
}
