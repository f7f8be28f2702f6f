//! Rows for any schema, and what is in them.

use std::collections::BTreeMap;

use orm::Value;
use orm::schema::{Column, ColumnType, Schema, Table};
use orm::sql::ddl;

use super::apply::strings;
use crate::support::TestDb;

/// How many rows each table gets.
pub const ROWS: i64 = 3;

/// For each table and column, the values in order of the first column.
pub type Rows = BTreeMap<(String, String), Vec<String>>;

/// Fills each table. `special` says which text columns hold what: `users.age digits`.
pub async fn fill(db: &TestDb, schema: &Schema, special: &[String]) -> orm::Result<()> {
    let dialect = db.dialect();
    let mut script = String::new();
    // Rows refer to what comes later in a circle.
    let (before, after) = match (db.is_sqlite(), db.is_postgres()) {
        (true, _) => ("PRAGMA foreign_keys = OFF;", "PRAGMA foreign_keys = ON"),
        (_, true) => (
            "SET session_replication_role = replica;",
            "SET session_replication_role = DEFAULT",
        ),
        _ => ("SET FOREIGN_KEY_CHECKS = 0;", "SET FOREIGN_KEY_CHECKS = 1"),
    };
    script.push_str(before);
    for table in &schema.tables {
        let columns: Vec<&Column> = table
            .columns
            .iter()
            .filter(|c| c.generated.is_none())
            .collect();
        for n in 1..=ROWS {
            let mut names = Vec::new();
            let mut values = Vec::new();
            for column in &columns {
                names.push(ddl::quoted(dialect, &column.name));
                values.push(value(db, table, column, n, special)?);
            }
            script.push_str(&format!(
                "\nINSERT INTO {} ({}) VALUES ({});",
                quoted_table(db, table),
                names.join(", "),
                values.join(", ")
            ));
        }
    }
    script.push('\n');
    script.push_str(after);
    db.execute_script(&script)
        .await
        .map_err(|e| e.with_sql(&script))?;
    if db.is_postgres() {
        for table in &schema.tables {
            for column in table.columns.iter().filter(|c| c.identity) {
                let sql = ddl::alter::continue_numbering(dialect, &table.name, &column.name)?;
                db.execute_script(&sql).await?;
            }
        }
    }
    Ok(())
}

pub fn quoted_table(db: &TestDb, table: &Table) -> String {
    let name = ddl::quoted(db.dialect(), &table.name.name);
    match &table.name.schema {
        Some(schema) => format!("{}.{name}", ddl::quoted(db.dialect(), schema)),
        None => name,
    }
}

fn value(
    db: &TestDb,
    table: &Table,
    column: &Column,
    n: i64,
    special: &[String],
) -> orm::Result<String> {
    let dialect = db.dialect();
    let path = format!("{} ", format_args!("{}.{}", table.name, column.name));
    let word = special.iter().find_map(|s| s.strip_prefix(&path));
    let referring = table
        .foreign_keys
        .iter()
        .any(|k| k.columns.contains(&column.name));
    if column.nullable && n == ROWS && !referring {
        return Ok("NULL".to_owned());
    }
    let value = match (&column.ty, word) {
        (ColumnType::Text | ColumnType::Varchar(_), Some("digits")) => Value::Text(format!("{n}7")),
        (ty, _) => sample(ty, n),
    };
    ddl::literal(dialect, column, &value)
}

fn sample(ty: &ColumnType, n: i64) -> Value {
    match ty {
        ColumnType::Bool => Value::Bool(n % 2 == 1),
        ColumnType::SmallInt | ColumnType::Integer | ColumnType::BigInt | ColumnType::Unsigned => {
            Value::I64(n)
        }
        ColumnType::Real | ColumnType::Double => Value::F64(n as f64 + 0.5),
        ColumnType::Text => Value::Text(format!("text{n}")),
        ColumnType::Varchar(length) => {
            let text = format!("text{n}");
            let cut = (*length as usize).min(text.len());
            Value::Text(text[text.len() - cut..].to_owned())
        }
        ColumnType::Bytes | ColumnType::Varbinary(_) => Value::Bytes(vec![0, n as u8]),
        ColumnType::Uuid => Value::Uuid([n as u8; 16]),
        ColumnType::Decimal(digits) => {
            let scale = digits.map_or(1, |(_, s)| s);
            let number = orm::value::Numeric {
                mantissa: i128::from(n) * 10 + 5,
                scale: 1,
            };
            Value::Decimal(number.rescale(scale).unwrap_or(number))
        }
        ColumnType::Json => Value::Json(format!("{{\"n\": {n}}}")),
        ColumnType::Date => Value::Date(n as i32),
        ColumnType::Time => Value::Time(n * 1_000_000),
        ColumnType::DateTime => Value::DateTime(n * 1_000_001),
        ColumnType::Timestamp => Value::Timestamp(n * 1_000_001),
        ColumnType::Enum(e) => Value::Text(e.labels[n as usize % e.labels.len()].clone()),
        ColumnType::Array(element) => {
            let first = sample(element, n);
            Value::Array(first.kind(), vec![first])
        }
        other => panic!("no value of {other:?}"),
    }
}

/// What is in the tables.
pub async fn read(db: &TestDb, schema: &Schema) -> Rows {
    let mut rows = Rows::new();
    for table in &schema.tables {
        for column in &table.columns {
            let name = ddl::quoted(db.dialect(), &column.name);
            let text = match (db.is_sqlite(), db.is_postgres(), &column.ty) {
                (true, _, ColumnType::Bytes | ColumnType::Varbinary(_) | ColumnType::Uuid) => {
                    format!("hex({name})")
                }
                (true, _, _) => format!("CAST({name} AS TEXT)"),
                (_, true, _) => format!("{name}::text"),
                (_, _, ColumnType::Bytes | ColumnType::Varbinary(_) | ColumnType::Uuid) => {
                    format!("hex({name})")
                }
                _ => format!("CAST({name} AS CHAR)"),
            };
            let order = ddl::quoted(
                db.dialect(),
                &table
                    .primary_key
                    .as_ref()
                    .map_or(&table.columns[0].name, |k| &k.columns[0])
                    .clone(),
            );
            let sql = format!(
                "SELECT coalesce({text}, 'NULL') FROM {} ORDER BY {order}",
                quoted_table(db, table)
            );
            let key = (table.name.to_string(), column.name.clone());
            rows.insert(key, strings(db, &sql).await);
        }
    }
    rows
}
