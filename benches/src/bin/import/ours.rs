//! `orm`, as a user calls it; and the table that everybody uses.

use std::time::{Duration, Instant};

use orm::prelude::*;

use crate::Result;
use crate::row::{Row, TABLE, inputs};

/// Where the table is.
pub struct Place {
    pub url: String,
    folder: Option<std::path::PathBuf>,
}

pub async fn prepare(database: &str, filled: bool, rows: u64) -> Result<Place> {
    let server = |name: &str, usual: &str| std::env::var(name).unwrap_or_else(|_| usual.to_owned());
    let place = match database {
        "postgres" => Place {
            url: server("ORM_BENCH_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres"),
            folder: None,
        },
        "mysql" => Place {
            url: server("ORM_BENCH_MYSQL_URL", "mysql://root@127.0.0.1:3306/mysql"),
            folder: None,
        },
        _ => {
            let folder = std::env::temp_dir().join(format!("orm-bench-{}", std::process::id()));
            std::fs::create_dir_all(&folder)?;
            Place {
                url: format!("sqlite://{}", folder.join("import.db").display()),
                folder: Some(folder),
            }
        }
    };
    let db = Db::builder(&place.url).max_connections(1).connect().await?;
    db.execute_script(&format!("DROP TABLE IF EXISTS {TABLE}")).await?;
    orm::create_tables_of(&db, &[Row::def()]).await?;
    if filled {
        Row::import_iter(new_rows(rows)).run(&db).await?;
    }
    db.shutdown(Duration::from_secs(5)).await;
    Ok(place)
}

impl Place {
    /// Sees that the rows are there, and that they are the right ones.
    pub async fn check(&self, rows: u64) -> Result {
        let db = Db::builder(&self.url).max_connections(1).connect().await?;
        let found = Row::query().count(&db).await?;
        let last = Row::query().order_by(Row::at.desc()).limit(1).one(&db).await?;
        let brown = Row::query().filter(Row::hair_color.eq("brown")).count(&db).await?;
        let expected = inputs(rows).last().ok_or("no rows")?;
        let same = last.name == expected.name && last.at == expected.at;
        if found != rows || brown != rows - rows.div_ceil(3) || !same {
            return Err(format!("there are {found} rows, {brown} of them brown").into());
        }
        Ok(())
    }

    pub async fn remove(self) -> Result {
        let db = Db::builder(&self.url).max_connections(1).connect().await?;
        db.execute_script(&format!("DROP TABLE IF EXISTS {TABLE}")).await?;
        db.shutdown(Duration::from_secs(5)).await;
        if let Some(folder) = self.folder {
            std::fs::remove_dir_all(folder)?;
        }
        Ok(())
    }
}

fn new_rows(rows: u64) -> impl Iterator<Item: orm::query::ImportRow<Row>> + Send {
    inputs(rows).map(|input| {
        let row = Row::create().name(input.name).at(input.at);
        row.hair_color(input.hair_color)
    })
}

pub async fn import(url: &str, rows: u64) -> Result<f64> {
    let db = Db::connect(url).await?;
    let began = Instant::now();
    Row::import_iter(new_rows(rows)).run(&db).await?;
    Ok(began.elapsed().as_secs_f64())
}

pub async fn export(url: &str, rows: u64) -> Result<f64> {
    let db = Db::connect(url).await?;
    let began = Instant::now();
    let exported = Row::query().export_csv(std::io::sink()).run(&db).await?;
    if exported.rows != rows {
        return Err("rows are missing in the file".into());
    }
    Ok(began.elapsed().as_secs_f64())
}

pub async fn stream(url: &str, rows: u64) -> Result<f64> {
    let db = Db::connect(url).await?;
    let began = Instant::now();
    let mut stream = Row::query().stream(&db);
    let mut read = 0;
    while let Some(row) = stream.next().await {
        std::hint::black_box(row?);
        read += 1;
    }
    if read != rows {
        return Err("rows are missing in the stream".into());
    }
    Ok(began.elapsed().as_secs_f64())
}
