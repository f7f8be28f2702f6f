//! Rows of a file on their way into a table. A thread reads the file, since that may block, and is never far ahead of the database.

use std::collections::VecDeque;
use std::io::Read;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use tokio::sync::mpsc;

use super::{Format, broken, cell, csv};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{ColumnDef, ColumnRole, ModelDef};
use crate::query::{ImportSource, NewRow};
use crate::value::{Kind, Value};

/// The rows of a file.
pub(crate) fn file_rows(
    model: &'static ModelDef,
    format: Format,
    file: Box<dyn Read + Send>,
) -> ImportSource<'static> {
    Box::pin(FileRows {
        begin: Some(Reading {
            model,
            format,
            file,
        }),
        rows: None,
        ready: VecDeque::new(),
    })
}

type Batch = Vec<Result<NewRow>>;

/// How many rows are handed over at once.
const BATCH: usize = 512;

struct FileRows {
    begin: Option<Reading>,
    rows: Option<mpsc::Receiver<Batch>>,
    ready: VecDeque<Result<NewRow>>,
}

impl Stream for FileRows {
    type Item = Result<NewRow>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Some(reading) = self.begin.take() {
            let (to, rows) = mpsc::channel(2);
            tokio::task::spawn_blocking(move || reading.run(&to));
            self.rows = Some(rows);
        }
        loop {
            if let Some(row) = self.ready.pop_front() {
                return Poll::Ready(Some(row));
            }
            let Some(rows) = &mut self.rows else {
                return Poll::Ready(None);
            };
            match rows.poll_recv(cx) {
                Poll::Ready(Some(batch)) => self.ready.extend(batch),
                Poll::Ready(None) => return Poll::Ready(None),
                Poll::Pending => return Poll::Pending,
            }
        }
    }
}

/// What the thread does.
struct Reading {
    model: &'static ModelDef,
    format: Format,
    file: Box<dyn Read + Send>,
}

/// Hands rows over; `false` when nobody takes them any more.
struct Handing<'c> {
    batch: Batch,
    to: &'c mpsc::Sender<Batch>,
}

impl Handing<'_> {
    fn push(&mut self, row: Result<NewRow>) -> bool {
        self.batch.push(row);
        self.batch.len() < BATCH || self.hand_over()
    }

    fn hand_over(&mut self) -> bool {
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH));
        self.to.blocking_send(batch).is_ok()
    }
}

impl Reading {
    fn run(self, to: &mpsc::Sender<Batch>) {
        let mut handing = Handing {
            batch: Vec::new(),
            to,
        };
        let result = match self.format {
            Format::Csv => csv_rows(self.model, self.file, &mut handing),
            #[cfg(feature = "json")]
            Format::JsonLines => json_rows(self.model, self.file, &mut handing),
        };
        if let Err(error) = result {
            handing.batch.push(Err(error));
        }
        handing.hand_over();
    }
}

fn csv_rows(
    model: &'static ModelDef,
    file: Box<dyn Read + Send>,
    handing: &mut Handing<'_>,
) -> Result<()> {
    let mut records = csv::Records::new(file);
    if !records.next()? {
        return Err(broken(
            "the file is empty; its first line should have the names of the columns",
        ));
    }
    let names = records.fields().map(|name| name.unwrap_or_default());
    let columns = names
        .map(|name| find(model, name))
        .collect::<Result<Vec<_>>>()?;
    complete(model, &columns)?;
    while records.next()? {
        if records.is_blank() && columns.len() > 1 {
            continue;
        }
        let (found, wanted) = (records.fields().len(), columns.len());
        if found != wanted {
            let line = records.line();
            return Err(broken(format!(
                "line {line}: it has {found} fields, and the first line {wanted}"
            )));
        }
        let mut row = NewRow::new(model);
        let cells = columns.iter().zip(records.fields());
        let filled = cells.into_iter().try_for_each(|(index, text)| {
            let column = &model.columns[*index];
            // A program that does not quote an empty text means one where there can be no NULL.
            let empty = !column.nullable && column.ty.kind == Kind::Text && !column.ty.array;
            put(&mut row, *index, column, text.or(empty.then_some("")))
        });
        if !handing.push(filled.map(|()| row)) {
            return Ok(());
        }
    }
    Ok(())
}

#[cfg(feature = "json")]
fn json_rows(
    model: &'static ModelDef,
    file: Box<dyn Read + Send>,
    handing: &mut Handing<'_>,
) -> Result<()> {
    let mut lines = super::json::Lines::new(file);
    while let Some(object) = lines.next()? {
        let mut row = NewRow::new(model);
        let mut given = Vec::with_capacity(object.len());
        let mut filled = object.into_iter().try_for_each(|(name, json)| {
            let index = find(model, &name)?;
            given.push(index);
            let column = &model.columns[index];
            let json = json.get();
            let text = match json {
                "null" => None,
                json if column.ty.kind == Kind::Json || column.ty.array => Some(json.into()),
                json => super::json::plain(json),
            };
            put(&mut row, index, column, text.as_deref())
        });
        if filled.is_ok() {
            filled = complete(model, &given);
        }
        if !handing.push(filled.map(|()| row)) {
            return Ok(());
        }
    }
    Ok(())
}

/// The column with this name, in the database or in the program.
fn find(model: &'static ModelDef, name: &str) -> Result<usize> {
    let columns = || model.columns.iter();
    columns()
        .position(|column| column.name == name)
        .or_else(|| columns().position(|column| column.field == name))
        .ok_or_else(|| {
            let names: Vec<&str> = columns().map(|column| &*column.name).collect();
            broken(format!(
                "`{}` has no column `{}`; it has: {}",
                model.name,
                name.chars().take(64).collect::<String>(),
                names.join(", ")
            ))
        })
}

/// Refuses a row that cannot be complete.
fn complete(model: &'static ModelDef, given: &[usize]) -> Result<()> {
    for (index, column) in model.columns.iter().enumerate() {
        let times = given.iter().filter(|i| **i == index).count();
        if times > 1 {
            return Err(broken(format!("the column `{}` comes twice", column.name)));
        }
        let needed =
            column.role == ColumnRole::Plain && column.default.is_none() && !column.nullable;
        if needed && times == 0 {
            return Err(broken(format!(
                "the column `{}` is missing, and `{}::{}` needs a value",
                column.name, model.name, column.field
            )));
        }
    }
    Ok(())
}

fn put(row: &mut NewRow, index: usize, column: &ColumnDef, text: Option<&str>) -> Result<()> {
    // The database computes it anew.
    if matches!(column.role, ColumnRole::Generated(_)) {
        return Ok(());
    }
    let value = match text {
        None if column.nullable => Ok(Value::null(column.ty)),
        None => Err("it must have a value"),
        Some(text) => cell::parse(column, text),
    };
    match value {
        Ok(value) => {
            row.put(index, Ok(value));
            Ok(())
        }
        Err(reason) => Err(Error::new(ErrorKind::Decode {
            column: column.name.to_string(),
            target: column.rust_type,
            reason: reason.into(),
        })),
    }
}
