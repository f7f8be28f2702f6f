//! What PostgreSQL says about a statement.

use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgColumn, PgConnection, PgDatabaseError, PgErrorPosition};
use sqlx::{AssertSqlSafe, Column, Either, Executor, SqlSafeStr, Statement, TypeInfo};

use super::error;
use crate::driver::describe::{Described, DescribedColumn, NUMBERS, Undescribed, ValueType};
use crate::driver::server::Outcome;
use crate::value::Kind;

pub(super) async fn describe(
    connection: &mut PgConnection,
    sql: &str,
) -> (Result<Described, Undescribed>, Outcome) {
    let text = AssertSqlSafe(sql.to_owned()).into_sql_str();
    let statement = match connection.prepare(text).await {
        Ok(statement) => statement,
        Err(error) => return refused(error, sql),
    };
    let parameters = match statement.parameters() {
        Some(Either::Left(types)) => types.iter().map(|ty| value_type(ty.name())).collect(),
        _ => Vec::new(),
    };
    let mut columns = Vec::new();
    for column in statement.columns() {
        let nullable = match nullable(connection, column).await {
            Ok(nullable) => nullable,
            Err(error) => return refused(error, sql),
        };
        columns.push(DescribedColumn {
            name: column.name().to_owned(),
            ty: value_type(column.type_info().name()),
            nullable,
        });
    }
    let described = Described {
        parameters,
        columns,
    };
    (Ok(described), Outcome::Done)
}

fn refused(error: sqlx::Error, sql: &str) -> (Result<Described, Undescribed>, Outcome) {
    let reported = error
        .as_database_error()
        .and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
    let at = reported.and_then(|error| match error.position() {
        // It counts characters, from 1.
        Some(PgErrorPosition::Original(at)) => sql
            .char_indices()
            .nth(at.saturating_sub(1))
            .map(|(byte, _)| byte),
        _ => None,
    });
    // A type that cannot be told, and an operator that more than one type has.
    let vague = reported.is_some_and(|error| matches!(error.code(), "42P18" | "42725"));
    let (error, outcome) = error::map(error, None);
    (Err(Undescribed { error, at, vague }), outcome)
}

/// Whether a column of a table may be NULL. What a view or an expression gives is not known.
async fn nullable(
    connection: &mut PgConnection,
    column: &PgColumn,
) -> Result<Option<bool>, sqlx::Error> {
    let (Some(table), Some(number)) = (column.relation_id(), column.relation_attribute_no()) else {
        return Ok(None);
    };
    sqlx::query_scalar::<_, bool>(
        "SELECT NOT a.attnotnull FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
         WHERE a.attrelid = $1 AND a.attnum = $2 AND c.relkind IN ('r', 'p')",
    )
    .bind(Oid(table.0))
    .bind(number)
    .fetch_optional(connection)
    .await
}

fn value_type(name: &str) -> ValueType {
    let element = name.strip_suffix("[]");
    let kinds: &[Kind] = match element.unwrap_or(name) {
        "BOOL" => &[Kind::Bool],
        // A truth value is no number here.
        "INT2" | "INT4" | "INT8" | "NUMERIC" => &NUMBERS[1..],
        "FLOAT4" | "FLOAT8" => &[Kind::F32, Kind::F64, Kind::Decimal],
        "TEXT" | "VARCHAR" | "CHAR" | "NAME" | "\"CHAR\"" => {
            &[Kind::Text, Kind::Uuid, Kind::Decimal]
        }
        "BYTEA" => &[Kind::Bytes, Kind::Uuid],
        "UUID" => &[Kind::Uuid],
        "JSON" | "JSONB" => &[Kind::Json, Kind::Text],
        "DATE" => &[Kind::Date],
        "TIME" => &[Kind::Time],
        "TIMESTAMP" => &[Kind::DateTime, Kind::Timestamp],
        "TIMESTAMPTZ" => &[Kind::Timestamp],
        _ => &[],
    };
    ValueType {
        name: name.to_owned(),
        kinds,
        array: element.is_some(),
    }
}
