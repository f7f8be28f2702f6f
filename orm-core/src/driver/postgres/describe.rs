//! What PostgreSQL says about a statement.

use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgConnection, PgDatabaseError, PgErrorPosition};
use sqlx::{AssertSqlSafe, Column, Either, Executor, SqlSafeStr, Statement, TypeInfo};

use super::error;
use crate::driver::describe::{
    Catalog, CatalogColumn, CatalogTable, Described, DescribedColumn, NUMBERS, Origin, Undescribed,
    ValueType,
};
use crate::driver::server::Outcome;
use crate::error::Result;
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
    let columns = statement.columns().iter().map(|column| DescribedColumn {
        name: column.name().to_owned(),
        ty: value_type(column.type_info().name()),
        origin: column
            .relation_id()
            .zip(column.relation_attribute_no())
            .map(|(table, column)| Origin::Numbered {
                table: table.0,
                column,
            }),
    });
    let described = Described {
        count: parameters.len(),
        parameters,
        columns: columns.collect(),
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

/// The tables and views beside those of the system. Whether a column of a view may be NULL is not known.
pub(super) async fn catalog(connection: &mut PgConnection) -> (Result<Catalog>, Outcome) {
    type Row = (Oid, String, bool, String, i16, String, Option<bool>);
    let rows: Result<Vec<Row>, _> = sqlx::query_as(
        "SELECT c.oid, c.relname::text, pg_catalog.pg_table_is_visible(c.oid), a.attname::text, a.attnum,
             pg_catalog.format_type(a.atttypid, a.atttypmod),
             CASE WHEN c.relkind IN ('r', 'p') THEN NOT a.attnotnull END
         FROM pg_catalog.pg_attribute a
         JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
             AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
         ORDER BY c.oid, a.attnum",
    )
    .fetch_all(connection)
    .await;
    let rows = match rows {
        Ok(rows) => rows,
        Err(error) => {
            let (error, outcome) = error::map(error, None);
            return (Err(error), outcome);
        }
    };
    let mut tables: Vec<CatalogTable> = Vec::new();
    for (number, table, visible, name, at, ty, nullable) in rows {
        let column = CatalogColumn {
            name,
            number: at,
            // The server itself says what its parameters are.
            takes: ValueType {
                name: ty,
                kinds: &[],
                array: false,
            },
            read: None,
            nullable,
            listed: true,
        };
        match tables.last_mut() {
            Some(last) if last.number == number.0 => last.columns.push(column),
            _ => tables.push(CatalogTable {
                name: table,
                number: number.0,
                visible,
                columns: vec![column],
            }),
        }
    }
    let catalog = Catalog {
        schema: None,
        tables,
    };
    (Ok(catalog), Outcome::Done)
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
