//! How long it takes to find what is different about two schemas of 500 tables and 5000 columns, and to plan the change.
//!
//! ```sh
//! cargo run --release --bin migrate
//! ```

use std::time::{Duration, Instant};

use orm::dialect::{Dialect, MARIADB, POSTGRES, SQLITE};
use orm::migrate::{Decisions, diff, plan};
use orm::schema::{
    Action, Column, ColumnType, DefaultValue, ForeignKey, Index, PrimaryKey, Schema, Table,
    TableName, name,
};

const TABLES: usize = 500;
const COLUMNS: usize = 10;
const RUNS: usize = 15;

fn main() -> Result<(), orm::Error> {
    let before = schema(0);
    println!(
        "{TABLES} tables, {} columns; median of {RUNS} runs\n",
        TABLES * COLUMNS
    );
    println!(
        "{:<12}{:<22}{:>10}{:>12}{:>12}",
        "dialect", "after", "changes", "diff", "plan"
    );
    for dialect in [POSTGRES, SQLITE, MARIADB] {
        for (what, after) in [
            ("the same", schema(0)),
            ("every 20th different", schema(20)),
            ("every one different", schema(1)),
        ] {
            measure(dialect, what, &before, &after)?;
        }
    }
    Ok(())
}

fn measure(
    dialect: &'static dyn Dialect,
    what: &str,
    before: &Schema,
    after: &Schema,
) -> Result<(), orm::Error> {
    let decisions = Decisions::new();
    let (mut diffs, mut plans, mut changes) = (Vec::new(), Vec::new(), 0);
    for _ in 0..RUNS {
        let start = Instant::now();
        let found = diff(before, after, &decisions, dialect)?;
        diffs.push(start.elapsed());
        let start = Instant::now();
        std::hint::black_box(plan(&found)?.to_sql());
        plans.push(start.elapsed());
        changes = found.changes.len();
    }
    let (diffs, plans) = (median(diffs), median(plans));
    println!(
        "{:<12}{what:<22}{changes:>10}{diffs:>12.2?}{plans:>12.2?}",
        dialect.name()
    );
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Of every `changed`th table, one column is wider, one has another default, and there is one index more.
fn schema(changed: usize) -> Schema {
    let mut schema = Schema::default();
    for n in 0..TABLES {
        let own = format!("table_{n:03}");
        let different = changed > 0 && n % changed == 0;
        let mut table = Table::new(TableName::new(&own));
        let mut id = Column::new("id", ColumnType::BigInt);
        id.identity = true;
        let mut parent = Column::new("parent_id", ColumnType::BigInt);
        parent.nullable = true;
        table.columns = vec![id, parent];
        for c in 2..COLUMNS {
            let length = if different && c == 2 { 80 } else { 40 };
            let mut column = Column::new(
                format!("column_{c}"),
                match c % 3 {
                    0 => ColumnType::Integer,
                    1 => ColumnType::Timestamp,
                    _ => ColumnType::Varchar(length),
                },
            );
            column.nullable = c % 2 == 0;
            if c == 3 {
                let sql = if different { "1 + 1" } else { "1" };
                column.default = Some(DefaultValue::Sql(sql.into()));
                column.check = Some("column_3 > 0".into());
            }
            table.columns.push(column);
        }
        table.primary_key = Some(PrimaryKey {
            name: name::primary_key(&own),
            columns: vec!["id".into()],
        });
        let indexed: &[&str] = if different {
            &["parent_id", "column_4"]
        } else {
            &["parent_id"]
        };
        for column in indexed {
            let columns = vec![(*column).to_owned()];
            table
                .indexes
                .push(Index::over(name::index(&own, &columns), &columns));
        }
        table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
        let columns = vec!["parent_id".to_owned()];
        table.foreign_keys.push(ForeignKey {
            name: name::foreign_key(&own, &columns),
            columns,
            target: TableName::new(format!("table_{:03}", n / 2)),
            target_columns: vec!["id".into()],
            on_delete: Action::SetNull,
            on_update: Action::NoAction,
        });
        schema.tables.push(table);
    }
    schema
}
