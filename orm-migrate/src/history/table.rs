//! The table of the history.

use orm_core::query::{IntoBinding as _, Raw, RawPart};
use orm_core::schema::{Column, ColumnType, PrimaryKey, Table, TableName, name};
use orm_core::sql::ddl;
use orm_core::{Db, Result};

use super::TABLE;

/// Whether there is a table with this name.
pub(crate) async fn exists(db: &Db, table: &str) -> Result<bool> {
    let parts = vec![
        RawPart::Text(db.dialect().count_tables()),
        RawPart::Bind("table", table.binding()),
    ];
    let found: i64 = Raw::new(parts).one(db).await?;
    Ok(found > 0)
}

/// Creates the table unless it is there.
pub(crate) async fn create(db: &Db) -> Result<()> {
    if exists(db, TABLE).await? {
        return Ok(());
    }
    let sql = ddl::create_table(db.dialect(), &table(), &[])?;
    db.execute_script(&sql)
        .await
        .map_err(|error| error.with_sql(&sql))
}

fn table() -> Table {
    let mut table = Table::new(TableName::new(TABLE));
    let mut seq = Column::new("seq", ColumnType::BigInt);
    seq.identity = true;
    table.columns.push(seq);
    let short = || ColumnType::Varchar(255);
    for (name, ty, nullable) in [
        ("id", short(), false),
        ("name", short(), false),
        ("parent", short(), true),
        ("direction", short(), false),
        ("event", short(), false),
        ("phase", short(), false),
        ("checksum", short(), false),
        ("schema_hash", short(), true),
        ("started", short(), false),
        ("finished", short(), true),
        ("step", ColumnType::BigInt, false),
        ("steps", ColumnType::BigInt, false),
        ("statement", ColumnType::Text, true),
        ("steps_checksum", short(), true),
        ("error", ColumnType::Text, true),
        ("tool", short(), false),
    ] {
        let mut column = Column::new(name, ty);
        column.nullable = nullable;
        table.columns.push(column);
    }
    table.primary_key = Some(PrimaryKey {
        name: name::primary_key(TABLE),
        columns: vec!["seq".to_owned()],
    });
    table
}
