//! How long it takes to read a large schema from a database, and to bring it into the words of the one that is expected.

use std::time::{Duration, Instant};

use orm::Value;
use orm::migrate::Scratch;
use orm::migrate::introspect::{Options, introspect};
use orm::schema::{
    Action, Check, Column, ColumnType, DefaultValue, EnumType, ForeignKey, Index, Literal,
    PrimaryKey, Schema, Table, TableName, Unique,
};

use crate::args::Database;
use crate::contender::Result;

/// How often each is measured.
const ROUNDS: usize = 7;

/// Measures on one database, with so many tables of ten columns.
pub async fn measure(database: Database, tables: usize) -> Result<()> {
    let scratch = Scratch::beside(&url(database)).await?;
    let measured = on(&scratch, tables).await;
    let name = scratch.db().dialect().name();
    scratch.close().await?;
    let (read, aligned) = measured?;
    println!("{name}: {tables} tables, {} columns", tables * 10);
    println!("  read                {:8.1} ms", milliseconds(read));
    println!("  read and compared   {:8.1} ms", milliseconds(aligned));
    Ok(())
}

async fn on(scratch: &Scratch, tables: usize) -> Result<(Duration, Duration)> {
    let db = scratch.db();
    let wanted = schema(tables);
    for statement in orm::migrate::plan::create(&wanted, db.dialect())? {
        db.execute_script(&statement).await?;
    }
    let (plain, expecting) = (Options::new(), Options::new().expecting(&wanted));
    let found = introspect(db, &expecting).await?.schema;
    if found != wanted {
        return Err("what was read is not what was made".into());
    }
    let (mut read, mut aligned) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        for (options, times) in [(&plain, &mut read), (&expecting, &mut aligned)] {
            let start = Instant::now();
            introspect(db, options).await?;
            times.push(start.elapsed());
        }
    }
    Ok((median(read), median(aligned)))
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn url(database: Database) -> String {
    let given =
        |variable: &str, usual: &str| std::env::var(variable).unwrap_or_else(|_| usual.to_owned());
    match database {
        Database::Sqlite => "sqlite::memory:".to_owned(),
        Database::Postgres => given(
            "ORM_BENCH_POSTGRES_URL",
            "postgres://postgres@127.0.0.1:5432/postgres",
        ),
        Database::MySql => given("ORM_BENCH_MYSQL_URL", "mysql://root@127.0.0.1:3306/mysql"),
    }
}

/// Tables of ten columns, each with a key, a unique constraint, two indexes, two checks, and a foreign key to the one before.
fn schema(tables: usize) -> Schema {
    let mut schema = Schema::default();
    for number in 0..tables {
        schema.tables.push(table(number));
    }
    schema
}

fn table(number: usize) -> Table {
    let name = |number: usize| format!("table_{number:04}");
    let own = name(number);
    let column = |name: &str, ty| Column::new(name, ty);
    let mut table = Table::new(TableName::new(&own));
    let state = EnumType {
        name: "state".to_owned(),
        labels: ["open", "closed"].map(str::to_owned).to_vec(),
        native: false,
    };
    table.columns = vec![
        column("id", ColumnType::BigInt),
        column("name", ColumnType::Varchar(100)),
        column("state", ColumnType::Enum(state)),
        column("price", ColumnType::Decimal(Some((12, 2)))),
        column("active", ColumnType::Bool),
        column("notes", ColumnType::Text),
        column("document", ColumnType::Json),
        column("created_at", ColumnType::Timestamp),
        column("size", ColumnType::Integer),
        column("before_id", ColumnType::BigInt),
    ];
    table.columns[0].identity = true;
    table.columns[4].default = Some(DefaultValue::Value(Literal::new(Value::Bool(true))));
    table.columns[5].nullable = true;
    table.columns[7].default = Some(DefaultValue::Now);
    table.columns[8].check = Some("size BETWEEN 1 AND 1000".to_owned());
    table.columns[9].nullable = true;
    table.primary_key = Some(PrimaryKey {
        name: format!("{own}_pkey"),
        columns: vec!["id".to_owned()],
    });
    table.uniques = vec![Unique {
        name: format!("{own}_name_key"),
        columns: vec!["name".to_owned()],
    }];
    table.checks = vec![Check {
        name: format!("{own}_sane"),
        expression: "price >= 0 OR NOT active".to_owned(),
    }];
    table.indexes = vec![
        Index::over(format!("{own}_before_id_idx"), &["before_id".to_owned()]),
        Index::over(
            format!("{own}_state_idx"),
            &["state".to_owned(), "created_at".to_owned()],
        ),
    ];
    if number > 0 {
        table.foreign_keys = vec![ForeignKey {
            name: format!("{own}_before_id_fkey"),
            columns: vec!["before_id".to_owned()],
            target: TableName::new(name(number - 1)),
            target_columns: vec!["id".to_owned()],
            on_delete: Action::Cascade,
            on_update: Action::NoAction,
        }];
    }
    table
}
