//! The drivers used by hand.

use std::future::poll_fn;
use std::hint::black_box;
use std::time::Instant;

use futures_core::Stream as _;
use orm::Id;
use sqlx::mysql::MySqlConnection;
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Row as _};
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;

use crate::Result;
use crate::row::{Input, Row, TABLE, inputs};

const COLUMNS: &str = "id, name, hair_color, at";
const MICROS_2000: i64 = 946_684_800_000_000;

pub async fn copy_tokio(url: &str, rows: u64) -> Result<f64> {
    let (mut client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    tokio::spawn(connection);
    let began = Instant::now();
    let tx = client.transaction().await?;
    let sql = format!("COPY {TABLE} (name, hair_color, at) FROM STDIN (FORMAT binary)");
    let sink = tx.copy_in(&sql).await?;
    let types = [Type::TEXT, Type::TEXT, Type::TIMESTAMPTZ];
    let mut writer = std::pin::pin!(BinaryCopyInWriter::new(sink, &types));
    for Input { name, hair_color, at } in inputs(rows) {
        writer.as_mut().write(&[&name, &hair_color, &at]).await?;
    }
    writer.finish().await?;
    tx.commit().await?;
    Ok(began.elapsed().as_secs_f64())
}

pub async fn copy_sqlx(url: &str, rows: u64) -> Result<f64> {
    let mut connection = PgConnection::connect(url).await?;
    let began = Instant::now();
    let sql = format!("COPY {TABLE} (name, hair_color, at) FROM STDIN (FORMAT binary)");
    let mut copy = connection.copy_in_raw(&sql).await?;
    let mut buffer = Vec::with_capacity(300 << 10);
    buffer.extend_from_slice(b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0");
    let text = |buffer: &mut Vec<u8>, text: &str| {
        buffer.extend_from_slice(&(text.len() as i32).to_be_bytes());
        buffer.extend_from_slice(text.as_bytes());
    };
    for Input { name, hair_color, at } in inputs(rows) {
        buffer.extend_from_slice(&3_i16.to_be_bytes());
        text(&mut buffer, &name);
        match &hair_color {
            Some(color) => text(&mut buffer, color),
            None => buffer.extend_from_slice(&(-1_i32).to_be_bytes()),
        }
        buffer.extend_from_slice(&8_i32.to_be_bytes());
        buffer.extend_from_slice(&(at.timestamp_micros() - MICROS_2000).to_be_bytes());
        if buffer.len() >= 256 << 10 {
            copy.send(buffer.as_slice()).await?;
            buffer.clear();
        }
    }
    buffer.extend_from_slice(&(-1_i16).to_be_bytes());
    copy.send(buffer.as_slice()).await?;
    copy.finish().await?;
    Ok(began.elapsed().as_secs_f64())
}

pub async fn unnest(url: &str, rows: u64) -> Result<f64> {
    let mut connection = PgConnection::connect(url).await?;
    let began = Instant::now();
    let mut tx = connection.begin().await?;
    let sql = format!("INSERT INTO {TABLE} (name, hair_color, at) SELECT * FROM UNNEST($1::text[], $2::text[], $3::timestamptz[])");
    let mut inputs = inputs(rows);
    loop {
        let (mut names, mut colors, mut times) = (Vec::new(), Vec::new(), Vec::new());
        for input in inputs.by_ref().take(10_000) {
            names.push(input.name);
            colors.push(input.hair_color);
            times.push(input.at);
        }
        if names.is_empty() {
            break;
        }
        let query = sqlx::query(sqlx::AssertSqlSafe(sql.clone()));
        query.bind(names).bind(colors).bind(times).execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(began.elapsed().as_secs_f64())
}

pub fn rusqlite(url: &str, rows: u64) -> Result<f64> {
    let path = url.strip_prefix("sqlite://").unwrap_or(url);
    let mut connection = rusqlite::Connection::open(path)?;
    connection.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON")?;
    let began = Instant::now();
    let tx = connection.transaction()?;
    {
        let mut insert = tx.prepare(&format!("INSERT INTO {TABLE} (name, hair_color, at) VALUES (?, ?, ?)"))?;
        for Input { name, hair_color, at } in inputs(rows) {
            // In the form that `orm` stores, so that both store the same bytes.
            let at = at.format("%Y-%m-%d %H:%M:%S%.6f").to_string();
            insert.execute((name, hair_color, at))?;
        }
    }
    tx.commit()?;
    Ok(began.elapsed().as_secs_f64())
}

pub async fn mysql(url: &str, rows: u64) -> Result<f64> {
    let mut connection = MySqlConnection::connect(url).await?;
    let began = Instant::now();
    let mut tx = connection.begin().await?;
    let text = |rows: usize| {
        let values = vec!["(?, ?, ?)"; rows].join(", ");
        format!("INSERT INTO {TABLE} (name, hair_color, at) VALUES {values}")
    };
    let full = text(1000);
    let mut inputs = inputs(rows);
    loop {
        let lot: Vec<Input> = inputs.by_ref().take(1000).collect();
        if lot.is_empty() {
            break;
        }
        let sql = if lot.len() == 1000 { full.clone() } else { text(lot.len()) };
        let mut query = sqlx::query(sqlx::AssertSqlSafe(sql));
        for Input { name, hair_color, at } in lot {
            query = query.bind(name).bind(hair_color).bind(at.naive_utc());
        }
        query.execute(&mut *tx).await?;
    }
    tx.commit().await?;
    Ok(began.elapsed().as_secs_f64())
}

pub async fn stream_tokio(url: &str, rows: u64) -> Result<f64> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await?;
    tokio::spawn(connection);
    let began = Instant::now();
    let statement = client.prepare(&format!("SELECT {COLUMNS} FROM {TABLE}")).await?;
    let none: [i64; 0] = [];
    let mut stream = std::pin::pin!(client.query_raw(&statement, none).await?);
    let mut read = 0;
    while let Some(row) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        let row = row?;
        let (id, name, hair_color) = (Id::new(row.try_get(0)?), row.try_get(1)?, row.try_get(2)?);
        black_box(Row { id, name, hair_color, at: row.try_get(3)? });
        read += 1;
    }
    finished(began, read, rows)
}

pub fn stream_rusqlite(url: &str, rows: u64) -> Result<f64> {
    let path = url.strip_prefix("sqlite://").unwrap_or(url);
    let connection = rusqlite::Connection::open(path)?;
    let began = Instant::now();
    let mut statement = connection.prepare(&format!("SELECT {COLUMNS} FROM {TABLE}"))?;
    let mut found = statement.query(())?;
    let mut read = 0;
    while let Some(row) = found.next()? {
        let (id, name, hair_color) = (Id::new(row.get(0)?), row.get(1)?, row.get(2)?);
        black_box(Row { id, name, hair_color, at: row.get(3)? });
        read += 1;
    }
    finished(began, read, rows)
}

pub async fn stream_mysql(url: &str, rows: u64) -> Result<f64> {
    let mut connection = MySqlConnection::connect(url).await?;
    let began = Instant::now();
    let sql = format!("SELECT {COLUMNS} FROM {TABLE}");
    let mut stream = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch(&mut connection);
    let mut read = 0;
    while let Some(row) = poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
        let row = row?;
        let at: chrono::NaiveDateTime = row.try_get(3)?;
        let (id, name, hair_color) = (Id::new(row.try_get(0)?), row.try_get(1)?, row.try_get(2)?);
        black_box(Row { id, name, hair_color, at: at.and_utc() });
        read += 1;
    }
    drop(stream);
    finished(began, read, rows)
}

fn finished(began: Instant, read: u64, rows: u64) -> Result<f64> {
    let seconds = began.elapsed().as_secs_f64();
    if read == rows { Ok(seconds) } else { Err("rows are missing in the stream".into()) }
}
