//! What MySQL and MariaDB say about a statement.

use sqlx::mysql::MySqlConnection;
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
    connection: &mut MySqlConnection,
    sql: &str,
) -> (Result<Described, Undescribed>, Outcome) {
    let text = AssertSqlSafe(sql.to_owned()).into_sql_str();
    let statement = match connection.prepare(text).await {
        Ok(statement) => statement,
        Err(error) => return refused(error),
    };
    let columns = statement.columns().iter().map(|column| {
        let origin = column.origin();
        DescribedColumn {
            name: column.name().to_owned(),
            ty: value_type(column.type_info().name()),
            origin: origin.table_column().map(|origin| Origin::Named {
                // The table is called as it is in the statement, behind its database.
                table: origin
                    .table
                    .rsplit('.')
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
                alias: true,
                column: origin.name.to_string(),
            }),
        }
    });
    let described = Described {
        parameters: Vec::new(),
        count: match statement.parameters() {
            Some(Either::Right(count)) => count,
            _ => 0,
        },
        columns: columns.collect(),
    };
    (Ok(described), Outcome::Done)
}

fn refused(error: sqlx::Error) -> (Result<Described, Undescribed>, Outcome) {
    let (error, outcome) = error::map(error, None);
    (Err(error.into()), outcome)
}

/// The tables and views of the session's database.
pub(super) async fn catalog(connection: &mut MySqlConnection) -> (Result<Catalog>, Outcome) {
    type Row = (String, String, String, i64, i64);
    let rows: Result<Vec<Row>, _> = sqlx::query_as(
        "SELECT CAST(table_name AS CHAR), CAST(column_name AS CHAR), CAST(UPPER(data_type) AS CHAR),
             CAST(is_nullable = 'YES' AS SIGNED), CAST(extra LIKE '%INVISIBLE%' AS SIGNED)
         FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position",
    )
    .fetch_all(&mut *connection)
    .await;
    let schema = match &rows {
        Ok(_) => sqlx::query_scalar("SELECT CAST(DATABASE() AS CHAR)")
            .fetch_one(connection)
            .await
            .unwrap_or_default(),
        Err(_) => None,
    };
    let rows = match rows {
        Ok(rows) => rows,
        Err(error) => {
            let (error, outcome) = error::map(error, None);
            return (Err(error), outcome);
        }
    };
    let mut tables: Vec<CatalogTable> = Vec::new();
    for (table, name, ty, nullable, hidden) in rows {
        let column = CatalogColumn {
            name,
            number: 0,
            takes: takes(&ty),
            // Text with a binary collation is called bytes there.
            read: Some(value_type(&ty)),
            nullable: Some(nullable == 1),
            listed: hidden == 0,
        };
        match tables.last_mut() {
            Some(last) if last.name == table => last.columns.push(column),
            _ => tables.push(CatalogTable {
                name: table,
                number: 0,
                visible: true,
                columns: vec![column],
            }),
        }
    }
    (Ok(Catalog { schema, tables }), Outcome::Done)
}

/// What the server brings into a column's form by itself: any number, and what a text says about a time.
fn takes(name: &str) -> ValueType {
    let mut ty = value_type(name);
    ty.kinds = match name {
        "FLOAT" | "DOUBLE" => NUMBERS,
        "ENUM" | "SET" => &[],
        "DATE" | "DATETIME" | "TIMESTAMP" => {
            &[Kind::Date, Kind::DateTime, Kind::Timestamp, Kind::Text]
        }
        "TIME" => &[Kind::Time, Kind::Text],
        _ => ty.kinds,
    };
    ty
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
